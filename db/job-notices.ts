import { changeChannel } from './announcements.ts'
import { execute, sql, type Database, type Query } from './sql.ts'

/**
 * What is said of a job besides its card, each once per attempt and under a subject of its own: `approval/42.1` the
 * request to those who may approve, `job-end/42.1` the notice that it ended, `job-log/42.1` the whole log as a file,
 * `job-follow/42.1` its last lines for those who follow it.
 */
export const logFileSubject = (id: number, attempt: number): string => `job-log/${id}.${attempt}`

/** Of a job in SQL, for whoever writes to its log: the name under which that attempt is followed. */
export const followedName = sql`'job-follow/' || id || '.' || attempt`

/** A job that took less is over before anybody looks elsewhere. */
export const longJobSeconds = 30

/** What a waiting job would change is known now: those who may approve are asked. */
export async function announceApproval(db: Database, jobId: number): Promise<void> {
  await ringFor(
    db,
    sql`insert into subject (name)
          select 'approval/' || id || '.' || attempt from job where id = ${jobId} and state = 'waiting-approval'
        on conflict (name) do update set revision = nextval('change_number'), changed_at = now()
        returning name, revision`,
  )
}

/** Something was said or decided: whoever was asked sees it. */
export async function announceDecision(db: Database, jobId: number): Promise<void> {
  await ringFor(
    db,
    sql`update subject set revision = nextval('change_number'), changed_at = now()
        where name = (select 'approval/' || id || '.' || attempt from job where id = ${jobId})
        returning name, revision`,
  )
}

/**
 * A job is over: tells the one who asked, unless they stopped it themselves or want to hear less, and has the log of
 * a job that failed or was followed kept as a file. In the transaction of the end itself.
 */
export async function announceEnd(db: Database, jobId: number): Promise<void> {
  await ringFor(
    db,
    sql`insert into subject (name)
          select unnest(array_remove(array[
            case when requested_by ~ '^[UW]'
                and not (state = 'cancelled' and coalesce(cancel_requested_by, error -> 'values' ->> 'by', '') = requested_by)
                and (end_notice = 'always' or (end_notice = 'long' and lasted >= make_interval(secs => ${longJobSeconds})))
              then 'job-end/' || attempt_name end,
            case when (started_at is not null and (state = 'failed' or is_followed))
                or exists (select from subject where name = 'job-log/' || attempt_name)
              then 'job-log/' || attempt_name end,
            case when is_followed then 'job-follow/' || attempt_name end], null))
          from (
            select job.*, id || '.' || attempt as attempt_name,
              exists (select from subject where name = ${followedName}) as is_followed,
              coalesce(end_notice, 'long') as end_notice,
              finished_at - case when attempt = 1 then created_at else coalesce(started_at, finished_at) end as lasted
            from job left join person_setting on slack = requested_by where id = ${jobId}) ended
        on conflict (name) do update set revision = nextval('change_number'), changed_at = now()
        returning name, revision`,
  )
}

/** Asks for the whole log as a file. False: it was asked for before. */
export async function announceLogFile(db: Database, jobId: number, attempt: number): Promise<boolean> {
  const announced = await ringFor(
    db,
    sql`insert into subject (name) values (${logFileSubject(jobId, attempt)})
        on conflict (name) do nothing returning name, revision`,
  )
  return announced > 0
}

/**
 * From now on the log of this attempt is shown as it grows. False: the job is over. It waits for an end that is being
 * written, so that whatever is followed is told of its end.
 */
export async function announceFollowed(db: Database, jobId: number): Promise<boolean> {
  const rung = await ringFor(
    db,
    sql`insert into subject (name)
          select ${followedName} from job
          where id = ${jobId} and state in ('waiting-approval', 'queued', 'running') for share
        on conflict (name) do update set changed_at = subject.changed_at
        returning name, revision`,
  )
  return rung > 0
}

const ringFor = async (db: Database, changed: Query): Promise<number> =>
  await execute(
    db,
    sql`with changed as (${changed})
        select pg_notify(${changeChannel}, name || ' ' || revision) from changed`,
  )
