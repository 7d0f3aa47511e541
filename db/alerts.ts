import { z } from 'zod'
import { execute, prepared, rows, sql, type Database } from './sql.ts'

/** Taken by whoever changes many alerts at once; by those who change few it is shared. */
const gate = 'plantao/alerts'
const fewAlerts = 500

/**
 * Locks alerts by name until the end of the transaction, so that what is read of them next stays so. Deliveries that
 * have none in common do not wait for each other; one of many alerts waits for all (the table of locks is small).
 */
export async function lockAlerts(
  db: Database,
  source: string,
  fingerprints: readonly string[],
): Promise<void> {
  if (fingerprints.length > fewAlerts) {
    await execute(db, sql`select pg_advisory_xact_lock(hashtextextended(${gate}, 0))`)
    return
  }
  await execute(
    db,
    prepared(
      'lock-alerts',
    )`with gate as materialized (select pg_advisory_xact_lock_shared(hashtextextended(${gate}, 0)))
        select pg_advisory_xact_lock(key) from gate, (
          select distinct hashtextextended(${source} || ' ' || fingerprint, 1) as key
          from unnest(${fingerprints}::text[]) fingerprint order by key) alert`,
  )
}

const EpisodeRow = z.object({
  id: z.number(),
  fingerprint: z.string(),
  startsAt: z.date(),
  lastStartsAt: z.date(),
  status: z.enum(['firing', 'resolved']),
  endedAt: z.date().nullable(),
  resolvedAt: z.date().nullable(),
  level: z.number(),
  title: z.string(),
  description: z.string(),
  link: z.string().nullable(),
  labels: z.record(z.string(), z.string()),
  suppressedBy: z.string().nullable(),
  lookAgainAt: z.date().nullable(),
  incidentId: z.number().nullable(),
  /** Its incident is not resolved. */
  isIncidentOpen: z.boolean(),
  /** How many episodes began of late, at most as many as make it flapping. */
  recentEpisodes: z.number(),
})
export type EpisodeRow = z.infer<typeof EpisodeRow>

/** Where nothing is recorded of any of the alerts there is one line, with the time alone. */
const EpisodeLine = z.union([z.object({ id: z.null() }), EpisodeRow]).and(z.object({ now: z.date() }))

/**
 * Of each alert the episode that fires, the last one, and the one with the given start. With the database's time. Each
 * is found by an index whatever there is, so that planning it once will do: that took ten times as long as doing it.
 */
export async function readEpisodes(
  db: Database,
  wanted: { source: string; fingerprints: readonly string[]; starts: readonly (Date | null)[] },
  flapping: { episodes: number; withinMinutes: number },
): Promise<{ now: Date; episodes: EpisodeRow[] }> {
  const { source } = wanted
  const named = wanted.fingerprints.map((fingerprint, index) => ({
    fingerprint,
    starts_at: wanted.starts[index],
  }))
  const found = await rows(
    db,
    EpisodeLine,
    prepared('read-episodes')`select now(), episode.id, episode.fingerprint, episode.starts_at as "startsAt",
          episode.last_starts_at as "lastStartsAt", episode.status, episode.ended_at as "endedAt",
          episode.resolved_at as "resolvedAt", episode.level, episode.title, episode.description, episode.link,
          episode.labels, episode.suppressed_by as "suppressedBy", episode.look_again_at as "lookAgainAt",
          episode.incident_id as "incidentId",
          coalesce((select state <> 'resolved' from incident where id = episode.incident_id), false)
            as "isIncidentOpen",
          (select count(*) from (
             select received_at from alert recent
             where recent.source = ${source} and recent.fingerprint = wanted.fingerprint
             order by starts_at desc limit ${flapping.episodes}) newest
           where received_at > now() - make_interval(secs => ${flapping.withinMinutes} * 60.0)) as "recentEpisodes"
        from (select 1) always left join (
          jsonb_to_recordset(${JSON.stringify(named)}::jsonb) wanted (fingerprint text, starts_at timestamptz)
          cross join lateral (
            (select * from alert where source = ${source} and fingerprint = wanted.fingerprint and status = 'firing')
            union all
            (select * from alert where source = ${source} and fingerprint = wanted.fingerprint
               and status = 'resolved' and starts_at = wanted.starts_at)
            union all
            (select * from (
               select * from alert where source = ${source} and fingerprint = wanted.fingerprint
               order by starts_at desc limit 1) last
             where status = 'resolved' and starts_at is distinct from wanted.starts_at)) episode) on true`,
  )
  const episodes = found.filter((line): line is EpisodeRow & { now: Date } => line.id !== null)
  return { now: found[0]?.now ?? new Date(Number.NaN), episodes }
}

/** An episode as it is recorded first. */
export interface NewEpisode {
  source: string
  fingerprint: string
  startsAt: Date
  status: 'firing' | 'resolved'
  endedAt: Date | null
  rule: string
  level: number
  title: string
  description: string
  environment: string | null
  groupKey: string
  labels: Readonly<Record<string, string>>
  link: string | null
  incidentId: number | null
  suppressedBy: string | null
  lookAgainAt: Date | null
}

/** Records episodes, all in one statement. */
export async function insertEpisodes(db: Database, episodes: readonly NewEpisode[]): Promise<void> {
  if (episodes.length === 0) return
  await execute(
    db,
    prepared(
      'insert-episodes',
    )`insert into alert (source, fingerprint, starts_at, last_starts_at, ended_at, status, rule, level, title,
          description, environment, group_key, labels, link, incident_id, suppressed_by, look_again_at, resolved_at)
        select source, fingerprint, "startsAt", "startsAt", "endedAt", status, rule, level, title, description,
          environment, "groupKey", labels, link, "incidentId", "suppressedBy", "lookAgainAt",
          case when status = 'resolved' then now() end
        from jsonb_to_recordset(${JSON.stringify(episodes)}::jsonb) as episode (source text, fingerprint text,
          "startsAt" timestamptz, "endedAt" timestamptz, status text, rule text, level int, title text,
          description text, environment text, "groupKey" text, labels jsonb, link text, "incidentId" bigint,
          "suppressedBy" text, "lookAgainAt" timestamptz)`,
  )
}

/** What is recorded anew of an episode that fires: its texts and level, where it goes, how far it was continued. */
export interface EpisodeChange {
  id: number
  rule: string
  level: number
  title: string
  description: string
  environment: string | null
  groupKey: string
  labels: Readonly<Record<string, string>>
  link: string | null
  lastStartsAt: Date
  incidentId: number | null
  suppressedBy: string | null
  lookAgainAt: Date | null
}

/**
 * Changes episodes and has them firing. `received_at` of one that begins again stays when it was heard of first. What
 * was in an incident stays in its record: where it is to be elsewhere now, it ends there and goes on as another episode.
 */
export async function updateEpisodes(db: Database, changes: readonly EpisodeChange[]): Promise<void> {
  if (changes.length === 0) return
  const change = sql`jsonb_to_recordset(${JSON.stringify(changes)}::jsonb) as change (id bigint, rule text, level int,
    title text, description text, environment text, "groupKey" text, labels jsonb, link text,
    "lastStartsAt" timestamptz, "incidentId" bigint, "suppressedBy" text, "lookAgainAt" timestamptz)`
  const changed = await execute(
    db,
    sql`update alert set status = 'firing', rule = change.rule, level = change.level, title = change.title,
          description = change.description, environment = change.environment, group_key = change."groupKey",
          labels = change.labels, link = change.link,
          last_starts_at = change."lastStartsAt", incident_id = change."incidentId",
          suppressed_by = change."suppressedBy", look_again_at = change."lookAgainAt", ended_at = null,
          resolved_at = null
        from ${change}
        where alert.id = change.id and coalesce(incident_id = "incidentId", incident_id is null)`,
  )
  if (changed === changes.length) return
  const isElsewhere = sql`alert.id = change.id and incident_id is distinct from "incidentId"`
  await execute(
    db,
    sql`update alert set status = 'resolved', ended_at = coalesce(ended_at, now()),
          resolved_at = coalesce(resolved_at, now()), look_again_at = null
        from ${change} where ${isElsewhere}`,
  )
  await execute(
    db,
    sql`insert into alert (source, fingerprint, starts_at, last_starts_at, status, rule, level, title, description,
          environment, group_key, labels, link, incident_id, suppressed_by, look_again_at)
        select source, fingerprint, now(), "lastStartsAt", 'firing', change.rule, change.level, change.title,
          change.description, change.environment, "groupKey", change.labels, change.link, "incidentId",
          "suppressedBy", "lookAgainAt"
        from alert, ${change} where ${isElsewhere}`,
  )
}

/** Records the end of episodes. */
export async function endEpisodes(
  db: Database,
  ends: readonly { id: number; endedAt: Date }[],
): Promise<void> {
  if (ends.length === 0) return
  await execute(
    db,
    sql`update alert set status = 'resolved', resolved_at = now(), ended_at = finish.ended_at, look_again_at = null
        from unnest(${ends.map(({ id }) => id)}::bigint[], ${ends.map(({ endedAt }) => endedAt)}::timestamptz[])
          finish (id, ended_at)
        where alert.id = finish.id`,
  )
}

const SuppressedName = z.object({ source: z.string(), fingerprint: z.string() })

/** Alerts that were kept from an incident and are due to be looked at again, of one source. */
export async function alertsToLookAt(
  db: Database,
  limit = 500,
): Promise<{ source: string; fingerprints: string[] } | null> {
  const due = await rows(
    db,
    SuppressedName,
    sql`select source, fingerprint from alert where look_again_at <= now() and status = 'firing'
        order by look_again_at limit ${limit}`,
  )
  const source = due[0]?.source
  if (source === undefined) return null
  return { source, fingerprints: due.filter((one) => one.source === source).map((one) => one.fingerprint) }
}

const SuppressedRow = z.object({
  id: z.number(),
  fingerprint: z.string(),
  rule: z.string(),
  level: z.number(),
  title: z.string(),
  description: z.string(),
  environment: z.string().nullable(),
  groupKey: z.string(),
  labels: z.record(z.string(), z.string()),
  link: z.string().nullable(),
  lastStartsAt: z.date(),
  now: z.date(),
})
export type SuppressedRow = z.infer<typeof SuppressedRow>

/** Those of these alerts that still fire and are still due; their locks are held already. */
export async function dueSuppressed(
  db: Database,
  { source, fingerprints }: { source: string; fingerprints: readonly string[] },
): Promise<SuppressedRow[]> {
  return await rows(
    db,
    SuppressedRow,
    sql`select id, fingerprint, rule, level, title, description, environment, group_key as "groupKey", labels, link,
          last_starts_at as "lastStartsAt", now()
        from alert where source = ${source} and fingerprint = any(${fingerprints}::text[])
          and status = 'firing' and look_again_at <= now()`,
  )
}

/** Has what this keeps quiet (`silence/3`, `job/42`) looked at again now. */
export async function lookAgainNow(db: Database, suppressedBy: string): Promise<void> {
  await execute(
    db,
    sql`update alert set look_again_at = now()
        where suppressed_by = ${suppressedBy} and status = 'firing' and look_again_at is not null`,
  )
}

/** Has the alerts of an incident that fire though it is resolved looked at again after so long. */
export async function lookAgainAfterResolve(
  db: Database,
  { incidentId, minutes }: { incidentId: number; minutes: number },
): Promise<void> {
  await execute(
    db,
    sql`update alert set look_again_at = now() + make_interval(secs => ${minutes} * 60.0)
        where incident_id = ${incidentId} and status = 'firing'`,
  )
}

/** The labels that all alerts of an incident have in common, and whether any of them has a name of its kind. */
export async function commonLabels(
  db: Database,
  incidentId: number,
): Promise<{ common: { label: string; value: string }[]; areNamed: boolean }> {
  const found = await rows(
    db,
    z.object({ label: z.string(), value: z.string(), isCommon: z.boolean() }),
    sql`select label.key as label, label.value,
          count(*) = (select count(*) from alert where incident_id = ${incidentId}) as "isCommon"
        from alert, jsonb_each_text(labels) label
        where incident_id = ${incidentId}
        group by label.key, label.value
        having label.key = 'alertname' or count(*) = (select count(*) from alert where incident_id = ${incidentId})
        order by label.key`,
  )
  const common = found.flatMap(({ label, value, isCommon }) => (isCommon ? [{ label, value }] : []))
  return { common, areNamed: found.some(({ label }) => label === 'alertname') }
}
