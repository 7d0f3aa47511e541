/** @import { Attribute, Child } from './dom.js' */
import { moveFocus, placeBeside } from './beside.js'
import { h } from './dom.js'

let menus = 0

/**
 * A button with a menu beneath it; arrow keys walk through it.
 * @param {Record<string, Attribute>} attributes of the button
 * @param {Child} label
 * @param {(close: () => void) => HTMLElement[]} drawItems
 */
export function drawMenu(attributes, label, drawItems) {
  menus += 1
  const id = `menu-${menus}`
  const items = drawItems(() => menu.hidePopover())
  const menu = h('div', { id, class: 'menu', popover: 'auto', role: 'menu' }, ...items)
  const button = h(
    'button',
    { type: 'button', 'aria-haspopup': 'menu', popovertarget: id, ...attributes },
    label,
  )
  menu.addEventListener('toggle', () => {
    if (!menu.matches(':popover-open')) return
    placeBeside(menu, button)
    items[0]?.focus()
  })
  menu.addEventListener('keydown', (event) => moveFocus(event, items))
  return h('span', { class: 'overflow' }, button, menu)
}

/** @param {Record<string, Attribute>} attributes @param {...Child} words */
export function menuItem(attributes, ...words) {
  return h('button', { type: 'button', role: 'menuitem', class: 'menu-item', ...attributes }, ...words)
}
