import {
  findHeartbeat,
  forgetHeartbeat,
  listenForHeartbeats,
  markSilent,
  otherHeartbeats,
  overdueHeartbeats,
  recordHeartbeat,
} from '../db/heartbeats.ts'
import type { Alerting } from './context.ts'
import type { Incoming } from './incoming.ts'
import { takeIn, type IntakeDeps } from './intake.ts'
import type { AlertingSettings } from './settings.ts'

type Watched = AlertingSettings['heartbeats'][number]

/** The heartbeat that an alert of this name stands for: Alertmanager's Watchdog fires as long as all is well. */
export function heartbeatOf({ settings }: Alerting, alert: Pick<Incoming, 'labels'>): Watched | undefined {
  const name = alert.labels['alertname']
  return name === undefined ? undefined : settings.heartbeats.find(({ alertname }) => alertname === name)
}

/** Something was heard of. If it was silent, its alert is over. */
export async function hear(deps: IntakeDeps, watched: Watched): Promise<void> {
  const before = await findHeartbeat(deps.pool, watched.name)
  if (before?.silentSince) await say(deps, watched, { status: 'resolved', startsAt: null })
  await recordHeartbeat(deps.pool, watched.name)
}

/**
 * Opens an incident for each heartbeat that was heard of once and fell silent, and ends that of one that is no longer
 * in the runbook file. After an outage of ours each has its whole time again. The alert comes before the mark, and always with the same start: however often this is
 * interrupted or done by several engines, there is one.
 */
export async function watchHeartbeats(deps: IntakeDeps): Promise<void> {
  const { heartbeats } = deps.alerting.settings
  await listenForHeartbeats(deps.pool)
  for (const { name, lastAt } of await overdueHeartbeats(deps.pool, heartbeats)) {
    const watched = heartbeats.find((one) => one.name === name)
    if (!watched) continue
    await say(deps, watched, { status: 'firing', startsAt: lastAt })
    const isStillSilent = await markSilent(deps.pool, { name, lastAt })
    if (!isStillSilent) await say(deps, watched, { status: 'resolved', startsAt: null })
  }
  const names = heartbeats.map(({ name }) => name)
  for (const { name, silentSince } of await otherHeartbeats(deps.pool, names)) {
    const forgotten = { name, title: name, level: 3 }
    if (silentSince) await say(deps, forgotten, { status: 'resolved', startsAt: null })
    await forgetHeartbeat(deps.pool, name)
  }
}

async function say(
  deps: IntakeDeps,
  { name, title, level }: Pick<Watched, 'name' | 'title' | 'level'>,
  { status, startsAt }: Pick<Incoming, 'status' | 'startsAt'>,
): Promise<void> {
  const alert: Incoming = {
    source: 'heartbeat',
    fingerprint: name,
    status,
    startsAt,
    endsAt: null,
    title,
    description: '',
    labels: { heartbeat: name, level: String(level) },
    link: null,
  }
  await takeIn(deps, { source: 'heartbeat', alerts: [alert] })
}
