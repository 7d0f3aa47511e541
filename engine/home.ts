import { announceHomes, countHomeViewers } from '../db/home.ts'
import { listIncidents } from '../db/incidents.ts'
import { listVotes } from '../db/approvals.ts'
import { listJobs, type JobRow } from '../db/jobs.ts'
import { mayVote } from './approval.ts'
import type { EngineContext } from './context.ts'
import { environmentStatus, type EnvironmentNow } from './environment-status.ts'
import { activeWindows, maintenanceWindow, nextWindows } from './freeze-windows.ts'
import { rotationView } from './on-call.ts'
import type { Asker } from './permission.ts'
import { Command } from './runbook-file.ts'

/** The present state of an environment; `lately` may be some seconds old, because many look at once. */
export type EnvironmentsLately = (name: string) => Promise<EnvironmentNow>

const freshSeconds = 10

/** Asks each environment at most once in 10 s, however many Homes are drawn. */
export function environmentsLately(context: EngineContext): EnvironmentsLately {
  const known = new Map<string, { at: number; now: Promise<EnvironmentNow> }>()
  return (name) => {
    const last = known.get(name)
    if (last && Date.now() - last.at < freshSeconds * 1_000) return last.now
    const now = environmentStatus(context, name)
    known.set(name, { at: Date.now(), now })
    return now
  }
}

/** What is under way, what is waited for, and which of it by this person. */
export async function workFor(context: EngineContext, who: Asker) {
  const states = ['waiting-approval', 'queued', 'running']
  const jobs = await listJobs(context.pool, { states, limit: 100 })
  const inState = (state: JobRow['state']) => jobs.filter((job) => job.state === state).toReversed()
  const waiting = await Promise.all(
    inState('waiting-approval').map(async (job) => ({ job, mine: await waitsFor(context, job, who) })),
  )
  return {
    running: inState('running'),
    queued: inState('queued'),
    waitingForMe: waiting.filter(({ mine }) => mine).map(({ job }) => job),
    waitingForOthers: waiting.filter(({ mine }) => !mine).map(({ job }) => job),
    incidents: await listIncidents(context.pool, { openOnly: true, limit: 20 }),
  }
}

async function waitsFor(context: EngineContext, job: JobRow, voter: Asker): Promise<boolean> {
  if (job.approval === null) return false
  const { approval: policy, requestedBy, environment } = job
  const votes = await listVotes(context.pool, job.id, job.attempt)
  const command = Command.parse(job.kind)
  return mayVote(context.runbook, { voter, policy, requestedBy, votes, command, environment }).allowed
}

/** What is coming: the next scheduled freezes, and the maintenance window that holds or comes next. */
export function comingWindows({ runbook }: Pick<EngineContext, 'runbook'>, now: Date) {
  return { nextFreezes: nextWindows(runbook, now), maintenance: maintenanceWindow(runbook, now) }
}

/**
 * Has the Homes that are looked at redrawn when what they show is no longer so. The environments are asked no more than
 * drawing asks them, and not at all while nobody looks.
 */
export async function announceOpenHomes(
  context: Pick<EngineContext, 'pool' | 'runbook' | 'onCall'>,
  lately: EnvironmentsLately,
): Promise<void> {
  if ((await countHomeViewers(context.pool)) === 0) return
  const environments = await Promise.all(Object.keys(context.runbook.environments).map(lately))
  const { at, rotations } = await context.onCall.roster()
  const onCall = rotations.map((rotation) => rotationView(context.runbook, rotation, at))
  await announceHomes(
    context.pool,
    [scheduledNow(context, new Date()), JSON.stringify(environments), JSON.stringify(onCall)].join('\n'),
  )
}

/** Which scheduled windows hold, in words that differ when they do. */
function scheduledNow({ runbook }: Pick<EngineContext, 'runbook'>, now: Date): string {
  const windows = activeWindows(runbook, now).map(
    ({ name, environment, endsAt }) => `${environment} ${name} ${endsAt.toISOString()}`,
  )
  return [...windows, String(maintenanceWindow(runbook, now).active)].join(',')
}
