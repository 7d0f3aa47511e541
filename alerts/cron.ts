import { CronExpressionParser } from 'cron-parser'
import { validate } from 'node-cron'

const hourMs = 3_600_000
const dayMs = 24 * hourMs

/**
 * Whether this is a cron expression of five fields that comes round again and again, to cron-parser (windows) and
 * to node-cron (schedules) alike: `H`, `?` and `15W` are known to one of them only. `1#1` as the day of the week
 * is the first Monday of the month.
 */
export function isCron(text: string): boolean {
  if (!/^\S+(?: \S+){4}$/.test(text) || !validate(text)) return false
  try {
    const times = CronExpressionParser.parse(text, {
      tz: 'UTC',
      currentDate: new Date(Date.UTC(2026, 0, 1)),
    })
    times.next()
    times.next()
    return true
  } catch {
    return false
  }
}

export function isTimeZone(text: string): boolean {
  try {
    Intl.DateTimeFormat('en', { timeZone: text })
    return true
  } catch {
    return false
  }
}

/**
 * When the schedule comes round next, later than `after`. Where clocks are put forward over it, it comes as much
 * later; where they are put back and it would come twice, only the first counts.
 *
 * The expression is evaluated on the wall clock and each result turned into an instant here: cron-parser 5.10,
 * given the time zone itself, leaves out midnight on a day that has none, and counts a repeated hour once or
 * twice depending on where it starts.
 */
export function nextTime(cron: string, timeZone: string, after: Date): Date {
  const from = after.getTime()
  const wallClock = CronExpressionParser.parse(cron, {
    tz: 'UTC',
    currentDate: new Date(from + offsetMs(timeZone, from) - 2 * hourMs),
  })
  for (;;) {
    const time = instant(wallClock.next().getTime(), timeZone)
    if (time > from) return new Date(time)
  }
}

/** The instant at which clocks in the zone show `wallMs` (milliseconds as if the zone were UTC). */
function instant(wallMs: number, timeZone: string): number {
  const earlier = wallMs - offsetMs(timeZone, wallMs - dayMs)
  const later = wallMs - offsetMs(timeZone, wallMs + dayMs)
  const shows = (time: number): boolean => time + offsetMs(timeZone, time) === wallMs
  return shows(earlier) || !shows(later) ? earlier : later
}

/** How far the zone's clocks are ahead of UTC at an instant. */
function offsetMs(timeZone: string, time: number): number {
  const parts = wallClockOf(timeZone).formatToParts(time)
  const value = (type: Intl.DateTimeFormatPartTypes): number =>
    Number(parts.find((part) => part.type === type)?.value)
  const wall = Date.UTC(
    value('year'),
    value('month') - 1,
    value('day'),
    value('hour'),
    value('minute'),
    value('second'),
  )
  return wall - Math.floor(time / 1000) * 1000
}

const wallClocks = new Map<string, Intl.DateTimeFormat>()

/** Making a formatter costs about a hundred times what using it does. */
function wallClockOf(timeZone: string): Intl.DateTimeFormat {
  const known = wallClocks.get(timeZone)
  if (known) return known
  const made = new Intl.DateTimeFormat('en-u-hc-h23', {
    timeZone,
    year: 'numeric',
    month: 'numeric',
    day: 'numeric',
    hour: 'numeric',
    minute: 'numeric',
    second: 'numeric',
  })
  wallClocks.set(timeZone, made)
  return made
}
