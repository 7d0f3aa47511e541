import type { Logger } from 'pino'
import { createOnCall, personOnCall, type OnCall, type RotationNow } from '../alerts/on-call/on-call.ts'
import type { ReadOnCalls } from '../alerts/on-call/pagerduty-shifts.ts'
import { nextHandOver, whoIsOnCall } from '../alerts/on-call/roster.ts'
import type { OverrideRest } from '../alerts/on-call/override-copies.ts'
import type { Pool } from '../db/pool.ts'
import type { Runbook } from './runbook-file.ts'

/** Who is on call by the runbook file, or by PagerDuty where it is asked. */
export function onCallOf(deps: {
  pool: Pool
  runbook: Runbook
  logger: Logger
  oncalls?: ReadOnCalls | undefined
  rest?: OverrideRest | undefined
}): OnCall {
  const { pool, runbook, logger, oncalls, rest } = deps
  return createOnCall({
    pool,
    settings: runbook.onCall,
    timeZone: runbook.timeZone,
    people: runbook.people,
    oncalls,
    rest,
    onTrouble: (reason) => logger.warn({ reason }, 'PagerDuty and the roster'),
  })
}

/** Who is on call in a rotation at a moment, and who follows. */
export function rotationView(runbook: Pick<Runbook, 'people'>, { name, shifts }: RotationNow, at: Date) {
  const person = (id: string) => personOnCall(runbook.people, id)
  const now = whoIsOnCall(shifts, at)
  const next = nextHandOver(shifts, at)
  return {
    name,
    now: now && {
      person: person(now.person),
      until: now.until?.toISOString() ?? null,
      isOverride: now.isOverride,
    },
    next: next && { person: person(next.person), at: next.at.toISOString() },
  }
}
