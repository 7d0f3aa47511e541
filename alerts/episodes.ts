import type { Incoming } from './incoming.ts'

/** What is recorded of one alert: the episode that fires, if one does, the last one, and the one with the same start. */
export interface Known {
  id: number
  fingerprint: string
  startsAt: Date
  /** The latest start its sender gave while it fired. */
  lastStartsAt: Date
  status: 'firing' | 'resolved'
  /** By the sender's clock, never later than ours. */
  endedAt: Date | null
  /** When we heard of its end. */
  resolvedAt: Date | null
}

/** What a delivered alert means to what is recorded. */
export type Verdict<Episode extends Known> =
  /** A new episode begins. */
  | { kind: 'begins'; startsAt: Date }
  /** The sender says that an episode that was over burns after all. */
  | { kind: 'begins-again'; episode: Episode }
  /** Its end came before its beginning: recorded, so that the late beginning changes nothing. */
  | { kind: 'ended-unseen'; startsAt: Date; endedAt: Date }
  | { kind: 'ends'; episode: Episode; endedAt: Date }
  /** It fires already; perhaps with a newer start. */
  | { kind: 'continues'; episode: Episode; lastStartsAt: Date }
  | { kind: 'unchanged' }

/**
 * For so long after an end a beginning from before that end is a late delivery: Alertmanager gives up a notification
 * after `group_interval` (5 minutes unless set otherwise), and sends a change of a group no sooner than that after
 * the last one. What comes later is meant: the alert burns again with its old start (Prometheus could not be heard of
 * for a while).
 */
const lateMinutes = 4

/**
 * Decides what a delivered alert means. `known`: the recorded episodes of its fingerprint that matter. Deliveries may
 * be repeated, come from two replicas, or in the wrong order: what was understood once changes nothing. Pure.
 */
export function judgeEpisode<Episode extends Known>(
  alert: Pick<Incoming, 'status' | 'startsAt' | 'endsAt'>,
  known: readonly Episode[],
  now: Date,
): Verdict<Episode> {
  const firing = known.find(({ status }) => status === 'firing')
  if (alert.status === 'firing')
    return firing ? continues(alert.startsAt, firing) : begins(alert.startsAt, known, now)
  if (!firing) {
    const isRecorded = alert.startsAt === null || known.some(({ startsAt }) => same(startsAt, alert.startsAt))
    if (isRecorded || alert.startsAt === null) return { kind: 'unchanged' }
    return { kind: 'ended-unseen', startsAt: alert.startsAt, endedAt: earlier(alert.endsAt ?? now, now) }
  }
  if (isStaleEnd(alert, firing)) return { kind: 'unchanged' }
  return { kind: 'ends', episode: firing, endedAt: earlier(alert.endsAt ?? now, now) }
}

function continues<Episode extends Known>(startsAt: Date | null, episode: Episode): Verdict<Episode> {
  if (startsAt === null || startsAt <= episode.lastStartsAt) {
    return { kind: 'continues', episode, lastStartsAt: episode.lastStartsAt }
  }
  return { kind: 'continues', episode, lastStartsAt: startsAt }
}

function begins<Episode extends Known>(
  startsAt: Date | null,
  known: readonly Episode[],
  now: Date,
): Verdict<Episode> {
  if (startsAt === null) return { kind: 'begins', startsAt: now }
  const covering = known.filter(
    (episode) => same(episode.startsAt, startsAt) || (episode.endedAt !== null && startsAt < episode.endedAt),
  )
  const lateFrom = now.getTime() - lateMinutes * 60_000
  if (covering.some(({ resolvedAt }) => resolvedAt !== null && resolvedAt.getTime() > lateFrom)) {
    return { kind: 'unchanged' }
  }
  const exact = covering.find((episode) => same(episode.startsAt, startsAt))
  return exact ? { kind: 'begins-again', episode: exact } : { kind: 'begins', startsAt }
}

/** It ended, but has begun again since: the end is of an earlier part. */
function isStaleEnd({ startsAt, endsAt }: Pick<Incoming, 'startsAt' | 'endsAt'>, firing: Known): boolean {
  if (startsAt === null || startsAt >= firing.lastStartsAt) return false
  return endsAt === null || endsAt < firing.lastStartsAt
}

const same = (one: Date, other: Date | null): boolean => one.getTime() === other?.getTime()
const earlier = (one: Date, other: Date): Date => (one < other ? one : other)
