import { randomUUID } from 'node:crypto'
import { z } from 'zod'
import { execute, prepared, rows, sql, type Database } from './sql.ts'

/** So that of several deliveries each counts what the others opened. Held until the end of the transaction. */
export async function lockRates(db: Database, keys: readonly string[]): Promise<void> {
  if (keys.length === 0) return
  await execute(
    db,
    prepared('lock-rates')`select pg_advisory_xact_lock(key) from (
          select distinct hashtextextended(name, 2) as key from unnest(${keys}::text[]) name order by key) rate`,
  )
}

const OpenIncident = z.object({
  id: z.number(),
  groupKey: z.string().nullable(),
  level: z.number(),
  isStorm: z.boolean(),
  isFlapping: z.boolean(),
})
export type OpenIncidentRow = z.infer<typeof OpenIncident>

/** Locks the incidents with these ids or group keys, those that are not resolved, in the order of their ids. */
export async function lockOpenIncidents(
  db: Database,
  { ids, groupKeys }: { ids: readonly number[]; groupKeys: readonly string[] },
): Promise<OpenIncidentRow[]> {
  return await rows(
    db,
    OpenIncident,
    sql`select id, group_key as "groupKey", level, is_storm as "isStorm",
          is_flapping as "isFlapping"
        from incident
        where state <> 'resolved' and id in (
          select unnest(${ids}::bigint[])
          union select id from incident where group_key = any(${groupKeys}::text[]) and state <> 'resolved')
        order by id for no key update`,
  )
}

const RateRow = z.object({
  level: z.number(),
  environment: z.string().nullable(),
  incidents: z.number(),
  isStorm: z.boolean(),
})

/** How many incidents of alerts opened within the time, and whether a storm goes on, for each level and environment. */
export async function readRates(
  db: Database,
  scopes: readonly { level: number; environment: string | null; stormKey: string }[],
  storm: { incidents: number; withinMinutes: number },
): Promise<z.infer<typeof RateRow>[]> {
  if (scopes.length === 0) return []
  return await rows(
    db,
    RateRow,
    sql`select level, environment,
          (select count(*) from (
             select from incident
             where incident.level = scope.level and coalesce(incident.environment, '') = coalesce(scope.environment, '')
               and group_key is not null and not is_storm
               and opened_at > now() - make_interval(secs => ${storm.withinMinutes} * 60.0)
             limit ${storm.incidents}) recent) as incidents,
          coalesce((select storm_until > now() from incident
                    where group_key = scope."stormKey" and state <> 'resolved'), false) as "isStorm"
        from jsonb_to_recordset(${JSON.stringify(scopes)}::jsonb)
          as scope (level int, environment text, "stormKey" text)`,
  )
}

export interface NewAlertIncident {
  groupKey: string
  title: string
  rule: string
  level: number
  environment: string | null
  isStorm: boolean
}

const OpenedIncident = z.object({
  id: z.number(),
  groupKey: z.string(),
  level: z.number(),
  isNew: z.boolean(),
})

/**
 * Opens incidents and begins their timelines, in one statement; where another delivery was faster, its incident comes
 * back.
 */
export async function openAlertIncidents(
  db: Database,
  { source, incidents }: { source: string; incidents: readonly NewAlertIncident[] },
): Promise<z.infer<typeof OpenedIncident>[]> {
  if (incidents.length === 0) return []
  const keyed = incidents
    .toSorted((one, other) => (one.groupKey < other.groupKey ? -1 : 1))
    .map((incident) => ({ ...incident, key: `alert/${randomUUID()}` }))
  return await rows(
    db,
    OpenedIncident,
    prepared('open-alert-incidents')`with opened as (
          insert into incident (group_key, title, rule, level, environment, declared_by, is_storm, idempotency_key)
          select "groupKey", title, rule, level, environment, 'alerts:' || ${source}::text, "isStorm", key
          from jsonb_to_recordset(${JSON.stringify(keyed)}::jsonb) as opened ("groupKey" text, title text, rule text,
            level int, environment text, "isStorm" boolean, key text)
          on conflict (group_key) where state <> 'resolved' do update set group_key = excluded.group_key
          returning id, group_key as "groupKey", level, (xmax = 0) as "isNew"),
        told as (
          insert into incident_event (incident_id, actor, kind, details)
          select id, 'plantao', 'opened', jsonb_build_object('source', ${source}::text) from opened where "isNew")
        select * from opened`,
  )
}

/** New groups of its level and environment join a storm incident for so much longer. */
export async function prolongStorms(
  db: Database,
  incidentIds: readonly number[],
  withinMinutes: number,
): Promise<void> {
  if (incidentIds.length === 0) return
  await execute(
    db,
    sql`update incident set storm_until = now() + make_interval(secs => ${withinMinutes} * 60.0)
        where id = any(${incidentIds}::bigint[])`,
  )
}

/** Marks incidents whose alerts come and go; returns those that were not marked before. */
export async function markFlapping(db: Database, incidentIds: readonly number[]): Promise<number[]> {
  if (incidentIds.length === 0) return []
  const marked = await rows(
    db,
    z.object({ id: z.number() }),
    sql`update incident set is_flapping = true
        where id = any(${incidentIds}::bigint[]) and not is_flapping returning id`,
  )
  return marked.map(({ id }) => id)
}

/** An incident that turned out worse is called what made it worse. */
export async function renameIncident(
  db: Database,
  incident: { id: number; title: string; rule: string },
): Promise<void> {
  await execute(
    db,
    sql`update incident set title = ${incident.title}, rule = ${incident.rule} where id = ${incident.id}`,
  )
}

/** Adds lines to timelines, all in one statement; does not announce. */
export async function insertIncidentEvents(
  db: Database,
  events: readonly { incidentId: number; kind: string; details: Record<string, unknown> }[],
): Promise<void> {
  if (events.length === 0) return
  await execute(
    db,
    prepared('insert-incident-events')`insert into incident_event (incident_id, actor, kind, details)
        select "incidentId", 'plantao', kind, details
        from jsonb_to_recordset(${JSON.stringify(events)}::jsonb)
          as event ("incidentId" bigint, kind text, details jsonb)`,
  )
}

/** Alerts burn again: these incidents are not to be resolved. */
export async function cancelHoldResolve(db: Database, incidentIds: readonly number[]): Promise<void> {
  if (incidentIds.length === 0) return
  await execute(
    db,
    sql`delete from incident_timer where kind = 'resolve' and incident_id = any(${incidentIds}::bigint[])`,
  )
}

/**
 * Of these incidents, those none of whose alerts fires any more are held for a while and then resolved; a flapping one
 * is held longer.
 */
export async function holdResolve(
  db: Database,
  incidentIds: readonly number[],
  hold: { minutes: number; flappingMinutes: number },
): Promise<void> {
  if (incidentIds.length === 0) return
  await execute(
    db,
    sql`insert into incident_timer (incident_id, kind, due_at)
        select id, 'resolve', now() + make_interval(secs =>
          60.0 * case when is_flapping then greatest(${hold.minutes}::float8, ${hold.flappingMinutes}::float8)
                      else ${hold.minutes}::float8 end)
        from incident
        where id = any(${incidentIds}::bigint[]) and state <> 'resolved'
          and not exists (select from alert where incident_id = incident.id and status = 'firing')
        order by id
        on conflict (incident_id, kind) do update set due_at = excluded.due_at, count = 0`,
  )
}
