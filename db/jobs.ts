import { z } from 'zod'
import { announce, cancelChannel } from './announcements.ts'
import { announceApproval, announceDecision, announceEnd } from './job-notices.ts'
import { announceQueue } from './job-queue.ts'
import { execute, prepared, row, rows, sql, type Database } from './sql.ts'

export const jobStates = [
  'waiting-approval',
  'queued',
  'running',
  'succeeded',
  'failed',
  'cancelled',
] as const
export type JobState = (typeof jobStates)[number]

/** What an approval asks for, as it stood in the runbook file when the job was recorded. */
export const ApprovalPolicy = z.object({
  quorum: z.number(),
  roles: z.array(z.string()),
  expiresMinutes: z.number(),
})
export type ApprovalPolicy = z.infer<typeof ApprovalPolicy>

/** Why a job or a step did not succeed: a stable code, its values, an English sentence that says what to do. */
export const FailureRecord = z.object({
  code: z.string(),
  values: z.record(z.string(), z.unknown()),
  message: z.string(),
  step: z.string().optional(),
})
export type FailureRecord = z.infer<typeof FailureRecord>

/** What a job will change, for the people who approve it. */
export const Change = z.object({
  from: z.string().nullable(),
  to: z.string(),
  details: z.array(z.object({ name: z.string(), value: z.string() })),
})
export type Change = z.infer<typeof Change>

const time = z.date().nullable()

export const JobRow = z.object({
  id: z.number(),
  kind: z.string(),
  params: z.record(z.string(), z.unknown()),
  environment: z.string().nullable(),
  state: z.enum(jobStates),
  requestedBy: z.string(),
  idempotencyKey: z.string(),
  origin: z.record(z.string(), z.unknown()).nullable(),
  change: Change.nullable(),
  lock: z.string().nullable(),
  freezable: z.boolean(),
  overrideReason: z.string().nullable(),
  approval: ApprovalPolicy.nullable(),
  approvalExpiresAt: time,
  attempt: z.number(),
  createdAt: z.date(),
  queuedAt: time,
  startedAt: time,
  finishedAt: time,
  cancelRequestedBy: z.string().nullable(),
  leaseOwner: z.string().nullable(),
  leaseUntil: time,
  fence: z.number(),
  retryFrom: z.string().nullable(),
  result: z.unknown(),
  error: FailureRecord.nullable(),
})
export type JobRow = z.infer<typeof JobRow>

export const jobColumns = sql`id, kind, params, environment, state, requested_by as "requestedBy",
  idempotency_key as "idempotencyKey", origin, change, lock, freezable, override_reason as "overrideReason",
  approval, approval_expires_at as "approvalExpiresAt", attempt, created_at as "createdAt",
  queued_at as "queuedAt", started_at as "startedAt", finished_at as "finishedAt",
  cancel_requested_by as "cancelRequestedBy", lease_owner as "leaseOwner", lease_until as "leaseUntil",
  fence, retry_from as "retryFrom", result, error`

export interface NewJob {
  kind: string
  params: Record<string, unknown>
  environment: string | null
  requestedBy: string
  idempotencyKey: string
  origin: Record<string, unknown> | null
  lock: string | null
  freezable: boolean
  overrideReason: string | null
  approval: ApprovalPolicy | null
  steps: readonly string[]
}

/** The subject under which a job's messages are kept. */
export const jobSubject = (id: number): string => `job/${id}`

/**
 * Records a job with its outline of steps and its line in the audit log, once per idempotency key.
 * `created` is false when the key was seen before: then the first job comes back and nothing changed.
 * `behindOthers`: its turn has not come, so there is nothing to wake a worker for.
 * Does not ring for whoever shows it: do that with `ringChange` after the commit (NOTIFY in a transaction makes
 * commits queue up behind each other's flush to disk).
 */
export async function createJob(
  db: Database,
  job: NewJob,
): Promise<{ job: JobRow; created: boolean; behindOthers: boolean }> {
  const state: JobState = job.approval ? 'waiting-approval' : 'queued'
  const created = await row(
    db,
    JobRow.extend({ behindOthers: z.boolean() }),
    prepared('create-job')`with created as (
          insert into job (kind, params, environment, state, requested_by, idempotency_key, origin, lock, freezable,
            override_reason, approval, approval_expires_at, queued_at)
          values (${job.kind}, ${job.params}, ${job.environment}, ${state}, ${job.requestedBy},
            ${job.idempotencyKey}, ${job.origin}, ${job.lock}, ${job.freezable}, ${job.overrideReason},
            ${job.approval}, now() + make_interval(mins => ${job.approval?.expiresMinutes ?? null}::int),
            case when ${state} = 'queued' then now() end)
          on conflict (idempotency_key) do nothing
          returning *),
        outline as (
          insert into job_step (job_id, name, position, phase, state)
          select created.id, name, position, 'main', 'pending'
          from created, unnest(${job.steps}::text[]) with ordinality as step (name, position)),
        announced as (insert into subject (name) select 'job/' || id from created),
        recorded as (
          insert into audit (actor, action, subject, details)
          select requested_by, 'job.requested', 'job/' || id,
            jsonb_strip_nulls(jsonb_build_object('kind', kind, 'params', params, 'overrideReason', override_reason))
          from created)
        select ${jobColumns}, exists (
            select from job ahead where ahead.lock = created.lock and ahead.state in ('queued', 'running')
          ) as "behindOthers"
        from created`,
  )
  if (created) return { job: created, created: true, behindOthers: created.behindOthers }
  const first = await findJobByKey(db, job.idempotencyKey)
  if (!first) throw new Error(`job with key ${job.idempotencyKey} vanished`)
  return { job: first, created: false, behindOthers: true }
}

export async function findJobByKey(db: Database, idempotencyKey: string): Promise<JobRow | null> {
  return await row(
    db,
    JobRow,
    prepared('find-job-by-key')`select ${jobColumns} from job where idempotency_key = ${idempotencyKey}`,
  )
}

export async function findJob(db: Database, id: number): Promise<JobRow | null> {
  return await row(db, JobRow, sql`select ${jobColumns} from job where id = ${id}`)
}

/** Reads a job and keeps every other change to it waiting until this transaction ends. */
export async function lockJob(db: Database, id: number): Promise<JobRow | null> {
  return await row(db, JobRow, sql`select ${jobColumns} from job where id = ${id} for update`)
}

export interface JobFilter {
  states?: readonly string[] | undefined
  kind?: string | undefined
  environment?: string | undefined
  limit: number
}

/** Newest first. */
export async function listJobs(db: Database, filter: JobFilter): Promise<JobRow[]> {
  return await rows(
    db,
    JobRow,
    sql`select ${jobColumns} from job
        where (${filter.states ?? null}::text[] is null or state = any(${filter.states ?? null}))
          and (${filter.kind ?? null}::text is null or kind = ${filter.kind ?? null})
          and (${filter.environment ?? null}::text is null or environment = ${filter.environment ?? null})
        order by id desc limit ${filter.limit}`,
  )
}

/**
 * Stores what the job is about to change: before approval, and again when the job runs. A lost write is worked out
 * again, so it does not wait for the disk.
 */
export async function setChange(db: Database, jobId: number, change: Change): Promise<void> {
  await execute(
    db,
    sql`update job set change = ${change} where id = ${jobId}
        returning set_config('synchronous_commit', 'off', true)`,
  )
  await announce(db, jobSubject(jobId))
  await announceApproval(db, jobId)
}

/** Moves a job that no worker holds (compare-and-set on its state). False: it was no longer in `from`. */
export async function moveJob(
  db: Database,
  move: { jobId: number; from: readonly JobState[]; to: JobState; error?: FailureRecord | null },
): Promise<boolean> {
  const ended = move.to === 'cancelled' || move.to === 'failed'
  const moved = await row(
    db,
    z.object({ lock: z.string().nullable() }),
    sql`update job set state = ${move.to}, error = ${json(move.error)},
          queued_at = case when ${move.to} = 'queued' then now() else queued_at end,
          finished_at = case when ${ended} then now() end
        where id = ${move.jobId} and state = any(${move.from}) returning lock`,
  )
  if (!moved) return false
  await announce(db, jobSubject(move.jobId))
  await announceDecision(db, move.jobId)
  if (ended) await announceEnd(db, move.jobId)
  await announceQueue(db, moved.lock)
  return true
}

/** Asks the worker that holds a running job to stop. */
export async function requestCancel(db: Database, jobId: number, by: string): Promise<boolean> {
  const asked = await execute(
    db,
    sql`update job set cancel_requested_by = ${by}, cancel_requested_at = now()
        where id = ${jobId} and state = 'running' and cancel_requested_by is null`,
  )
  if (asked === 0) return false
  await announce(db, jobSubject(jobId))
  await execute(db, sql`select pg_notify(${cancelChannel}, ${String(jobId)})`)
  return true
}

/**
 * Makes a failed or cancelled job ready for another attempt from a step on: that step and all after it are
 * forgotten, the steps of the failure are taken off the list (the log keeps them), approval is asked anew.
 */
export async function restartJob(db: Database, jobId: number, fromStep: string): Promise<boolean> {
  const restarted = await execute(
    db,
    sql`update job set attempt = attempt + 1, result = null, error = null, retry_from = null, started_at = null,
          finished_at = null, cancel_requested_by = null, cancel_requested_at = null, change = null,
          state = case when approval is null then 'queued' else 'waiting-approval' end,
          queued_at = case when approval is null then now() end,
          approval_expires_at = now() + make_interval(mins => (approval ->> 'expiresMinutes')::int)
        where id = ${jobId} and state in ('failed', 'cancelled')`,
  )
  if (restarted === 0) return false
  await execute(db, sql`delete from job_step where job_id = ${jobId} and phase = 'failure'`)
  await execute(
    db,
    sql`update job_step set state = 'pending', progress = null, result = null, error = null,
          openings = 0, started_at = null, finished_at = null
        where job_id = ${jobId}
          and position >= coalesce((select position from job_step where job_id = ${jobId} and name = ${fromStep}), 1)`,
  )
  await announce(db, jobSubject(jobId))
  return true
}

/** How many jobs are in each state. */
export async function countJobs(db: Database): Promise<{ kind: string; state: JobState; count: number }[]> {
  return await rows(
    db,
    z.object({ kind: z.string(), state: z.enum(jobStates), count: z.number() }),
    sql`select kind, state, count(*)::int as count from job group by kind, state`,
  )
}

const json = (value: unknown): string | null =>
  value === undefined || value === null ? null : JSON.stringify(value)
