import { z } from 'zod'
import { execute, row, rows, sql, type Database } from './sql.ts'

/** The NOTIFY channel on which every change is rung. The payload is the subject's name and its new revision. */
export const changeChannel = 'plantao_change'

/** What is rung instead when very much changed at once: ask what is stale. */
export const everything = '*'

/** More changes at once than this are not rung one by one. */
export const rungOneByOne = 100

/** The NOTIFY channel that wakes the worker whose job shall stop. The payload is the job's id. */
export const cancelChannel = 'plantao_cancel'

const Subject = z.object({ name: z.string(), revision: z.number() })
export type Subject = z.infer<typeof Subject>

/**
 * Says, in the transaction of the change itself, that a subject is no longer what its messages show. Several are
 * locked in the order of their names, everywhere: two that announce the same ones wait for each other, no more.
 */
export async function announce(db: Database, ...subjects: string[]): Promise<void> {
  if (subjects.length === 0) return
  await execute(
    db,
    sql`with changed as (
          insert into subject (name) select distinct unnest(${subjects}::text[]) as name order by name
          on conflict (name) do update set revision = nextval('change_number'), changed_at = now()
          returning name, revision)
        select pg_notify(${changeChannel},
          case when total > ${rungOneByOne} then ${everything} else name || ' ' || revision end)
        from (select name, revision, count(*) over () as total, row_number() over () as number from changed) one
        where total <= ${rungOneByOne} or number = 1`,
  )
}

/** Rings for a change that is committed already. A lost ring is made up for by the next one who asks what is stale. */
export async function ringChange(db: Database, subject: string): Promise<void> {
  await execute(
    db,
    sql`select pg_notify(${changeChannel}, name || ' ' || revision), set_config('synchronous_commit', 'off', true)
        from subject where name = ${subject}`,
  )
}

/** For so long after somebody opened their Home it is kept true. */
export const homeMinutes = 15

/**
 * The place, and the `ts`, of what is shown nowhere: that there was nothing to show is recorded there, and of a person
 * that Slack lets nobody write to them.
 */
export const nowhere = '-'

/**
 * Subjects that have no message yet, or one that shows an older revision, oldest change first; those changed after a
 * given one. A Home is kept true only while its person looks at it.
 */
export async function staleSubjects(
  db: Database,
  { after = 0, limit = 500 }: { after?: number; limit?: number } = {},
): Promise<Subject[]> {
  return await rows(
    db,
    Subject,
    sql`select subject.name, subject.revision from subject
        left join (
          select subject, coalesce(
            min(shown_revision) filter (where ts is distinct from ${nowhere}), max(shown_revision)) as shown
          from slack_message group by subject) message on message.subject = subject.name
        where subject.revision > coalesce(message.shown, 0) and subject.revision > ${after}
          and not (subject.name like 'home/%' and not exists (
            select from home_viewer
            where 'home/' || slack = subject.name and seen_at > now() - make_interval(mins => ${homeMinutes})))
        order by subject.revision limit ${limit}`,
  )
}

/** The subject's present revision; 0 when nothing was ever announced of it. */
export async function subjectRevision(db: Database, subject: string): Promise<number> {
  const found = await row(
    db,
    z.object({ revision: z.number() }),
    sql`select revision from subject where name = ${subject}`,
  )
  return found?.revision ?? 0
}
