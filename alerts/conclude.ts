import {
  cancelHoldResolve,
  holdResolve,
  insertIncidentEvents,
  markFlapping,
  prolongStorms,
  renameIncident,
} from '../db/alert-incidents.ts'
import { announce } from '../db/announcements.ts'
import { incidentSubject } from '../db/incidents.ts'
import type { Database } from '../db/sql.ts'
import type { Assignable, Assigned } from './assign.ts'
import type { Alerting } from './context.ts'
import { openEscalation, upgrade } from './incidents.ts'

/**
 * What follows for incidents once the episodes of their alerts are written down: new ones begin their escalation,
 * others turn out worse, are marked as flapping, are held or no longer held; all that changed is announced.
 */
export async function concludeIntake(tx: Database, alerting: Alerting, assigned: Assigned): Promise<void> {
  const { settings } = alerting
  const opened = new Set(assigned.opened)
  const firing = assigned.firing.map((alert, index) => ({
    ...alert,
    incident: assigned.incidents[index] ?? 0,
  }))
  const joined = firing.filter(({ incident, isNewEpisode }) => isNewEpisode && !opened.has(incident))
  const joinedIds = unique(joined.map(({ incident }) => incident))

  await prolongStorms(tx, [...assigned.storms], settings.storm.withinMinutes)
  await insertIncidentEvents(tx, joinedEvents(joined, assigned.storms))
  await openEscalation(tx, { incidentIds: assigned.opened }, alerting)
  const upgraded = await upgradeWorse(tx, alerting, { firing, levels: assigned.levels, opened })
  const flapping = await markFlapping(tx, flappingIncidents(firing, settings.flapping.episodes))
  await insertIncidentEvents(
    tx,
    flapping.map((incidentId) => ({ incidentId, kind: 'flapping', details: {} })),
  )
  await cancelHoldResolve(tx, joinedIds)
  await holdResolve(tx, unique(assigned.ended), {
    minutes: settings.holdResolveMinutes,
    flappingMinutes: settings.flapping.holdMinutes,
  })
  const changed = unique([...assigned.opened, ...joinedIds, ...upgraded, ...flapping, ...assigned.ended])
  await announce(tx, ...changed.map(incidentSubject))
}

type Placed = Assignable & { incident: number }

/** One line for all that joined an incident at once; none for a storm, which its count tells of. */
function joinedEvents(
  joined: readonly Placed[],
  storms: ReadonlySet<number>,
): { incidentId: number; kind: string; details: Record<string, unknown> }[] {
  const byIncident = new Map<number, Placed[]>()
  for (const alert of joined) {
    if (storms.has(alert.incident)) continue
    byIncident.set(alert.incident, [...(byIncident.get(alert.incident) ?? []), alert])
  }
  return [...byIncident].map(([incidentId, alerts]) => ({
    incidentId,
    kind: 'alert-joined',
    details: { title: alerts[0]?.title ?? '', count: alerts.length },
  }))
}

async function upgradeWorse(
  tx: Database,
  alerting: Alerting,
  {
    firing,
    levels,
    opened,
  }: { firing: readonly Placed[]; levels: ReadonlyMap<number, number>; opened: ReadonlySet<number> },
): Promise<number[]> {
  const worst = new Map<number, Placed>()
  for (const alert of firing) {
    const known = worst.get(alert.incident)
    if (!opened.has(alert.incident) && alert.level < (known?.level ?? levels.get(alert.incident) ?? 0)) {
      worst.set(alert.incident, alert)
    }
  }
  for (const [id, { title, rule, level }] of worst) {
    await upgrade(tx, { incidentId: id, from: levels.get(id) ?? level, to: level }, alerting)
    await renameIncident(tx, { id, title, rule })
  }
  return [...worst.keys()]
}

/** Of alerts that began as often as makes them flapping. */
function flappingIncidents(firing: readonly Placed[], episodes: number): number[] {
  const flapping = firing.filter((alert) => alert.isNewEpisode && alert.recentEpisodes + 1 >= episodes)
  return unique(flapping.map(({ incident }) => incident))
}

const unique = (ids: readonly number[]): number[] => [...new Set(ids)].toSorted((one, other) => one - other)
