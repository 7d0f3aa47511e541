import { z } from 'zod'
import { changeChannel, homeMinutes } from './announcements.ts'
import { execute, row, rows, sql, type Database } from './sql.ts'

/** Somebody looks at their Home: it is drawn now, and kept true for a while. */
export async function homeOpened(db: Database, slack: string): Promise<void> {
  await execute(
    db,
    sql`with seen as (
          insert into home_viewer (slack) values (${slack})
          on conflict (slack) do update set seen_at = now() returning slack),
        changed as (
          insert into subject (name) select 'home/' || slack from seen
          on conflict (name) do update set revision = nextval('change_number'), changed_at = now()
          returning name, revision)
        select pg_notify(${changeChannel}, name || ' ' || revision) from changed`,
  )
}

/**
 * Has the Homes that are looked at redrawn if what they show is no longer what it was. Compared, not announced with
 * each change: a row that every change writes would make changes wait for each other, and progress is not shown there.
 * `elsewhere` is what they show of the runbook file and the environments.
 */
export async function announceHomes(db: Database, elsewhere: string): Promise<void> {
  await execute(
    db,
    sql`with viewer as materialized (
          select slack from home_viewer where seen_at > now() - make_interval(mins => ${homeMinutes})),
        shown as (
          select md5(concat_ws(E'\n', ${elsewhere}::text,
            (select string_agg(concat_ws(' ', id, state, attempt, change), ',' order by id)
               from job where state in ('waiting-approval', 'queued', 'running')),
            (select string_agg(concat_ws(' ', job_id, person), ',' order by job_id, person)
               from approval_vote join job on job.id = job_id
               where job.state = 'waiting-approval' and job.attempt = approval_vote.attempt),
            (select string_agg(concat_ws(' ', id, state, level, owner, title), ',' order by id)
               from incident where state <> 'resolved'),
            (select string_agg(concat_ws(' ', id, ends_at), ',' order by id)
               from change_freeze where lifted_at is null and starts_at <= now() and ends_at > now()),
            (select string_agg(id::text, ',' order by id)
               from role_grant where revoked_at is null and (expires_at is null or expires_at > now())),
            (select string_agg(id::text, ',' order by id) from access_request where state = 'open')
          )) as digest where exists (select from viewer)),
        moved as (
          insert into home_overview (digest) select digest from shown
          on conflict (only_row) do update set digest = excluded.digest
            where home_overview.digest <> excluded.digest
          returning digest),
        changed as (
          insert into subject (name) select 'home/' || slack from viewer, moved
          on conflict (name) do update set revision = nextval('change_number'), changed_at = now()
          returning name, revision)
        select pg_notify(${changeChannel}, name || ' ' || revision) from changed`,
  )
}

const LastChange = z.object({
  environment: z.string(),
  id: z.number(),
  kind: z.string(),
  requestedBy: z.string(),
  finishedAt: z.date(),
})
export type LastChange = z.infer<typeof LastChange>

/** The last job that changed an environment. */
export async function lastChange(db: Database, environment: string): Promise<LastChange | null> {
  return await row(
    db,
    LastChange,
    sql`select environment, id, kind, requested_by as "requestedBy", finished_at as "finishedAt" from job
        where environment = ${environment} and state = 'succeeded' and kind in ('deploy', 'rollback', 'restore')
        order by finished_at desc limit 1`,
  )
}

/** How many people's Homes are kept true now. */
export async function countHomeViewers(db: Database): Promise<number> {
  const [found] = await rows(
    db,
    z.object({ count: z.number() }),
    sql`select count(*)::int as count from home_viewer
        where seen_at > now() - make_interval(mins => ${homeMinutes})`,
  )
  return found?.count ?? 0
}
