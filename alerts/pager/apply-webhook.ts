import { findEscalation } from '../../db/escalations.ts'
import { lockIncident, recordIncidentEvent, type IncidentRow } from '../../db/incidents.ts'
import { confirmPage, markEnded, moveToPagerDutyIncident } from '../../db/page-confirmation.ts'
import {
  confirmFollowUp,
  forgetAcknowledge,
  isOwnDoing,
  isTakenBack,
  repeatFollowUp,
} from '../../db/page-follow-ups.ts'
import type { Database } from '../../db/sql.ts'
import { acknowledge, escalate, resolve } from '../incidents.ts'
import { truncated } from '../pagerduty/event-body.ts'
import type { Webhook } from '../pagerduty/webhooks.ts'
import type { PagerContext } from './context.ts'
import { isOwnNote } from './notes.ts'

interface Told {
  webhook: Webhook
  /** Our calls that PagerDuty's incident stands for. */
  keys: readonly string[]
  /** Who did it, as our rows name people; null: PagerDuty by itself, or an integration such as ours. */
  by: string | null
}

/** Takes over, in one transaction, what PagerDuty says happened. What is not about calls of ours is left alone. */
export async function applyWebhook(tx: Database, context: PagerContext, told: Told): Promise<void> {
  const pagerdutyIncident = told.webhook.incident.id
  // Incidents are locked in one order everywhere.
  const calls = told.keys
    .flatMap((dedupKey) => {
      const incidentId = incidentOfKey(dedupKey)
      return incidentId === null ? [] : [{ dedupKey, incidentId }]
    })
    .toSorted((one, other) => one.incidentId - other.incidentId)
  for (const { dedupKey, incidentId } of calls) {
    const incident = await lockIncident(tx, incidentId)
    if (incident === null) continue
    // Whatever happened to it, it rang.
    const isRinging = ['triggered', 'reopened'].includes(told.webhook.kind)
    const called = await confirmPage(tx, { dedupKey, pagerdutyIncident, isRinging })
    if (!called) continue
    if (called.isNews) context.count({ event: 'confirmed' })
    const isPresent = called.pagerdutyIncident === pagerdutyIncident
    await applyTo(tx, context, { ...told, dedupKey, incidentId, incident, isPresent })
  }
}

interface ToldOne extends Told {
  dedupKey: string
  incidentId: number
  incident: IncidentRow
  /** PagerDuty's incident is the one that rings for the key now, not an earlier one. */
  isPresent: boolean
}

async function applyTo(tx: Database, context: PagerContext, one: ToldOne): Promise<void> {
  switch (one.webhook.kind) {
    case 'triggered':
      return await applyTriggered(tx, one)
    case 'acknowledged':
      return await applyAcknowledge(tx, one)
    case 'resolved':
      return await applyResolve(tx, one)
    case 'unacknowledged':
      return await applyUnacknowledge(tx, context, one)
    case 'reopened':
    case 'escalated':
      return await tell(tx, one, { kind: `pagerduty-${one.webhook.kind}` })
    case 'annotated':
      if (one.webhook.note !== null && !isOwnNote(one.webhook.note))
        await tell(tx, one, { kind: 'note', text: truncated(one.webhook.note, 2_000) })
  }
}

async function applyTriggered(tx: Database, { dedupKey, incident: { state } }: ToldOne): Promise<void> {
  if (state === 'resolved') await repeatFollowUp(tx, { dedupKey, action: 'resolve' })
  if (state === 'acknowledged') await repeatFollowUp(tx, { dedupKey, action: 'acknowledge' })
}

/** An integration's acknowledge is our own coming back; so is a person's in whose name we did it. */
async function applyAcknowledge(tx: Database, one: ToldOne): Promise<void> {
  const { dedupKey, incidentId, by, isPresent, webhook } = one
  const { occurredAt } = webhook
  const isOwn = by === null || (await isOwnDoing(tx, { dedupKey, action: 'acknowledge', person: by }))
  if (!isOwn && !(await isTakenBack(tx, { incidentId, dedupKey, occurredAt })))
    await acknowledge(tx, { incidentId, by, via: 'pagerduty' })
  if (isPresent) await confirmFollowUp(tx, { dedupKey, action: 'acknowledge' })
}

async function applyResolve(tx: Database, one: ToldOne): Promise<void> {
  const { dedupKey, incidentId, by, isPresent, webhook } = one
  const { mergedInto } = webhook.incident
  // Its alerts go on in the other one.
  if (mergedInto !== null)
    return await moveToPagerDutyIncident(tx, { dedupKey, pagerdutyIncident: mergedInto })
  if (by !== null) await resolve(tx, { incidentId, by, via: 'pagerduty' })
  else if (!(await isOwnDoing(tx, { dedupKey, action: 'resolve', person: null })))
    await tell(tx, one, { kind: 'pagerduty-closed' })
  if (!isPresent) return
  await markEnded(tx, dedupKey)
  await confirmFollowUp(tx, { dedupKey, action: 'acknowledge' })
  await confirmFollowUp(tx, { dedupKey, action: 'resolve' })
}

/** PagerDuty tries for two days to tell what happened; clocks that differ are nearer than that. */
const lateMs = 15 * 60_000

/** Nobody has it any more: the climb goes on with the next level, unless somebody has taken it since. */
async function applyUnacknowledge(tx: Database, context: PagerContext, one: ToldOne): Promise<void> {
  const { dedupKey, incidentId, by, incident, webhook } = one
  await forgetAcknowledge(tx, dedupKey)
  const { state, acknowledgedAt } = incident
  if (acknowledgedAt && acknowledgedAt.getTime() - webhook.occurredAt.getTime() > lateMs)
    return await applyTriggered(tx, one)
  const seen = await findEscalation(tx, incidentId)
  if (state !== 'acknowledged' || !seen) return
  await escalate(tx, { incidentId, by: by ?? 'pagerduty', seen }, context.alerting)
}

/** A line on the timeline, for people to know. */
async function tell(
  tx: Database,
  { incidentId, by }: ToldOne,
  { kind, ...details }: { kind: string } & Record<string, unknown>,
): Promise<void> {
  await recordIncidentEvent(tx, {
    incidentId,
    actor: by ?? 'pagerduty',
    kind,
    details: { ...details, via: 'pagerduty' },
  })
}

const incidentOfKey = (dedupKey: string): number | null => {
  const id = Number(/^plantao\/incident\/(\d{1,15})\//.exec(dedupKey)?.[1])
  return Number.isSafeInteger(id) ? id : null
}
