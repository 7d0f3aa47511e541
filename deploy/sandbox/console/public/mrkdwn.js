/** @import { Node } from './slack.d.ts' */
import { emojiCharacter } from './emoji.js'

/**
 * Slack's mrkdwn as a tree (docs.slack.dev/messaging/formatting-message-text). Pure; `formatted.js` draws it.
 * What is not a known form stays the text it was.
 * @param {string} source
 * @returns {Node[]}
 */
export function parseMrkdwn(source) {
  return source.split(/(```[\s\S]+?```)/).flatMap((part, index, parts) => {
    if (index % 2 === 1) return [{ type: 'pre', text: fenced(part) }]
    return parseLines(withoutFenceBreaks(part, index, parts.length))
  })
}

/** @param {string} part */
function fenced(part) {
  return plain(part.slice(3, -3)).replace(/^\n/, '').replace(/\n$/, '')
}

/**
 * A fence stands on its own lines already: the line breaks beside it would show as empty lines.
 * @param {string} part @param {number} index @param {number} count
 */
function withoutFenceBreaks(part, index, count) {
  const start = index > 0 ? part.replace(/^\n/, '') : part
  return index < count - 1 ? start.replace(/\n$/, '') : start
}

/** @param {string} text @returns {Node[]} */
function parseLines(text) {
  /** @type {{ quoted: boolean, lines: string[] }[]} */
  const groups = []
  for (const line of text.split('\n')) {
    const quoted = /^(?:&gt;|>)/.test(line)
    const last = groups.at(-1)
    const words = quoted ? line.replace(/^(?:&gt;|>) ?/, '') : line
    if (last?.quoted === quoted) last.lines.push(words)
    else groups.push({ quoted, lines: [words] })
  }
  return groups.flatMap(({ quoted, lines }) => {
    const children = parseInline(lines.join('\n'))
    return quoted ? [/** @type {Node} */ ({ type: 'quote', children })] : children
  })
}

// Alternatives never overlap in their first character, so matching stays linear in the common case.
const forms = new RegExp(
  [
    '`(?<code>[^`\\n]+)`',
    '<(?<control>[^<>\\n]+)>',
    '(?<![\\p{L}\\p{N}])(?<mark>[*_~])(?=\\S)(?<marked>(?:<[^<>\\n]+>|`[^`\\n]+`|[^\\n<`])+?)(?<=\\S)\\k<mark>(?![\\p{L}\\p{N}])',
    ':(?<emoji>[a-z0-9_+-]+):',
    '(?<bare>https?://[^\\s<>|`]+)',
  ].join('|'),
  'gu',
)

const marks = /** @type {const} */ ({ '*': 'bold', _: 'italic', '~': 'strike' })

/** @param {string} text @returns {Node[]} */
function parseInline(text) {
  /** @type {Node[]} */
  const nodes = []
  let end = 0
  for (const match of text.matchAll(forms)) {
    const node = nodeOf(match[0], match.groups ?? {})
    if (node === undefined) continue
    pushText(nodes, text.slice(end, match.index))
    nodes.push(...node)
    end = match.index + match[0].length
  }
  pushText(nodes, text.slice(end))
  return nodes
}

/**
 * @param {string} whole @param {Record<string, string | undefined>} groups
 * @returns {Node[] | undefined} `undefined`: it only looked like a form
 */
function nodeOf(whole, { code, control, mark, marked, emoji, bare }) {
  if (code !== undefined) return [{ type: 'code', text: plain(code) }]
  if (control !== undefined) return controlNode(control)
  if (marked !== undefined) {
    return [{ type: marks[/** @type {keyof typeof marks} */ (mark)], children: parseInline(marked) }]
  }
  if (emoji !== undefined)
    return emojiCharacter(emoji) === undefined ? undefined : [{ type: 'emoji', name: emoji }]
  if (bare !== undefined) return bareLink(whole)
  return undefined
}

/** @param {string} whole @returns {Node[]} */
function bareLink(whole) {
  const address = whole.replace(/[.,;:!?'")\]*_~]+$/, '')
  const url = unescaped(address)
  const rest = unescaped(whole.slice(address.length))
  /** @type {Node} */
  const link = { type: 'link', url, children: [{ type: 'text', text: url }] }
  return rest === '' ? [link] : [link, { type: 'text', text: rest }]
}

/**
 * What stands between `<` and `>`.
 * @param {string} control
 * @returns {Node[] | undefined}
 */
function controlNode(control) {
  const [target, label] = splitOnce(control, '|')
  const named = label === undefined ? {} : { label: unescaped(label) }
  if (/^@[UW][A-Z0-9]+$/.test(target)) return [{ type: 'user', id: target.slice(1), ...named }]
  if (/^#[CDG][A-Z0-9]+$/.test(target)) return [{ type: 'channel', id: target.slice(1), ...named }]
  if (/^!(here|channel|everyone)$/.test(target)) return [{ type: 'broadcast', range: target.slice(1) }]
  if (/^!subteam\^S[A-Z0-9]+$/.test(target)) return [{ type: 'group', id: target.slice(9), ...named }]
  if (target.startsWith('!date^')) return dateNode(target, label)
  if (/^(https?:\/\/|mailto:|tel:)/.test(target)) {
    const url = unescaped(target)
    return [
      {
        type: 'link',
        url,
        children: label === undefined ? [{ type: 'text', text: url }] : parseInline(label),
      },
    ]
  }
  return undefined
}

/** `!date^<seconds>^<format>[^<link>]` @param {string} target @param {string | undefined} label @returns {Node[] | undefined} */
function dateNode(target, label) {
  const [, seconds, format, url] = target.split('^')
  const timestamp = Number(seconds)
  if (format === undefined || !Number.isInteger(timestamp)) return undefined
  const fallback = unescaped(label ?? '')
  return [
    { type: 'date', timestamp, format: unescaped(format), fallback, ...(url === undefined ? {} : { url }) },
  ]
}

/** @param {Node[]} nodes @param {string} text */
function pushText(nodes, text) {
  if (text !== '') nodes.push({ type: 'text', text: unescaped(text) })
}

/** Code shows addresses and mentions as they were written, without their brackets. @param {string} text */
function plain(text) {
  const shown = text.replace(
    /<((?:https?:\/\/|mailto:|tel:)[^<>|\n]+)(?:\|([^<>\n]*))?>/g,
    (_, url, label) => label ?? url,
  )
  return unescaped(shown)
}

/** Slack escapes exactly these three. @param {string} text */
function unescaped(text) {
  return text.replaceAll('&lt;', '<').replaceAll('&gt;', '>').replaceAll('&amp;', '&')
}

/** @param {string} text @param {string} separator @returns {[string, string | undefined]} */
function splitOnce(text, separator) {
  const at = text.indexOf(separator)
  return at === -1 ? [text, undefined] : [text.slice(0, at), text.slice(at + 1)]
}
