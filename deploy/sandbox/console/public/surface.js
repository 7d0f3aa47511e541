/** @import { Block, Element, ElementState } from './slack.d.ts' */
/** @import { Press } from './api.js' */
/** @import { Reader } from './formatted.js' */
/** @import { Inputs } from './inputs.js' */
import { askConfirm } from './confirm.js'

/**
 * @typedef {object} Surface what blocks live on: a message, a modal or the App Home
 * @property {Reader} reader
 * @property {Inputs} inputs
 * @property {(press: Press) => Promise<void>} act tells the app
 * @property {(press: Press) => Promise<import('./slack.d.ts').OptionGroup[]>} options asks the app for choices
 */

/** @typedef {{ element: Element, block: Block, blockId: string, surface: Surface }} Place one element in its block */

/**
 * Tells the app that the person used the element, after asking them where the app wants that.
 * @param {Place} place
 * @param {unknown} [value] what was chosen or entered
 * @returns {Promise<boolean>} false: they thought better of it
 */
export async function press({ element, block, surface }, value) {
  if (element.confirm !== undefined && !(await askConfirm(element.confirm, surface.reader))) return false
  await surface.act({ ...namesOf({ element, block }), ...(value === undefined ? {} : { value }) })
  return true
}

/**
 * Records what was chosen or entered, and tells Slack, which tells the app at once, except of an input block's
 * value, which waits for the form to be sent.
 * @param {Place} place
 * @param {ElementState} state
 * @param {unknown} value
 * @returns {Promise<boolean>} false: not taken, the person said no to the confirmation
 */
export async function change(place, state, value) {
  const { element, blockId, surface } = place
  const before = surface.inputs.read(blockId, element)
  surface.inputs.write(blockId, element, state)
  const taken = await press(place, value)
  if (!taken) surface.inputs.write(blockId, element, before)
  return taken
}

/**
 * The names Slack knows an element by.
 * @param {Pick<Place, 'element' | 'block'>} place
 */
export function namesOf({ element, block }) {
  return {
    actionId: element.action_id ?? '',
    ...(block.block_id === undefined ? {} : { blockId: block.block_id }),
  }
}
