/** @import { Model } from './page.d.ts' */
import { readPanels } from './api.js'
import { createCalls, placeOf } from './calls.js'
import { byId } from './dom.js'
/** @import { State } from './slack.d.ts' */
/** @import { Texts } from './texts/texts.js' */
import { drawLevers } from './levers.js'
import { notify, whatFailed } from './notices.js'

/**
 * The drawer that breaks things, with the log of what the app asked of Slack.
 * @param {{ onOpen: () => void }} actions
 * @returns {{ draw: (model: Model) => void, close: () => boolean }} `close` says whether it was open
 */
export function createDrawer({ onOpen }) {
  const drawer = byId('drawer')
  const opener = byId('drawer-open')
  const calls = createCalls()
  let language = ''

  /** @param {boolean} open */
  function show(open) {
    drawer.hidden = !open
    opener.setAttribute('aria-expanded', String(open))
    if (open) onOpen()
  }

  function close() {
    const wasOpen = !drawer.hidden
    if (wasOpen) {
      show(false)
      opener.focus()
    }
    return wasOpen
  }

  opener.addEventListener('click', () => show(drawer.hidden !== false))
  byId('drawer-close').addEventListener('click', close)

  return {
    close,
    draw: (model) => {
      drawBroken(model.state, model.texts)
      if (drawer.hidden) return
      calls.draw(model)
      if (language === model.texts.language) return
      language = model.texts.language
      readPanels(language).then(
        (panels) => drawLevers(byId('levers'), panels, model.texts),
        (error) => notify(whatFailed(error, model.texts)),
      )
    },
  }
}

/** What is broken in Slack just now, also where the drawer is closed: nobody should wonder why nothing moves. @param {State} state @param {Texts} texts */
function drawBroken(state, texts) {
  const { down = null, method = null, channel = null, deliveries = 1 } = state.limits ?? {}
  const words = [
    ...(down === null ? [] : [texts.slackIs(down), method, placeOf(channel, state)].filter(Boolean)),
    ...(deliveries > 1 ? [texts.deliveries(deliveries)] : []),
  ]
  const line = byId('broken')
  line.hidden = words.length === 0
  line.textContent = words.join(' · ')
}
