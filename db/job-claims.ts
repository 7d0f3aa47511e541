import { z } from 'zod'
import { announce } from './announcements.ts'
import { announceIncidentsOf } from './incident-details.ts'
import { announceEnd } from './job-notices.ts'
import { announceQueue } from './job-queue.ts'
import { JobRow, jobColumns, jobSubject, type FailureRecord } from './jobs.ts'
import { execute, row, sql, type Database } from './sql.ts'

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
          select ${jobColumns} from claimed`,
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
    z.object({ lock: z.string().nullable(), kind: z.string(), environment: z.string().nullable() }),
    sql`update job set state = ${end.state}, finished_at = now(), lease_owner = null, lease_until = null,
          result = ${json(end.result)}, error = ${json(end.error)}, retry_from = ${end.retryFrom ?? null}
        where id = ${end.jobId} and fence = ${end.fence} and state = 'running'
        returning lock, kind, environment`,
  )
  if (!finished) return false
  await announce(db, jobSubject(end.jobId))
  await announceEnd(db, end.jobId)
  await announceQueue(db, finished.lock)
  await announceIncidentsOf(db, finished)
  return true
}

const json = (value: unknown): string | null =>
  value === undefined || value === null ? null : JSON.stringify(value)

const isUniqueViolation = (error: unknown): boolean =>
  error instanceof Error && 'code' in error && error.code === '23505'
