/** @import { Block, Element, ElementState } from './slack.d.ts' */
/** @import { Values } from './api.js' */

/**
 * @typedef {object} Inputs what a person has entered on one surface; Slack keeps it when the app updates a view
 * @property {(blockId: string, element: Element) => ElementState} read the present value, at first the initial one
 * @property {(blockId: string, element: Element, state: ElementState) => void} write
 * @property {(blocks: Block[]) => Values} values of the inputs that are there now, as `view.state.values`
 */

/** @param {() => Values | undefined} known what Slack knows of it already @returns {Inputs} */
export function createInputs(known) {
  /** @type {Map<string, ElementState>} */
  const entered = new Map()
  const keyOf = (/** @type {string} */ blockId, /** @type {Element} */ element) =>
    JSON.stringify([blockId, element.action_id, element.type])

  /** @type {Inputs['read']} */
  const read = (blockId, element) => {
    const own = entered.get(keyOf(blockId, element))
    const kept = known()?.[blockId]?.[element.action_id ?? '']
    return own ?? (kept?.type === element.type ? kept : initialState(element))
  }

  return {
    read,
    write: (blockId, element, state) => void entered.set(keyOf(blockId, element), state),
    values: (blocks) => {
      /** @type {Values} */
      const values = {}
      for (const { blockId, element } of statefulElements(blocks)) {
        values[blockId] = { ...values[blockId], [element.action_id ?? '']: read(blockId, element) }
      }
      return values
    },
  }
}

/** @param {Block} block @param {number} index */
export function blockIdOf(block, index) {
  return block.block_id ?? String(index)
}

const stateless = new Set(['button', 'overflow', 'image'])

/** @param {Block[]} blocks */
function statefulElements(blocks) {
  return blocks.flatMap((block, index) => {
    const elements = block.type === 'actions' ? (block.elements ?? []) : [block.element ?? block.accessory]
    return elements.flatMap((element) =>
      element === undefined || element.action_id === undefined || stateless.has(element.type)
        ? []
        : [{ blockId: blockIdOf(block, index), element }],
    )
  })
}

/** @param {Element} element @returns {ElementState} */
function initialState(element) {
  const { type } = element
  switch (type) {
    case 'static_select':
    case 'external_select':
    case 'radio_buttons':
      return { type, selected_option: element.initial_option ?? null }
    case 'multi_static_select':
    case 'multi_external_select':
    case 'checkboxes':
      return { type, selected_options: element.initial_options ?? [] }
    case 'users_select':
      return { type, selected_user: element.initial_user ?? null }
    case 'multi_users_select':
      return { type, selected_users: element.initial_users ?? [] }
    case 'channels_select':
      return { type, selected_channel: element.initial_channel ?? null }
    case 'conversations_select':
      return { type, selected_conversation: element.initial_conversation ?? null }
    case 'datepicker':
      return { type, selected_date: element.initial_date ?? null }
    case 'timepicker':
      return { type, selected_time: element.initial_time ?? null }
    case 'datetimepicker':
      return { type, selected_date_time: element.initial_date_time ?? null }
    default:
      return { type, value: element.initial_value ?? null }
  }
}
