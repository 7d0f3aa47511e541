import type { Database } from '../db/sql.ts'
import type { Alerting } from './context.ts'

export type Via = 'slack' | 'pagerduty' | 'api'

/** Somebody does something to an incident. `by`: a Slack id, `pagerduty:NAME`, or `plantao` itself. */
export interface Act {
  incidentId: number
  by: string
}

/**
 * What became of an act. `unchanged`: it is so already. `refused`: it cannot be, because the incident is what is said
 * here now. `unknown`: there is no such incident.
 */
export type Outcome =
  | { result: 'changed' }
  | { result: 'unchanged' }
  | { result: 'refused'; state: 'open' | 'acknowledged' | 'resolved'; round: number; level: number }
  | { result: 'unknown' }

/** Begins the escalation of incidents that were recorded in this transaction, by the policy of their level. */
export async function openEscalation(
  tx: Database,
  { incidentIds }: { incidentIds: readonly number[] },
  alerting: Alerting,
): Promise<void> {
  throw new Error(`not built yet: ${incidentIds.length} ${typeof tx} ${alerting.timeZone}`)
}

/** An incident turned out to be worse: it is paged anew by the policy of its new level, acknowledged or not. */
export async function upgrade(
  tx: Database,
  upgraded: { incidentId: number; from: number; to: number },
  alerting: Alerting,
): Promise<Outcome> {
  throw new Error(`not built yet: ${upgraded.incidentId} ${typeof tx} ${alerting.timeZone}`)
}

/** Stops the climb. Whoever acknowledges owns the incident if nobody does. */
export async function acknowledge(tx: Database, act: Act & { via: Via }): Promise<Outcome> {
  throw new Error(`not built yet: ${act.incidentId} ${typeof tx}`)
}

/** Ends the incident, whatever it is. */
export async function resolve(tx: Database, act: Act & { via: Via; reason?: string }): Promise<Outcome> {
  throw new Error(`not built yet: ${act.incidentId} ${typeof tx}`)
}

/** Pages the next level now, if the incident still is where `seen` says. */
export async function escalate(
  tx: Database,
  act: Act & { seen: { round: number; level: number } },
  alerting: Alerting,
): Promise<Outcome> {
  throw new Error(`not built yet: ${act.incidentId} ${typeof tx} ${alerting.timeZone}`)
}
