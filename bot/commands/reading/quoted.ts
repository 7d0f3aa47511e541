import type { Texts } from '../../texts/index.ts'
import type { Mrkdwn } from '../../texts/mrkdwn.ts'
import { typedAgain, type Word } from '../words.ts'
import { nearest, simplified } from './nearest.ts'
import { optional, refusedFlag, type Asking, type Reader, type Reading } from './reader.ts'

interface QuotedOptions {
  missing: (texts: Texts) => Mrkdwn
  minimum: number
  maximum: number
}

/** The engine's own bounds for reasons: engine/http/schemas.ts. */
export const reasonLength = { minimum: 3, maximum: 500 }

/** Why something is done: "between quotes". */
export const reason = quoted({ missing: (texts) => texts.asking.missing.reason, ...reasonLength })

/** What an incident is about. */
export const title = quoted({ missing: (texts) => texts.asking.missing.title, minimum: 3, maximum: 200 })

const overrideNames = ['override', 'forçar', 'force']

/** override "reason", or nothing. */
export const override: Reader<string | undefined> = (words, asking) => {
  const [word, ...rest] = words
  if (word === undefined) return { ok: true, value: undefined, typed: '', rest }
  if (word.kind === 'flag') return refusedFlag(word, rest, asking)
  if (word.kind === 'quoted') return withoutKeyword(words, asking)
  const name = overrideNamed(word)
  const said = reason(rest, asking)
  if (name !== undefined) return withKeyword(word.text, said)
  const meant = nearest(word.text, overrideNames)
  return {
    ok: false,
    problem: asking.texts.asking.tooMany(word.text),
    nearest: joinedForm(meant, said),
    rest: said.rest,
  }
}

/** For a value that may be left out before an override. */
export function unlessOverride<T>(reader: Reader<T>): Reader<T | undefined> {
  return (words, asking) => {
    const [next] = words
    const isOverride = next?.kind === 'quoted' || (next !== undefined && overrideNamed(next) !== undefined)
    return isOverride
      ? { ok: true, value: undefined, typed: '', rest: words }
      : optional(reader)(words, asking)
  }
}

const overrideNamed = ({ text }: Word): string | undefined =>
  overrideNames.find((one) => simplified(one) === simplified(text))

/** A reason alone: it can only have been meant as an override. */
function withoutKeyword(words: readonly Word[], asking: Asking): Reading<never> {
  const said = reason(words, asking)
  const problem = asking.texts.asking.tooMany(words[0]?.text ?? '')
  return { ok: false, problem, nearest: joinedForm(asking.texts.asking.overrideWord, said), rest: said.rest }
}

function withKeyword(keyword: string, said: Reading<string>): Reading<string> {
  if (said.ok) return { ...said, typed: `${keyword} ${said.typed}` }
  return { ...said, nearest: joinedForm(keyword, said) }
}

/** Where nothing like an override was meant, the right form is the one without. */
function joinedForm(keyword: string | null, said: Reading<string>): string | null {
  if (keyword === null) return ''
  const form = said.ok ? said.typed : said.nearest
  return form === null ? null : `${keyword} ${form}`
}

/** A text between quotes, within these bounds. */
export function quoted({ missing, minimum, maximum }: QuotedOptions): Reader<string> {
  return (words, asking) => {
    const { asking: texts } = asking.texts
    const [word, ...rest] = words
    if (word === undefined) return { ok: false, problem: missing(asking.texts), nearest: null, rest }
    if (word.kind !== 'quoted') return unquoted(words, asking)
    const text = withoutDashes(word.text)
    if (text.length < minimum) return { ok: false, problem: texts.tooShort(minimum), nearest: null, rest }
    if (text.length > maximum) return { ok: false, problem: texts.tooLong(maximum), nearest: null, rest }
    return { ok: true, value: text, typed: `"${text}"`, rest }
  }
}

/** Bare words where a text was due: all of them up to the next quote or flag were probably meant. */
function unquoted(words: readonly Word[], asking: Asking): Reading<never> {
  const end = words.findIndex(({ kind }) => kind === 'quoted' || kind === 'flag')
  const meant = end === -1 ? words : words.slice(0, end)
  const [first] = words
  if (first?.kind === 'flag') return refusedFlag(first, words.slice(1), asking)
  return {
    ok: false,
    problem: asking.texts.asking.needsQuotes,
    nearest: `"${typedAgain(meant)}"`,
    rest: words.slice(meant.length),
  }
}

/** No value ever begins with a dash, not even a sentence. */
const withoutDashes = (text: string): string => text.replace(/^[\s\p{Pd}−]+/u, '')
