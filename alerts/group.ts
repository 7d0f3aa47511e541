import type { Classified } from './classify.ts'

/** A firing alert that nothing suppresses, on its way to an incident. */
export interface Firing extends Classified {
  /** The incident of its last episode, where that is not resolved. */
  previousIncident: number | null
}

/** An incident that is not resolved. */
export interface OpenIncident {
  id: number
  groupKey: string | null
  level: number
}

/** How it has been going with one level of one environment. */
export interface Rate {
  level: number
  environment: string | null
  /** New incidents within the time of `storm`. */
  incidents: number
  /** A storm incident is open, and a new group joined it within the time. */
  isStorm: boolean
}

/** Where an alert goes: to an incident that is open, or to one to be opened under a group key. */
export type Place = { incident: number } | { open: string; isStorm: boolean }

/**
 * Decides the incident of each alert, in order: the one its last episode was in, the one of its group, a new one;
 * beyond `limit` new ones of a level and environment within the time, the storm incident of those two. The worst come
 * first, so that they are the ones to get incidents of their own. Pure.
 */
export function placeAlerts(
  alerts: readonly Firing[],
  known: { incidents: readonly OpenIncident[]; rates: readonly Rate[] },
  limit: number,
): Place[] {
  const byId = new Map(known.incidents.map((incident) => [incident.id, incident]))
  const byGroup = new Map(known.incidents.map((incident) => [incident.groupKey, incident]))
  const rates = new Map(known.rates.map((rate) => [stormKey(rate), { ...rate }]))
  const opened = new Set<string>()
  const places: Place[] = []
  for (const index of worstFirst(alerts)) {
    const alert = alerts[index]
    if (alert) places[index] = place(alert)
  }
  return places

  function place(alert: Firing): Place {
    const previous = alert.previousIncident === null ? undefined : byId.get(alert.previousIncident)
    const present = previous ?? byGroup.get(alert.groupKey)
    if (present) return { incident: present.id }
    if (opened.has(alert.groupKey)) return { open: alert.groupKey, isStorm: false }
    const storm = stormKey(alert)
    const rate = rates.get(storm) ?? { ...alert, incidents: 0, isStorm: false }
    rates.set(storm, rate)
    if (rate.isStorm || rate.incidents >= limit) {
      rate.isStorm = true
      const incident = byGroup.get(storm)
      return incident ? { incident: incident.id } : { open: storm, isStorm: true }
    }
    rate.incidents += 1
    opened.add(alert.groupKey)
    return { open: alert.groupKey, isStorm: false }
  }
}

/** The group key of the incident that takes in a storm. No rule can make such a key: their names have no slash. */
export const stormKey = ({ level, environment }: Pick<Classified, 'level' | 'environment'>): string =>
  `storm//${level}/${environment ?? '-'}`

const worstFirst = (alerts: readonly Firing[]): number[] =>
  alerts
    .map(({ level }, index) => ({ level, index }))
    .toSorted((one, other) => one.level - other.level)
    .map(({ index }) => index)
