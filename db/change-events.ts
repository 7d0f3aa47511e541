import { z } from 'zod'
import { execute, row, sql, type Database } from './sql.ts'

/** A job that ended, for PagerDuty to show beside the incidents of one routing key's service. */
const ChangeEvent = z.object({
  jobId: z.number(),
  channel: z.string(),
  kind: z.string(),
  state: z.string(),
  environment: z.string().nullable(),
  params: z.record(z.string(), z.unknown()),
  requestedBy: z.string(),
  finishedAt: z.date(),
  attempts: z.number(),
})
export type ChangeEvent = z.infer<typeof ChangeEvent>

/** Notes jobs of these kinds that ended within the last day and were not noted yet, once for each channel. */
export async function noteEndedJobs(
  db: Database,
  { kinds, channels }: { kinds: readonly string[]; channels: readonly string[] },
): Promise<number> {
  return await execute(
    db,
    sql`insert into change_event (job_id, channel)
        select id, to_tell.channel from job cross join unnest(${channels}::text[]) as to_tell (channel)
        where kind = any(${kinds}::text[]) and state in ('succeeded', 'failed', 'cancelled')
          and started_at is not null and finished_at > now() - interval '1 day'
          and created_at > now() - interval '2 days'
          and not exists (
            select from change_event told where told.job_id = job.id and told.channel = to_tell.channel)
        on conflict do nothing`,
  )
}

/** Takes the next one to be told; it comes back after `leaseSeconds` if nothing came of that. Null: there is none. */
export async function takeChangeEvent(
  db: Database,
  { channels, leaseSeconds }: { channels: readonly string[]; leaseSeconds: number },
): Promise<ChangeEvent | null> {
  return await row(
    db,
    ChangeEvent,
    sql`with taken as (
          update change_event set attempts = attempts + 1,
            due_at = now() + make_interval(secs => ${leaseSeconds})
          where (job_id, channel) = (
            select job_id, channel from change_event
            where sent_at is null and problem is null and due_at <= now() and channel = any(${channels}::text[])
            order by job_id limit 1 for update skip locked)
          returning job_id, channel, attempts)
        select job.id as "jobId", taken.channel, job.kind, job.state, job.environment, job.params,
          job.requested_by as "requestedBy", job.finished_at as "finishedAt", taken.attempts
        from taken join job on job.id = taken.job_id`,
  )
}

/** It was told, or (`problem`) never will be. */
export async function finishChangeEvent(
  db: Database,
  change: Pick<ChangeEvent, 'jobId' | 'channel'>,
  problem: string | null,
): Promise<void> {
  await execute(
    db,
    sql`update change_event set sent_at = case when ${problem}::text is null then now() end, problem = ${problem}
        where job_id = ${change.jobId} and channel = ${change.channel}`,
  )
}
