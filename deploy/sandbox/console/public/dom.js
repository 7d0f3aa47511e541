/** @typedef {Node | string | number | false | null | undefined} Child */
/** @typedef {string | number | boolean | null | undefined | ((event: Event) => unknown)} Attribute */

const addressAttributes = new Set(['href', 'src'])

/**
 * Builds one element. Text only ever becomes text nodes; handlers are functions; addresses must be safe.
 * There is no way from here to HTML source, so nothing a message says can become markup.
 * @template {keyof HTMLElementTagNameMap} Tag
 * @param {Tag} tag
 * @param {Record<string, Attribute>} [attributes] `onclick: fn` listens; `false`, `null` and `undefined` are left out
 * @param {...(Child | Child[])} children
 * @returns {HTMLElementTagNameMap[Tag]}
 */
export function h(tag, attributes = {}, ...children) {
  const element = document.createElement(tag)
  for (const [name, value] of Object.entries(attributes)) setAttribute(element, name, value)
  element.append(...present(children.flat()))
  return element
}

/** @param {HTMLElement} element @param {string} name @param {Attribute} value */
function setAttribute(element, name, value) {
  if (value === false || value === null || value === undefined) return
  if (typeof value === 'function') {
    element.addEventListener(name.replace(/^on/, ''), value)
    return
  }
  if (name.startsWith('on') || name === 'style') return
  if (addressAttributes.has(name)) {
    const safe = safeAddress(String(value))
    if (safe !== undefined) element.setAttribute(name, safe)
    return
  }
  element.setAttribute(name, value === true ? '' : String(value))
}

/** @param {Child[]} children @returns {(Node | string)[]} */
function present(children) {
  return children
    .filter((child) => child !== false && child !== null && child !== undefined)
    .map((child) => (typeof child === 'number' ? String(child) : child))
}

const safeProtocols = new Set(['http:', 'https:', 'mailto:', 'tel:'])

/**
 * The address if it can do nothing but lead somewhere: no `javascript:`, no `data:`.
 * @param {string} address
 */
export function safeAddress(address) {
  try {
    return safeProtocols.has(new URL(address, 'http://localhost/').protocol) ? address : undefined
  } catch {
    return undefined
  }
}

/**
 * @typedef {object} Item
 * @property {string} key
 * @property {string} signature equal signatures mean: draw nothing again
 * @property {(previous: HTMLElement | undefined) => HTMLElement} draw may return the previous element, changed in place
 */

/** @type {WeakMap<Element, { key: string, signature: string }>} */
const drawn = new WeakMap()

/**
 * Makes the parent's children equal to the items, touching only what changed: focus, selection and a
 * half-filled input elsewhere survive.
 * @param {HTMLElement} parent
 * @param {Item[]} items
 */
export function patchList(parent, items) {
  const hadFocus = parent !== document.activeElement && parent.contains(document.activeElement)
  const previous = new Map([...parent.children].map((child) => [drawn.get(child)?.key, child]))
  /** @type {Element | null} */
  let next = parent.firstElementChild
  for (const { key, signature, draw } of items) {
    const before = /** @type {HTMLElement | undefined} */ (previous.get(key))
    previous.delete(key)
    const element = before !== undefined && drawn.get(before)?.signature === signature ? before : draw(before)
    drawn.set(element, { key, signature })
    if (before !== undefined && before !== element) {
      if (next === before) next = element
      replaceKeepingFocus(before, element)
    }
    if (next === element) next = element.nextElementSibling
    else parent.insertBefore(element, next)
  }
  for (const gone of previous.values()) gone.remove()
  if (hadFocus && !parent.contains(document.activeElement)) focusContainer(parent)
}

/**
 * What had the focus is gone, such as the button of a decision that was made: who goes by keyboard goes on from here,
 * not from the top of the page.
 * @param {HTMLElement} container
 */
function focusContainer(container) {
  container.tabIndex = -1
  container.addEventListener('blur', () => container.removeAttribute('tabindex'), { once: true })
  container.focus({ preventScroll: true })
}

/** @param {HTMLElement} before @param {HTMLElement} after */
function replaceKeepingFocus(before, after) {
  const focused = before.contains(document.activeElement) ? document.activeElement : null
  const name = focused?.getAttribute('data-testid')
  before.replaceWith(after)
  if (name === null || name === undefined) return
  const twin =
    after.dataset['testid'] === name ? after : after.querySelector(`[data-testid="${CSS.escape(name)}"]`)
  if (twin instanceof HTMLElement) twin.focus({ preventScroll: true })
}

/** @param {string} id */
export function byId(id) {
  const element = document.getElementById(id)
  if (element === null) throw new Error(`The page lacks #${id}`)
  return element
}
