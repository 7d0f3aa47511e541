/** @import { Model } from './page.d.ts' */
import { readPanels } from './api.js'
import { drawCalls } from './calls.js'
import { byId } from './dom.js'
import { drawLevers } from './levers.js'
import { notify, reasonOf } from './notices.js'

/**
 * The drawer that breaks things, with the log of what the app asked of Slack.
 * @param {{ onOpen: () => void }} actions
 * @returns {{ draw: (model: Model) => void, close: () => boolean }} `close` says whether it was open
 */
export function createDrawer({ onOpen }) {
  const drawer = byId('drawer')
  const opener = byId('drawer-open')
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
      if (drawer.hidden) return
      drawCalls(byId('calls'), model.state, model.texts)
      if (language === model.texts.language) return
      language = model.texts.language
      readPanels(language).then(
        (panels) => drawLevers(byId('levers'), panels, model.texts),
        (error) => notify(model.texts.failed(reasonOf(error))),
      )
    },
  }
}
