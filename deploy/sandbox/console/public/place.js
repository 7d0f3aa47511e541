/** @import { Channel, Message } from './slack.d.ts' */
/** @import { ContextOf } from './message-list.js' */
/** @import { Composer } from './composer.js' */
/** @import { Model } from './page.d.ts' */
import { byId, h } from './dom.js'
import { introItem } from './intro.js'
import { drawMessages, followEnd } from './message-list.js'
import { dmChannel } from './sidebar.js'
import { markRead } from './unread.js'

/**
 * @typedef {object} PlaceActions
 * @property {(place: string) => void} go
 * @property {(model: Model, replies: (message: Message) => Message[]) => ContextOf} contextOf
 * @property {Composer} composer
 */

/**
 * The middle of the page: a channel, or the app with its two tabs.
 * @param {PlaceActions} actions
 * @returns {{ draw: (model: Model) => void, toEnd: () => void }}
 */
export function createPlace({ go, contextOf, composer }) {
  const scroller = byId('messages')
  const list = byId('message-list')
  const newer = byId('newer')
  let shown = ''
  let lastTs = ''
  /** @type {Map<string, string>} */
  const drafts = new Map()

  const { toEnd, isFollowing } = followEnd(scroller, list)
  newer.addEventListener('click', toEnd)
  scroller.addEventListener('scroll', () => {
    if (isFollowing()) newer.hidden = true
  })

  /** @param {string} key */
  function moveTo(key) {
    const typed = composer.text()
    // What was typed before anything was shown belongs to the first place.
    const draft = drafts.get(key) ?? (shown === '' ? typed : '')
    drafts.set(shown, typed)
    shown = key
    lastTs = ''
    list.replaceChildren()
    toEnd()
    composer.put(draft, { focus: matchMedia('(hover: hover)').matches })
  }

  /** @param {Model} model @param {Channel} channel */
  function drawChannel(model, channel) {
    const messages = timeline(model, channel.id)
    const replies = (/** @type {Message} */ { ts }) => repliesTo(model, channel.id, ts)
    const before = [
      introItem(channel, model, { empty: messages.length === 0, put: (text) => composer.put(text) }),
    ]
    drawMessages(list, messages, { contextOf: contextOf(model, replies), before })
    const newest = messages.at(-1)?.ts ?? ''
    if (newest !== lastTs && lastTs !== '' && !isFollowing()) newer.hidden = false
    lastTs = newest
    if (document.visibilityState === 'visible') markRead(model.state, channel.id)
  }

  return {
    toEnd,
    draw: (model) => {
      const { route, texts } = model
      const isApp = route.place === 'home' || route.place === 'messages'
      const channel = channelAt(model)
      const key = `${route.person} ${route.place}`
      if (key !== shown) moveTo(key)
      drawHeader(model, channel, isApp)
      drawTabs(model, isApp, go)
      scroller.hidden = route.place === 'home'
      byId('composer').hidden = channel === undefined
      if (channel === undefined) {
        newer.hidden = true
        return
      }
      composer.translate(texts, texts.messagePlaceholder(channel.isDm ? texts.appName : `#${channel.name}`))
      drawChannel(model, channel)
    },
  }
}

/** The channel the page shows; none on the app's Home. @param {Model} model */
export function channelAt({ state, route }) {
  if (route.place === 'home') return undefined
  // Slack opens the conversation with the first message; until then the person's own id stands for it.
  if (route.place === 'messages') return dmChannel(state) ?? { id: route.person, name: '', isDm: true }
  return state.channels.find(({ id }) => id === route.place) ?? state.channels.find(({ isDm }) => !isDm)
}

/** @param {Model} model @param {string} channel @returns {Message[]} oldest first */
function timeline({ state }, channel) {
  const all = [...(state.messages[channel] ?? []), ...(state.ephemerals[channel] ?? [])]
  return all
    .filter(({ ts, thread_ts }) => thread_ts === undefined || thread_ts === ts)
    .toSorted((one, other) => Number(one.ts) - Number(other.ts))
}

/** @param {Model} model @param {string} channel @param {string} ts */
export function repliesTo({ state }, channel, ts) {
  const all = [...(state.messages[channel] ?? []), ...(state.ephemerals[channel] ?? [])]
  return all
    .filter((message) => message.thread_ts === ts && message.ts !== ts)
    .toSorted((one, other) => Number(one.ts) - Number(other.ts))
}

/** @param {Model} model @param {Channel | undefined} channel @param {boolean} isApp */
function drawHeader({ texts }, channel, isApp) {
  const name = isApp ? texts.appName : `#${channel?.name ?? ''}`
  byId('place-name').textContent = name
  byId('place-topic').textContent = isApp ? '' : (texts.channelTopics[channel?.name ?? ''] ?? '')
  document.title = `${name} · ML Bling Sync`
}

/** @param {Model} model @param {boolean} isApp @param {(place: string) => void} go */
function drawTabs({ texts, route }, isApp, go) {
  const tabs = byId('tabs')
  tabs.hidden = !isApp
  const wanted = `${texts.language} ${route.place}`
  if (tabs.dataset['drawn'] === wanted) return
  tabs.dataset['drawn'] = wanted
  const tab = (/** @type {string} */ place, /** @type {string} */ label) =>
    h(
      'button',
      {
        type: 'button',
        role: 'tab',
        class: 'tab',
        'aria-selected': String(route.place === place),
        'data-testid': `tab-${place}`,
        onclick: () => go(place),
      },
      label,
    )
  tabs.replaceChildren(tab('home', texts.home), tab('messages', texts.messages))
}
