/** @import { Node } from './slack.d.ts' */
import { emojiCharacter } from './emoji.js'

/**
 * A `markdown` block's text (docs.slack.dev/reference/block-kit/blocks/markdown-block) as the same tree mrkdwn
 * becomes. HTML in it stays the text it is.
 * @param {string} source
 * @returns {Node[]}
 */
export function parseMarkdown(source) {
  const lines = source.replaceAll('\r\n', '\n').split('\n')
  /** @type {Node[]} */
  const nodes = []
  while (lines.length > 0) {
    const node =
      takeFence(lines) ?? takeLine(lines) ?? takeTable(lines) ?? takeList(lines) ?? takeQuote(lines)
    const taken = node ?? takeParagraph(lines)
    if (taken !== undefined) nodes.push(taken)
  }
  return nodes
}

/** @param {string[]} lines @returns {Node | undefined} */
function takeFence(lines) {
  if (!/^\s*```/.test(lines[0] ?? '')) return undefined
  lines.shift()
  const end = lines.findIndex((line) => /^\s*```\s*$/.test(line))
  const body = lines.splice(0, end === -1 ? lines.length : end)
  lines.shift()
  return { type: 'pre', text: body.join('\n') }
}

/** A heading or a rule. @param {string[]} lines @returns {Node | undefined} */
function takeLine(lines) {
  const heading = /^(#{1,6})\s+(.+?)\s*#*$/.exec(lines[0] ?? '')
  if (heading !== null) {
    lines.shift()
    return { type: 'heading', level: heading[1]?.length ?? 1, children: parseInline(heading[2] ?? '') }
  }
  if (!/^\s*([-*_])(\s*\1){2,}\s*$/.test(lines[0] ?? '')) return undefined
  lines.shift()
  return { type: 'rule' }
}

/** @param {string[]} lines @returns {Node | undefined} */
function takeTable(lines) {
  const isRow = (/** @type {string | undefined} */ line) => line?.trim().startsWith('|') === true
  if (!isRow(lines[0]) || !/^\s*\|?[\s:|-]*-[\s:|-]*$/.test(lines[1] ?? '')) return undefined
  const end = lines.findIndex((line) => !isRow(line))
  const [head = '', ruler = '', ...body] = lines.splice(0, end === -1 ? lines.length : end)
  const align = cells(ruler).map((cell) =>
    cell.endsWith(':') ? (cell.startsWith(':') ? 'center' : 'right') : undefined,
  )
  return {
    type: 'table',
    header: true,
    align,
    rows: [head, ...body].map((row) => cells(row).map(parseInline)),
  }
}

/** @param {string} row */
function cells(row) {
  return row
    .trim()
    .replace(/^\||\|$/g, '')
    .split('|')
    .map((cell) => cell.trim())
}

const itemForm = /^(\s*)(?:([-*+])|(\d+)[.)])\s+(.*)$/

/** Items of one level; a deeper or other list is the next node. @param {string[]} lines @returns {Node | undefined} */
function takeList(lines) {
  const first = itemForm.exec(lines[0] ?? '')
  if (first === null) return undefined
  /** @type {Node[][]} */
  const items = []
  for (let item = first; item !== null && item[1] === first[1] && !item[2] === !first[2];) {
    items.push(parseInline(item[4] ?? ''))
    lines.shift()
    const next = itemForm.exec(lines[0] ?? '')
    if (next === null) break
    item = next
  }
  const indent = Math.floor((first[1]?.length ?? 0) / 2)
  return { type: 'list', ordered: first[2] === undefined, indent, start: Number(first[3] ?? 1), items }
}

/** @param {string[]} lines @returns {Node | undefined} */
function takeQuote(lines) {
  if (!lines[0]?.startsWith('>')) return undefined
  const end = lines.findIndex((line) => !line.startsWith('>'))
  const quoted = lines.splice(0, end === -1 ? lines.length : end)
  return { type: 'quote', children: parseInline(quoted.map((line) => line.replace(/^> ?/, '')).join('\n')) }
}

/** @param {string[]} lines @returns {Node | undefined} */
function takeParagraph(lines) {
  const starts = /^(\s*```|#{1,6}\s|>|\s*([-*+]|\d+[.)])\s)/
  const end = lines.findIndex((line, index) => line.trim() === '' || (index > 0 && starts.test(line)))
  const taken = lines.splice(0, end === -1 ? lines.length : Math.max(end, 1))
  const text = taken.join('\n').trim()
  return text === '' ? undefined : { type: 'paragraph', children: parseInline(text) }
}

const forms = new RegExp(
  [
    '`(?<code>[^`\\n]+)`',
    '\\[(?<label>[^\\[\\]\\n]+)\\]\\((?<url>[^\\s()<>]+)\\)',
    '(?<bold>\\*\\*|__)(?=\\S)(?<strong>[^\\n]+?)(?<=\\S)\\k<bold>',
    '~~(?=\\S)(?<struck>[^\\n]+?)(?<=\\S)~~',
    '(?<![\\p{L}\\p{N}*_])(?<mark>[*_])(?=[^\\s*_])(?<slanted>[^\\n*_]+)\\k<mark>(?![\\p{L}\\p{N}*_])',
    ':(?<emoji>[a-z0-9_+-]+):',
    '(?<bare>https?://[^\\s<>|`)]+)',
  ].join('|'),
  'gu',
)

/** @param {string} text @returns {Node[]} */
function parseInline(text) {
  /** @type {Node[]} */
  const nodes = []
  let end = 0
  for (const match of text.matchAll(forms)) {
    const node = nodeOf(match.groups ?? {})
    if (node === undefined) continue
    if (match.index > end) nodes.push({ type: 'text', text: text.slice(end, match.index) })
    nodes.push(node)
    end = match.index + match[0].length
  }
  if (end < text.length) nodes.push({ type: 'text', text: text.slice(end) })
  return nodes
}

/** @param {Record<string, string | undefined>} groups @returns {Node | undefined} */
function nodeOf({ code, label, url, strong, struck, slanted, emoji, bare }) {
  if (code !== undefined) return { type: 'code', text: code }
  if (label !== undefined) return { type: 'link', url: url ?? '', children: parseInline(label) }
  if (strong !== undefined) return { type: 'bold', children: parseInline(strong) }
  if (struck !== undefined) return { type: 'strike', children: parseInline(struck) }
  if (slanted !== undefined) return { type: 'italic', children: parseInline(slanted) }
  if (emoji !== undefined && emojiCharacter(emoji) !== undefined) return { type: 'emoji', name: emoji }
  if (bare !== undefined) return { type: 'link', url: bare, children: [{ type: 'text', text: bare }] }
  return undefined
}
