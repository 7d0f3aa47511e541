/** @import { Option } from './slack.d.ts' */
/** @import { Place } from './surface.js' */
import { moveFocus, placeBeside } from './beside.js'
import { h, safeAddress } from './dom.js'
import { drawText } from './formatted.js'
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

let menus = 0

/** The "…" menu. @param {Place} place @returns {HTMLElement} */
export function drawOverflow(place) {
  const { element, surface } = place
  menus += 1
  const id = `overflow-${menus}`
  const items = (element.options ?? []).map((option) => drawItem(place, option, () => menu.hidePopover()))
  const menu = h('div', { id, class: 'menu', popover: 'auto', role: 'menu' }, ...items)
  const button = h(
    'button',
    {
      class: 'button button-overflow',
      type: 'button',
      'data-testid': `action-${element.action_id}`,
      'aria-label': surface.reader.texts.moreActions,
      'aria-haspopup': 'menu',
      popovertarget: id,
    },
    '⋯',
  )
  menu.addEventListener('toggle', () => {
    if (!menu.matches(':popover-open')) return
    placeBeside(menu, button)
    items[0]?.focus()
  })
  menu.addEventListener('keydown', (event) => moveFocus(event, items))
  return h('span', { class: 'overflow' }, button, menu)
}

/** @param {Place} place @param {Option} option @param {() => void} close */
function drawItem(place, option, close) {
  const choose = () => {
    close()
    if (option.url !== undefined) window.open(safeAddress(option.url), '_blank', 'noopener')
    void press(place, option.value)
  }
  return h(
    'button',
    {
      type: 'button',
      role: 'menuitem',
      class: 'menu-item',
      'data-testid': `option-${option.value}`,
      onclick: choose,
    },
    ...drawText(option.text, place.surface.reader),
  )
}
