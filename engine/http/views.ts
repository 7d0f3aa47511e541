import type { z } from 'zod'
import { subjectRevision } from '../../db/announcements.ts'
import { listVotes } from '../../db/approvals.ts'
import { lockQueue, queuePlacesShown } from '../../db/job-queue.ts'
import { findJob, jobSubject, type ApprovalPolicy, type JobRow } from '../../db/jobs.ts'
import { listSteps, tailLog, type StepRow } from '../../db/steps.ts'
import type { EngineContext } from '../context.ts'
import { notFound } from '../decide-job.ts'
import { currentFreezes, type CurrentFreeze } from '../freezes.ts'
import { personRef } from '../people.ts'
import type * as freezeSchemas from './freeze-schemas.ts'
import type * as jobSchemas from './job-schemas.ts'

type Out<Schema extends z.ZodType> = z.output<Schema>
type ViewContext = Pick<EngineContext, 'pool' | 'runbook'>

const logTailLines = 20

/** What the list of jobs shows of one. */
export function jobSummary(
  context: Pick<EngineContext, 'runbook'>,
  job: JobRow,
): Out<typeof jobSchemas.JobSummary> {
  return {
    id: job.id,
    kind: job.kind,
    params: job.params,
    environment: job.environment,
    state: job.state,
    requestedBy: personRef(context.runbook, job.requestedBy),
    createdAt: job.createdAt.toISOString(),
    startedAt: iso(job.startedAt),
    finishedAt: iso(job.finishedAt),
  }
}

/** A job that was recorded just now, from what was recorded: nothing has happened to it yet. */
export function newJobView(
  context: Pick<EngineContext, 'runbook'>,
  job: JobRow,
  steps: readonly string[],
): Out<typeof jobSchemas.Job> {
  return {
    ...jobSummary(context, job),
    revision: 0,
    attempt: job.attempt,
    origin: job.origin,
    change: null,
    overrideReason: job.overrideReason,
    approval: job.approval && approvalOf(job, job.approval, []),
    waitingFor: null,
    cancelRequestedBy: null,
    retryFrom: null,
    steps: steps.map((name) => ({ ...untouchedStep, name })),
    logTail: [],
    result: null,
    error: null,
  }
}

const untouchedStep = {
  phase: 'main' as const,
  state: 'pending' as const,
  progress: null,
  error: null,
  startedAt: null,
  finishedAt: null,
}

/**
 * Everything a job's message shows. The revision is read first: what is shown may be newer than it says, never
 * older, so a message that records it is never taken for fresher than it is.
 */
export async function jobView(context: ViewContext, id: number): Promise<Out<typeof jobSchemas.Job>> {
  const db = context.pool
  const revision = await subjectRevision(db, jobSubject(id))
  const job = await findJob(db, id)
  if (!job) throw notFound(id)
  return {
    ...jobSummary(context, job),
    revision,
    attempt: job.attempt,
    origin: job.origin,
    change: job.change,
    overrideReason: job.overrideReason,
    approval: await approvalView(context, job),
    waitingFor: job.state === 'queued' ? await waitingFor(context, job) : null,
    cancelRequestedBy:
      job.cancelRequestedBy === null ? null : personRef(context.runbook, job.cancelRequestedBy),
    retryFrom: job.retryFrom,
    steps: (await listSteps(db, id)).map(stepView),
    logTail: (await tailLog(db, id, logTailLines)).map(({ line }) => line),
    result: job.result ?? null,
    error: job.error,
  }
}

async function approvalView(
  context: ViewContext,
  job: JobRow,
): Promise<Out<typeof jobSchemas.ApprovalView> | null> {
  if (!job.approval) return null
  const votes = await listVotes(context.pool, job.id, job.attempt)
  const shown = votes.map(({ person, at, ...vote }) => ({
    ...vote,
    person: personRef(context.runbook, person),
    at: at.toISOString(),
  }))
  return approvalOf(job, job.approval, shown)
}

const approvalOf = (
  job: JobRow,
  policy: ApprovalPolicy,
  votes: Out<typeof jobSchemas.ApprovalView>['votes'],
): Out<typeof jobSchemas.ApprovalView> => ({
  quorum: policy.quorum,
  roles: policy.roles,
  expiresAt: (job.approvalExpiresAt ?? job.createdAt).toISOString(),
  votes,
})

async function waitingFor(
  context: ViewContext,
  job: JobRow,
): Promise<Out<typeof jobSchemas.WaitingFor> | null> {
  const freeze = await freezeThatStops(context, job)
  if (freeze) {
    return {
      kind: 'freeze',
      environment: freeze.environment,
      reason: freeze.reason,
      until: freeze.endsAt.toISOString(),
    }
  }
  if (job.lock === null) return null
  const queue = await lockQueue(context.pool, job.lock)
  const holder = queue[0]
  if (!holder || holder.id === job.id) return null
  return {
    kind: 'lock',
    lock: job.lock,
    position: placeIn(queue, job.id),
    holder: {
      jobId: holder.id,
      kind: holder.kind,
      requestedBy: personRef(context.runbook, holder.requestedBy),
      since: holder.since.toISOString(),
    },
  }
}

function placeIn(queue: Awaited<ReturnType<typeof lockQueue>>, jobId: number): number | null {
  const place = queue.filter(({ state }) => state === 'queued').findIndex(({ id }) => id === jobId) + 1
  return place === 0 || place > queuePlacesShown ? null : place
}

async function freezeThatStops(context: ViewContext, job: JobRow): Promise<CurrentFreeze | undefined> {
  if (!job.freezable || job.overrideReason !== null) return undefined
  const freezes = await currentFreezes(context.pool, context.runbook)
  return freezes.find(({ environment }) => environment === job.environment)
}

const stepView = (step: StepRow): Out<typeof jobSchemas.StepView> => ({
  name: step.name,
  phase: step.phase,
  state: step.state,
  progress: step.progress,
  error: step.error,
  startedAt: iso(step.startedAt),
  finishedAt: iso(step.finishedAt),
})

export const freezeView = (
  context: Pick<EngineContext, 'runbook'>,
  freeze: CurrentFreeze,
): Out<typeof freezeSchemas.FreezeView> => ({
  id: freeze.id,
  environment: freeze.environment,
  reason: freeze.reason,
  createdBy: freeze.createdBy === null ? null : personRef(context.runbook, freeze.createdBy),
  startsAt: freeze.startsAt.toISOString(),
  endsAt: freeze.endsAt.toISOString(),
})

const iso = (time: Date | null): string | null => time?.toISOString() ?? null
