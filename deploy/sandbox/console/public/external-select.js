/** @import { Option } from './slack.d.ts' */
/** @import { Place } from './surface.js' */
import { moveFocus, placeBeside } from './beside.js'
import { h } from './dom.js'
import { withEmoji } from './emoji.js'
import { change, namesOf } from './surface.js'

let lists = 0

/**
 * A choice whose options the app supplies while one types: a combobox (WAI-ARIA's pattern).
 * @param {Place} place
 * @returns {HTMLElement}
 */
export function drawExternalSelect(place) {
  const { element, blockId, surface } = place
  const { texts } = surface.reader
  let chosen = surface.inputs.read(blockId, element).selected_option ?? null
  let asked = 0
  /** @type {Promise<void>} */
  let answered = Promise.resolve()

  lists += 1
  const list = h('div', {
    id: `options-${lists}`,
    class: 'menu combobox-list',
    role: 'listbox',
    popover: 'manual',
    'aria-label': texts.options,
  })
  const input = h('input', {
    class: 'field',
    type: 'text',
    role: 'combobox',
    autocomplete: 'off',
    'aria-expanded': 'false',
    'aria-controls': list.id,
    'aria-autocomplete': 'list',
    'aria-label': element.placeholder?.text,
    'data-testid': `action-${element.action_id}`,
    placeholder: withEmoji(element.placeholder?.text ?? texts.search),
    value: chosen === null ? '' : withEmoji(chosen.text.text),
  })

  const show = (/** @type {boolean} */ open) => {
    list.togglePopover(open)
    if (open) {
      list.style.width = `${input.offsetWidth}px`
      placeBeside(list, input)
    }
    input.setAttribute('aria-expanded', String(open))
  }

  async function search() {
    asked += 1
    const mine = asked
    const value = input.value.trim()
    if (value.length < (element.min_query_length ?? 3)) return show(false)
    const groups = await surface.options({ ...namesOf(place), value })
    if (mine !== asked) return
    const drawn = groups.flatMap(({ label, options }) => [
      ...(label === undefined ? [] : [h('p', { class: 'menu-group' }, withEmoji(label.text))]),
      ...options.map((option) => drawOption(option, () => void choose(option))),
    ])
    const options = drawn.length > 0 ? drawn : [h('p', { class: 'menu-note' }, texts.noOptions)]
    replaceKeepingPlace(list, options, input)
    show(true)
  }

  async function choose(/** @type {Option} */ option) {
    const before = chosen
    chosen = option
    input.value = withEmoji(option.text.text)
    show(false)
    input.focus()
    const taken = await change(place, { type: element.type, selected_option: option }, option.value)
    if (taken) return
    chosen = before
    input.value = before === null ? '' : withEmoji(before.text.text)
  }

  /** As in Slack, Enter takes the first that fits, also when it is still to come; it never sends the form meanwhile. */
  async function chooseFirst() {
    await answered
    if (list.matches(':popover-open') && document.activeElement === input)
      list.querySelector('button')?.click()
  }

  input.addEventListener('input', () => (answered = search()))
  input.addEventListener('keydown', (event) => {
    const shown = chosen === null ? '' : withEmoji(chosen.text.text)
    if (event.key !== 'Enter' || (input.value === shown && !list.matches(':popover-open'))) return
    event.preventDefault()
    void chooseFirst()
  })
  input.addEventListener('focus', () => {
    if (element.min_query_length === 0 && chosen === null) answered = search()
  })
  const box = h('div', { class: 'combobox' }, input, list)
  box.addEventListener('keydown', (event) => moveThroughList(event, input, list, () => show(false)))
  box.addEventListener('focusout', (event) => {
    if (box.contains(/** @type {Node | null} */ (event.relatedTarget))) return
    show(false)
    // What was only typed is no choice: the field says what is chosen.
    chosen = surface.inputs.read(blockId, element).selected_option ?? null
    input.value = chosen === null ? '' : withEmoji(chosen.text.text)
  })
  return box
}

/**
 * Options that come late take the place of those somebody has begun to go through: at the same option still, if it is
 * among them, else in the field.
 * @param {HTMLElement} list
 * @param {HTMLElement[]} options
 * @param {HTMLElement} input
 */
function replaceKeepingPlace(list, options, input) {
  const at = list.contains(document.activeElement)
    ? document.activeElement?.getAttribute('data-testid')
    : null
  const before = [...list.childNodes]
  list.append(...options)
  if (typeof at === 'string') (options.find(({ dataset }) => dataset['testid'] === at) ?? input).focus()
  for (const old of before) old.remove()
}

/** @param {Option} option @param {() => void} choose */
function drawOption({ text, value, description }, choose) {
  return h(
    'button',
    {
      type: 'button',
      role: 'option',
      // Arrow keys walk through the list; Tab goes on to the next field.
      tabindex: -1,
      class: 'menu-item',
      'data-testid': `option-${value}`,
      onclick: choose,
    },
    withEmoji(text.text),
    description && h('small', {}, withEmoji(description.text)),
  )
}

/** @param {KeyboardEvent} event @param {HTMLElement} input @param {HTMLElement} list @param {() => void} close */
function moveThroughList(event, input, list, close) {
  if (!list.matches(':popover-open')) return
  if (event.key === 'Escape') {
    event.preventDefault()
    event.stopPropagation()
    input.focus()
    return close()
  }
  moveFocus(event, [input, ...list.querySelectorAll('button')])
}
