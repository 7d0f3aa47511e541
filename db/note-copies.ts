import { z } from 'zod'
import { execute, row, sql, type Database } from './sql.ts'

/** A note on an incident, for PagerDuty to have too. */
const NoteCopy = z.object({
  eventId: z.number(),
  by: z.string(),
  text: z.string(),
  /** PagerDuty's incident: of the level that was called last. */
  pagerdutyIncident: z.string(),
  attempts: z.number(),
})
export type NoteCopy = z.infer<typeof NoteCopy>

/** Collects the last day's notes by people on incidents PagerDuty knows; what came from there is not sent back. */
export async function collectNotes(db: Database): Promise<number> {
  return await execute(
    db,
    sql`insert into note_copy (event_id)
        select event.id from incident_event event
        where kind = 'note' and at > now() - interval '1 day' and details ->> 'via' is distinct from 'pagerduty'
          and not exists (select from note_copy where event_id = event.id)
          and exists (select from page where incident_id = event.incident_id and action = 'trigger'
                        and route = 'main' and pagerduty_incident is not null)
        on conflict do nothing`,
  )
}

/** Takes the next one to be written; it comes back after `leaseSeconds` if nothing came of that. Null: there is none. */
export async function takeNote(db: Database, leaseSeconds: number): Promise<NoteCopy | null> {
  return await row(
    db,
    NoteCopy,
    sql`with taken as (
          update note_copy set attempts = attempts + 1, due_at = now() + make_interval(secs => ${leaseSeconds})
          where event_id = (
            select event_id from note_copy where sent_at is null and problem is null and due_at <= now()
            order by event_id limit 1 for update skip locked)
          returning event_id, attempts)
        select event.id as "eventId", event.actor as by, event.details ->> 'text' as text, taken.attempts,
          (select pagerduty_incident from page
           where incident_id = event.incident_id and action = 'trigger' and route = 'main'
             and pagerduty_incident is not null
           order by id desc limit 1) as "pagerdutyIncident"
        from taken join incident_event event on event.id = taken.event_id`,
  )
}

/** It is there, or (`problem`) never will be. */
export async function finishNote(db: Database, eventId: number, problem: string | null): Promise<void> {
  await execute(
    db,
    sql`update note_copy set sent_at = case when ${problem}::text is null then now() end, problem = ${problem}
        where event_id = ${eventId}`,
  )
}
