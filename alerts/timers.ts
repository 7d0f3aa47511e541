import type { EventEmitter } from 'node:events'
import type { Logger } from 'pino'
import {
  advanceDue,
  duePolicies,
  findEscalation,
  millisecondsUntilDue,
  type PlannedStep,
} from '../db/escalations.ts'
import {
  dueTimers,
  firingLabels,
  remindOfUnowned,
  setTimer,
  takeTimer,
  type Timer,
} from '../db/incident-timers.ts'
import { lockIncident, recordIncidentEvent } from '../db/incidents.ts'
import { transaction, type Pool } from '../db/pool.ts'
import { activeSilences } from '../db/silences.ts'
import type { Database } from '../db/sql.ts'
import type { Alerting } from './context.ts'
import { pageAgain, plantao, resolve } from './incidents.ts'
import { keepWorking } from './loop.ts'
import { planSteps, reachesOf } from './plan.ts'
import { EscalationPolicy } from './policy.ts'
import { isSilenced } from './suppress.ts'

export interface TimerDeps {
  pool: Pool
  alerting: Alerting
  notifications: EventEmitter<{ notification: [channel: string, payload: string]; gap: [] }>
  logger: Logger
}

/** So many at a time: one statement moves them on and writes their calls. */
const batch = 2_000
/** When there are more: so many batches at once, on connections of their own. */
const lanes = 2
/** Due times are looked up at least this often, whatever was heard. */
const lookEveryMs = 1_000
const shortestWaitMs = 10

/**
 * Does what is due, as soon as it is due, until it is stopped. Several engines may: each takes what no other is just
 * taking. Escalations do not wait for anything else.
 */
export function startTimers(deps: TimerDeps): () => Promise<void> {
  const wokenBy = { wokenBy: 'timers', pollMs: lookEveryMs }
  const loops = [
    keepWorking(deps, { ...wokenBy, name: 'escalation', work: async () => await escalateAndWait(deps) }),
    keepWorking(deps, { ...wokenBy, name: 'incident timers', work: async () => await fireDue(deps.pool) }),
  ]
  return async () => void (await Promise.all(loops.map(async (loop) => await loop.stop())))
}

/** Moves on all that is due; says how long nothing will be. */
async function escalateAndWait(deps: Pick<TimerDeps, 'pool' | 'alerting'>): Promise<number> {
  await escalateDue(deps)
  const untilMs = (await millisecondsUntilDue(deps.pool)) ?? lookEveryMs
  return Math.max(shortestWaitMs, Math.ceil(untilMs))
}

/**
 * Moves on every incident whose next level is due, until none is. One whose policy cannot be read holds up no other; the
 * failure is thrown at the end.
 */
export async function escalateDue(deps: Pick<TimerDeps, 'pool' | 'alerting'>): Promise<void> {
  const failures: Error[] = []
  while ((await advanceAll(deps, failures)) > 0) {
    // What became due meanwhile.
  }
  if (failures[0]) throw failures[0]
}

/** Does what else is due for incidents, once. One that fails holds up no other; the first failure is thrown at the end. */
export async function fireDue(pool: Pool): Promise<void> {
  const failures: Error[] = []
  for (const timer of await dueTimers(pool, batch)) {
    await transaction(pool, async (tx) => await fire(tx, timer)).catch((error: Error) => failures.push(error))
  }
  while ((await remindOfUnowned(pool, batch)) === batch) {
    // There is more.
  }
  if (failures[0]) throw failures[0]
}

async function advanceAll(
  { pool, alerting }: Pick<TimerDeps, 'pool' | 'alerting'>,
  failures: Error[],
): Promise<number> {
  const plan: PlannedStep[] = []
  for (const { id, policy } of await duePolicies(pool, batch)) {
    const parsed = EscalationPolicy.safeParse(policy)
    if (parsed.success)
      plan.push(...planSteps(id, parsed.data, { reaches: await reachesOf(parsed.data, alerting) }))
    else failures.push(parsed.error)
  }
  if (plan.length === 0) return 0
  const { confirmSeconds } = alerting.settings.pagerduty
  const lane = async (): Promise<number> => {
    for (let total = 0; ;) {
      const moved = await advanceDue(pool, plan, { limit: batch, confirmSeconds })
      total += moved
      if (moved < batch) return total
    }
  }
  const first = await advanceDue(pool, plan, { limit: batch, confirmSeconds })
  if (first < batch) return first
  const more = await Promise.all(Array.from({ length: lanes }, lane))
  return more.reduce((sum, moved) => sum + moved, first)
}

/** Does what one timer is for, unless another engine has or it is no longer so. */
async function fire(tx: Database, timer: Timer): Promise<void> {
  const { incidentId, kind } = timer
  const incident = await lockIncident(tx, incidentId)
  if (!(await takeTimer(tx, timer)) || !incident || incident.state === 'resolved') return
  const labels = await firingLabels(tx, incidentId)
  if (kind === 'resolve') {
    if (labels.length === 0) await resolve(tx, { incidentId, by: plantao, via: 'alerts' })
    return
  }
  if (incident.state !== 'acknowledged') return
  const silences = await activeSilences(tx)
  const isHeard = labels.some((one) => !silences.some(({ matchers }) => isSilenced(one, matchers)))
  if (kind === 'page-again' && isHeard) return await pageAgain(tx, incidentId)
  const escalation = await findEscalation(tx, incidentId)
  if (!escalation) return
  const { askAfterMinutes, pageAgainAfterMinutes } = EscalationPolicy.parse(escalation.policy).stillFiring
  if (!isHeard) return await setTimer(tx, { incidentId, kind: 'still-firing', minutes: askAfterMinutes })
  await recordIncidentEvent(tx, { incidentId, actor: plantao, kind: 'still-firing', details: {} })
  await setTimer(tx, { incidentId, kind: 'page-again', minutes: pageAgainAfterMinutes })
}
