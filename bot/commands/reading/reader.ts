import type { Locale } from '../../asked.ts'
import type { Texts } from '../../texts/index.ts'
import type { Mrkdwn } from '../../texts/mrkdwn.ts'
import type { Word } from '../words.ts'
import { nearest, simplified } from './nearest.ts'

/** What reading needs to know besides the words. */
export interface Asking {
  texts: Texts
  locale: Locale
  environments: readonly string[]
  now: Date
  /** IANA name: when "18:00" is for the person who typed it. */
  timeZone: string
}

export type Reading<T> =
  /** `typed` is how the value is rightly written, for a form to propose. */
  | { ok: true; value: T; typed: string; rest: readonly Word[] }
  /** `nearest` is the right form that was probably meant; null when nobody could guess. */
  | { ok: false; problem: Mrkdwn; nearest: string | null; rest: readonly Word[] }

/** Takes what it needs from the front of the words. Never throws. */
export type Reader<T> = (words: readonly Word[], asking: Asking) => Reading<T>

export interface WordOptions<T> {
  missing: (texts: Texts) => Mrkdwn
  read(
    text: string,
    asking: Asking,
  ): { value: T; typed: string } | { problem: Mrkdwn; nearest: string | null }
}

/** One word, or a quoted text in its place. */
export function oneWord<T>(options: WordOptions<T>): Reader<T> {
  return ([word, ...rest], asking) => {
    if (word === undefined) return { ok: false, problem: options.missing(asking.texts), nearest: null, rest }
    if (beginsWithDash(word)) return refusedFlag(word, rest, asking)
    const read = options.read(word.text, asking)
    if ('problem' in read) return { ok: false, ...read, rest }
    return {
      ok: true,
      value: read.value,
      typed: /\s/.test(read.typed) ? `"${read.typed}"` : read.typed,
      rest,
    }
  }
}

/** A word by one of its names, in either language and however it is spelled. */
export interface Choice<T> {
  value: T
  names: readonly string[]
}

/** One of a few words. */
export function oneOf<T>(
  choices: readonly Choice<T>[],
  says: { missing: (texts: Texts) => Mrkdwn; unknown: (word: string, texts: Texts) => Mrkdwn },
): Reader<T> {
  return oneWord({
    missing: says.missing,
    read: (word, { texts }) => {
      const choice = choices.find(({ names }) => names.some((name) => simplified(name) === simplified(word)))
      if (choice) return { value: choice.value, typed: word }
      const names = choices.flatMap((one) => one.names)
      return { problem: says.unknown(word, texts), nearest: nearest(word, names) }
    },
  })
}

/** Nothing more was typed: undefined. */
export function optional<T>(reader: Reader<T>): Reader<T | undefined> {
  return (words, asking) =>
    words.length === 0 ? { ok: true, value: undefined, typed: '', rest: words } : reader(words, asking)
}

/**
 * One after the other. When one of them fails the others still read on, so that the form that is proposed has
 * everything right at once.
 */
export function sequence<A>(a: Reader<A>): Reader<[A]>
export function sequence<A, B>(a: Reader<A>, b: Reader<B>): Reader<[A, B]>
export function sequence<A, B, C>(a: Reader<A>, b: Reader<B>, c: Reader<C>): Reader<[A, B, C]>
export function sequence(...readers: Reader<unknown>[]): Reader<unknown[]> {
  return (words, asking) => {
    let rest = words
    const readings = readers.map((reader) => {
      const reading = reader(rest, asking)
      rest = reading.rest
      return reading
    })
    const failed = readings.find((reading) => !reading.ok)
    const forms = readings.map((reading) => (reading.ok ? reading.typed : reading.nearest))
    const typed = forms.every((form) => form !== null) ? forms.filter((form) => form !== '').join(' ') : null
    if (failed && !failed.ok) return { ok: false, problem: failed.problem, nearest: typed, rest }
    return {
      ok: true,
      value: readings.map((reading) => (reading.ok ? reading.value : undefined)),
      typed: typed ?? '',
      rest,
    }
  }
}

export function refusedFlag(word: Word, rest: readonly Word[], { texts }: Asking): Reading<never> {
  return { ok: false, problem: texts.asking.noOptions(word.text), nearest: null, rest }
}

/** Quoted or not, what begins with a dash could be taken for an option by a program further down. */
export const beginsWithDash = (word: Word): boolean => word.kind === 'flag' || /^[\p{Pd}−]/u.test(word.text)
