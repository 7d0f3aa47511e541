/** @import { Node, RichElement } from './slack.d.ts' */

/**
 * A `rich_text` block's elements as the same tree mrkdwn becomes.
 * @param {RichElement[]} elements
 * @returns {Node[]}
 */
export function parseRichText(elements) {
  return elements.map((element) => {
    const children = (element.elements ?? []).flatMap(inlineNode)
    switch (element.type) {
      case 'rich_text_quote':
        return { type: 'quote', children }
      case 'rich_text_preformatted':
        return {
          type: 'pre',
          text: (element.elements ?? []).map(({ text, url }) => text ?? url ?? '').join(''),
        }
      case 'rich_text_list':
        return {
          type: 'list',
          ordered: element.style === 'ordered',
          indent: element.indent ?? 0,
          start: (element.offset ?? 0) + 1,
          items: (element.elements ?? []).map((item) => (item.elements ?? []).flatMap(inlineNode)),
        }
      default:
        return { type: 'paragraph', children }
    }
  })
}

/** @param {RichElement} element @returns {Node[]} */
function inlineNode(element) {
  const node = contentNode(element)
  if (node === undefined) return []
  const style = typeof element.style === 'object' ? element.style : {}
  let styled =
    style.code === true && node.type === 'text' ? /** @type {Node} */ ({ ...node, type: 'code' }) : node
  for (const mark of /** @type {const} */ (['bold', 'italic', 'strike'])) {
    if (style[mark] === true) styled = { type: mark, children: [styled] }
  }
  return [styled]
}

/** @param {RichElement} element @returns {Node | undefined} */
function contentNode(element) {
  const { type, text = '', url = '' } = element
  switch (type) {
    case 'text':
      return { type: 'text', text }
    case 'link':
      return { type: 'link', url, children: [{ type: 'text', text: text === '' ? url : text }] }
    case 'user':
      return { type: 'user', id: element.user_id ?? '' }
    case 'usergroup':
      return { type: 'group', id: element.usergroup_id ?? '' }
    case 'channel':
      return { type: 'channel', id: element.channel_id ?? '' }
    case 'broadcast':
      return { type: 'broadcast', range: element.range ?? 'here' }
    case 'emoji':
      return { type: 'emoji', name: element.name ?? '' }
    case 'color':
      return { type: 'code', text: element.value ?? '' }
    case 'date':
      return {
        type: 'date',
        timestamp: element.timestamp ?? 0,
        format: element.format ?? '{date_short_pretty}',
        fallback: element.fallback ?? '',
      }
    default:
      return undefined
  }
}
