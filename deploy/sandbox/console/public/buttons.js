/** @import { Option } from './slack.d.ts' */
/** @import { Place } from './surface.js' */
import { h, safeAddress } from './dom.js'
import { drawText } from './formatted.js'
import { drawMenu, menuItem } from './menu.js'
import { press } from './surface.js'

/** @param {Place} place @returns {HTMLElement} */
export function drawButton(place) {
  const { element, surface } = place
  const style =
    element.style === 'primary' || element.style === 'danger' ? `button button-${element.style}` : 'button'
  const attributes = {
    class: style,
    'data-testid': `action-${element.action_id}`,
    'aria-label': element.accessibility_label,
  }
  const label = drawText(element.text, surface.reader)
  if (element.url !== undefined) return drawLinkButton(place, attributes, label)
  const button = h(
    'button',
    { ...attributes, type: 'button', onclick: () => void pressButton(place, button) },
    ...label,
  )
  return button
}

/** Busy until the app has answered, so that one press stays one press. @param {Place} place @param {HTMLElement} button */
async function pressButton(place, button) {
  if (button.getAttribute('aria-busy') === 'true') return
  button.setAttribute('aria-busy', 'true')
  try {
    await press(place)
  } finally {
    button.removeAttribute('aria-busy')
  }
}

/** A button with an address opens it, and still tells the app. @param {Place} place @param {Record<string, import('./dom.js').Attribute>} attributes @param {(Node | string)[]} label */
function drawLinkButton(place, attributes, label) {
  const href = safeAddress(place.element.url ?? '')
  return h(
    'a',
    { ...attributes, href, target: '_blank', rel: 'noopener noreferrer', onclick: () => void press(place) },
    ...label,
  )
}

/** The "…" menu. @param {Place} place @returns {HTMLElement} */
export function drawOverflow(place) {
  const { element, surface } = place
  const attributes = {
    class: 'button button-overflow',
    'data-testid': `action-${element.action_id}`,
    'aria-label': surface.reader.texts.moreActions,
  }
  return drawMenu(attributes, '⋯', (close) =>
    (element.options ?? []).map((option) => drawItem(place, option, close)),
  )
}

/** @param {Place} place @param {Option} option @param {() => void} close */
function drawItem(place, option, close) {
  const choose = () => {
    close()
    if (option.url !== undefined) window.open(safeAddress(option.url), '_blank', 'noopener')
    void press(place, option.value)
  }
  return menuItem(
    { 'data-testid': `option-${option.value}`, onclick: choose },
    ...drawText(option.text, place.surface.reader),
  )
}
