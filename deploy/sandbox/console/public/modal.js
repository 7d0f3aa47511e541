/** @import { View } from './slack.d.ts' */
/** @import { Reader } from './formatted.js' */
/** @import { Surface } from './surface.js' */
import { blockItems } from './blocks.js'
import { h, patchList } from './dom.js'
import { drawText } from './formatted.js'
import { blockIdOf } from './inputs.js'
import { notify, whatFailed } from './notices.js'

/**
 * @typedef {object} ModalActions
 * @property {(view: View) => Surface} surfaceOf
 * @property {(view: View) => Promise<Record<string, string> | undefined>} submit the app's complaints by block id
 * @property {(views: View[]) => Promise<void>} close topmost first
 */

/**
 * The top view of the person's stack as a dialog: Slack shows one, with a way back to the one beneath.
 * @param {ModalActions} actions
 * @returns {{ show: (views: View[], reader: Reader) => void }}
 */
export function createModal({ surfaceOf, submit, close }) {
  /** @type {View[]} */
  let stack = []
  /** @type {View | undefined} */
  let view
  /** @type {Reader | undefined} */
  let reader
  /** @type {Record<string, string>} */
  let errors = {}
  let sending = false

  const title = h('h2', { id: 'modal-title' })
  const back = h(
    'button',
    { type: 'button', class: 'icon-button', 'data-testid': 'modal-back', onclick: () => leave(1) },
    h('span', { class: 'icon icon-back', 'aria-hidden': 'true' }),
  )
  const cross = h(
    'button',
    { type: 'button', class: 'icon-button', 'data-testid': 'modal-close', onclick: () => leave() },
    h('span', { class: 'icon icon-close', 'aria-hidden': 'true' }),
  )
  const body = h('div', { class: 'modal-body' })
  const cancel = h('button', {
    type: 'button',
    class: 'button',
    'data-testid': 'modal-cancel',
    onclick: () => leave(1),
  })
  const send = h('button', { type: 'submit', class: 'button button-primary', 'data-testid': 'modal-submit' })
  const form = h(
    'form',
    { class: 'modal', novalidate: true },
    h('header', {}, back, title, cross),
    body,
    h('footer', {}, cancel, send),
  )
  const dialog = h(
    'dialog',
    { class: 'dialog', 'data-testid': 'modal', 'aria-labelledby': 'modal-title' },
    form,
  )
  document.body.append(dialog)

  dialog.addEventListener('cancel', (event) => {
    event.preventDefault()
    leave()
  })
  form.addEventListener('submit', (event) => {
    event.preventDefault()
    void sendForm()
  })

  /** @param {number} [count] of views, topmost first; all of them unless told */
  function leave(count) {
    close(stack.toReversed().slice(0, count)).catch((error) => {
      // Closed already, by who was quicker.
      if (reader !== undefined && error.message !== 'not_found') notify(whatFailed(error, reader.texts))
    })
  }

  async function sendForm() {
    if (view === undefined || reader === undefined || sending) return
    const sent = view
    errors = missingInputs(sent, surfaceOf(sent), reader)
    if (Object.keys(errors).length > 0) return draw()
    sending = true
    draw()
    const complaints = await submit(sent)
    sending = false
    if (view?.id === sent.id) errors = complaints ?? {}
    draw()
  }

  function draw() {
    if (view === undefined || reader === undefined) return
    const { texts } = reader
    title.replaceChildren(...drawText(view.title, reader))
    cancel.replaceChildren(...(view.close ? drawText(view.close, reader) : [texts.cancel]))
    send.replaceChildren(...(view.submit ? drawText(view.submit, reader) : [texts.submit]))
    send.hidden = !view.submit
    send.setAttribute('aria-busy', String(sending))
    cross.setAttribute('aria-label', texts.close)
    back.setAttribute('aria-label', texts.back)
    patchList(body, blockItems(view.blocks, surfaceOf(view), errors))
    const wrong = body.querySelector('[aria-invalid="true"]')
    if (wrong instanceof HTMLElement && !sending) wrong.focus()
  }

  return {
    show: (views, newReader) => {
      const top = views.at(-1)
      const isNew = top?.id !== view?.id
      if (isNew) {
        errors = {}
        body.replaceChildren()
      }
      stack = views
      view = top
      reader = newReader
      if (top === undefined) return dialog.close()
      back.hidden = views.length < 2
      draw()
      if (!dialog.open) dialog.showModal()
      if (isNew) focusFirst(body)
    },
  }
}

/** Into the first field; not on phones, where that would bring up a keyboard nobody asked for. @param {HTMLElement} body */
function focusFirst(body) {
  const first = body.querySelector('[autofocus]') ?? body.querySelector('input, select, textarea')
  if (first instanceof HTMLElement && matchMedia('(hover: hover)').matches) first.focus()
}

/** What Slack itself asks for before the app hears of the form. @param {View} view @param {Surface} surface @param {Reader} reader */
function missingInputs(view, surface, { texts }) {
  /** @type {Record<string, string>} */
  const missing = {}
  view.blocks.forEach((block, index) => {
    const { element } = block
    if (block.type !== 'input' || element === undefined) return
    const blockId = blockIdOf(block, index)
    const { type: _type, ...content } = surface.inputs.read(blockId, element)
    const [value] = Object.values(content)
    const empty =
      value === null || value === undefined || value === '' || (Array.isArray(value) && value.length === 0)
    if (empty && block.optional !== true) missing[blockId] = texts.fieldRequired
    if (typeof value === 'string' && value.length < (element.min_length ?? 0) && !empty) {
      missing[blockId] = texts.tooShort(element.min_length ?? 0)
    }
  })
  return missing
}
