import { lookAgainAfterResolve } from '../db/alerts.ts'
import { recordAudit } from '../db/audit.ts'
import {
  advanceDue,
  keepPolicies,
  lockEscalation,
  makeDue,
  openEscalations,
  restartEscalation,
  stopEscalation,
  type EscalationRow,
  type PolicyOfLevel,
} from '../db/escalations.ts'
import { clearTimers, setTimer, wakeTimers } from '../db/incident-timers.ts'
import {
  createIncident,
  incidentSubject,
  lockIncident,
  markAcknowledged,
  markResolved,
  markUnacknowledged,
  recordIncidentEvent,
  setChannel,
  setLevel,
  setOwner,
  setRole,
  type IncidentRow,
  type IncidentState,
} from '../db/incidents.ts'
import { writeFollowUps } from '../db/pages.ts'
import type { Database } from '../db/sql.ts'
import type { Alerting } from './context.ts'
import { stepByHand } from './escalation.ts'
import { isReachable, planSteps, reachesOf } from './plan.ts'
import { digestOf, EscalationPolicy, policyFor } from './policy.ts'

/** What acts by itself, on the timeline. */
export const plantao = 'plantao'

export type Via = 'slack' | 'pagerduty' | 'api' | 'alerts'

/** Somebody does something to an incident. `by`: a Slack id, `pagerduty:NAME`, or `plantao` itself. */
export interface Act {
  incidentId: number
  by: string
}

/**
 * What became of an act. `unchanged`: it is so already. `refused`: it cannot be, because the incident is what is said
 * here now. `nobody`: there is nobody to call. `unknown`: there is no such incident.
 */
export type Outcome =
  | { result: 'changed' }
  | { result: 'unchanged' }
  | { result: 'refused'; state: IncidentState; round: number; level: number }
  | { result: 'nobody' }
  | { result: 'unknown' }

/** Opens an incident that a person declares, once per idempotency key, and begins its escalation. */
export async function declare(
  tx: Database,
  incident: Parameters<typeof createIncident>[1],
  alerting: Alerting,
): Promise<{ incident: IncidentRow; created: boolean }> {
  const recorded = await createIncident(tx, incident)
  if (!recorded.created) return recorded
  const { id, title, level, declaredBy: by } = recorded.incident
  await openEscalation(tx, { incidentIds: [id] }, alerting)
  await tell(tx, { incidentId: id, by }, 'declared', { title, level })
  return recorded
}

/** Begins the escalation of incidents that were recorded in this transaction, by the policy of their level. */
export async function openEscalation(
  tx: Database,
  { incidentIds }: { incidentIds: readonly number[] },
  alerting: Pick<Alerting, 'settings'>,
): Promise<void> {
  if (incidentIds.length === 0) return
  const { settings } = alerting
  const policies = [1, 2, 3].map((severity) => policyFor(settings, severity))
  await openEscalations(tx, incidentIds, {
    policies: await keptPolicies(tx, policies),
    unownedMinutes: settings.unowned.times > 0 ? settings.unowned.everyMinutes : null,
  })
}

/** An incident turned out to be worse: it is paged anew by the policy of its new level, acknowledged or not. */
export async function upgrade(
  tx: Database,
  { incidentId, from, to }: { incidentId: number; from: number; to: number },
  alerting: Pick<Alerting, 'settings'>,
): Promise<Outcome> {
  const incident = await lockIncident(tx, incidentId)
  if (!incident) return { result: 'unknown' }
  if (incident.state === 'resolved') return await refused(tx, incident)
  if (incident.level <= to) return { result: 'unchanged' }
  await setLevel(tx, incidentId, to)
  const act = { incidentId, by: plantao }
  await tell(tx, act, 'upgraded', { from, to })
  if (incident.state === 'acknowledged') await unacknowledge(tx, act, 'upgraded')
  const [policy] = await keptPolicies(tx, [policyFor(alerting.settings, to)])
  if (policy) await restartEscalation(tx, incidentId, policy)
  await wakeTimers(tx)
  return { result: 'changed' }
}

/**
 * Stops the climb. Whoever acknowledges owns the incident if nobody does. Acknowledging once more what is
 * acknowledged says that somebody still works on it.
 */
export async function acknowledge(tx: Database, act: Act & { via: Via }): Promise<Outcome> {
  const { incidentId, by, via } = act
  const incident = await lockIncident(tx, incidentId)
  if (!incident) return { result: 'unknown' }
  if (incident.state === 'resolved') return await refused(tx, incident)
  if (incident.state === 'acknowledged') return await stillWorking(tx, { incidentId, by })
  await markAcknowledged(tx, incidentId, by)
  const escalation = await lockEscalation(tx, incidentId)
  await stopEscalation(tx, incidentId)
  await clearTimers(tx, incidentId, ['unowned'])
  if (escalation) await askLater(tx, escalation)
  await writeFollowUps(tx, [incidentId], 'acknowledge')
  await tell(tx, act, 'acknowledged', { via })
  return { result: 'changed' }
}

/** Whoever acknowledged is still at it: being asked, and being paged again, is put off. */
export async function stillWorking(tx: Database, act: Act): Promise<Outcome> {
  const incident = await lockIncident(tx, act.incidentId)
  if (!incident) return { result: 'unknown' }
  if (incident.state !== 'acknowledged') return await refused(tx, incident)
  const escalation = await lockEscalation(tx, act.incidentId)
  const wasAsked = await clearTimers(tx, act.incidentId, ['page-again'])
  if (!escalation || wasAsked === 0) return { result: 'unchanged' }
  await askLater(tx, escalation)
  await tell(tx, act, 'still-working', {})
  return { result: 'changed' }
}

/** Ends the incident, whatever it is. */
export async function resolve(tx: Database, act: Act & { via: Via; reason?: string }): Promise<Outcome> {
  const { incidentId, by, via, reason } = act
  const incident = await lockIncident(tx, incidentId)
  if (!incident) return { result: 'unknown' }
  if (incident.state === 'resolved') return await refused(tx, incident)
  await markResolved(tx, { id: incidentId, by, resolution: reason ?? null })
  const escalation = await lockEscalation(tx, incidentId)
  await stopEscalation(tx, incidentId)
  await clearTimers(tx, incidentId)
  if (escalation) {
    const { pageAgainAfterMinutes: minutes } = EscalationPolicy.parse(escalation.policy).stillFiring
    await lookAgainAfterResolve(tx, { incidentId, minutes })
  }
  await writeFollowUps(tx, [incidentId], 'resolve')
  await tell(tx, act, 'resolved', { via, ...(reason === undefined ? {} : { reason }) })
  return { result: 'changed' }
}

/**
 * Pages the next level now, if the incident still is where `seen` says: a double click, or two people, never pass a
 * level over. An incident that was acknowledged no longer is, unless there is nobody to call.
 */
export async function escalate(
  tx: Database,
  act: Act & { seen: { round: number; level: number } },
  alerting: Alerting,
): Promise<Outcome> {
  const { incidentId, seen } = act
  const incident = await lockIncident(tx, incidentId)
  if (!incident) return { result: 'unknown' }
  const escalation = await lockEscalation(tx, incidentId)
  const isThere = escalation?.round === seen.round && escalation.level === seen.level
  if (!escalation || !isThere || incident.state === 'resolved') return await refused(tx, incident)
  const policy = EscalationPolicy.parse(escalation.policy)
  const reaches = await reachesOf(policy, alerting)
  const { round, lastRound, level } = escalation
  const step = stepByHand(policy, { level, isLastRound: round >= lastRound }, isReachable(reaches))
  if (!step.paged) return { result: 'nobody' }
  if (incident.state === 'acknowledged') await unacknowledge(tx, act, 'escalated')
  await makeDue(tx, { incidentId, lastRound: round + (step.isNewRound ? 1 : 0) })
  await advanceDue(tx, planSteps(escalation.policyId, policy, { reaches, step: stepByHand }), {
    limit: 1,
    confirmSeconds: alerting.settings.pagerduty.confirmSeconds,
    incidentId,
  })
  await tell(tx, act, 'escalated', { round: round + (step.isNewRound ? 1 : 0), level: step.level })
  await wakeTimers(tx)
  return { result: 'changed' }
}

/** Pages from the bottom again: whoever acknowledged did not end it and does not answer. */
export async function pageAgain(tx: Database, incidentId: number): Promise<void> {
  const escalation = await lockEscalation(tx, incidentId)
  if (!escalation) return
  await unacknowledge(tx, { incidentId, by: plantao }, 'still-firing')
  const { rounds } = EscalationPolicy.parse(escalation.policy)
  await restartEscalation(tx, incidentId, { policyId: escalation.policyId, rounds, afterMinutes: 0 })
}

export async function assign(tx: Database, act: Act & { to: string }): Promise<Outcome> {
  const incident = await lockIncident(tx, act.incidentId)
  if (!incident) return { result: 'unknown' }
  if (incident.state === 'resolved') return await refused(tx, incident)
  if (incident.owner === act.to) return { result: 'unchanged' }
  await setOwner(tx, act.incidentId, act.to)
  await clearTimers(tx, act.incidentId, ['unowned'])
  await tell(tx, act, 'assigned', { to: act.to })
  return { result: 'changed' }
}

/** Writes something down, also after the end. */
export async function note(
  tx: Database,
  act: Act & { text: string; idempotencyKey?: string | undefined },
): Promise<Outcome> {
  if (!(await lockIncident(tx, act.incidentId))) return { result: 'unknown' }
  const written = await tell(tx, act, 'note', { text: act.text }, act.idempotencyKey)
  return { result: written ? 'changed' : 'unchanged' }
}

export async function giveRole(
  tx: Database,
  act: Act & { role: 'commander' | 'scribe'; person: string },
): Promise<Outcome> {
  const { incidentId, role, person } = act
  const incident = await lockIncident(tx, incidentId)
  if (!incident) return { result: 'unknown' }
  if (incident[role] === person) return { result: 'unchanged' }
  await setRole(tx, incidentId, { role, person })
  await tell(tx, act, 'role', { role, person })
  return { result: 'changed' }
}

export async function recordChannel(tx: Database, act: Act & { channel: string }): Promise<Outcome> {
  const incident = await lockIncident(tx, act.incidentId)
  if (!incident) return { result: 'unknown' }
  if (incident.channel === act.channel) return { result: 'unchanged' }
  await setChannel(tx, act.incidentId, act.channel)
  await tell(tx, act, 'channel', { channel: act.channel })
  return { result: 'changed' }
}

async function keptPolicies(tx: Database, policies: readonly EscalationPolicy[]): Promise<PolicyOfLevel[]> {
  const ids = await keepPolicies(
    tx,
    policies.map((policy) => ({ digest: digestOf(policy), policy })),
  )
  return policies.map(({ severity, afterMinutes, rounds }, index) => ({
    severity,
    afterMinutes,
    rounds,
    policyId: ids[index] ?? 0,
  }))
}

async function unacknowledge(tx: Database, act: Act, reason: string): Promise<void> {
  await markUnacknowledged(tx, act.incidentId)
  await clearTimers(tx, act.incidentId, ['still-firing', 'page-again'])
  await tell(tx, act, 'unacknowledged', { reason })
}

async function askLater(tx: Database, { incidentId, policy }: EscalationRow): Promise<void> {
  const { askAfterMinutes } = EscalationPolicy.parse(policy).stillFiring
  await setTimer(tx, { incidentId, kind: 'still-firing', minutes: askAfterMinutes })
}

async function refused(tx: Database, { id, state }: IncidentRow): Promise<Outcome> {
  const escalation = await lockEscalation(tx, id)
  return { result: 'refused', state, round: escalation?.round ?? 1, level: escalation?.level ?? 0 }
}

/** Puts an act on the timeline and, when a person did it, into the audit log. False: it is there already. */
async function tell(
  tx: Database,
  { incidentId, by }: Act,
  kind: string,
  details: Record<string, unknown>,
  idempotencyKey?: string,
): Promise<boolean> {
  const event = { incidentId, actor: by, kind, details, idempotencyKey }
  if (!(await recordIncidentEvent(tx, event))) return false
  if (by !== plantao) {
    const subject = incidentSubject(incidentId)
    await recordAudit(tx, { actor: by, action: `incident.${kind}`, subject, details })
  }
  return true
}
