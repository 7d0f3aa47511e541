import { z } from 'zod'
import { announce } from './announcements.ts'
import { execute, row, rows, sql, type Database } from './sql.ts'

export const IncidentRow = z.object({
  id: z.number(),
  title: z.string(),
  level: z.number(),
  environment: z.string().nullable(),
  state: z.enum(['open', 'acknowledged', 'resolved']),
  declaredBy: z.string(),
  openedAt: z.date(),
  resolvedAt: z.date().nullable(),
  resolvedBy: z.string().nullable(),
})
export type IncidentRow = z.infer<typeof IncidentRow>

const columns = sql`id, title, level, environment, state, declared_by as "declaredBy", opened_at as "openedAt",
  resolved_at as "resolvedAt", resolved_by as "resolvedBy"`

export const incidentSubject = (id: number): string => `incident/${id}`

/** Opens an incident once per idempotency key; a repeat returns the first. */
export async function createIncident(
  db: Database,
  incident: {
    title: string
    level: number
    environment: string | null
    declaredBy: string
    idempotencyKey: string
  },
): Promise<{ incident: IncidentRow; created: boolean }> {
  const created = await row(
    db,
    IncidentRow,
    sql`insert into incident (title, level, environment, declared_by, idempotency_key)
        values (${incident.title}, ${incident.level}, ${incident.environment}, ${incident.declaredBy},
          ${incident.idempotencyKey})
        on conflict (idempotency_key) do nothing returning ${columns}`,
  )
  if (created) {
    await recordIncidentEvent(db, {
      incidentId: created.id,
      actor: created.declaredBy,
      kind: 'opened',
      details: {},
    })
    return { incident: created, created: true }
  }
  const first = await row(
    db,
    IncidentRow,
    sql`select ${columns} from incident where idempotency_key = ${incident.idempotencyKey}`,
  )
  if (!first) throw new Error(`incident with key ${incident.idempotencyKey} vanished`)
  return { incident: first, created: false }
}

export async function findIncident(db: Database, id: number): Promise<IncidentRow | null> {
  return await row(db, IncidentRow, sql`select ${columns} from incident where id = ${id}`)
}

/** Newest first; `openOnly` leaves resolved ones out. */
export async function listIncidents(
  db: Database,
  query: { openOnly: boolean; limit: number },
): Promise<IncidentRow[]> {
  return await rows(
    db,
    IncidentRow,
    sql`select ${columns} from incident where (not ${query.openOnly} or state <> 'resolved')
        order by id desc limit ${query.limit}`,
  )
}

/** The newest critical incident that is not resolved and concerns this environment (or all of them). */
export async function openCriticalIncident(
  db: Database,
  environment: string | null,
): Promise<IncidentRow | null> {
  return await row(
    db,
    IncidentRow,
    sql`select ${columns} from incident
        where level = 1 and state <> 'resolved' and (environment is null or environment = ${environment})
        order by id desc limit 1`,
  )
}

export async function resolveIncident(db: Database, id: number, by: string): Promise<boolean> {
  const resolved = await execute(
    db,
    sql`update incident set state = 'resolved', resolved_at = now(), resolved_by = ${by}
        where id = ${id} and state <> 'resolved'`,
  )
  if (resolved > 0)
    await recordIncidentEvent(db, { incidentId: id, actor: by, kind: 'resolved', details: {} })
  return resolved > 0
}

const IncidentEvent = z.object({
  at: z.date(),
  actor: z.string(),
  kind: z.string(),
  details: z.record(z.string(), z.unknown()),
})
export type IncidentEvent = z.infer<typeof IncidentEvent>

/** Adds a line to the incident's timeline and makes its message stale. */
export async function recordIncidentEvent(
  db: Database,
  event: { incidentId: number; actor: string; kind: string; details: Record<string, unknown> },
): Promise<void> {
  await execute(
    db,
    sql`insert into incident_event (incident_id, actor, kind, details)
        values (${event.incidentId}, ${event.actor}, ${event.kind}, ${event.details})`,
  )
  await announce(db, incidentSubject(event.incidentId))
}

/** The timeline, oldest first. */
export async function incidentTimeline(db: Database, incidentId: number): Promise<IncidentEvent[]> {
  return await rows(
    db,
    IncidentEvent,
    sql`select at, actor, kind, details from incident_event where incident_id = ${incidentId} order by id`,
  )
}
