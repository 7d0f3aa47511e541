import { z } from 'zod'
import { changeChannel } from './announcements.ts'
import { execute, row, rows, sql, type Database } from './sql.ts'

/**
 * What is said of an incident besides its card, each once and under a subject of its own: `incident-event/7.123` a reply
 * in the card's thread, `incident-page/7.12` that a further level is called, `page/12` that somebody whom PagerDuty did
 * not reach is told in Slack, `postmortem/7.123` the postmortem as a file, as the incident stood after its event 123.
 * Events and calls are announced by triggers: migrations/0008_incident_notices.sql, migrations/0014_page_notices.sql.
 */

const Told = z.object({
  incidentId: z.number(),
  kind: z.string(),
  actor: z.string(),
  details: z.record(z.string(), z.unknown()),
  owner: z.string().nullable(),
})
export type Told = z.infer<typeof Told>

/** One event, as far as it matters for who is told of it. */
export async function eventTold(db: Database, eventId: number): Promise<Told | null> {
  return await row(
    db,
    Told,
    sql`select incident_id as "incidentId", kind, actor, details, coalesce(owner, acknowledged_by) as owner
        from incident_event event join incident on incident.id = incident_id where event.id = ${eventId}`,
  )
}

/** Whom the matrix levels that were called stood for, whether PagerDuty reached them or not. */
export async function peoplePaged(db: Database, incidentId: number): Promise<string[]> {
  const found = await rows(
    db,
    z.object({ person: z.string() }),
    sql`select distinct unnest(targets) as person from page
        where incident_id = ${incidentId} and action = 'trigger'
          and (sent_at is not null or fallback_at is not null) order by person`,
  )
  return found.map(({ person }) => person)
}

const Fallback = z.object({ incidentId: z.number(), targets: z.array(z.string()) })

/** The incident of a page whose people are told in Slack instead, and who they are. */
export async function fallbackOf(db: Database, pageId: number): Promise<z.infer<typeof Fallback> | null> {
  return await row(
    db,
    Fallback,
    sql`select incident_id as "incidentId", targets from page where id = ${pageId} and fallback_at is not null`,
  )
}

/**
 * Has the postmortem put into the thread as a file. Asked again while nothing has happened since, it is there already;
 * null: there is no such incident.
 */
export async function announcePostmortem(
  db: Database,
  incidentId: number,
): Promise<{ subject: string; isNew: boolean } | null> {
  const last = await row(
    db,
    z.object({ id: z.number().nullable() }),
    sql`select (select max(event.id) from incident_event event where incident_id = incident.id) as id
        from incident where incident.id = ${incidentId}`,
  )
  if (last === null) return null
  const subject = `postmortem/${incidentId}.${last.id ?? 0}`
  const announced = await execute(
    db,
    sql`with changed as (
          insert into subject (name) values (${subject}) on conflict (name) do nothing returning name, revision)
        select pg_notify(${changeChannel}, name || ' ' || revision) from changed`,
  )
  return { subject, isNew: announced > 0 }
}
