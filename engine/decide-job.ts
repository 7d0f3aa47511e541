import { castVote, listVotes, type Vote } from '../db/approvals.ts'
import { recordAudit } from '../db/audit.ts'
import { openCriticalIncident, recordIncidentEvent } from '../db/incidents.ts'
import {
  findJob,
  jobSubject,
  lockJob,
  moveJob,
  requestCancel,
  restartJob,
  type ApprovalPolicy,
  type JobRow,
  type JobState,
} from '../db/jobs.ts'
import { announce } from '../db/announcements.ts'
import { announceDecision } from '../db/job-notices.ts'
import { transaction } from '../db/pool.ts'
import type { Database } from '../db/sql.ts'
import { approvalState, mayVote } from './approval.ts'
import type { EngineContext } from './context.ts'
import { Refusal } from './failures.ts'
import { isSamePerson } from './people.ts'
import { ringSoon } from './request-job.ts'
import { identify, requirePermission } from './require-permission.ts'
import { Command } from './runbook-file.ts'

export interface Decision {
  jobId: number
  by: string
  reason?: string | undefined
}

/** Casts a vote for the job; when the quorum is there it is queued. Two clicks give one decision. */
export async function approveJob(context: EngineContext, decision: Decision): Promise<void> {
  await vote(context, decision, 'approve')
}

/** One rejection by somebody who may approve ends the job. */
export async function rejectJob(
  context: EngineContext,
  decision: Decision & { reason: string },
): Promise<void> {
  await vote(context, decision, 'reject')
}

async function vote(context: EngineContext, decision: Decision, kind: 'approve' | 'reject'): Promise<void> {
  const who = await identify(context, decision.by)
  const moved = await transaction(context.pool, async (tx) => {
    const { job, policy } = await waitingJob(tx, decision.jobId)
    const votes = await listVotes(tx, job.id, job.attempt)
    const command = { command: Command.parse(job.kind), environment: job.environment }
    const verdict = mayVote(context.runbook, {
      policy,
      requestedBy: job.requestedBy,
      votes,
      voter: who,
      ...command,
    })
    if (!verdict.allowed) throw new Refusal(verdict.code, verdict.values, verdict.message)
    await cast(tx, job, { ...decision, kind })
    const state = approvalState(policy, await listVotes(tx, job.id, job.attempt), {
      now: new Date(),
      expiresAt: job.approvalExpiresAt ?? new Date(),
    })
    if (state.state === 'granted')
      await moveJob(tx, { jobId: job.id, from: ['waiting-approval'], to: 'queued' })
    else if (state.state === 'refused') await endRejected(tx, job, decision)
    else if (state.state === 'expired') throw wrongState(job)
    else {
      await announce(tx, jobSubject(job.id))
      await announceDecision(tx, job.id)
    }
    await recordAudit(tx, audit(decision, `job.${kind}`))
    return state.state === 'granted' ? job : null
  })
  if (moved) ringSoon(context, moved)
}

/** Skips the second person while a critical incident is open: logged, shown on the job and on the incident. */
export async function breakGlass(
  context: EngineContext,
  decision: Decision & { reason: string },
): Promise<void> {
  const before = await existingJob(context.pool, decision.jobId)
  await requirePermission(context, decision.by, 'break-glass', before.environment)
  const moved = await transaction(context.pool, async (tx) => {
    const { job } = await waitingJob(tx, decision.jobId)
    const incident = await openCriticalIncident(tx, job.environment)
    if (!incident) throw noCriticalIncident(job)
    await cast(tx, job, { ...decision, kind: 'break-glass' })
    await moveJob(tx, { jobId: job.id, from: ['waiting-approval'], to: 'queued' })
    await recordIncidentEvent(tx, {
      incidentId: incident.id,
      actor: decision.by,
      kind: 'break-glass',
      details: { jobId: job.id, kind: job.kind, environment: job.environment, reason: decision.reason },
    })
    await recordAudit(tx, audit(decision, 'job.break-glass', { incidentId: incident.id }))
    return job
  })
  ringSoon(context, moved)
}

/** Cancels in every phase. A running job stops at its next signal and puts things right first. */
export async function cancelJob(context: EngineContext, decision: Decision): Promise<void> {
  const before = await existingJob(context.pool, decision.jobId)
  if (!isSamePerson(context.runbook, before.requestedBy, decision.by))
    await mayRun(context, before, decision.by)
  await transaction(context.pool, async (tx) => {
    const job = await lockJob(tx, decision.jobId)
    if (!job) throw notFound(decision.jobId)
    const error = { code: 'cancelled', values: { by: decision.by }, message: 'Somebody cancelled the job.' }
    const idle: JobState[] = ['waiting-approval', 'queued']
    const done =
      job.state === 'running'
        ? await requestCancel(tx, job.id, decision.by)
        : await moveJob(tx, { jobId: job.id, from: idle, to: 'cancelled', error })
    if (!done) throw wrongState(job)
    await recordAudit(tx, audit(decision, 'job.cancel'))
  })
}

/** Runs a failed or cancelled job again, from the step its failure named. */
export async function retryJob(context: EngineContext, decision: Decision): Promise<void> {
  await mayRun(context, await existingJob(context.pool, decision.jobId), decision.by)
  const job = await transaction(context.pool, async (tx) => {
    const current = await lockJob(tx, decision.jobId)
    if (!current) throw notFound(decision.jobId)
    if (!(await restartJob(tx, current.id, current.retryFrom ?? 'plan'))) throw wrongState(current)
    await recordAudit(tx, audit(decision, 'job.retry', { from: current.retryFrom ?? 'plan' }))
    return current
  })
  ringSoon(context, job)
}

const mayRun = async (context: EngineContext, job: JobRow, by: string): Promise<unknown> =>
  await requirePermission(context, by, Command.parse(job.kind), job.environment)

async function existingJob(db: Database, jobId: number): Promise<JobRow> {
  const job = await findJob(db, jobId)
  if (!job) throw notFound(jobId)
  return job
}

async function waitingJob(tx: Database, jobId: number): Promise<{ job: JobRow; policy: ApprovalPolicy }> {
  const job = await lockJob(tx, jobId)
  if (!job) throw notFound(jobId)
  if (job.state !== 'waiting-approval' || !job.approval) throw wrongState(job)
  return { job, policy: job.approval }
}

async function cast(
  tx: Database,
  job: JobRow,
  decision: Decision & { kind: Vote['decision'] },
): Promise<void> {
  const cast = await castVote(tx, {
    jobId: job.id,
    attempt: job.attempt,
    person: decision.by,
    decision: decision.kind,
    reason: decision.reason ?? null,
  })
  if (!cast) throw new Refusal('already-voted', { jobId: job.id }, 'You have decided on this job already.')
}

async function endRejected(tx: Database, job: JobRow, decision: Decision): Promise<void> {
  const error = {
    code: 'rejected',
    values: { by: decision.by, reason: decision.reason ?? '' },
    message: `Rejected: ${decision.reason ?? ''}`,
  }
  await moveJob(tx, { jobId: job.id, from: ['waiting-approval'], to: 'cancelled', error })
}

const audit = (decision: Decision, action: string, more: Record<string, unknown> = {}) => ({
  actor: decision.by,
  action,
  subject: jobSubject(decision.jobId),
  details: { ...(decision.reason === undefined ? {} : { reason: decision.reason }), ...more },
})

export const notFound = (jobId: number): Refusal =>
  new Refusal('not-found', { jobId }, `There is no job ${jobId}. /ops jobs lists the newest.`)

const wrongState = (job: JobRow): Refusal =>
  new Refusal(
    'wrong-state',
    { jobId: job.id, state: job.state },
    `Job ${job.id} is ${job.state}: that is not possible now.`,
  )

const noCriticalIncident = (job: JobRow): Refusal =>
  new Refusal(
    'no-critical-incident',
    { environment: job.environment },
    'Breaking the glass needs an open critical incident (level 1). Declare it first: /incident declare 1 "what happens".',
  )
