import {
  lockOpenIncidents,
  lockRates,
  openAlertIncidents,
  readRates,
  type NewAlertIncident,
} from '../db/alert-incidents.ts'
import type { Database } from '../db/sql.ts'
import type { Alerting } from './context.ts'
import { placeAlerts, stormKey, type Firing, type Place } from './group.ts'
import type { Source } from './incoming.ts'

/** An alert that fires, on its way into an incident. */
export interface Assignable extends Firing {
  /** False: it is there already and only became worse. */
  isNewEpisode: boolean
  /** How many episodes it had of late, this one not counted. */
  recentEpisodes: number
}

/** What became of alerts, and of which incidents. */
export interface Assigned {
  firing: readonly Assignable[]
  /** The incident of each, in the same order. */
  incidents: readonly number[]
  /** Those that were opened just now. */
  opened: readonly number[]
  /** The level of each incident, before these alerts. */
  levels: ReadonlyMap<number, number>
  /** Storm incidents that new groups joined. */
  storms: ReadonlySet<number>
  /** Open incidents an alert of which ended. */
  ended: readonly number[]
}

/** Finds or opens the incident of each alert. Locks incidents, and how many of a kind are opened at a time. */
export async function assignIncidents(
  tx: Database,
  alerting: Alerting,
  { source, firing, ended }: { source: Source; firing: readonly Assignable[]; ended: readonly number[] },
): Promise<Assigned> {
  const { storm } = alerting.settings
  const scopes = scopesOf(firing.filter(({ previousIncident }) => previousIncident === null))
  await lockRates(
    tx,
    scopes.map(({ stormKey: key }) => key),
  )
  const ids = [...ended, ...firing.flatMap(({ previousIncident }) => previousIncident ?? [])]
  const groupKeys = [...firing.map(({ groupKey }) => groupKey), ...scopes.map(({ stormKey: key }) => key)]
  const known = ids.length + groupKeys.length > 0 ? await lockOpenIncidents(tx, { ids, groupKeys }) : []
  const rates = await readRates(tx, scopes, storm)
  const places = placeAlerts(firing, { incidents: known, rates }, storm.incidents)
  const opened = await openAlertIncidents(tx, {
    source,
    incidents: incidentsToOpen(firing, places, alerting),
  })
  const byKey = new Map(opened.map((incident) => [incident.groupKey, incident.id]))
  const incidents = places.map((place) =>
    'incident' in place ? place.incident : (byKey.get(place.open) ?? 0),
  )
  const stormIds = new Set(known.filter(({ isStorm }) => isStorm).map(({ id }) => id))
  places.forEach((place, index) => 'open' in place && place.isStorm && stormIds.add(incidents[index] ?? 0))
  return {
    firing,
    incidents,
    opened: opened.filter(({ isNew }) => isNew).map(({ id }) => id),
    levels: new Map([...known, ...opened].map(({ id, level }) => [id, level])),
    storms: new Set(
      incidents.filter((id, index) => stormIds.has(id) && firing[index]?.previousIncident === null),
    ),
    ended,
  }
}

function scopesOf(
  firing: readonly Firing[],
): { level: number; environment: string | null; stormKey: string }[] {
  const scopes = firing.map(({ level, environment }) => ({
    level,
    environment,
    stormKey: stormKey({ level, environment }),
  }))
  return [...new Map(scopes.map((scope) => [scope.stormKey, scope])).values()]
}

/** One for each key; it is called after the worst of its alerts. */
function incidentsToOpen(
  firing: readonly Firing[],
  places: readonly Place[],
  alerting: Alerting,
): NewAlertIncident[] {
  const byKey = new Map<string, NewAlertIncident>()
  firing.forEach(({ rule, level, title, environment }, index) => {
    const place = places[index]
    if (!place || 'incident' in place) return
    const known = byKey.get(place.open)
    if (known && known.level <= level) return
    const called = place.isStorm
      ? { rule: 'storm', title: stormTitle({ level, environment }, alerting.locale) }
      : { rule, title }
    byKey.set(place.open, {
      groupKey: place.open,
      level,
      environment,
      isStorm: place.isStorm,
      ...called,
    })
  })
  return [...byKey.values()]
}

/** In the language of the runbook file: a title is data, like those of alerts. */
function stormTitle(
  { level, environment }: { level: number; environment: string | null },
  locale: Alerting['locale'],
): string {
  const where = environment === null ? '' : locale === 'en' ? ` in ${environment}` : ` em ${environment}`
  return locale === 'en'
    ? `Storm of level ${level} alerts${where}`
    : `Tempestade de alertas de nível ${level}${where}`
}
