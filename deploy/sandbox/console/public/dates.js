/** @import { Texts } from './texts/texts.js' */

const timeZone = 'America/Sao_Paulo'

/** @type {Map<string, Intl.DateTimeFormat>} */
const formats = new Map()

/** @param {string} language @param {Intl.DateTimeFormatOptions} options */
function format(language, options) {
  const key = language + JSON.stringify(options)
  // 1:05 PM, but 09:05.
  const hour =
    options.hour !== undefined && language === 'en' ? { hour: /** @type {const} */ ('numeric') } : {}
  const known = formats.get(key) ?? new Intl.DateTimeFormat(language, { timeZone, ...options, ...hour })
  formats.set(key, known)
  return known
}

/** A Slack `ts` ("1754312345.000100") as a moment. @param {string} ts */
export function momentOf(ts) {
  return new Date(Number(ts) * 1000)
}

/** "14:05" @param {Date} moment @param {Texts} texts */
export function clock(moment, texts) {
  return format(texts.language, { hour: '2-digit', minute: '2-digit' }).format(moment)
}

/** "14:05:09" @param {Date} moment @param {Texts} texts */
export function clockWithSeconds(moment, texts) {
  return format(texts.language, { hour: '2-digit', minute: '2-digit', second: '2-digit' }).format(moment)
}

/** "4 de agosto de 2026 às 14:05:09" @param {Date} moment @param {Texts} texts */
export function fullMoment(moment, texts) {
  return format(texts.language, { dateStyle: 'long', timeStyle: 'medium' }).format(moment)
}

/** The day in the workspace's time zone, to compare: "2026-08-04" @param {Date} moment */
export function dayOf(moment) {
  return format('en-CA', { year: 'numeric', month: '2-digit', day: '2-digit' }).format(moment)
}

/** "Hoje", "Ontem", "terça-feira, 4 de agosto" @param {Date} moment @param {Date} now @param {Texts} texts */
export function dayLabel(moment, now, texts) {
  return (
    relativeDay(moment, now, texts) ??
    format(texts.language, { weekday: 'long', day: 'numeric', month: 'long' }).format(moment)
  )
}

/** The clock on the wall, as a date field takes it: "2026-08-04T14:05" @param {Date} moment */
export function wallClock(moment) {
  const options = /** @type {const} */ ({ hour: '2-digit', minute: '2-digit', hourCycle: 'h23' })
  return `${dayOf(moment)}T${format('en-GB', options).format(moment)}`
}

/** The moment at which that clock shows it. @param {string} wall */
export function momentAt(wall) {
  const guess = new Date(`${wall}Z`)
  const ahead = new Date(`${wallClock(guess)}Z`).getTime() - guess.getTime()
  return new Date(guess.getTime() - ahead)
}

const oneDayMilliseconds = 86_400_000

/** @param {Date} moment @param {Date} now @param {Texts} texts */
function relativeDay(moment, now, texts) {
  const day = dayOf(moment)
  if (day === dayOf(now)) return texts.today
  if (day === dayOf(new Date(now.getTime() - oneDayMilliseconds))) return texts.yesterday
  if (day === dayOf(new Date(now.getTime() + oneDayMilliseconds))) return texts.tomorrow
  return undefined
}

/** @type {Record<string, Intl.DateTimeFormatOptions>} */
const tokens = {
  date: { dateStyle: 'long' },
  date_long: { dateStyle: 'full' },
  date_long_full: { dateStyle: 'full' },
  date_short: { dateStyle: 'medium' },
  date_slash: { dateStyle: 'short' },
  time: { hour: '2-digit', minute: '2-digit' },
  time_secs: { hour: '2-digit', minute: '2-digit', second: '2-digit' },
}

/**
 * Slack's `<!date^…>` text (docs.slack.dev/messaging/formatting-message-text#date-formatting).
 * @param {number} timestamp seconds
 * @param {string} wanted e.g. "{date_short_pretty} {time}"
 * @param {Date} now
 * @param {Texts} texts
 */
export function slackDate(timestamp, wanted, now, texts) {
  const moment = new Date(timestamp * 1000)
  return wanted.replace(/\{([a-z_]+)\}/g, (whole, name) => {
    if (name === 'ago') return ago(moment, now, texts)
    if (name === 'date_num') return dayOf(moment)
    const options = tokens[name.replace(/_pretty$/, '')]
    if (options === undefined) return whole
    const pretty = name.endsWith('_pretty') ? relativeDay(moment, now, texts) : undefined
    return pretty?.toLowerCase() ?? format(texts.language, options).format(moment)
  })
}

const units = /** @type {const} */ ([
  ['day', 86_400],
  ['hour', 3_600],
  ['minute', 60],
  ['second', 1],
])

/** @param {Date} moment @param {Date} now @param {Texts} texts */
function ago(moment, now, texts) {
  const seconds = (moment.getTime() - now.getTime()) / 1000
  const [unit, length] = units.find(([, size]) => Math.abs(seconds) >= size) ?? units[3]
  return new Intl.RelativeTimeFormat(texts.language, { numeric: 'auto' }).format(
    Math.trunc(seconds / length),
    unit,
  )
}
