import {
  alertsToLookAt,
  dueSuppressed,
  lockAlerts,
  updateEpisodes,
  type SuppressedRow,
} from '../db/alerts.ts'
import { retriedTransaction } from '../db/pool.ts'
import type { Database } from '../db/sql.ts'
import { assignIncidents } from './assign.ts'
import { concludeIntake } from './conclude.ts'
import type { Source } from './incoming.ts'
import type { IntakeDeps } from './intake.ts'
import { readQuiet } from './quiet.ts'
import { suppression, type Suppression } from './suppress.ts'

/**
 * Looks at the alerts that were kept from an incident and whose reason may be over: what still burns and is no longer
 * kept quiet goes into an incident now. Returns how many were looked at. Safe to run in several engines at once.
 */
export async function lookAgain(deps: IntakeDeps): Promise<number> {
  let count = 0
  for (let due = await alertsToLookAt(deps.pool); due !== null; due = await alertsToLookAt(deps.pool)) {
    const names = due
    const looked = await retriedTransaction(deps.pool, async (tx) => await lookAt(tx, deps, names))
    if (looked === 0) return count
    count += looked
  }
  return count
}

async function lookAt(
  tx: Database,
  deps: IntakeDeps,
  { source, fingerprints }: { source: string; fingerprints: readonly string[] },
): Promise<number> {
  const { settings } = deps.alerting
  await lockAlerts(tx, source, fingerprints)
  const alerts = await dueSuppressed(tx, { source, fingerprints })
  const now = alerts[0]?.now
  if (!now) return 0
  const quiet = await readQuiet(tx, { now, settings, maintenanceUntil: deps.maintenanceUntil(now) })
  const judged = alerts.map((alert) => ({ alert, suppressed: suppression(alert, quiet, settings) }))
  const loose = judged.filter(({ suppressed }) => suppressed === null).map(({ alert }) => alert)
  const assigned = await assignIncidents(tx, deps.alerting, {
    source: source as Source,
    firing: loose.map((alert) => ({
      ...alert,
      previousIncident: null,
      isNewEpisode: true,
      recentEpisodes: 0,
    })),
    ended: [],
  })
  const incidentOf = new Map(loose.map(({ id }, index) => [id, assigned.incidents[index] ?? null]))
  await updateEpisodes(
    tx,
    judged.map(({ alert, suppressed }) => change(alert, suppressed, incidentOf.get(alert.id) ?? null)),
  )
  await concludeIntake(tx, deps.alerting, assigned)
  return alerts.length
}

const change = (alert: SuppressedRow, suppressed: Suppression | null, incidentId: number | null) => ({
  ...alert,
  incidentId,
  suppressedBy: suppressed?.by ?? null,
  lookAgainAt: suppressed?.lookAgainAt ?? null,
})
