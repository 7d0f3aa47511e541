import { lookAgainNow, commonLabels } from '../db/alerts.ts'
import { recordAudit } from '../db/audit.ts'
import { lockIncident, recordIncidentEvent } from '../db/incidents.ts'
import { createSilence, endSilence, findSilence, type SilenceRow } from '../db/silences.ts'
import type { Database } from '../db/sql.ts'
import type { Alerting } from './context.ts'
import { acknowledge } from './incidents.ts'

/** A silence as somebody asks for it. */
export interface NewSilence {
  by: string
  /** Absent: what the incident's alerts have in common. */
  matchers?: { label: string; value: string }[] | undefined
  incidentId: number | null
  minutes: number
  reason: string
  idempotencyKey: string
}

/**
 * Keeps alerts that have all of these labels from opening incidents, once per idempotency key. The incident it is asked
 * for is acknowledged by whoever asks, if nobody had: that nobody shall be called about it is what a silence says.
 */
export async function silence(
  tx: Database,
  { by, incidentId, ...asked }: NewSilence,
  alerting: Pick<Alerting, 'settings'>,
): Promise<{ result: 'created' | 'repeated'; silence: SilenceRow } | { result: 'too-wide' }> {
  if (incidentId !== null) await lockIncident(tx, incidentId)
  const matchers = asked.matchers ?? (await narrowLabels(tx, incidentId, alerting))
  if (matchers.length === 0) return { result: 'too-wide' }
  const { silence: made, created } = await createSilence(tx, { ...asked, matchers, createdBy: by })
  if (!created) return { result: 'repeated', silence: made }
  const { minutes, reason } = asked
  await recordAudit(tx, {
    actor: by,
    action: 'silence.created',
    subject: `silence/${made.id}`,
    details: { matchers, minutes, reason, incidentId },
  })
  if (incidentId !== null) {
    // Timers before what is announced, like whoever reminds of the incident: else each would wait for the other.
    await acknowledge(tx, { incidentId, by, via: 'slack' })
    const details = { silenceId: made.id, minutes, reason }
    await recordIncidentEvent(tx, { incidentId, actor: by, kind: 'silenced', details })
  }
  return { result: 'created', silence: made }
}

/** Ends a silence early: what it kept quiet and still burns opens its incident soon. */
export async function endSilenceBy(
  tx: Database,
  id: number,
  by: string,
): Promise<{ result: 'ended'; silence: SilenceRow } | { result: 'over' } | { result: 'unknown' }> {
  const ended = await endSilence(tx, id, by)
  if (!ended) return { result: (await findSilence(tx, id)) ? 'over' : 'unknown' }
  await lookAgainNow(tx, `silence/${id}`)
  await recordAudit(tx, { actor: by, action: 'silence.ended', subject: `silence/${id}`, details: {} })
  return { result: 'ended', silence: ended }
}

/**
 * What the alerts of an incident have in common, if that says which alerts they are: their name or, of alerts without
 * one, more than where they are and how bad. Else none: it would silence whatever else there is.
 */
async function narrowLabels(
  tx: Database,
  incidentId: number | null,
  { settings }: Pick<Alerting, 'settings'>,
): Promise<{ label: string; value: string }[]> {
  if (incidentId === null) return []
  const { common, areNamed } = await commonLabels(tx, incidentId)
  const wide = ['severity', ...settings.environmentLabels]
  const isNarrow = common.some(({ label }) => (areNamed ? label === 'alertname' : !wide.includes(label)))
  return isNarrow ? common : []
}
