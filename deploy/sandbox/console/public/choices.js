/** @import { ElementState, Option } from './slack.d.ts' */
/** @import { Place } from './surface.js' */
import { h } from './dom.js'
import { withEmoji } from './emoji.js'
import { drawText } from './formatted.js'
import { nameOf } from './people.js'
import { change } from './surface.js'

/** @typedef {{ value: string, label: string, group?: string, option?: Option }} Choice */

/** One of several, as the browser's own list: it works with every keyboard, screen reader and phone. @param {Place} place @returns {HTMLElement} */
export function drawSelect(place) {
  const { element, blockId, surface } = place
  const choices = choicesOf(place)
  const selected = selectedValue(surface.inputs.read(blockId, element))
  const select = h(
    'select',
    {
      class: 'select',
      'data-testid': `action-${element.action_id}`,
      'aria-label': element.placeholder?.text,
    },
    h('option', { value: '' }, withEmoji(element.placeholder?.text ?? surface.reader.texts.choose)),
    ...grouped(choices)
      .map(([group, members]) => {
        const options = members.map(({ value, label }) =>
          h('option', { value, selected: value === selected }, label),
        )
        return group === undefined ? options : [h('optgroup', { label: group }, ...options)]
      })
      .flat(),
  )
  select.addEventListener('change', async () => {
    const choice = choices.find(({ value }) => value === select.value)
    const taken = await change(place, selectState(element.type, choice), choice?.value)
    if (!taken) select.value = selected ?? ''
  })
  return select
}

/** @param {Place} place @returns {Choice[]} */
function choicesOf({ element, surface }) {
  const { state } = surface.reader
  switch (element.type) {
    case 'users_select':
    case 'multi_users_select':
      return state.users
        .filter(({ isBot }) => !isBot)
        .map((user) => ({ value: user.id, label: nameOf(user) ?? user.id }))
    case 'channels_select':
    case 'conversations_select':
      return state.channels
        .filter(({ isDm }) => !isDm)
        .map(({ id, name }) => ({ value: id, label: `#${name}` }))
    default: {
      const groups = element.option_groups ?? [{ label: undefined, options: element.options ?? [] }]
      return groups.flatMap(({ label, options }) =>
        options.map((option) => ({
          value: option.value,
          label: optionLabel(option),
          option,
          ...(label === undefined ? {} : { group: withEmoji(label.text) }),
        })),
      )
    }
  }
}

/** @param {Option} option */
function optionLabel({ text, description }) {
  return withEmoji(description === undefined ? text.text : `${text.text} · ${description.text}`)
}

/** @param {Choice[]} choices @returns {[string | undefined, Choice[]][]} */
function grouped(choices) {
  const names = [...new Set(choices.map(({ group }) => group))]
  return names.map((name) => [name, choices.filter(({ group }) => group === name)])
}

/** @param {ElementState} state */
function selectedValue(state) {
  return (
    state.selected_option?.value ??
    state.selected_user ??
    state.selected_channel ??
    state.selected_conversation ??
    undefined
  )
}

/** @param {string} type @param {Choice | undefined} choice @returns {ElementState} */
function selectState(type, choice) {
  const value = choice?.value ?? null
  switch (type) {
    case 'users_select':
      return { type, selected_user: value }
    case 'channels_select':
      return { type, selected_channel: value }
    case 'conversations_select':
      return { type, selected_conversation: value }
    default:
      return { type, selected_option: choice?.option ?? null }
  }
}

/** Several of several: a list that opens beneath its summary. @param {Place} place @returns {HTMLElement} */
export function drawManySelect(place) {
  const { element, blockId, surface } = place
  const summary = h('summary', { class: 'select', 'data-testid': `action-${element.action_id}` })
  const describe = () => {
    const chosen = new Set(manyValues(surface.inputs.read(blockId, element)))
    const labels = choicesOf(place)
      .filter(({ value }) => chosen.has(value))
      .map(({ label }) => label)
    summary.textContent =
      labels.join(', ') || withEmoji(element.placeholder?.text ?? surface.reader.texts.choose)
  }
  describe()
  return h('details', { class: 'many-select' }, summary, drawTicks(place, choicesOf(place), describe))
}

/** @param {Place} place @returns {HTMLElement} */
export function drawCheckboxes(place) {
  const ticks = drawTicks(place, choicesOf(place), () => {})
  ticks.dataset['testid'] = `action-${place.element.action_id}`
  return ticks
}

/** @param {Place} place @param {Choice[]} choices @param {() => void} changed */
function drawTicks(place, choices, changed) {
  const { element, blockId, surface } = place
  const ticked = new Set(manyValues(surface.inputs.read(blockId, element)))
  const boxes = choices.map((choice) =>
    h('input', {
      type: 'checkbox',
      value: choice.value,
      checked: ticked.has(choice.value),
      'data-testid': `option-${choice.value}`,
    }),
  )
  const group = h(
    'div',
    { class: 'ticks', role: 'group' },
    ...choices.map((choice, index) => drawTick(place, choice, boxes[index])),
  )
  group.addEventListener('change', async () => {
    const chosen = choices.filter((_, index) => boxes[index]?.checked)
    const taken = await change(
      place,
      manyState(element.type, chosen),
      chosen.map(({ value }) => value),
    )
    if (!taken) for (const box of boxes) box.checked = ticked.has(box.value)
    changed()
  })
  return group
}

/** @param {ElementState} state */
function manyValues(state) {
  return state.selected_users ?? (state.selected_options ?? []).map(({ value }) => value)
}

/** @param {string} type @param {Choice[]} chosen @returns {ElementState} */
function manyState(type, chosen) {
  if (type === 'multi_users_select') return { type, selected_users: chosen.map(({ value }) => value) }
  return { type, selected_options: chosen.flatMap(({ option }) => (option === undefined ? [] : [option])) }
}

let radioGroups = 0

/** @param {Place} place @returns {HTMLElement} */
export function drawRadioButtons(place) {
  const { element, blockId, surface } = place
  const choices = choicesOf(place)
  const selected = selectedValue(surface.inputs.read(blockId, element))
  radioGroups += 1
  const name = `radio-${radioGroups}`
  const boxes = choices.map(({ value }) =>
    h('input', { type: 'radio', name, value, checked: value === selected, 'data-testid': `option-${value}` }),
  )
  const group = h(
    'div',
    { class: 'ticks', role: 'radiogroup', 'data-testid': `action-${element.action_id}` },
    ...choices.map((choice, index) => drawTick(place, choice, boxes[index])),
  )
  group.addEventListener('change', async () => {
    const choice = choices.find((_, index) => boxes[index]?.checked)
    const taken = await change(place, selectState(element.type, choice), choice?.value)
    if (!taken) for (const box of boxes) box.checked = box.value === selected
  })
  return group
}

/** @param {Place} place @param {Choice} choice @param {HTMLInputElement | undefined} box */
function drawTick({ surface }, { label, option }, box) {
  const text = option === undefined ? [label] : drawText(option.text, surface.reader)
  const description = option?.description
  return h(
    'label',
    { class: 'tick' },
    box,
    h('span', {}, ...text, description && h('small', {}, ...drawText(description, surface.reader))),
  )
}
