import type { Block, StateValues } from './state.ts'

/** An element as it stands in a block. */
export type Element = { type: string; action_id?: string; [key: string]: unknown }

/** For each element type: the field of its state, the field of its initial value, and what a person may give. */
const fields: Record<
  string,
  { state: string; initial: string; kind: 'option' | 'text' | 'options' | 'texts' }
> = {
  plain_text_input: { state: 'value', initial: 'initial_value', kind: 'text' },
  number_input: { state: 'value', initial: 'initial_value', kind: 'text' },
  email_text_input: { state: 'value', initial: 'initial_value', kind: 'text' },
  url_text_input: { state: 'value', initial: 'initial_value', kind: 'text' },
  rich_text_input: { state: 'rich_text_value', initial: 'initial_value', kind: 'text' },
  datepicker: { state: 'selected_date', initial: 'initial_date', kind: 'text' },
  timepicker: { state: 'selected_time', initial: 'initial_time', kind: 'text' },
  datetimepicker: { state: 'selected_date_time', initial: 'initial_date_time', kind: 'text' },
  static_select: { state: 'selected_option', initial: 'initial_option', kind: 'option' },
  external_select: { state: 'selected_option', initial: 'initial_option', kind: 'option' },
  radio_buttons: { state: 'selected_option', initial: 'initial_option', kind: 'option' },
  overflow: { state: 'selected_option', initial: '', kind: 'option' },
  checkboxes: { state: 'selected_options', initial: 'initial_options', kind: 'options' },
  multi_static_select: { state: 'selected_options', initial: 'initial_options', kind: 'options' },
  multi_external_select: { state: 'selected_options', initial: 'initial_options', kind: 'options' },
  users_select: { state: 'selected_user', initial: 'initial_user', kind: 'text' },
  multi_users_select: { state: 'selected_users', initial: 'initial_users', kind: 'texts' },
  channels_select: { state: 'selected_channel', initial: 'initial_channel', kind: 'text' },
  multi_channels_select: { state: 'selected_channels', initial: 'initial_channels', kind: 'texts' },
  conversations_select: {
    state: 'selected_conversation',
    initial: 'initial_conversation',
    kind: 'text',
  },
  multi_conversations_select: {
    state: 'selected_conversations',
    initial: 'initial_conversations',
    kind: 'texts',
  },
}

/** The element's state after a person chose or typed `given`: a string, a list of them, or the state itself. */
export function stateOf(element: Element, given: unknown): Record<string, unknown> {
  const field = fields[element.type]
  if (field === undefined) return { type: element.type }
  if (isObject(given) && field.state in given) return { type: element.type, ...given }
  return { type: element.type, [field.state]: valueOf(element, field.kind, given) }
}

/** The state of every input that keeps one, before anybody touched it. */
export function initialValues(blocks: Block[]): StateValues {
  const values: StateValues = {}
  for (const block of blocks)
    for (const element of elementsOf(block)) {
      const field = fields[element.type]
      if (field === undefined || element.type === 'overflow') continue
      const initial = element[field.initial] ?? (field.state.endsWith('s') ? [] : null)
      const ofBlock = (values[block.block_id ?? ''] ??= {})
      ofBlock[element.action_id ?? ''] = { type: element.type, [field.state]: initial }
    }
  return values
}

/** True when the person has given nothing. */
export function isEmptyState(state: Record<string, unknown> | undefined): boolean {
  const { type: _type, ...rest } = state ?? {}
  return Object.values(rest).every(
    (value) => value == null || value === '' || (Array.isArray(value) && value.length === 0),
  )
}

/** The interactive elements of a block, wherever they stand in it. */
export function elementsOf(block: Block): Element[] {
  const candidates = [block['elements'], block['element'], block['accessory'], block['actions']].flat()
  return candidates.filter(isElement)
}

/** Every option an element offers, grouped or not. */
function optionsOf(element: Element): { value: string }[] {
  const groups = Array.isArray(element['option_groups']) ? element['option_groups'] : []
  const lists = [
    element['options'],
    ...groups.map((group: unknown) => (isObject(group) ? group['options'] : [])),
  ]
  return lists.flat().filter((option): option is { value: string } => isObject(option) && 'value' in option)
}

function valueOf(element: Element, kind: 'option' | 'text' | 'options' | 'texts', given: unknown): unknown {
  if (kind === 'option') return given == null || given === '' ? null : optionFor(element, given)
  if (kind === 'options') return listOf(given).map((one) => optionFor(element, one))
  if (kind === 'texts') return listOf(given)
  return given === undefined || given === '' ? null : given
}

/** The offered option; for an external select, whose options the app holds, one made of the value. */
function optionFor(element: Element, given: unknown): unknown {
  if (isObject(given)) return given
  const value = String(given)
  const offered = optionsOf(element).find((option) => option.value === value)
  if (offered !== undefined || !element.type.includes('external')) return offered ?? null
  return { text: { type: 'plain_text', text: value, emoji: true }, value }
}

function listOf(given: unknown): unknown[] {
  return Array.isArray(given) ? given : given == null || given === '' ? [] : [given]
}

function isElement(value: unknown): value is Element {
  return isObject(value) && typeof value['type'] === 'string' && 'action_id' in value
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
