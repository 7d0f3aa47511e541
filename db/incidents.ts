import { z } from 'zod'
import { announce } from './announcements.ts'
import { execute, row, rows, sql, type Database } from './sql.ts'

export const incidentStates = ['open', 'acknowledged', 'resolved'] as const
export type IncidentState = (typeof incidentStates)[number]

const time = z.date().nullable()

export const IncidentRow = z.object({
  id: z.number(),
  title: z.string(),
  /** The runbook file's rule that made it; `declared`: a person did. */
  rule: z.string(),
  level: z.number(),
  environment: z.string().nullable(),
  state: z.enum(incidentStates),
  isStorm: z.boolean(),
  isFlapping: z.boolean(),
  declaredBy: z.string(),
  owner: z.string().nullable(),
  commander: z.string().nullable(),
  scribe: z.string().nullable(),
  channel: z.string().nullable(),
  openedAt: z.date(),
  acknowledgedAt: time,
  acknowledgedBy: z.string().nullable(),
  firstAcknowledgedAt: time,
  resolvedAt: time,
  resolvedBy: z.string().nullable(),
  resolution: z.string().nullable(),
})
export type IncidentRow = z.infer<typeof IncidentRow>

const columns = sql`id, title, rule, level, environment, state, is_storm as "isStorm", is_flapping as "isFlapping",
  declared_by as "declaredBy", owner, commander, scribe, channel, opened_at as "openedAt",
  acknowledged_at as "acknowledgedAt", acknowledged_by as "acknowledgedBy",
  first_acknowledged_at as "firstAcknowledgedAt", resolved_at as "resolvedAt", resolved_by as "resolvedBy", resolution`

export const incidentSubject = (id: number): string => `incident/${id}`

/** Opens an incident that a person declares, once per idempotency key; a repeat returns the first. */
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
  if (created) return { incident: created, created: true }
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

/**
 * Reads an incident and keeps every other act on it waiting until this transaction ends. Comes before any lock on
 * what belongs to the incident. Whoever only adds to it (a page, an alert) is not kept waiting.
 */
export async function lockIncident(db: Database, id: number): Promise<IncidentRow | null> {
  return await row(db, IncidentRow, sql`select ${columns} from incident where id = ${id} for no key update`)
}

/** Newest first; `openOnly` leaves resolved ones out. */
export async function listIncidents(
  db: Database,
  query: {
    openOnly?: boolean
    states?: readonly IncidentState[] | undefined
    level?: number | undefined
    limit: number
  },
): Promise<IncidentRow[]> {
  return await rows(
    db,
    IncidentRow,
    sql`select ${columns} from incident where (not ${query.openOnly ?? false} or state <> 'resolved')
          and (${query.states ?? null}::text[] is null or state = any(${query.states ?? null}))
          and (${query.level ?? null}::int is null or level = ${query.level ?? null})
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

/** Whoever acknowledges owns the incident if nobody does. */
export async function markAcknowledged(db: Database, id: number, by: string): Promise<void> {
  await execute(
    db,
    sql`update incident set state = 'acknowledged', acknowledged_at = now(), acknowledged_by = ${by},
          first_acknowledged_at = coalesce(first_acknowledged_at, now()), owner = coalesce(owner, ${by})
        where id = ${id}`,
  )
}

/** Takes the acknowledge back; who owns the incident still does. */
export async function markUnacknowledged(db: Database, id: number): Promise<void> {
  await execute(
    db,
    sql`update incident set state = 'open', acknowledged_at = null, acknowledged_by = null where id = ${id}`,
  )
}

export async function markResolved(
  db: Database,
  resolved: { id: number; by: string; resolution: string | null },
): Promise<void> {
  await execute(
    db,
    sql`update incident set state = 'resolved', resolved_at = now(), resolved_by = ${resolved.by},
          resolution = ${resolved.resolution} where id = ${resolved.id}`,
  )
}

export async function setLevel(db: Database, id: number, level: number): Promise<void> {
  await execute(db, sql`update incident set level = ${level} where id = ${id}`)
}

export async function setOwner(db: Database, id: number, owner: string): Promise<void> {
  await execute(db, sql`update incident set owner = ${owner} where id = ${id}`)
}

export async function setRole(
  db: Database,
  id: number,
  { role, person }: { role: 'commander' | 'scribe'; person: string },
): Promise<void> {
  const assignment = role === 'commander' ? sql`commander = ${person}` : sql`scribe = ${person}`
  await execute(db, sql`update incident set ${assignment} where id = ${id}`)
}

export async function setChannel(db: Database, id: number, channel: string): Promise<void> {
  await execute(db, sql`update incident set channel = ${channel} where id = ${id}`)
}

const IncidentEvent = z.object({
  id: z.number(),
  at: z.date(),
  actor: z.string(),
  kind: z.string(),
  details: z.record(z.string(), z.unknown()),
})
export type IncidentEvent = z.infer<typeof IncidentEvent>

/**
 * Adds a line to the incident's timeline and makes its message stale. False: one with this idempotency key is there
 * already.
 */
export async function recordIncidentEvent(
  db: Database,
  event: {
    incidentId: number
    actor: string
    kind: string
    details: Record<string, unknown>
    idempotencyKey?: string | undefined
  },
): Promise<boolean> {
  const written = await execute(
    db,
    sql`insert into incident_event (incident_id, actor, kind, details, idempotency_key)
        values (${event.incidentId}, ${event.actor}, ${event.kind}, ${event.details}, ${event.idempotencyKey ?? null})
        on conflict (idempotency_key) do nothing`,
  )
  if (written > 0) await announce(db, incidentSubject(event.incidentId))
  return written > 0
}

/** The timeline, oldest first. */
export async function incidentTimeline(db: Database, incidentId: number): Promise<IncidentEvent[]> {
  return await rows(
    db,
    IncidentEvent,
    sql`select id, at, actor, kind, details from incident_event where incident_id = ${incidentId} order by id`,
  )
}
