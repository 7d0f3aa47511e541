/** @import { Node as TextNode, State } from './slack.d.ts' */
/** @import { Texts } from './texts/texts.js' */
import { slackDate } from './dates.js'
import { h } from './dom.js'
import { emojiCharacter, withEmoji } from './emoji.js'
import { parseMrkdwn } from './mrkdwn.js'
import { nameOf, userOf } from './people.js'

/** @typedef {{ state: State, texts: Texts }} Reader who reads, and in which language */

/**
 * A Block Kit text object.
 * @param {{ type: string, text: string } | string | undefined} text
 * @param {Reader} reader
 * @returns {(globalThis.Node | string)[]}
 */
export function drawText(text, reader) {
  if (text === undefined) return []
  if (typeof text === 'string') return drawNodes(parseMrkdwn(text), reader)
  return text.type === 'plain_text' ? [withEmoji(text.text)] : drawNodes(parseMrkdwn(text.text), reader)
}

/** @param {TextNode[]} nodes @param {Reader} reader @returns {(globalThis.Node | string)[]} */
export function drawNodes(nodes, reader) {
  return nodes.map((node) => drawNode(node, reader))
}

/** @param {TextNode} node @param {Reader} reader @returns {globalThis.Node | string} */
function drawNode(node, reader) {
  switch (node.type) {
    case 'text':
      return node.text
    case 'bold':
      return h('strong', {}, ...drawNodes(node.children, reader))
    case 'italic':
      return h('em', {}, ...drawNodes(node.children, reader))
    case 'strike':
      return h('s', {}, ...drawNodes(node.children, reader))
    case 'code':
      return h('code', {}, node.text)
    case 'pre':
      return h('pre', { tabindex: '0' }, node.text)
    case 'quote':
      return h('blockquote', {}, ...drawNodes(node.children, reader))
    case 'paragraph':
      return h('p', {}, ...drawNodes(node.children, reader))
    case 'heading':
      return h(
        'p',
        { class: `heading-${node.level}`, role: 'heading', 'aria-level': node.level + 2 },
        ...drawNodes(node.children, reader),
      )
    case 'rule':
      return h('hr')
    case 'list':
      return drawList(node, reader)
    case 'table':
      return drawTable(node, reader)
    case 'link':
      return drawLink(node.url, drawNodes(node.children, reader))
    case 'emoji':
      return h(
        'span',
        { role: 'img', 'aria-label': node.name, title: `:${node.name}:` },
        emojiCharacter(node.name) ?? `:${node.name}:`,
      )
    case 'date':
      return drawDate(node, reader)
    default:
      return drawMention(node, reader)
  }
}

/** @param {Extract<TextNode, { type: 'list' }>} list @param {Reader} reader */
function drawList({ ordered, indent, start, items }, reader) {
  const drawn = items.map((item) => h('li', {}, ...drawNodes(item, reader)))
  const depth = `depth-${Math.min(indent, 4)}`
  return ordered ? h('ol', { start, class: depth }, ...drawn) : h('ul', { class: depth }, ...drawn)
}

/** @param {Extract<TextNode, { type: 'table' }>} table @param {Reader} reader */
export function drawTable({ rows, align, header }, reader) {
  const drawn = rows.map((row, rowIndex) =>
    h(
      'tr',
      {},
      ...row.map((cell, column) =>
        h(
          header && rowIndex === 0 ? 'th' : 'td',
          { class: align[column] && `align-${align[column]}` },
          ...drawNodes(cell, reader),
        ),
      ),
    ),
  )
  return h('div', { class: 'table', tabindex: '0' }, h('table', {}, h('tbody', {}, ...drawn)))
}

/** @param {string} url @param {(globalThis.Node | string)[]} children */
function drawLink(url, children) {
  return h('a', { href: url, target: '_blank', rel: 'noopener noreferrer' }, ...children)
}

/** @param {Extract<TextNode, { type: 'date' }>} date @param {Reader} reader */
function drawDate({ timestamp, format, url, fallback }, { texts }) {
  const moment = new Date(timestamp * 1000)
  if (Number.isNaN(moment.getTime())) return fallback
  const time = h(
    'time',
    { datetime: moment.toISOString(), 'data-timestamp': timestamp, 'data-format': format, title: fallback },
    slackDate(timestamp, format, new Date(), texts),
  )
  return url === undefined ? time : drawLink(url, [time])
}

/**
 * Dates such as "há 3 minutos" grow old on the screen: writes them again.
 * @param {HTMLElement} root
 * @param {Texts} texts
 */
export function refreshDates(root, texts) {
  for (const time of root.querySelectorAll('time[data-format]')) {
    const { timestamp, format = '' } = /** @type {HTMLElement} */ (time).dataset
    if (format.includes('{ago}')) time.textContent = slackDate(Number(timestamp), format, new Date(), texts)
  }
}

/** @param {Extract<TextNode, { type: 'user' | 'channel' | 'group' | 'broadcast' }>} mention @param {Reader} reader */
function drawMention(mention, { state, texts }) {
  const self = mention.type === 'user' && mention.id === state.user.id
  const kind = self || mention.type === 'broadcast' ? 'mention mention-you' : 'mention'
  return h('span', { class: kind }, mentionText(mention, state, texts))
}

/** @param {Extract<TextNode, { type: 'user' | 'channel' | 'group' | 'broadcast' }>} mention @param {State} state @param {Texts} texts */
function mentionText(mention, state, texts) {
  switch (mention.type) {
    case 'user':
      return `@${nameOf(userOf(mention.id, state)) ?? mention.label ?? texts.unknownPerson}`
    case 'channel':
      return `#${state.channels.find(({ id }) => id === mention.id)?.name ?? mention.label ?? mention.id}`
    case 'group':
      return `@${state.userGroups?.find(({ id }) => id === mention.id)?.handle ?? mention.label?.replace(/^@/, '') ?? mention.id}`
    case 'broadcast':
      return `@${mention.range}`
  }
}
