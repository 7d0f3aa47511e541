/**
 * Opens a popover beneath what it belongs to, or above where there is no room; above dialogs too.
 * @param {HTMLElement} menu
 * @param {HTMLElement} anchor
 */
export function placeBeside(menu, anchor) {
  const { left, bottom, top } = anchor.getBoundingClientRect()
  const fitsBelow = bottom + menu.offsetHeight + 8 < window.innerHeight
  menu.style.left = `${Math.max(8, Math.min(left, window.innerWidth - menu.offsetWidth - 8))}px`
  menu.style.top = `${fitsBelow ? bottom + 4 : top - menu.offsetHeight - 4}px`
}

/**
 * Arrow keys go round.
 * @param {KeyboardEvent} event
 * @param {HTMLElement[]} stops
 */
export function moveFocus(event, stops) {
  const step = { ArrowDown: 1, ArrowUp: -1 }[event.key]
  if (step === undefined) return
  event.preventDefault()
  const at = stops.findIndex((stop) => stop === document.activeElement)
  stops.at((at + step) % stops.length)?.focus()
}
