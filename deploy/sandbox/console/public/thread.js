/** @import { Message } from './slack.d.ts' */
/** @import { Composer } from './composer.js' */
/** @import { Model } from './page.d.ts' */
/** @import { PlaceActions } from './place.js' */
import { byId } from './dom.js'
import { drawMessages, followEnd } from './message-list.js'
import { channelAt, repliesTo } from './place.js'

/**
 * The side pane with one message and its replies.
 * @param {{ contextOf: PlaceActions['contextOf'], composer: Composer }} actions
 * @returns {{ draw: (model: Model) => void }}
 */
export function createThread({ contextOf, composer }) {
  const pane = byId('thread')
  const list = byId('thread-list')
  const { toEnd } = followEnd(byId('thread-messages'), byId('thread-content'))
  let shown = ''

  /** @param {string} key */
  function moveTo(key) {
    shown = key
    byId('thread-parent').replaceChildren()
    list.replaceChildren()
    toEnd()
    composer.put('', { focus: key !== '' })
  }

  return {
    draw: (model) => {
      const { route, state, texts } = model
      const channel = channelAt(model)
      const parent = state.messages[channel?.id ?? '']?.find(({ ts }) => ts === route.thread)
      pane.hidden = channel === undefined || parent === undefined
      if (channel === undefined || parent === undefined) return
      if (shown !== parent.ts) moveTo(parent.ts)
      const replies = repliesTo(model, channel.id, parent.ts)
      byId('thread-place').textContent = channel.isDm ? texts.appName : `#${channel.name}`
      composer.translate(texts, texts.replyPlaceholder)
      byId('thread-count').textContent = texts.replies(replies.length)
      const context = contextOf(model, () => [])
      const inThread = (/** @type {Message} */ message) => ({ ...context(message), openThread: undefined })
      drawMessages(byId('thread-parent'), [parent], { contextOf: inThread, days: false })
      drawMessages(list, replies, { contextOf: inThread, days: false })
    },
  }
}
