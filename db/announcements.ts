import { z } from 'zod'
import { execute, rows, sql, type Database } from './sql.ts'

/** The NOTIFY channel on which every change is rung. The payload is the subject's name. */
export const changeChannel = 'plantao_change'

const Subject = z.object({ name: z.string(), revision: z.number() })
export type Subject = z.infer<typeof Subject>

/** Says, in the transaction of the change itself, that a subject is no longer what its messages show. */
export async function announce(db: Database, ...subjects: string[]): Promise<void> {
  if (subjects.length === 0) return
  await execute(
    db,
    sql`with changed as (
          insert into subject (name) select distinct unnest(${subjects}::text[])
          on conflict (name) do update set revision = nextval('change_number'), changed_at = now()
          returning name)
        select pg_notify(${changeChannel}, name) from changed`,
  )
}

/** Subjects that have no message yet, or one that shows an older revision. Oldest change first. */
export async function staleSubjects(db: Database, limit = 500): Promise<Subject[]> {
  return await rows(
    db,
    Subject,
    sql`select subject.name, subject.revision from subject
        left join (select subject, min(shown_revision) as shown from slack_message group by subject) message
          on message.subject = subject.name
        where subject.revision > coalesce(message.shown, 0)
        order by subject.revision limit ${limit}`,
  )
}
