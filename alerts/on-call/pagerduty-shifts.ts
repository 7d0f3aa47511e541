import { shiftsBetween, type Override, type Shift, type Span } from './roster.ts'
import type { Rotation } from './settings.ts'

/** Somebody PagerDuty has on call: developer.pagerduty.com, GET /oncalls. */
export interface PagerDutyOnCall {
  user: { id: string; name: string; email: string | null }
  /** Of the escalation policy; 1 is paged first. */
  level: number
  escalationPolicy: string
  /** Null: they are on call directly, by no schedule. */
  schedule: string | null
  /** Both null: always. */
  startsAt: Date | null
  endsAt: Date | null
}

/** Where PagerDuty keeps a rotation. */
export type Kept = NonNullable<Rotation['pagerduty']>

/** Everybody on call there at some time of a span. Throws when PagerDuty does not answer in time. */
export type ReadOnCalls = (kept: Kept, span: Span) => Promise<PagerDutyOnCall[]>

/** Who somebody is to PagerDuty and to the runbook file. */
interface KnownPerson {
  id: string
  email?: string | undefined
  pagerduty?: string | undefined
}

/**
 * Who is on call in a rotation by what PagerDuty says; of several at once, whoever it pages first. `overrides`: ours,
 * by which it may be so.
 */
export function pagerdutyShifts(
  kept: Kept,
  said: {
    oncalls: readonly PagerDutyOnCall[]
    people: readonly KnownPerson[]
    overrides?: readonly Override[]
  },
  span: Span,
): Shift[] {
  const { oncalls, people, overrides = [] } = said
  const mine = keptBy(kept, oncalls)
  const edges = mine.flatMap(({ startsAt, endsAt }) => [startsAt, endsAt].filter((edge) => edge !== null))
  return shiftsBetween(edges, span, (at) => {
    const holder = mine.find((one) => isHeld(one, at))
    const person = holder ? personOf(holder.user, people) : null
    // PagerDuty's times may have no fractions of a second: its shift begins a moment before ours.
    const standIn = overrides.findLast(
      (one) => one.person === person && one.startsAt.getTime() - at.getTime() < 1_000 && at < one.endsAt,
    )
    return { person, overrideId: standIn?.id ?? null }
  })
}

/** `no-schedule`: the escalation policy names this person itself. `several`: it calls more than one at once. */
export type ScheduleFound =
  | { result: 'found'; schedule: string }
  | { result: 'no-schedule'; name: string | null }
  | { result: 'several' }

/** The schedule whoever is on call at a time is on; where nobody is, the only one that PagerDuty pages first by. */
export function scheduleOf(kept: Kept, oncalls: readonly PagerDutyOnCall[], at: Date): ScheduleFound {
  if (kept.schedule !== undefined) return { result: 'found', schedule: kept.schedule }
  const mine = keptBy(kept, oncalls)
  const first = mine.filter(({ level }) => level === mine[0]?.level)
  const holders = first.filter((one) => isHeld(one, at))
  const asked = holders.length > 0 ? holders : first
  const [schedule, ...others] = new Set(asked.map((one) => one.schedule))
  if (others.length > 0) return { result: 'several' }
  if (schedule == null) return { result: 'no-schedule', name: asked[0]?.user.name ?? null }
  return { result: 'found', schedule }
}

const keptBy = (kept: Kept, oncalls: readonly PagerDutyOnCall[]): PagerDutyOnCall[] =>
  oncalls
    .filter(({ schedule, escalationPolicy }) =>
      kept.schedule === undefined ? escalationPolicy === kept.escalationPolicy : schedule === kept.schedule,
    )
    .toSorted((one, other) => one.level - other.level)

const isHeld = ({ startsAt, endsAt }: PagerDutyOnCall, at: Date): boolean =>
  (startsAt === null || startsAt <= at) && (endsAt === null || at < endsAt)

/** The runbook file's id of a PagerDuty user, by their id there or their e-mail; else what PagerDuty calls them. */
function personOf(user: PagerDutyOnCall['user'], people: readonly KnownPerson[]): string {
  const email = user.email?.toLowerCase()
  const known =
    people.find(({ pagerduty }) => pagerduty === user.id) ??
    people.find((person) => email !== undefined && person.email?.toLowerCase() === email)
  return known?.id ?? `pagerduty:${user.name}`
}
