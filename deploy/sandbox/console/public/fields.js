/** @import { ElementState } from './slack.d.ts' */
/** @import { Place } from './surface.js' */
import { momentAt, wallClock } from './dates.js'
import { h } from './dom.js'
import { withEmoji } from './emoji.js'
import { change } from './surface.js'

const inputTypes = /** @type {const} */ ({
  plain_text_input: 'text',
  email_text_input: 'email',
  url_text_input: 'url',
  number_input: 'number',
})

/** @param {Place} place @returns {HTMLElement} */
export function drawTextField(place) {
  const { element, blockId, surface } = place
  const value = surface.inputs.read(blockId, element).value ?? ''
  const attributes = {
    class: 'field',
    'data-testid': `action-${element.action_id}`,
    placeholder: element.placeholder && withEmoji(element.placeholder.text),
    maxlength: element.max_length,
    autofocus: element.focus_on_load,
    autocomplete: 'off',
  }
  const number = element.type === 'number_input'
  const field =
    element.multiline === true
      ? h('textarea', { ...attributes, rows: 4 }, value)
      : h('input', {
          ...attributes,
          type: inputTypes[/** @type {keyof typeof inputTypes} */ (element.type)],
          min: number && element.min_value,
          max: number && element.max_value,
          step: number && (element.is_decimal_allowed === true ? 'any' : 1),
          value,
        })
  const state = () => ({ type: element.type, value: field.value === '' ? null : field.value })
  field.addEventListener('input', () => surface.inputs.write(blockId, element, state()))
  field.addEventListener('change', () => void change(place, state(), field.value))
  return field
}

/** @param {Place} place @returns {HTMLElement} */
export function drawDateField(place) {
  const { element, blockId, surface } = place
  const { type } = element
  const field = h('input', {
    class: 'field field-date',
    type: { datepicker: 'date', timepicker: 'time' }[type] ?? 'datetime-local',
    'data-testid': `action-${element.action_id}`,
    'aria-label': element.placeholder?.text,
    value: dateValue(surface.inputs.read(blockId, element)),
  })
  field.addEventListener('change', () => {
    const state = dateState(type, field.value)
    void change(place, state, state.selected_date_time ?? field.value)
  })
  return field
}

/** @param {ElementState} state */
function dateValue({ selected_date, selected_time, selected_date_time }) {
  if (typeof selected_date_time === 'number') {
    return wallClock(new Date(selected_date_time * 1000))
  }
  return selected_date ?? selected_time ?? ''
}

/** @param {string} type @param {string} value @returns {ElementState} */
function dateState(type, value) {
  const entered = value === '' ? null : value
  if (type === 'datepicker') return { type, selected_date: entered }
  if (type === 'timepicker') return { type, selected_time: entered }
  return {
    type,
    selected_date_time: entered === null ? null : Math.floor(momentAt(entered).getTime() / 1000),
  }
}
