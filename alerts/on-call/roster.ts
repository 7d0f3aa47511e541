import { nextTime } from '../cron.ts'
import { readLocalTime, type Rotation } from './settings.ts'

/** Somebody stands in for whoever's turn it is. Where several do at once, the one recorded last counts. */
export interface Override {
  id: number
  rotation: string
  person: string
  startsAt: Date
  endsAt: Date
}

/** A stretch of time with one person on call, or nobody. Its end is the beginning of the next. */
export interface Shift {
  person: string | null
  /** The override it comes from. */
  overrideId: number | null
  startsAt: Date
  endsAt: Date
}

/** From `from` on, until `to` exclusively. */
export interface Span {
  from: Date
  to: Date
}

export interface Plan {
  rotation: Rotation
  /** IANA name: `handOver`, `starts` and `hours` are on its clocks. */
  timeZone: string
  overrides: readonly Override[]
}

/** Who is on call throughout a span, without a break: a stretch with nobody is a shift of nobody. */
export function plannedShifts({ rotation, timeZone, overrides }: Plan, span: Span): Shift[] {
  const turns = turnsIn(rotation, timeZone, span)
  const covered = rotation.hours ? coverageIn(rotation.hours, timeZone, span) : [span]
  const standIns = overrides
    .filter((override) => override.rotation === rotation.name)
    .toSorted((one, other) => one.id - other.id)
  const edges = [
    ...turns.map(({ from }) => from),
    ...covered.flatMap(({ from, to }) => [from, to]),
    ...standIns.flatMap(({ startsAt, endsAt }) => [startsAt, endsAt]),
  ]
  return shiftsBetween(edges, span, (at) => {
    const standIn = standIns.findLast(({ startsAt, endsAt }) => startsAt <= at && at < endsAt)
    if (standIn) return { person: standIn.person, overrideId: standIn.id }
    const isCovered = covered.some(({ from, to }) => from <= at && at < to)
    const turn = isCovered ? turns.findLast(({ from }) => from <= at) : undefined
    return { person: turn?.person ?? null, overrideId: null }
  })
}

/** Cuts a span at the edges inside it, asks who is on call from each, and joins what is the same. */
export function shiftsBetween(
  edges: readonly Date[],
  { from, to }: Span,
  whoFrom: (at: Date) => Pick<Shift, 'person' | 'overrideId'>,
): Shift[] {
  const inside = edges.map((edge) => edge.getTime()).filter((time) => time > +from && time < +to)
  const times = [...new Set([+from, ...inside, +to])].toSorted((one, other) => one - other)
  const shifts: Shift[] = []
  times.slice(0, -1).forEach((time, index) => {
    const startsAt = new Date(time)
    const endsAt = new Date(times[index + 1] ?? time)
    const who = whoFrom(startsAt)
    const last = shifts.at(-1)
    if (last?.person === who.person && last.overrideId === who.overrideId) last.endsAt = endsAt
    else shifts.push({ ...who, startsAt, endsAt })
  })
  return shifts
}

export interface Duty {
  person: string
  /** When somebody else, or nobody, follows; null: not within the time that is known. */
  until: Date | null
  isOverride: boolean
}

/** Null: nobody is. */
export function whoIsOnCall(shifts: readonly Shift[], at: Date): Duty | null {
  const index = shifts.findIndex(({ startsAt, endsAt }) => startsAt <= at && at < endsAt)
  const shift = shifts[index]
  if (!shift || shift.person === null) return null
  const next = shifts.slice(index).find(({ person }) => person !== shift.person)
  return { person: shift.person, until: next?.startsAt ?? null, isOverride: shift.overrideId !== null }
}

/** When somebody takes over who is not on call now, and who; null: not within the time that is known. */
export function nextHandOver(shifts: readonly Shift[], at: Date): { person: string; at: Date } | null {
  const present = whoIsOnCall(shifts, at)?.person ?? null
  const next = shifts.find(({ startsAt, person }) => startsAt > at && person !== null && person !== present)
  return next?.person == null ? null : { person: next.person, at: next.startsAt }
}

/** When nobody is on call, from `at` on; an end that is not known is null. */
export function gaps(shifts: readonly Shift[], at: Date): { startsAt: Date; endsAt: Date | null }[] {
  const known = shifts.at(-1)?.endsAt
  return shifts
    .filter(({ person, endsAt }) => person === null && endsAt > at)
    .map(({ startsAt, endsAt }) => ({
      startsAt: startsAt < at ? at : startsAt,
      endsAt: endsAt.getTime() === known?.getTime() ? null : endsAt,
    }))
}

/** Whose turn began last before the span, and all that begin in it. */
function turnsIn(rotation: Rotation, timeZone: string, { from, to }: Span): { person: string; from: Date }[] {
  const first = startOf(rotation.starts, timeZone)
  const begins = [first, ...timesOf(rotation.handOver, timeZone, { from: first, to })]
  const present = Math.max(
    begins.findLastIndex((time) => time <= from),
    0,
  )
  return begins.slice(present).flatMap((time, index) => {
    const person = rotation.people[(present + index) % rotation.people.length]
    return person === undefined ? [] : [{ person, from: time }]
  })
}

function coverageIn(
  { starts, minutes }: NonNullable<Rotation['hours']>,
  timeZone: string,
  { from, to }: Span,
): Span[] {
  const lengthMs = minutes * 60_000
  // Counted from the day of the span, so that spans that follow each other find the times of the one before.
  const dayBefore = Math.floor((from.getTime() - lengthMs) / dayMs) * dayMs - 1
  return timesOf(starts, timeZone, { from: new Date(dayBefore), to }).map((time) => ({
    from: time,
    to: new Date(time.getTime() + lengthMs),
  }))
}

/** The moment at which clocks in the time zone show this; one they skip comes as much later. */
function startOf(starts: string, timeZone: string): Date {
  const local = readLocalTime(starts)
  if (!local) throw new Error(`${starts} is not a date and time`)
  const { year, month, day, hour, minute } = local
  const dayBefore = new Date(Date.UTC(year, month - 1, day - 1, hour, minute))
  return nextTime(`${minute} ${hour} ${day} ${month} *`, timeZone, dayBefore)
}

const dayMs = 24 * 3_600_000
const remembered = new Map<string, Date[]>()
const mostRemembered = 200

/** Every time after `from` up to the first at or after `to`. Remembered: a rotation of years is counted once. */
function timesOf(cron: string, timeZone: string, { from, to }: Span): readonly Date[] {
  const key = [cron, timeZone, from.getTime()].join(' ')
  const times = remembered.get(key) ?? []
  if (!remembered.has(key) && remembered.size >= mostRemembered) remembered.clear()
  remembered.set(key, times)
  for (let last = times.at(-1) ?? from; last < to; last = times.at(-1) ?? to)
    times.push(nextTime(cron, timeZone, last))
  return times
}
