/**
 * Text in Slack's markup, ready to be shown. Made only here, so that a name, a reason or a log line from outside can
 * never become a mention, a link or a second line of a card.
 */
export interface Mrkdwn {
  readonly mrkdwn: string
}

/** How much of one outside value is shown, in characters of markup. */
const maximumValueLength = 600
/** A longer one would fill the message. */
const maximumUrlLength = 1000

/** Our own words as they are, every plain value made safe: say`*${environment}* runs ${version}`. */
export function say(words: TemplateStringsArray, ...values: (string | number | Mrkdwn)[]): Mrkdwn {
  return { mrkdwn: words.map((word, index) => word + markup(values[index])).join('') }
}

/** Outside text as one line of at most `maximumLength` characters. */
export function outside(text: string, maximumLength: number = maximumValueLength): Mrkdwn {
  return { mrkdwn: clip(oneLine(text), maximumLength, escape) }
}

/** Shown exactly as written, in a fixed-width font. */
export function code(text: string): Mrkdwn {
  return { mrkdwn: `\`${clip(oneLine(text).replaceAll('`', "'"), maximumValueLength, escape)}\`` }
}

export function joined(parts: readonly Mrkdwn[], separator = ' · '): Mrkdwn {
  return { mrkdwn: parts.map((part) => part.mrkdwn).join(separator) }
}

export function lines(parts: readonly Mrkdwn[]): Mrkdwn {
  return joined(parts, '\n')
}

/** A channel by its id; Slack shows its name. */
export function channelLink(id: string): Mrkdwn {
  return { mrkdwn: `<#${id.replaceAll(/[^A-Z0-9]/g, '')}>` }
}

/**
 * An address under a name of ours; null: it is none that may be opened. Slack ends a link at any of `<>|`
 * (docs.slack.dev/messaging/formatting-message-text#linking-urls).
 */
export function link(url: string, name: string): Mrkdwn | null {
  if (!URL.canParse(url) || url.length > maximumUrlLength) return null
  const { protocol, href } = new URL(url)
  if (protocol !== 'https:' && protocol !== 'http:') return null
  const address = href.replaceAll(/[<>|\s]/g, encodeURIComponent).replaceAll('&', '&amp;')
  return { mrkdwn: `<${address}|${outside(name).mrkdwn}>` }
}

/** A person by their Slack id: they are notified. */
export function mention(id: string): Mrkdwn {
  return { mrkdwn: `<@${id.replaceAll(/[^A-Z0-9]/g, '')}>` }
}

/**
 * A moment that Slack shows in the reader's own time zone and language
 * (docs.slack.dev/messaging/formatting-message-text#date-formatting). `format` uses Slack's tokens.
 */
export function dateToken(moment: { at: string; format: string; fallback: string }): Mrkdwn {
  const seconds = Math.floor(Date.parse(moment.at) / 1000)
  if (Number.isNaN(seconds)) return outside(moment.at)
  return { mrkdwn: `<!date^${seconds}^${moment.format}|${outside(moment.fallback).mrkdwn}>` }
}

/** For the few places of Slack that take no markup, such as the errors of a form. */
export function asPlain(text: Mrkdwn): string {
  return text.mrkdwn
    .replaceAll(/<[^<>|]*\|([^<>]*)>/g, '$1')
    .replaceAll(/[*`]/g, '')
    .replaceAll('&lt;', '<')
    .replaceAll('&gt;', '>')
    .replaceAll('&amp;', '&')
}

/** Plain text of at most `maximumLength` characters for labels and titles; never empty, as Slack demands. */
export function plain(text: string, maximumLength: number): string {
  return clip(oneLine(text), maximumLength) || '…'
}

/** The same with line breaks where they are meant, and nowhere else. */
export function plainLines(lines: readonly string[], maximumLength: number): string {
  const written = lines.map(oneLine).filter((line) => line !== '')
  return clip(written.join('\n'), maximumLength) || '…'
}

/** Markup of at most `maximumLength` characters, cut where neither a token, an entity nor a letter is torn. */
export function cut(text: Mrkdwn, maximumLength: number): Mrkdwn {
  if (text.mrkdwn.length <= maximumLength) return text
  let kept = ''
  for (const [atom] of text.mrkdwn.matchAll(/<[^<>]*>|&(?:amp|lt|gt);|[^<&]+|[<&]/g)) {
    const room = maximumLength - kept.length
    // Room for the sign that something is missing is needed as well.
    if (atom.length >= room) return { mrkdwn: kept + (/^[<&]/.test(atom) ? '…' : clip(`${atom}…`, room)) }
    kept += atom
  }
  return { mrkdwn: kept }
}

/** Shortens on letter boundaries (a flag or a family emoji is one letter), with … where something is missing. */
export function clip(text: string, maximumLength: number, write: (text: string) => string = same): string {
  const whole = text.length <= maximumLength ? write(text) : null
  if (whole !== null && whole.length <= maximumLength) return whole
  // One unit more than fits is enough to know where the last whole letter ends.
  return fitting(graphemes(text.slice(0, maximumLength + 1)).map(write), maximumLength)
}

function markup(value: string | number | Mrkdwn | undefined): string {
  if (value === undefined) return ''
  return typeof value === 'object' ? value.mrkdwn : outside(String(value)).mrkdwn
}

/** Slack's own escaping rule: docs.slack.dev/messaging/formatting-message-text#escaping. */
function escape(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;')
}

/** Line breaks and controls become spaces; marks that reorder the text around them and broken letters go. */
function oneLine(text: string): string {
  return text
    .replaceAll(/[\u061C\u200E\u200F\u202A-\u202E\u2066-\u2069]/g, '')
    .replaceAll(/\p{Cs}/gu, '\uFFFD')
    .replaceAll(/[\s\p{Cc}\p{Zl}\p{Zp}]+/gu, ' ')
    .trim()
}

function fitting(atoms: readonly string[], maximumLength: number): string {
  let text = ''
  for (const atom of atoms) {
    if (text.length + atom.length > maximumLength - 1) break
    text += atom
  }
  return `${text}…`
}

const segmenter = new Intl.Segmenter()
const graphemes = (text: string): string[] => [...segmenter.segment(text)].map(({ segment }) => segment)

const same = (text: string): string => text
