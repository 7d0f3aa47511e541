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
const called = sql`action = 'trigger' and route = 'main' and (sent_at is not null or fallback_at is not null)`

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

const Lasted = z.object({
  kind: z.enum(['acknowledge', 'resolve']),
  level: z.number(),
  /** How many of the bounds it did not exceed. */
  within: z.number(),
  count: z.number(),
  seconds: z.number(),
})
export type Lasted = z.infer<typeof Lasted>

/**
 * How long all incidents ever took until they were acknowledged or resolved, counted by level and by how many of the
 * bounds (seconds, ascending) they kept within. Counted anew each time: what commits late is not missed.
 */
export async function incidentDurations(db: Database, bounds: readonly number[]): Promise<Lasted[]> {
  const falling = bounds.map((bound) => -bound).toReversed()
  return await rows(
    db,
    Lasted,
    sql`select kind, level, width_bucket(-seconds, ${falling}::float8[]) as within, count(*)::int as count,
          sum(seconds) as seconds
        from incident, lateral (values
            ('acknowledge', extract(epoch from first_acknowledged_at - opened_at)::float8),
            ('resolve', extract(epoch from resolved_at - opened_at)::float8)) as lasted (kind, seconds)
        where seconds is not null group by kind, level, within order by kind, level`,
  )
}
