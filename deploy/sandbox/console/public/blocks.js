/** @import { Block, Cell, Element, Text } from './slack.d.ts' */
/** @import { Surface } from './surface.js' */
/** @import { Item } from './dom.js' */
import { h } from './dom.js'
import { drawElement } from './elements.js'
import { drawNodes, drawTable, drawText } from './formatted.js'
import { drawImage } from './images.js'
import { blockIdOf } from './inputs.js'
import { parseMarkdown } from './markdown.js'
import { parseRichText } from './rich-text.js'

/**
 * Block Kit blocks (docs.slack.dev/reference/block-kit/blocks) as items to draw: one is drawn again only when it
 * changed.
 * @param {Block[]} blocks
 * @param {Surface} surface
 * @param {Record<string, string>} [errors] a form's complaints by block id
 * @returns {Item[]}
 */
export function blockItems(blocks, surface, errors = {}) {
  return blocks.map((block, index) => {
    const blockId = blockIdOf(block, index)
    const error = errors[blockId]
    return {
      key: `${index} ${block.type}`,
      signature: JSON.stringify([block, error, surface.reader.texts.language, namesIn(block, surface)]),
      draw: () => drawBlock(block, { blockId, surface, error }),
    }
  })
}

/** Blocks that name or offer people and channels change with them. @param {Block} block @param {Surface} surface */
function namesIn(block, { reader: { state } }) {
  const source = JSON.stringify(block)
  if (
    !/<[@#!]|"(user|channel|usergroup|(multi_)?users_select|channels_select|conversations_select)"/.test(
      source,
    )
  )
    return null
  return [
    state.user.id,
    state.users.map(({ id, realName }) => [id, realName]),
    state.channels.map(({ id, name }) => [id, name]),
  ]
}

/** @typedef {{ blockId: string, surface: Surface, error: string | undefined }} Context */

/** @param {Block} block @param {Context} context @returns {HTMLElement} */
function drawBlock(block, context) {
  const { reader } = context.surface
  switch (block.type) {
    case 'header':
      return h('h3', { class: 'block block-header' }, ...drawText(block.text, reader))
    case 'section':
      return drawSection(block, context)
    case 'context':
      return drawContext(block, context)
    case 'actions':
      return drawActions(block, context)
    case 'divider':
      return h('hr', { class: 'block' })
    case 'image':
      return drawImageBlock(block, context)
    case 'input':
      return drawInput(block, context)
    case 'rich_text':
      return h('div', { class: 'block formatted' }, ...drawNodes(parseRichText(block.elements ?? []), reader))
    case 'markdown':
      return h(
        'div',
        { class: 'block formatted' },
        ...drawNodes(parseMarkdown(typeof block.text === 'string' ? block.text : ''), reader),
      )
    case 'table':
      return drawTableBlock(block, context)
    default:
      return h('p', { class: 'block unsupported' }, reader.texts.unsupported(block.type))
  }
}

/** @param {Block} block @param {Context} context */
function drawSection(block, context) {
  const { surface } = context
  const fields = (block.fields ?? []).map((field) =>
    h('div', { class: 'formatted' }, ...drawText(field, surface.reader)),
  )
  return h(
    'div',
    { class: 'block block-section' },
    h(
      'div',
      { class: 'section-words' },
      block.text && h('div', { class: 'formatted' }, ...drawText(block.text, surface.reader)),
      fields.length > 0 && h('div', { class: 'section-fields' }, ...fields),
    ),
    block.accessory &&
      h('div', { class: 'section-accessory' }, drawElement({ element: block.accessory, block, ...context })),
  )
}

/** @param {Block} block @param {Context} context */
function drawContext(block, { surface }) {
  /** @type {(Element | Text)[]} */
  const elements = block.elements ?? []
  return h(
    'div',
    { class: 'block block-context' },
    ...elements.map((element) =>
      element.type === 'image'
        ? drawImage(/** @type {Element} */ (element), surface.reader)
        : h('span', { class: 'formatted' }, ...drawText(/** @type {Text} */ (element), surface.reader)),
    ),
  )
}

/** @param {Block} block @param {Context} context */
function drawActions(block, context) {
  /** @type {Element[]} */
  const elements = block.elements ?? []
  return h(
    'div',
    { class: 'block block-actions' },
    ...elements.map((element) => drawElement({ element, block, ...context })),
  )
}

/** @param {Block} block @param {Context} context */
function drawImageBlock(block, { surface }) {
  return h(
    'figure',
    { class: 'block block-image' },
    block.title && h('figcaption', {}, ...drawText(block.title, surface.reader)),
    drawImage(block, surface.reader),
  )
}

let inputs = 0

/** @param {Block} block @param {Context} context */
function drawInput(block, context) {
  const { surface, error, blockId } = context
  const { texts } = surface.reader
  if (block.element === undefined) return h('div', { class: 'block' })
  inputs += 1
  const [labelId, noteId] = [`label-${inputs}`, `note-${inputs}`]
  const element = drawElement({ element: block.element, block, ...context })
  const control = element.matches('.combobox') ? (element.querySelector('input') ?? element) : element
  control.removeAttribute('aria-label')
  control.setAttribute('aria-labelledby', labelId)
  control.setAttribute('aria-describedby', noteId)
  if (error !== undefined) control.setAttribute('aria-invalid', 'true')
  if (block.optional !== true) control.setAttribute('aria-required', 'true')
  return h(
    'div',
    {
      class: error === undefined ? 'block block-input' : 'block block-input with-error',
      'data-testid': `block-${blockId}`,
    },
    h(
      'span',
      { id: labelId, class: 'input-label', onclick: () => control.focus() },
      ...drawText(block.label, surface.reader),
      block.optional === true && h('span', { class: 'input-optional' }, ` (${texts.optional})`),
    ),
    element,
    h(
      'span',
      { id: noteId, class: 'input-note' },
      error === undefined
        ? block.hint && h('span', {}, ...drawText(block.hint, surface.reader))
        : h('span', { class: 'input-error', role: 'alert' }, error),
    ),
  )
}

/** @param {Block} block @param {Context} context */
function drawTableBlock(block, { surface }) {
  const rows = (block.rows ?? []).map((row) => row.map((cell) => cellNodes(cell)))
  const align = (block.column_settings ?? []).map((column) => column?.align)
  const table = drawTable({ type: 'table', rows, align, header: true }, surface.reader)
  table.classList.add('block')
  return table
}

/** @param {Cell} cell @returns {import('./slack.d.ts').Node[]} */
function cellNodes(cell) {
  return cell.type === 'raw_text' ? [{ type: 'text', text: cell.text }] : parseRichText(cell.elements)
}
