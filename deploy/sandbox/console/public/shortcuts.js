/** @import { Shortcut } from './api.js' */
/** @import { Message } from './slack.d.ts' */
/** @import { Texts } from './texts/texts.js' */
import { readShortcuts, sendShortcut } from './api.js'
import { byId, h } from './dom.js'
import { drawMenu, menuItem } from './menu.js'
import { notify, whatFailed } from './notices.js'

/**
 * What the app offers beside its commands: anywhere (beside the composer), or about a message.
 * @param {{ person: () => string, texts: () => Texts, loaded: () => void }} page
 */
export function createShortcuts({ person, texts, loaded }) {
  /** @type {Shortcut[]} */
  let all = []
  readShortcuts().then(
    (shortcuts) => {
      all = shortcuts
      loaded()
    },
    (error) => console.warn(error),
  )

  /** @param {Shortcut} shortcut @param {Message} [message] */
  async function use({ callback_id }, message) {
    const about = message === undefined ? {} : { channel: message.channel, ts: message.ts }
    try {
      const { timedOut, error } = await sendShortcut({ user: person(), callbackId: callback_id, ...about })
      if (timedOut === true) notify(texts().notAnswered)
      else if (error !== undefined) notify(texts().failed(error))
    } catch (error) {
      notify(whatFailed(error, texts()))
    }
  }

  /** @param {Shortcut[]} shortcuts @param {string} name @param {Message} [message] */
  function drawShortcuts(shortcuts, name, message) {
    return drawMenu(
      {
        class: 'icon-button',
        'aria-label': texts().shortcuts,
        title: texts().shortcuts,
        'data-testid': name,
      },
      name.startsWith('shortcuts-') ? '⋯' : h('span', { class: 'icon icon-bolt', 'aria-hidden': 'true' }),
      (close) =>
        shortcuts.map((shortcut) =>
          menuItem(
            {
              'data-testid': `shortcut-${shortcut.callback_id}`,
              onclick: () => {
                close()
                void use(shortcut, message)
              },
            },
            shortcut.name,
            h('small', {}, shortcut.description),
          ),
        ),
    )
  }

  return {
    count: () => all.length,
    /** Beside the composer. */
    draw: () => {
      const place = byId('shortcuts')
      const wanted = JSON.stringify([all, texts().language])
      if (place.dataset['drawn'] === wanted) return
      place.dataset['drawn'] = wanted
      const global = all.filter(({ type }) => type === 'global')
      place.replaceChildren(...(global.length === 0 ? [] : [drawShortcuts(global, 'shortcuts')]))
    },
    /** In a message's toolbar. @param {Message} message @returns {HTMLElement | undefined} */
    drawFor: (message) => {
      const about = all.filter(({ type }) => type === 'message')
      return about.length === 0 ? undefined : drawShortcuts(about, `shortcuts-${message.ts}`, message)
    },
  }
}
