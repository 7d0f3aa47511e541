import { z } from 'zod'
import { announce } from './announcements.ts'
import { incidentSubject } from './incidents.ts'
import { transaction, type Pool } from './pool.ts'
import { execute, rows, sql, type Database } from './sql.ts'

/** The NOTIFY channel that wakes alerting: `timers` when something became due earlier, `pages` when there is one to send. */
export const alertingChannel = 'plantao_alerting'

export const TimerKind = z.enum(['resolve', 'still-firing', 'page-again', 'unowned'])
export type TimerKind = z.infer<typeof TimerKind>

/** Sets the incident's timer of this kind, from now; one that is set already is moved and counts from zero. */
export async function setTimer(
  db: Database,
  timer: { incidentId: number; kind: TimerKind; minutes: number },
): Promise<void> {
  await execute(
    db,
    sql`insert into incident_timer (incident_id, kind, due_at)
        values (${timer.incidentId}, ${timer.kind}, now() + make_interval(secs => ${timer.minutes} * 60.0))
        on conflict (incident_id, kind) do update set due_at = excluded.due_at, count = 0`,
  )
  await wakeTimers(db)
}

/** Forgets the incident's timers of these kinds, or all; returns how many there were. */
export async function clearTimers(
  db: Database,
  incidentId: number,
  kinds: readonly TimerKind[] = TimerKind.options,
): Promise<number> {
  return await execute(
    db,
    sql`delete from incident_timer where incident_id = ${incidentId} and kind = any(${kinds}::text[])`,
  )
}

/** Has every engine look at once what is due, when this transaction is committed. */
export async function wakeTimers(db: Database): Promise<void> {
  await execute(db, sql`select pg_notify(${alertingChannel}, 'timers')`)
}

const Timer = z.object({ incidentId: z.number(), kind: TimerKind })
export type Timer = z.infer<typeof Timer>

/** What is due, the longest due first, besides reminders that nobody owns an incident. */
export async function dueTimers(db: Database, limit: number): Promise<Timer[]> {
  return await rows(
    db,
    Timer,
    sql`select incident_id as "incidentId", kind from incident_timer
        where due_at <= now() and kind <> 'unowned' order by due_at limit ${limit}`,
  )
}

/** Takes a timer off, if it still is there and due: of several engines one does. */
export async function takeTimer(db: Database, timer: Timer): Promise<boolean> {
  const taken = await execute(
    db,
    sql`delete from incident_timer
        where incident_id = ${timer.incidentId} and kind = ${timer.kind} and due_at <= now()`,
  )
  return taken > 0
}

/**
 * Reminds of incidents that still belong to nobody, and sets the next reminder while there are any left; returns
 * how many timers were due.
 */
export async function remindOfUnowned(pool: Pool, limit: number): Promise<number> {
  return await transaction(pool, async (tx) => {
    const due = await rows(
      tx,
      z.object({ incidentId: z.number(), isReminded: z.boolean() }),
      sql`with due as (
            select incident_id, count + 1 as count from incident_timer
            where kind = 'unowned' and due_at <= now() order by due_at limit ${limit} for update skip locked),
          reminded as (
            select due.incident_id, count, (policy -> 'unowned' ->> 'everyMinutes')::float8 as minutes,
              (policy -> 'unowned' ->> 'times')::int as times
            from due join incident on incident.id = due.incident_id and owner is null and state <> 'resolved'
              join escalation on escalation.incident_id = due.incident_id
              join escalation_policy on escalation_policy.id = policy_id),
          told as (
            insert into incident_event (incident_id, actor, kind, details)
            select incident_id, 'plantao', 'unowned-reminder', jsonb_build_object('count', count) from reminded),
          again as (
            update incident_timer set count = reminded.count, due_at = now() + make_interval(secs => minutes * 60)
            from reminded
            where incident_timer.incident_id = reminded.incident_id and kind = 'unowned' and reminded.count < times),
          over as (
            delete from incident_timer using due
            where incident_timer.incident_id = due.incident_id and kind = 'unowned' and not exists (
              select from reminded where reminded.incident_id = due.incident_id and reminded.count < times))
          select incident_id as "incidentId",
            exists (select from reminded where reminded.incident_id = due.incident_id) as "isReminded" from due`,
    )
    const reminded = due.filter(({ isReminded }) => isReminded)
    await announce(tx, ...reminded.map(({ incidentId }) => incidentSubject(incidentId)))
    return due.length
  })
}

/** The labels of the incident's alerts that are firing; none: nothing fires. */
export async function firingLabels(db: Database, incidentId: number): Promise<Record<string, string>[]> {
  const firing = await rows(
    db,
    z.object({ labels: z.record(z.string(), z.string()) }),
    sql`select distinct labels from alert where incident_id = ${incidentId} and status = 'firing'`,
  )
  return firing.map(({ labels }) => labels)
}
