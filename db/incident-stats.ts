import { z } from 'zod'
import { row, rows, sql, type Database } from './sql.ts'

const Week = z.object({
  startsAt: z.date(),
  incidents: z.array(z.object({ level: z.number(), count: z.number() })),
  acknowledgeMean: z.number().nullable(),
  acknowledgeMedian: z.number().nullable(),
  resolveMean: z.number().nullable(),
  resolveMedian: z.number().nullable(),
  pages: z.array(z.object({ person: z.string(), count: z.number() })),
})
export type IncidentWeek = z.infer<typeof Week>

/** Calls that went out, or for which people were told in Slack instead. */
const called = sql`action = 'trigger' and route = 'main' and state in ('sending', 'accepted', 'confirmed', 'unrouted')`

/**
 * The last weeks, newest first; they begin on Monday in the time zone. Seconds until somebody acknowledged, and until
 * the end, of the incidents that opened in the week; how often each person was called in it.
 */
export async function incidentWeeks(
  db: Database,
  { weeks, timeZone }: { weeks: number; timeZone: string },
): Promise<IncidentWeek[]> {
  return await rows(
    db,
    Week,
    sql`with week as (
          select starts_at, starts_at + interval '7 days' as ends_at from generate_series(
            date_trunc('week', now() at time zone ${timeZone}) - (${weeks} - 1) * interval '7 days',
            date_trunc('week', now() at time zone ${timeZone}), interval '7 days') as starts_at),
        bounds as (
          select starts_at at time zone ${timeZone} as starts_at, ends_at at time zone ${timeZone} as ends_at from week)
        select starts_at as "startsAt", incidents, times.*, pages
        from bounds,
          lateral (
            select coalesce(jsonb_agg(jsonb_build_object('level', level, 'count', count) order by level), '[]') as incidents
            from (select level, count(*)::int as count from incident
              where opened_at >= starts_at and opened_at < ends_at group by level) as by_level) as counted,
          lateral (
            select avg(acknowledge)::float8 as "acknowledgeMean",
              percentile_cont(0.5) within group (order by acknowledge) as "acknowledgeMedian",
              avg(resolve)::float8 as "resolveMean",
              percentile_cont(0.5) within group (order by resolve) as "resolveMedian"
            from (select extract(epoch from first_acknowledged_at - opened_at)::float8 as acknowledge,
                extract(epoch from resolved_at - opened_at)::float8 as resolve
              from incident where opened_at >= starts_at and opened_at < ends_at) as lasted) as times,
          lateral (
            select coalesce(jsonb_agg(jsonb_build_object('person', person, 'count', count) order by count desc, person),
              '[]') as pages
            from (select person, count(*)::int as count from page, unnest(targets) as person
              where ${called} and created_at >= starts_at and created_at < ends_at group by person) as by_person) as paged
        order by starts_at desc`,
  )
}

const Gauges = z.object({
  incidents: z.array(z.object({ level: z.number(), state: z.string(), count: z.number() })),
  pages: z.array(z.object({ action: z.string(), state: z.string(), count: z.number() })),
})

/** What is open, and what was or is to be said to PagerDuty within a day. */
export async function alertingGauges(db: Database): Promise<z.infer<typeof Gauges>> {
  const found = await row(
    db,
    Gauges,
    sql`select
          (select coalesce(jsonb_agg(to_jsonb(one)), '[]') from (
            select level, state, count(*)::int as count from incident where state <> 'resolved' group by level, state)
            as one) as incidents,
          (select coalesce(jsonb_agg(to_jsonb(one)), '[]') from (
            select action, state, count(*)::int as count from page where created_at > now() - interval '1 day'
            group by action, state) as one) as pages`,
  )
  return found ?? { incidents: [], pages: [] }
}

const Durations = z.object({
  /** The database's clock, exactly: the next question begins here. */
  until: z.string(),
  durations: z.array(
    z.object({ level: z.number(), kind: z.enum(['acknowledge', 'resolve']), seconds: z.number() }),
  ),
})

/** How long incidents took until they were acknowledged or resolved, of those that were after a time (null: none). */
export async function durationsSince(db: Database, after: string | null): Promise<z.infer<typeof Durations>> {
  const found = await row(
    db,
    Durations,
    sql`select now()::text as until, (select coalesce(jsonb_agg(jsonb_build_object(
            'level', level, 'kind', kind, 'seconds', extract(epoch from at - opened_at)::float8)), '[]')
          from incident, lateral (values ('acknowledge', first_acknowledged_at), ('resolve', resolved_at))
            as ended (kind, at)
          where at > ${after}::timestamptz and at <= now()) as durations`,
  )
  return found ?? { until: '', durations: [] }
}
