import { secretForms } from './secret-forms.ts'
import { privateKeyBegin, secretShapes } from './secret-shapes.ts'

/** What stands where something was removed. */
export const marker = '[redacted]'

const maximumLineLength = 4_000
const keptLineLength = 3_900
const cutNote = '… [line cut]'
/** Shapes are looked for this far into a line, so that what is kept is seen with what follows it. */
const searchedLineLength = 8_000
/** What one removal leaves may complete another secret; beyond this many rounds the text is made to do that. */
const maximumRounds = 5
/** A private key of 16,384 bits has about 200 lines. */
const maximumKeyLines = 400

/**
 * Makes the function that removes secrets from whatever is stored or shown: the declared ones (of six characters
 * or more, also as they look encoded), all that has the shape of a secret, and what matches one of `patterns`
 * (regular expressions). Lines of more than 4,000 characters are cut. The work grows with the length of the text
 * whatever stands in it, as long as `patterns` do. Redacting again changes nothing.
 */
export function redactor(
  secrets: readonly string[],
  patterns: readonly string[] = [],
): (text: string) => string {
  const forms = secretForms(secrets).filter((form) => !marker.includes(form))
  const shapes = [...secretShapes, ...patterns.map((pattern) => new RegExp(pattern, 'g'))]
  const once = (text: string): string =>
    withoutSpans(text, [...literalSpans(text, [...forms, marker]), ...privateKeySpans(text)])
      .split('\n')
      .map((line) => redactLine(line, shapes))
      .join('\n')
  return (text) => {
    let before = text
    for (let round = 0; round < maximumRounds; round += 1) {
      const after = once(before)
      if (after === before) return after
      before = after
    }
    return marker
  }
}

/** The same for text that comes line by line, such as a log: a private key is removed over all its lines. */
export function lineRedactor(redact: (text: string) => string): (line: string) => string {
  let keyLinesLeft = 0
  return (line) => {
    const inside = keyLinesLeft > 0
    const begins = line.search(privateKeyBegin)
    const ends = line.lastIndexOf('-----END ')
    if (begins > ends) keyLinesLeft = maximumKeyLines
    else keyLinesLeft = ends === -1 ? Math.max(0, keyLinesLeft - 1) : 0
    return redact(inside ? withoutKeyLine(line) : line)
  }
}

const withoutKeyLine = (line: string): string =>
  /^[\sA-Za-z0-9+/=]*$/.test(line) ? marker : line.replaceAll(/[A-Za-z0-9+/]{16,}={0,2}/g, marker)

/** From `start` up to, but not with, `end`. */
interface Span {
  start: number
  end: number
}

function redactLine(whole: string, shapes: readonly RegExp[]): string {
  const note = whole.endsWith(cutNote) ? cutNote : ''
  const line = whole.slice(0, whole.length - note.length)
  const searched = line.slice(0, searchedLineLength)
  const spans = [
    ...literalSpans(searched, [marker]),
    ...shapes.flatMap((shape) => shapeSpans(searched, shape)),
  ]
  if (whole.length > maximumLineLength) return cut(withoutSpans(searched, spans, keptLineLength))
  const redacted = withoutSpans(line, spans) + note
  return redacted.length > maximumLineLength ? cut(redacted) : redacted
}

/** Cuts what is redacted already, never through a marker. */
function cut(line: string): string {
  const last = line.lastIndexOf(marker, keptLineLength - 1)
  const throughMarker = last !== -1 && last + marker.length > keptLineLength
  return line.slice(0, throughMarker ? last : keptLineLength) + cutNote
}

/** The text with a marker for each run of spans, and without all that begins at `until` or later. */
function withoutSpans(text: string, spans: readonly Span[], until = text.length): string {
  let kept = ''
  let at = 0
  for (const { start, end } of mergeSpans(spans)) {
    if (start >= until) break
    kept += text.slice(at, start) + marker
    at = end
  }
  return at < until ? kept + text.slice(at, until) : kept
}

/** In order; those that overlap or touch become one. */
function mergeSpans(spans: readonly Span[]): Span[] {
  const merged: Span[] = []
  for (const { start, end } of spans.toSorted((one, other) => one.start - other.start)) {
    const last = merged.at(-1)
    if (last && start <= last.end) last.end = Math.max(last.end, end)
    else merged.push({ start, end })
  }
  return merged
}

function literalSpans(text: string, literals: readonly string[]): Span[] {
  const spans: Span[] = []
  for (const literal of literals) {
    for (
      let start = text.indexOf(literal);
      start !== -1;
      start = text.indexOf(literal, start + literal.length)
    ) {
      spans.push({ start, end: start + literal.length })
    }
  }
  return spans
}

/** A shape's secret is its group `secret`, which ends with the match; without such a group, the whole match. */
function shapeSpans(line: string, shape: RegExp): Span[] {
  const spans: Span[] = []
  for (const match of line.matchAll(shape)) {
    const end = match.index + match[0].length
    const length = (match.groups?.['secret'] ?? match[0]).length
    if (length > 0) spans.push({ start: end - length, end })
  }
  return spans
}

/** From each BEGIN of a private key to its END, or to the end of the text where there is none. */
function privateKeySpans(text: string): Span[] {
  const spans: Span[] = []
  const begin = new RegExp(privateKeyBegin)
  for (let match = begin.exec(text); match; match = begin.exec(text)) {
    const closing = text.indexOf('-----END ', match.index)
    const dashes = closing === -1 ? -1 : text.indexOf('-----', closing + '-----END '.length)
    const end = dashes === -1 ? text.length : dashes + '-----'.length
    spans.push({ start: match.index, end })
    begin.lastIndex = end
  }
  return spans
}
