import {
  endEpisodes,
  insertEpisodes,
  lockAlerts,
  readEpisodes,
  updateEpisodes,
  type EpisodeChange,
  type EpisodeRow,
  type NewEpisode,
} from '../db/alerts.ts'
import { retriedTransaction, type Pool } from '../db/pool.ts'
import type { Database } from '../db/sql.ts'
import { assignIncidents } from './assign.ts'
import { classifier, type Classified, type Classify } from './classify.ts'
import { concludeIntake } from './conclude.ts'
import type { Alerting } from './context.ts'
import { judgeEpisode, type Verdict } from './episodes.ts'
import { labelsFingerprint, type Incoming, type Source } from './incoming.ts'
import { readQuiet } from './quiet.ts'
import { suppression, type Suppression } from './suppress.ts'

/** What taking alerts in needs. */
export interface IntakeDeps {
  pool: Pool
  alerting: Alerting
  /** The end of the planned maintenance window that holds then; null: none does. */
  maintenanceUntil(now: Date): Date | null
}

/** The alerts of one delivery; all have one source. */
export interface Alerts {
  source: Source
  alerts: readonly Incoming[]
}

/**
 * Takes the alerts of one delivery in: records their episodes, opens, joins, upgrades incidents or has them held, and
 * announces those, all in one transaction. Delivered again, also to another replica at the same time, it changes
 * nothing. Returns the incidents the alerts are in.
 */
export async function takeIn(deps: IntakeDeps, { source, alerts }: Alerts): Promise<{ incidents: number[] }> {
  const [incidents = []] = await takeAllIn(deps, source, [alerts])
  return { incidents }
}

/** The same for several deliveries of one source in one transaction: all are taken in, or none is. */
export async function takeAllIn(
  deps: IntakeDeps,
  source: Source,
  deliveries: readonly (readonly Incoming[])[],
): Promise<number[][]> {
  const alerts = deliveries.flat()
  if (alerts.length === 0) return deliveries.map(() => [])
  const incidents = await retriedTransaction(deps.pool, async (tx) => {
    const taken = new Map<Incoming, number | null>()
    for (const wave of waves(alerts)) {
      for (const { alert, incidentId } of await takeWave(tx, deps, { source, alerts: wave })) {
        taken.set(alert, incidentId)
      }
    }
    return taken
  })
  return deliveries.map((delivery) => {
    const ids = delivery.flatMap((alert) => incidents.get(alert) ?? [])
    return [...new Set(ids)].toSorted((one, other) => one - other)
  })
}

const classifiers = new WeakMap<Alerting, Classify>()

/** Its rules are compiled once. */
export function classifierOf(alerting: Alerting): Classify {
  const known = classifiers.get(alerting)
  if (known) return known
  const made = classifier(alerting.settings, alerting.environments)
  classifiers.set(alerting, made)
  return made
}

/**
 * What a delivery says of one alert twice (its end and its next beginning, say) is taken in one after the other: each
 * wave has every alert once.
 */
export function waves(alerts: readonly Incoming[]): Incoming[][] {
  const inOrder = alerts.toSorted((one, other) => begun(one) - begun(other) || ended(one) - ended(other))
  const seen = new Map<string, number>()
  const result: Incoming[][] = []
  for (const alert of inOrder) {
    const number = seen.get(alert.fingerprint) ?? 0
    seen.set(alert.fingerprint, number + 1)
    ;(result[number] ??= []).push(alert)
  }
  return result
}

const begun = ({ startsAt }: Incoming): number => startsAt?.getTime() ?? Number.MAX_SAFE_INTEGER
const ended = ({ status }: Incoming): number => (status === 'firing' ? 0 : 1)

/** What is to become of one alert of a wave. */
interface Taken {
  alert: Incoming
  verdict: Verdict<EpisodeRow>
  classified: Classified
  /** The incident of its last episode, if that is open. */
  previousIncident: number | null
  recentEpisodes: number
  suppressed: Suppression | null
  /** Where it goes or is; null: nowhere. */
  incidentId: number | null
}

async function takeWave(tx: Database, deps: IntakeDeps, { source, alerts }: Alerts): Promise<Taken[]> {
  const { alerting } = deps
  const { settings } = alerting
  const fingerprints = alerts.map(({ fingerprint }) => fingerprint)
  await lockAlerts(tx, source, fingerprints)
  const starts = alerts.map(({ startsAt }) => startsAt)
  const { now, episodes } = await readEpisodes(tx, { source, fingerprints, starts }, settings.flapping)
  const taken = judge(alerts, { now, episodes }, classifierOf(alerting))

  const beginning = taken.filter(begins)
  if (beginning.length > 0) {
    const quiet = await readQuiet(tx, { now, settings, maintenanceUntil: deps.maintenanceUntil(now) })
    for (const one of beginning) {
      one.suppressed = suppression({ ...one.classified, labels: one.alert.labels }, quiet, settings)
    }
  }
  const placed = taken.filter((one) => (begins(one) ? one.suppressed === null : isWorse(one)))
  const assigned = await assignIncidents(tx, alerting, {
    source,
    firing: placed.map((one) => ({ ...one.classified, ...one, isNewEpisode: begins(one) })),
    ended: taken.flatMap(({ verdict }) => (verdict.kind === 'ends' ? openIncidentOf(verdict.episode) : [])),
  })
  placed.forEach((one, index) => (one.incidentId = assigned.incidents[index] ?? null))
  await record(tx, taken, now)
  await concludeIntake(tx, alerting, assigned)
  return taken
}

function judge(
  alerts: readonly Incoming[],
  { now, episodes }: { now: Date; episodes: readonly EpisodeRow[] },
  classify: Classify,
): Taken[] {
  const byFingerprint = new Map<string, EpisodeRow[]>()
  for (const episode of episodes) {
    const known = byFingerprint.get(episode.fingerprint)
    if (known) known.push(episode)
    else byFingerprint.set(episode.fingerprint, [episode])
  }
  return alerts.map((alert) => {
    const known = byFingerprint.get(alert.fingerprint) ?? []
    const verdict = judgeEpisode(alert, known, now)
    return {
      alert,
      verdict,
      classified: classify(alert),
      previousIncident: known.flatMap(openIncidentOf)[0] ?? null,
      recentEpisodes: known[0]?.recentEpisodes ?? 0,
      suppressed: null,
      incidentId: presentIncident(verdict, known),
    }
  })
}

const openIncidentOf = ({ incidentId, isIncidentOpen }: EpisodeRow): number[] =>
  incidentId !== null && isIncidentOpen ? [incidentId] : []

function presentIncident(verdict: Verdict<EpisodeRow>, known: readonly EpisodeRow[]): number | null {
  if (verdict.kind === 'continues' || verdict.kind === 'ends') return verdict.episode.incidentId
  return verdict.kind === 'unchanged' ? (known[0]?.incidentId ?? null) : null
}

const begins = ({ verdict }: Taken): boolean => verdict.kind === 'begins' || verdict.kind === 'begins-again'

/** It fires already, in an incident that is open, and the sender now makes it worse. */
const isWorse = ({ verdict, classified }: Taken): boolean =>
  verdict.kind === 'continues' && verdict.episode.isIncidentOpen && classified.level < verdict.episode.level

/** Writes the episodes down: what is new, what changed, what is over. */
async function record(tx: Database, taken: readonly Taken[], now: Date): Promise<void> {
  await insertEpisodes(tx, taken.flatMap(newEpisode))
  await updateEpisodes(
    tx,
    taken.flatMap((one) => episodeChange(one, now)),
  )
  await endEpisodes(
    tx,
    taken.flatMap(({ verdict }) =>
      verdict.kind === 'ends' ? [{ id: verdict.episode.id, endedAt: verdict.endedAt }] : [],
    ),
  )
}

function newEpisode({ alert, verdict, classified, suppressed, incidentId }: Taken): NewEpisode[] {
  if (verdict.kind !== 'begins' && verdict.kind !== 'ended-unseen') return []
  const { source, fingerprint, labels, description, link } = alert
  return [
    {
      ...classified,
      source,
      fingerprint,
      labels,
      description,
      link,
      title: alert.title,
      startsAt: verdict.startsAt,
      status: verdict.kind === 'begins' ? 'firing' : 'resolved',
      endedAt: verdict.kind === 'begins' ? null : verdict.endedAt,
      incidentId,
      suppressedBy: suppressed?.by ?? null,
      lookAgainAt: suppressed?.lookAgainAt ?? null,
    },
  ]
}

/** Texts of an alert that fires may change from one delivery to the next: they hold the present value, often. */
function episodeChange(
  { alert, verdict, classified, suppressed, incidentId }: Taken,
  now: Date,
): EpisodeChange[] {
  const { title, description, labels, link } = alert
  const change = { ...classified, title, description, labels, link, incidentId }
  if (verdict.kind === 'begins-again') {
    const { id, lastStartsAt } = verdict.episode
    const quiet = { suppressedBy: suppressed?.by ?? null, lookAgainAt: suppressed?.lookAgainAt ?? null }
    return [{ ...change, ...quiet, id, lastStartsAt }]
  }
  if (verdict.kind !== 'continues') return []
  const { episode, lastStartsAt } = verdict
  const isWorse = classified.level < episode.level
  const isSame =
    lastStartsAt.getTime() === episode.lastStartsAt.getTime() &&
    classified.level === episode.level &&
    title === episode.title &&
    description === episode.description &&
    link === episode.link &&
    labelsFingerprint(labels) === labelsFingerprint(episode.labels)
  if (isSame) return []
  const lookAgainAt = episode.lookAgainAt !== null && isWorse ? now : episode.lookAgainAt
  return [{ ...change, id: episode.id, lastStartsAt, suppressedBy: episode.suppressedBy, lookAgainAt }]
}
