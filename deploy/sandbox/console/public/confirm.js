/** @import { Confirm } from './slack.d.ts' */
/** @import { Reader } from './formatted.js' */
import { h } from './dom.js'
import { drawText } from './formatted.js'

/**
 * Slack's confirmation dialog. Esc means no.
 * @param {Confirm} confirm
 * @param {Reader} reader
 * @returns {Promise<boolean>}
 */
export function askConfirm(confirm, reader) {
  return new Promise((resolve) => {
    const style = confirm.style === 'danger' ? 'button button-danger' : 'button button-primary'
    /** @type {HTMLDialogElement} */
    const dialog = h(
      'dialog',
      { class: 'dialog confirm', 'data-testid': 'confirm', 'aria-labelledby': 'confirm-title' },
      h('h2', { id: 'confirm-title' }, ...drawText(confirm.title, reader)),
      h('div', { class: 'confirm-text formatted' }, ...drawText(confirm.text, reader)),
      h(
        'div',
        { class: 'dialog-buttons' },
        h(
          'button',
          {
            class: 'button',
            type: 'button',
            'data-testid': 'confirm-cancel',
            onclick: () => dialog.close(),
          },
          ...drawText(confirm.deny, reader),
        ),
        h(
          'button',
          {
            class: style,
            type: 'button',
            'data-testid': 'confirm-ok',
            onclick: () => dialog.close('yes'),
          },
          ...drawText(confirm.confirm, reader),
        ),
      ),
    )
    dialog.addEventListener('close', () => {
      dialog.remove()
      resolve(dialog.returnValue === 'yes')
    })
    document.body.append(dialog)
    dialog.showModal()
  })
}
