import { z } from 'zod'
import { announce, cancelChannel } from './announcements.ts'
import { announceApproval, announceDecision, announceEnd } from './job-notices.ts'
import { execute, row, rows, sql, type Database } from './sql.ts'

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

const columns = sql`id, kind, params, environment, state, requested_by as "requestedBy",
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
    sql`with created as (
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
        select ${columns}, exists (
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
  return await row(db, JobRow, sql`select ${columns} from job where idempotency_key = ${idempotencyKey}`)
}

export async function findJob(db: Database, id: number): Promise<JobRow | null> {
  return await row(db, JobRow, sql`select ${columns} from job where id = ${id}`)
}

/** Reads a job and keeps every other change to it waiting until this transaction ends. */
export async function lockJob(db: Database, id: number): Promise<JobRow | null> {
  return await row(db, JobRow, sql`select ${columns} from job where id = ${id} for update`)
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
    sql`select ${columns} from job
        where (${filter.states ?? null}::text[] is null or state = any(${filter.states ?? null}))
          and (${filter.kind ?? null}::text is null or kind = ${filter.kind ?? null})
          and (${filter.environment ?? null}::text is null or environment = ${filter.environment ?? null})
        order by id desc limit ${filter.limit}`,
  )
}

export interface Claim {
  jobId: number
  owner: string
  leaseSeconds: number
  /** Environments under a freeze right now: their freezable jobs wait, unless overridden. */
  frozenEnvironments: readonly string[]
}

/**
 * Takes a job under a lease with the next fencing number: a queued job whose turn it is, or one whose worker
 * died. Returns null when somebody else has it or its turn has not come. The unique index on the lock of
 * running jobs is what makes two holders impossible; losing that race is an ordinary null.
 */
export async function claimJob(db: Database, claim: Claim): Promise<JobRow | null> {
  const frozen = claim.frozenEnvironments
  try {
    return await row(
      db,
      JobRow,
      sql`with claimed as (
            update job set state = 'running', lease_owner = ${claim.owner}, fence = fence + 1,
              lease_until = now() + make_interval(secs => ${claim.leaseSeconds}),
              started_at = coalesce(started_at, now())
            where id = ${claim.jobId} and (
              (state = 'running' and lease_until < now())
              or (state = 'queued'
                and not (freezable and override_reason is null and environment = any(${frozen}::text[]))
                and (lock is null or not exists (
                  select from job ahead where ahead.lock = job.lock and ahead.id <> job.id and (
                    ahead.state = 'running'
                    or (ahead.state = 'queued' and (ahead.queued_at, ahead.id) < (job.queued_at, job.id)
                      and not (ahead.freezable and ahead.override_reason is null
                        and ahead.environment = any(${frozen}::text[])))))))
            ) returning *)
          select ${columns} from claimed`,
    )
  } catch (error) {
    if (isUniqueViolation(error)) return null
    throw error
  }
}

/** Keeps the lease. Null: it is lost and nothing more may be written. Otherwise, who asked to cancel, if anybody. */
export async function renewLease(
  db: Database,
  lease: { jobId: number; fence: number; leaseSeconds: number },
): Promise<{ cancelRequestedBy: string | null } | null> {
  return await row(
    db,
    z.object({ cancelRequestedBy: z.string().nullable() }),
    sql`update job set lease_until = now() + make_interval(secs => ${lease.leaseSeconds})
        where id = ${lease.jobId} and fence = ${lease.fence} and state = 'running'
        returning cancel_requested_by as "cancelRequestedBy", set_config('synchronous_commit', 'off', true)`,
  )
}

/** Hands a running job back so that another worker can take it at once (orderly shutdown). */
export async function releaseLease(db: Database, jobId: number, fence: number): Promise<void> {
  await execute(
    db,
    sql`update job set lease_until = now() where id = ${jobId} and fence = ${fence} and state = 'running'`,
  )
}

export interface JobEnd {
  jobId: number
  fence: number
  state: 'succeeded' | 'failed' | 'cancelled'
  result?: unknown
  error?: FailureRecord | null
  retryFrom?: string | null
}

/** Ends a running job, if this worker still holds it; tells everybody waiting behind its lock. */
export async function finishJob(db: Database, end: JobEnd): Promise<boolean> {
  const finished = await row(
    db,
    z.object({ lock: z.string().nullable() }),
    sql`update job set state = ${end.state}, finished_at = now(), lease_owner = null, lease_until = null,
          result = ${json(end.result)}, error = ${json(end.error)}, retry_from = ${end.retryFrom ?? null}
        where id = ${end.jobId} and fence = ${end.fence} and state = 'running' returning lock`,
  )
  if (!finished) return false
  await announce(db, jobSubject(end.jobId))
  await announceEnd(db, end.jobId)
  await announceQueue(db, finished.lock)
  return true
}

/** Whoever is near the head of a lock's queue shows the place in it; further back it is only "many ahead". */
export const queuePlacesShown = 20

/** Those near the head of a lock's queue show a new place. */
export async function announceQueue(db: Database, lock: string | null): Promise<void> {
  if (lock === null) return
  const waiting = await rows(
    db,
    z.object({ id: z.number() }),
    sql`select id from job where lock = ${lock} and state = 'queued'
        order by queued_at, id limit ${queuePlacesShown + 1}`,
  )
  await announce(db, ...waiting.map(({ id }) => jobSubject(id)))
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

/** Who holds a lock, and who is next in its line, as far as places are shown. */
export async function lockQueue(
  db: Database,
  lock: string,
): Promise<{ id: number; kind: string; state: 'queued' | 'running'; requestedBy: string; since: Date }[]> {
  return await rows(
    db,
    z.object({
      id: z.number(),
      kind: z.string(),
      state: z.enum(['queued', 'running']),
      requestedBy: z.string(),
      since: z.date(),
    }),
    sql`select id, kind, state, requested_by as "requestedBy",
          case when state = 'running' then started_at else queued_at end as since
        from job where lock = ${lock} and state in ('queued', 'running')
        order by state = 'running' desc, queued_at, id limit ${queuePlacesShown + 2}`,
  )
}

/** Every lock that is held or waited for, holder first. */
export async function busyLocks(db: Database): Promise<string[]> {
  const found = await rows(
    db,
    z.object({ lock: z.string() }),
    sql`select distinct lock from job where lock is not null and state in ('queued', 'running') order by lock`,
  )
  return found.map(({ lock }) => lock)
}

/**
 * Jobs that somebody must look at though no bell may be ringing: those whose turn it may be (the first in line of
 * each lock nobody holds), the abandoned, and those not yet previewed.
 */
export async function jobsNeedingAttention(
  db: Database,
  limit = 200,
): Promise<{ id: number; fence: number }[]> {
  return await rows(
    db,
    z.object({ id: z.number(), fence: z.number() }),
    sql`(select id, fence from job where state = 'queued' and lock is null order by queued_at limit ${limit})
        union all
        (select id, fence from (
           select id, fence, freezable, row_number() over (partition by lock, freezable order by queued_at, id) as place
           from job where state = 'queued' and lock is not null
             and not exists (select from job holder where holder.lock = job.lock and holder.state = 'running')
         ) line where place = 1 limit ${limit})
        union all
        (select id, fence from job where state = 'running' and lease_until < now() limit ${limit})
        union all
        (select id, fence from job where state = 'waiting-approval' and change is null limit ${limit})`,
  )
}

/** Jobs whose approval ran out of time. */
export async function expiredApprovals(db: Database): Promise<number[]> {
  const found = await rows(
    db,
    z.object({ id: z.number() }),
    sql`select id from job where state = 'waiting-approval' and approval_expires_at < now()`,
  )
  return found.map(({ id }) => id)
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

const isUniqueViolation = (error: unknown): boolean =>
  error instanceof Error && 'code' in error && error.code === '23505'
