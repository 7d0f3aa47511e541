import { z } from 'zod'
import { execute, row, sql, type Database } from './sql.ts'

/** A job that ended, for PagerDuty to show beside incidents. */
const ChangeEvent = z.object({
  jobId: z.number(),
  kind: z.string(),
  state: z.string(),
  environment: z.string().nullable(),
  params: z.record(z.string(), z.unknown()),
  requestedBy: z.string(),
  finishedAt: z.date(),
  attempts: z.number(),
})
export type ChangeEvent = z.infer<typeof ChangeEvent>

/** Notes jobs of these kinds that ended within the last day and were not noted yet. */
export async function noteEndedJobs(db: Database, kinds: readonly string[]): Promise<number> {
  return await execute(
    db,
    sql`insert into change_event (job_id)
        select id from job
        where kind = any(${kinds}::text[]) and state in ('succeeded', 'failed', 'cancelled')
          and started_at is not null and finished_at > now() - interval '1 day'
          and created_at > now() - interval '2 days'
          and not exists (select from change_event where job_id = job.id)
        on conflict do nothing`,
  )
}

/** Takes the next one to be told; it comes back after `leaseSeconds` if nothing came of that. Null: there is none. */
export async function takeChangeEvent(db: Database, leaseSeconds: number): Promise<ChangeEvent | null> {
  return await row(
    db,
    ChangeEvent,
    sql`with taken as (
          update change_event set attempts = attempts + 1,
            due_at = now() + make_interval(secs => ${leaseSeconds})
          where job_id = (
            select job_id from change_event where sent_at is null and problem is null and due_at <= now()
            order by job_id limit 1 for update skip locked)
          returning job_id, attempts)
        select job.id as "jobId", job.kind, job.state, job.environment, job.params,
          job.requested_by as "requestedBy", job.finished_at as "finishedAt", taken.attempts
        from taken join job on job.id = taken.job_id`,
  )
}

/** It was told, or (`problem`) never will be. */
export async function finishChangeEvent(db: Database, jobId: number, problem: string | null): Promise<void> {
  await execute(
    db,
    sql`update change_event set sent_at = case when ${problem}::text is null then now() end, problem = ${problem}
        where job_id = ${jobId}`,
  )
}
