import type { Locale } from '../asked.ts'

/** 9 s, 1 min 12 s, 2 h 5 min: the units are written alike in both languages. */
export function duration(milliseconds: number): string {
  const seconds = Math.max(0, Math.round(milliseconds / 1000))
  const minutes = Math.floor(seconds / 60)
  const hours = Math.floor(minutes / 60)
  if (minutes === 0) return `${seconds} s`
  if (hours === 0) return withRest(`${minutes} min`, seconds % 60, 's')
  return withRest(`${hours} h`, minutes % 60, 'min')
}

/** "há 3 horas", "ontem": how long ago something was, in the largest unit that fits. */
export function ago(milliseconds: number, locale: Locale): string {
  const format = new Intl.RelativeTimeFormat(locale, { numeric: 'auto' })
  const minutes = Math.max(0, Math.round(milliseconds / 60_000))
  if (minutes < 60) return format.format(-minutes, 'minute')
  if (minutes < 48 * 60) return format.format(-Math.round(minutes / 60), 'hour')
  return format.format(-Math.round(minutes / (24 * 60)), 'day')
}

export function number(value: number, locale: Locale): string {
  return new Intl.NumberFormat(locale, { maximumFractionDigits: 1 }).format(value)
}

/** Decimal units, as disks and clouds are sold: 12,4 MB. */
export function bytes(count: number, locale: Locale): string {
  const units = ['B', 'kB', 'MB', 'GB', 'TB']
  const power = Math.min(Math.floor(Math.log10(Math.max(count, 1)) / 3), units.length - 1)
  return `${number(count / 1000 ** power, locale)} ${units[power] ?? 'B'}`
}

/** "staging, production e development" */
export function list(items: readonly string[], locale: Locale): string {
  return new Intl.ListFormat(locale, { type: 'conjunction' }).format(items)
}

/** "aprovador ou administrador" */
export function anyOf(items: readonly string[], locale: Locale): string {
  return new Intl.ListFormat(locale, { type: 'disjunction' }).format(items)
}

/** Day and time in words of the language, e.g. "23/11/2026, 14:02". */
export function dayAndTime(at: Date, locale: Locale, timeZone: string): string {
  return new Intl.DateTimeFormat(locale, { dateStyle: 'short', timeStyle: 'short', timeZone }).format(at)
}

const withRest = (whole: string, rest: number, unit: string): string =>
  rest === 0 ? whole : `${whole} ${rest} ${unit}`
