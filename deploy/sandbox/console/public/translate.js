/** @import { Texts } from './texts/texts.js' */
import { byId } from './dom.js'

let shown = ''

/** Writes the fixed texts of the page in its language. @param {Texts} texts */
export function translate(texts) {
  if (shown === texts.language) return
  shown = texts.language
  document.documentElement.lang = texts.language
  for (const element of document.querySelectorAll('[data-text]')) {
    element.textContent = textNamed(texts, /** @type {HTMLElement} */ (element).dataset['text'])
  }
  for (const element of document.querySelectorAll('[data-label]')) {
    const label = textNamed(texts, /** @type {HTMLElement} */ (element).dataset['label'])
    element.setAttribute('aria-label', label)
    element.setAttribute('title', label)
  }
  for (const element of document.querySelectorAll('[data-hint]')) {
    element.setAttribute('title', textNamed(texts, /** @type {HTMLElement} */ (element).dataset['hint']))
  }
  byId('sidebar').setAttribute('aria-label', texts.navigation)
  const language = /** @type {HTMLAnchorElement} */ (byId('language'))
  language.lang = texts.language === 'en' ? 'pt-BR' : 'en'
  // The place one is at goes along.
  const address = () => `?lang=${language.lang}${location.hash}`
  language.href = address()
  // Somebody who may approve stands beside whoever one is.
  const together = /** @type {HTMLAnchorElement} */ (byId('together'))
  together.onclick = () => {
    const [, person = 'U0OPERATOR', place = 'C0OPSALERTS'] = location.hash.split('/')
    const other = person === 'U0APPROVER' ? 'U0OPERATOR' : 'U0APPROVER'
    together.href = `together.html?people=${person},${other}&place=${place}&lang=${texts.language}`
  }
  together.href = 'together.html'
  language.onclick = () => void (language.href = address())
}

/** @param {Texts} texts @param {string | undefined} name */
function textNamed(texts, name) {
  const text = Object.entries(texts).find(([key]) => key === name)?.[1]
  return typeof text === 'string' ? text : ''
}
