import { shiftsBetween, type Shift, type Span } from './roster.ts'
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

/** Who is on call in a rotation by what PagerDuty says; of several at once, whoever it pages first. */
export function pagerdutyShifts(
  kept: Kept,
  { oncalls, people }: { oncalls: readonly PagerDutyOnCall[]; people: readonly KnownPerson[] },
  span: Span,
): Shift[] {
  const mine = oncalls
    .filter(({ schedule, escalationPolicy }) =>
      kept.schedule === undefined ? escalationPolicy === kept.escalationPolicy : schedule === kept.schedule,
    )
    .toSorted((one, other) => one.level - other.level)
  const edges = mine.flatMap(({ startsAt, endsAt }) => [startsAt, endsAt].filter((edge) => edge !== null))
  return shiftsBetween(edges, span, (at) => {
    const holder = mine.find(
      ({ startsAt, endsAt }) => (startsAt === null || startsAt <= at) && (endsAt === null || at < endsAt),
    )
    return { person: holder ? personOf(holder.user, people) : null, overrideId: null }
  })
}

/** The runbook file's id of a PagerDuty user, by their id there or their e-mail; else what PagerDuty calls them. */
function personOf(user: PagerDutyOnCall['user'], people: readonly KnownPerson[]): string {
  const email = user.email?.toLowerCase()
  const known =
    people.find(({ pagerduty }) => pagerduty === user.id) ??
    people.find((person) => email !== undefined && person.email?.toLowerCase() === email)
  return known?.id ?? `pagerduty:${user.name}`
}
