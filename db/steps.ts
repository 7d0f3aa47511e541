import { z } from 'zod'
import { changeChannel } from './announcements.ts'
import { followedName } from './job-notices.ts'
import { FailureRecord } from './jobs.ts'
import { row, rows, sql, type Database, type Query } from './sql.ts'

export const Progress = z.object({ done: z.number(), total: z.number(), unit: z.string() })
export type Progress = z.infer<typeof Progress>

export const StepRow = z.object({
  name: z.string(),
  position: z.number(),
  phase: z.enum(['main', 'failure']),
  state: z.enum(['pending', 'running', 'done', 'failed']),
  progress: Progress.nullable(),
  result: z.unknown(),
  error: FailureRecord.nullable(),
  /** How often the step was begun: more than once when workers died in it. */
  openings: z.number(),
  startedAt: z.date().nullable(),
  finishedAt: z.date().nullable(),
})
export type StepRow = z.infer<typeof StepRow>

const columns = sql`name, position, phase, state, progress, result, error, openings,
  started_at as "startedAt", finished_at as "finishedAt"`

/** The right to write: the job, and the fencing number its worker was given. */
export interface Hold {
  jobId: number
  fence: number
  leaseSeconds: number
}

/** The journal of a job in the order its steps are shown. */
export async function listSteps(db: Database, jobId: number): Promise<StepRow[]> {
  return await rows(
    db,
    StepRow,
    sql`select ${columns} from job_step where job_id = ${jobId} order by position`,
  )
}

/** Opens a step. False: the lease is lost and nothing was written. */
export async function beginStep(
  db: Database,
  hold: Hold,
  step: { name: string; phase: 'main' | 'failure' },
): Promise<boolean> {
  return await write(
    db,
    hold,
    sql`insert into job_step (job_id, name, position, phase, state, started_at)
        select id, ${step.name}, coalesce((select max(position) + 1 from job_step where job_id = held.id), 1),
          ${step.phase}, 'running', clock_timestamp() from held
        on conflict (job_id, name) do update
          set state = 'running', error = null, openings = job_step.openings + 1,
              started_at = coalesce(job_step.started_at, clock_timestamp())`,
    'announced',
  )
}

/** Closes a step with its result: from now on it is never run again in this attempt. */
export async function finishStep(
  db: Database,
  hold: Hold,
  step: { name: string; result: unknown },
): Promise<boolean> {
  return await write(
    db,
    hold,
    sql`update job_step set state = 'done', result = ${JSON.stringify(step.result ?? null)}::jsonb,
          finished_at = clock_timestamp()
        from held where job_step.job_id = held.id and name = ${step.name}`,
    'durable',
  )
}

export async function failStep(
  db: Database,
  hold: Hold,
  step: { name: string; error: FailureRecord },
): Promise<boolean> {
  return await write(
    db,
    hold,
    sql`update job_step set state = 'failed', error = ${step.error}, finished_at = clock_timestamp()
        from held where job_step.job_id = held.id and name = ${step.name}`,
    'durable',
  )
}

export async function saveProgress(
  db: Database,
  hold: Hold,
  step: { name: string; progress: Progress },
): Promise<boolean> {
  return await write(
    db,
    hold,
    sql`update job_step set progress = ${step.progress}
        from held where job_step.job_id = held.id and name = ${step.name}`,
    'announced',
  )
}

/** Appends lines, already redacted, to the job's log. */
export async function appendLog(
  db: Database,
  hold: Hold,
  log: { step: string; lines: readonly string[] },
): Promise<boolean> {
  return await write(
    db,
    hold,
    sql`insert into job_log (job_id, step, line)
        select held.id, ${log.step}, line
        from held, unnest(${log.lines}::text[]) with ordinality as batch (line, number) order by number`,
    'announced',
  )
}

const LogLine = z.object({ id: z.number(), step: z.string(), at: z.date(), line: z.string() })
export type LogLine = z.infer<typeof LogLine>

/** Lines after a given one, oldest first. */
export async function readLog(
  db: Database,
  query: { jobId: number; after: number; limit: number },
): Promise<LogLine[]> {
  return await rows(
    db,
    LogLine,
    sql`select id, step, at, line from job_log
        where job_id = ${query.jobId} and id > ${query.after} order by id limit ${query.limit}`,
  )
}

/** The newest lines, of those before a given one if there is one; oldest first. */
export async function tailLog(
  db: Database,
  jobId: number,
  limit: number,
  before: number | null = null,
): Promise<LogLine[]> {
  const newest = await rows(
    db,
    LogLine,
    sql`select id, step, at, line from job_log
        where job_id = ${jobId} and (${before}::bigint is null or id < ${before})
        order by id desc limit ${limit}`,
  )
  return newest.toReversed()
}

/**
 * One statement, one round trip: take the row only with the right fencing number, extend the lease, write. A worker
 * whose lease was taken over writes nothing.
 *
 * `announced` writes also ring for whoever shows the job, or follows its log. They do not wait for the disk: should
 * Postgres itself crash and lose one, the next worker asks the open step what happened anyway, and every durable write
 * flushes those before it. The durable write of a finished step does not ring (NOTIFY makes commits queue up behind each other's
 * flush, measured: 16 workers slower than one); the next step's beginning or the job's end does.
 */
async function write(
  db: Database,
  hold: Hold,
  change: Query,
  kind: 'announced' | 'durable',
): Promise<boolean> {
  const held = sql`with held as (
      update job set lease_until = now() + make_interval(secs => ${hold.leaseSeconds})
      where id = ${hold.jobId} and fence = ${hold.fence} and state = 'running' returning id, attempt),
    written as (${change})`
  const statement =
    kind === 'durable'
      ? sql`${held} select held.id from held`
      : sql`${held},
          changed as (
            insert into subject (name)
              select 'job/' || id from held
              union all select name from subject where name = (select ${followedName} from held)
            on conflict (name) do update set revision = nextval('change_number'), changed_at = now()
            returning name, revision)
          select held.id, pg_notify(${changeChannel}, changed.name || ' ' || changed.revision),
            set_config('synchronous_commit', 'off', true)
          from held, changed`
  return (await row(db, z.object({ id: z.number() }), statement)) !== null
}
