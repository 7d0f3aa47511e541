/** @import { Texts } from './texts/texts.js' */
import { h } from './dom.js'

/**
 * @typedef {object} Composer
 * @property {HTMLElement} element
 * @property {(texts: Texts, placeholder: string) => void} translate
 * @property {(text: string, options?: { focus?: boolean }) => void} put writes text for the person to send, replacing what was there
 * @property {() => string} text
 */

/**
 * Where one writes. Enter sends, Shift+Enter breaks the line; `/` offers the commands, arrow keys choose, Tab
 * or Enter completes; arrow up in the empty composer brings the last sent text back.
 * @param {{ name: string, send: (text: string) => void }} options `name` prefixes the test ids
 * @returns {Composer}
 */
export function createComposer({ name, send }) {
  const prefix = name === '' ? '' : `${name}-`
  /** @type {Texts | undefined} */
  let texts
  let chosen = 0
  let lastSent = ''

  const list = h('div', { id: `${prefix}commands`, class: 'suggestions', role: 'listbox', hidden: true })
  const hint = h('div', { class: 'composer-hint', 'aria-live': 'polite', hidden: true })
  const field = h('textarea', {
    rows: 1,
    'data-testid': `${prefix}composer`,
    'aria-controls': `${prefix}commands`,
    'aria-haspopup': 'listbox',
    'aria-autocomplete': 'list',
    autocomplete: 'off',
    spellcheck: 'false',
  })
  const slash = h(
    'button',
    { type: 'button', class: 'icon-button composer-slash', onclick: () => put('/') },
    '/',
  )
  const button = h(
    'button',
    { type: 'button', class: 'send', 'data-testid': `${prefix}send`, disabled: true, onclick: submit },
    h('span', { class: 'icon icon-send', 'aria-hidden': 'true' }),
  )
  const bar = h(
    'div',
    { class: 'composer-bar' },
    ...(name === '' ? [slash, h('span', { id: 'shortcuts' })] : []),
    hint,
    button,
  )
  const element = h('div', { class: 'composer' }, list, h('div', { class: 'composer-box' }, field, bar))

  /** @param {string} text @param {{ focus?: boolean }} [options] */
  function put(text, { focus = true } = {}) {
    field.value = text
    if (focus) field.focus()
    field.setSelectionRange(text.length, text.length)
    changed()
  }

  function submit() {
    const text = field.value.trim()
    if (text === '') return
    lastSent = text
    field.value = ''
    changed()
    send(text)
  }

  function matches() {
    const typed = field.value
    if (name !== '' || !/^\/\S*$/.test(typed)) return []
    return Object.entries(texts?.commandHints ?? {}).filter(
      ([command]) => command.startsWith(typed) && command !== typed,
    )
  }

  function changed() {
    chosen = 0
    button.disabled = field.value.trim() === ''
    field.style.height = 'auto'
    field.style.height = `${Math.min(field.scrollHeight, 200)}px`
    drawSuggestions()
    drawHint()
  }

  function drawSuggestions() {
    const found = matches()
    list.hidden = found.length === 0
    list.replaceChildren(
      ...found.map(([command, words], index) =>
        h(
          'button',
          {
            type: 'button',
            id: `${prefix}command-${index}`,
            role: 'option',
            tabindex: -1,
            class: 'suggestion',
            'aria-selected': String(index === chosen),
            'data-testid': `suggestion-${command}`,
            onclick: () => put(`${command} `),
          },
          h('strong', {}, command),
          h('code', {}, words.hint),
          h('span', {}, words.description),
        ),
      ),
    )
    if (found.length > 0) field.setAttribute('aria-activedescendant', `${prefix}command-${chosen}`)
    else field.removeAttribute('aria-activedescendant')
    list.querySelector('[aria-selected="true"]')?.scrollIntoView({ block: 'nearest' })
  }

  function drawHint() {
    const words = Object.entries(texts?.commandHints ?? {}).find(
      ([command]) => field.value.split(/\s/)[0] === command,
    )
    hint.hidden = words === undefined || name !== ''
    if (words !== undefined) hint.replaceChildren(h('strong', {}, words[0]), ` ${words[1].hint}`)
  }

  /** @param {KeyboardEvent} event @returns {boolean} whether the list took the key */
  function steerSuggestions(event) {
    const found = matches()
    if (found.length === 0) return false
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key]
    if (step !== undefined) {
      chosen = (chosen + step + found.length) % found.length
      drawSuggestions()
      return true
    }
    if (event.key === 'Escape') {
      list.hidden = true
      return true
    }
    if ((event.key !== 'Enter' && event.key !== 'Tab') || list.hidden) return false
    put(`${found[chosen]?.[0] ?? field.value} `)
    return true
  }

  field.addEventListener('input', changed)
  field.addEventListener('keydown', (event) => {
    if (event.isComposing) return
    if (steerSuggestions(event)) return event.preventDefault()
    if (event.key === 'ArrowUp' && field.value === '' && lastSent !== '') {
      event.preventDefault()
      put(lastSent)
    }
    if (event.key === 'Enter' && !event.shiftKey) {
      event.preventDefault()
      submit()
    }
  })

  return {
    element,
    translate: (language, placeholder) => {
      texts = language
      field.placeholder = placeholder
      field.setAttribute('aria-label', placeholder)
      button.setAttribute('aria-label', language.send)
      slash.setAttribute('aria-label', language.startCommand)
      slash.title = language.startCommand
      list.setAttribute('aria-label', language.commands)
    },
    put,
    text: () => field.value,
  }
}
