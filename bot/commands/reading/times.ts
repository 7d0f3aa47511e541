import { typedAgain } from '../words.ts'
import { simplified } from './nearest.ts'
import { refusedFlag, type Asking, type Reader } from './reader.ts'

/** The longest time in words: "until tomorrow at 08:00". */
const maximumWords = 4

/** "until 18:00", "até amanhã 8h", "until 2026-11-24 08:00", "por 2h30": a moment that is still to come. */
export const until: Reader<Date> = (words, asking) => {
  const { asking: texts } = asking.texts
  const [first] = words
  if (first === undefined || first.kind === 'quoted') {
    return { ok: false, problem: texts.missing.time, nearest: null, rest: words }
  }
  if (first.kind === 'flag') return refusedFlag(first, words.slice(1), asking)
  for (let count = Math.min(maximumWords, bareWords(words)); count > 0; count -= 1) {
    const typed = typedAgain(words.slice(0, count))
    const moment = readMoment(typed, asking)
    if (moment === null) continue
    const rest = words.slice(count)
    if (moment > asking.now) return { ok: true, value: moment, typed, rest }
    return { ok: false, problem: texts.timeHasPassed(typed), nearest: null, rest }
  }
  const typed = typedAgain(words.slice(0, bareWords(words)))
  const rest = words.slice(bareWords(words))
  return { ok: false, problem: texts.notATime(typed), nearest: completedTime(typed, asking), rest }
}

/** What "4h" or "18:00" alone was meant to be. */
function completedTime(typed: string, asking: Asking): string | null {
  const { forWord, untilWord } = asking.texts.asking
  return [`${forWord} ${typed}`, `${untilWord} ${typed}`].find((form) => readMoment(form, asking)) ?? null
}

function bareWords(words: readonly { kind: string }[]): number {
  const end = words.findIndex(({ kind }) => kind !== 'word')
  return end === -1 ? words.length : end
}

/** The moment a phrase names, null when it names none. */
export function readMoment(phrase: string, asking: Pick<Asking, 'now' | 'timeZone' | 'locale'>): Date | null {
  const text = simplified(phrase).replaceAll(/\s+/g, ' ').trim()
  const length = /^(?:for|por) (.+)$/.exec(text)?.[1]
  if (length !== undefined) return afterLength(length, asking.now)
  const point = /^(?:until|ate) (?:(?:at|as?) )?(.+)$/.exec(text)?.[1]
  return point === undefined ? null : atPoint(point, asking)
}

/** "2h", "90 min", "1h30", "2 dias" from now. */
function afterLength(text: string, now: Date): Date | null {
  const parts =
    /^(\d{1,4}) ?(m|min|minutos?|minutes?|h|horas?|hours?|d|dias?|days?)(?: ?(\d{1,2}) ?(?:m|min)?)?$/.exec(
      text,
    )
  if (!parts) return null
  const [, amount = '0', unit = 'm', more = '0'] = parts
  const unitMinutes = unit.startsWith('m') ? 1 : unit.startsWith('h') ? 60 : 24 * 60
  const minutes = Number(amount) * unitMinutes + Number(more)
  return minutes === 0 ? null : new Date(now.getTime() + minutes * 60_000)
}

interface Day {
  year: number
  month: number
  day: number
}

interface Clock {
  hour: number
  minute: number
}

/** "18:00" is the next 18:00; with a day before it, that day's. */
function atPoint(
  text: string,
  { now, timeZone, locale }: Pick<Asking, 'now' | 'timeZone' | 'locale'>,
): Date | null {
  const parts = /^(?:(\S+)(?:t| (?:(?:at|as?) )?))?(\d{1,2})(?::|h)(\d{2})?h?$/.exec(text)
  if (!parts) return null
  const [, dayText, hour = '', minute] = parts
  const clock = { hour: Number(hour), minute: Number(minute ?? '0') }
  const hasMinute = minute !== undefined || /\dh$/.test(text)
  if (!hasMinute || clock.hour > 23 || clock.minute > 59) return null
  const today = dayIn(timeZone, now)
  if (dayText !== undefined) {
    const day = readDay(dayText, today, locale)
    return day === null ? null : momentOf(day, clock, timeZone)
  }
  const next = momentOf(today, clock, timeZone)
  return next !== null && next <= now ? momentOf(dayAfter(today), clock, timeZone) : next
}

function readDay(text: string, today: Day, locale: Asking['locale']): Day | null {
  if (text === 'today' || text === 'hoje') return today
  if (text === 'tomorrow' || text === 'amanha') return dayAfter(today)
  const iso = /^(\d{4})-(\d{2})-(\d{2})$/.exec(text)
  if (iso) return realDay({ year: Number(iso[1]), month: Number(iso[2]), day: Number(iso[3]) })
  // 11/12 is the 11th of December in Brazil, and something else elsewhere.
  const slashed = locale === 'pt-BR' ? /^(\d{1,2})\/(\d{1,2})(?:\/(\d{4}))?$/.exec(text) : null
  if (!slashed) return null
  const [, day, month, year = today.year] = slashed
  const named = realDay({ year: Number(year), month: Number(month), day: Number(day) })
  return named !== null && slashed[3] === undefined && isBefore(named, today)
    ? realDay({ ...named, year: named.year + 1 })
    : named
}

const isBefore = (one: Day, other: Day): boolean =>
  one.year * 10_000 + one.month * 100 + one.day < other.year * 10_000 + other.month * 100 + other.day

/** Null for a 30th of February. */
function realDay(day: Day): Day | null {
  const date = new Date(Date.UTC(day.year, day.month - 1, day.day))
  return date.getUTCMonth() === day.month - 1 && date.getUTCDate() === day.day && day.year >= 2000
    ? day
    : null
}

function dayAfter({ year, month, day }: Day): Day {
  const date = new Date(Date.UTC(year, month - 1, day + 1))
  return { year: date.getUTCFullYear(), month: date.getUTCMonth() + 1, day: date.getUTCDate() }
}

function dayIn(timeZone: string, at: Date): Day {
  const { year, month, day } = wallClock(timeZone, at)
  return { year, month, day }
}

/**
 * When the clocks on the walls of a time zone show this. The offset is looked up twice, because it may change
 * between the first guess and the moment meant; an hour that a change of clocks skips gives the one after it.
 */
function momentOf(day: Day, clock: Clock, timeZone: string): Date | null {
  const asUtc = Date.UTC(day.year, day.month - 1, day.day, clock.hour, clock.minute)
  const guess = asUtc - offset(timeZone, new Date(asUtc))
  const moment = new Date(asUtc - offset(timeZone, new Date(guess)))
  return Number.isNaN(moment.getTime()) ? null : moment
}

/** Milliseconds by which the wall clock is ahead of UTC. */
function offset(timeZone: string, at: Date): number {
  const { year, month, day, hour, minute } = wallClock(timeZone, at)
  return Date.UTC(year, month - 1, day, hour, minute) - Math.floor(at.getTime() / 60_000) * 60_000
}

function wallClock(timeZone: string, at: Date): Day & Clock {
  const options = {
    year: 'numeric',
    month: 'numeric',
    day: 'numeric',
    hour: 'numeric',
    minute: 'numeric',
  } as const
  const parts = new Intl.DateTimeFormat('en-US', { ...options, timeZone, hourCycle: 'h23' }).formatToParts(at)
  const part = (type: string): number => Number(parts.find((one) => one.type === type)?.value)
  return {
    year: part('year'),
    month: part('month'),
    day: part('day'),
    hour: part('hour'),
    minute: part('minute'),
  }
}
