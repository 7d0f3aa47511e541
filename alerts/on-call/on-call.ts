import { databaseTime, listOverrides, type OverrideRow } from '../../db/on-call.ts'
import type { Pool } from '../../db/pool.ts'
import type { MatrixLevel } from '../settings.ts'
import { copyOverride, pagerDutyUser, type Copied, type OverrideRest } from './override-copies.ts'
import {
  pagerdutyShifts,
  scheduleOf,
  type Kept,
  type PagerDutyOnCall,
  type ReadOnCalls,
  type ScheduleFound,
} from './pagerduty-shifts.ts'
import { plannedShifts, whoIsOnCall, type Shift, type Span } from './roster.ts'
import type { OnCallSettings, Rotation } from './settings.ts'

/** Somebody of the runbook file. */
export interface OnCallPerson {
  id: string
  name: string
  slack?: string | undefined
  email?: string | undefined
  pagerduty?: string | undefined
}

export interface OnCallDeps {
  pool: Pool
  settings: OnCallSettings
  /** IANA name: the rotations are on its clocks. */
  timeZone: string
  people: readonly OnCallPerson[]
  /** Absent: PagerDuty is not asked. */
  oncalls?: ReadOnCalls | undefined
  /** Absent: nothing is written into PagerDuty. */
  rest?: OverrideRest | undefined
  /** Told why PagerDuty did not say who is on call. */
  onTrouble?: (reason: string) => void
}

export interface RotationNow {
  name: string
  shifts: Shift[]
  source: 'pagerduty' | 'runbook'
}

/** Who is on call, from some days ago until some weeks from now. */
export interface Roster {
  /** The database's clock. */
  at: Date
  rotations: RotationNow[]
  /** In force now or still to come. */
  overrides: OverrideRow[]
  /** PagerDuty should have said and did not: the runbook file's rotations stand in for it. */
  isFallback: boolean
}

export interface OnCall {
  /** Reads anew, except that PagerDuty is asked at most once a minute. */
  roster(): Promise<Roster>
  /** Whether PagerDuty says who is on call in a rotation, and so has to be told of changes. */
  isKeptByPagerDuty(rotation: string): boolean
  /** Where an override has to be written that begins at a time in a rotation that PagerDuty keeps. */
  placeInPagerDuty(rotation: string, person: OnCallPerson, startsAt: Date | null): Promise<Place>
  /** Tells PagerDuty of an override, or of its end; without an id of all it was not told of yet. Null: it knows. */
  copyOverrides(id?: number): Promise<Copied | null>
  /** Whom a matrix level stands for, from what was read last; ids of the runbook file or `pagerduty:NAME`. */
  reached(level: MatrixLevel, at?: Date): string[]
}

export type Place =
  | { result: 'found'; schedule: string; user: string }
  | { result: 'nobody' | 'no-answer' }
  | Exclude<ScheduleFound, { result: 'found' }>

const dayMs = 24 * 3_600_000
/** Far enough back to know who was on call before a long weekend without anybody. */
const daysBack = 4
const daysAhead = 35
const pagerdutySeconds = 60
/** After a failure it is asked again this soon, and what it said last holds for so long. */
const afterFailureSeconds = 5
const lastAnswerSeconds = 3_600

/** Knows who is on call. Ask for the roster once before whom a level reaches. */
export function createOnCall(deps: OnCallDeps): OnCall {
  const { pool, settings, people } = deps
  const kept = settings.rotations.flatMap(({ pagerduty }) => pagerduty ?? [])
  const askPagerDuty =
    deps.oncalls && kept.length > 0
      ? onceIn(pagerdutySeconds, everywhere(deps.oncalls, kept), deps.onTrouble)
      : null
  const { rest } = deps
  let last: { roster: Roster; readAt: number } | null = null

  async function roster(): Promise<Roster> {
    const at = await databaseTime(pool)
    const readAt = performance.now()
    const span = spanAround(at)
    const [overrides, answer] = await Promise.all([
      listOverrides(pool, span),
      askPagerDuty?.ask(span) ?? null,
    ])
    const found = {
      at,
      rotations: settings.rotations.map((rotation) => rotationNow(rotation, { overrides, answer, span })),
      overrides: overrides.filter(({ endsAt, cancelledBy }) => endsAt > at && cancelledBy === null),
      isFallback: askPagerDuty !== null && answer === null,
    }
    if (last === null || last.roster.at <= at) last = { roster: found, readAt }
    return found
  }

  function rotationNow(
    rotation: Rotation,
    read: { overrides: OverrideRow[]; answer: PagerDutyAnswer | null; span: Span },
  ): RotationNow {
    const { overrides, answer, span } = read
    const { name, pagerduty } = rotation
    if (pagerduty !== undefined && answer !== null) {
      const said = { from: span.from, to: answer.span.to }
      const mine = overrides.filter((override) => override.rotation === name)
      const shifts = pagerdutyShifts(pagerduty, { oncalls: answer.oncalls, people, overrides: mine }, said)
      return { name, source: 'pagerduty', shifts }
    }
    const shifts = plannedShifts({ rotation, timeZone: deps.timeZone, overrides: known(overrides) }, span)
    return { name, source: 'runbook', shifts }
  }

  /** Who has left the runbook file since stands in for nobody. */
  const known = (overrides: readonly OverrideRow[]): OverrideRow[] =>
    overrides.filter(({ person }) => people.some(({ id }) => id === person))

  const presentTime = (): Date =>
    last ? new Date(last.roster.at.getTime() + performance.now() - last.readAt) : new Date()

  /** Before anything was read, as the runbook file has it. */
  function shiftsOf(name: string | undefined, at: Date): Shift[] {
    if (last) return last.roster.rotations.find((rotation) => rotation.name === name)?.shifts ?? []
    const rotation = settings.rotations.find((one) => one.name === name)
    const span = { from: at, to: new Date(at.getTime() + 1) }
    return rotation ? plannedShifts({ rotation, timeZone: deps.timeZone, overrides: [] }, span) : []
  }

  async function placeInPagerDuty(name: string, person: OnCallPerson, startsAt: Date | null): Promise<Place> {
    const place = settings.rotations.find((rotation) => rotation.name === name)?.pagerduty
    if (!rest || !askPagerDuty || !place) return { result: 'no-answer' }
    const now = await databaseTime(pool)
    const answer = place.schedule === undefined ? await askPagerDuty.ask(spanAround(now)) : { oncalls: [] }
    if (!answer) return { result: 'no-answer' }
    const found = scheduleOf(place, answer.oncalls, startsAt !== null && startsAt > now ? startsAt : now)
    if (found.result !== 'found') return found
    const user = await pagerDutyUser(rest, person)
    if (user === 'later') return { result: 'no-answer' }
    return user ? { ...found, user: user.id } : { result: 'nobody' }
  }

  async function copyOverrides(id?: number): Promise<Copied | null> {
    if (!rest) return null
    const copied = await copyOverride({ pool, rest }, id)
    if (copied === null) return null
    askPagerDuty?.forget()
    if (copied.result === 'refused') deps.onTrouble?.(`an override is not as it should be: ${copied.reason}`)
    return id === undefined ? await copyOverrides() : copied
  }

  return {
    roster,
    placeInPagerDuty,
    copyOverrides,
    isKeptByPagerDuty: (rotation) =>
      askPagerDuty !== null &&
      settings.rotations.some(({ name, pagerduty }) => name === rotation && pagerduty !== undefined),
    reached({ page }, at) {
      const moment = at ?? presentTime()
      const onDuty = whoIsOnCall(shiftsOf(page.rotation, moment), moment)?.person
      return [...new Set([...(onDuty === undefined ? [] : [onDuty]), ...page.people])]
    },
  }
}

/** Somebody as messages and the HTTP face show them; who has no Slack id is shown by name only. */
export function personOnCall(people: readonly OnCallPerson[], id: string): { slack: string; name: string } {
  const person = people.find((one) => one.id === id)
  return { slack: person?.slack ?? id, name: person?.name ?? id.replace(/^pagerduty:/, '') }
}

interface PagerDutyAnswer {
  span: Span
  oncalls: PagerDutyOnCall[]
}

const everywhere =
  (read: ReadOnCalls, kept: readonly Kept[]) =>
  async (span: Span): Promise<PagerDutyOnCall[]> =>
    (await Promise.all(kept.map(async (one) => await read(one, span)))).flat()

const spanAround = (at: Date): Span => ({
  from: new Date(at.getTime() - daysBack * dayMs),
  to: new Date(at.getTime() + daysAhead * dayMs),
})

/**
 * Asks at most once in so many seconds, and everybody waits for the same answer. One that fails to come is no reason to
 * call somebody else: the last one holds for a while. Null: there is none.
 */
function onceIn(
  seconds: number,
  read: (span: Span) => Promise<PagerDutyOnCall[]>,
  onTrouble: (reason: string) => void = () => undefined,
): { ask(span: Span): Promise<PagerDutyAnswer | null>; forget(): void } {
  let asked: { until: number; answer: Promise<PagerDutyAnswer | null> } | null = null
  let last: { until: number; answer: PagerDutyAnswer } | null = null
  const inSeconds = (count: number): number => performance.now() + count * 1_000
  const ask = async (span: Span): Promise<PagerDutyAnswer | null> => {
    try {
      const answer = { span, oncalls: await read(span) }
      last = { until: inSeconds(lastAnswerSeconds), answer }
      return answer
    } catch (error) {
      onTrouble(error instanceof Error ? error.message : String(error))
      if (asked) asked.until = inSeconds(afterFailureSeconds)
      return last && performance.now() < last.until ? last.answer : null
    }
  }
  return {
    async ask(span) {
      if (asked === null || performance.now() > asked.until) {
        const answer = ask(span)
        asked = { until: inSeconds(seconds), answer }
      }
      return await asked.answer
    },
    forget() {
      asked = null
      last = null
    },
  }
}
