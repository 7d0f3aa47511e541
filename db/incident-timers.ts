import { execute, sql, type Database } from './sql.ts'

/** The NOTIFY channel that wakes alerting: `timers` when something became due earlier, `pages` when there is one to send. */
export const alertingChannel = 'plantao_alerting'

export type TimerKind = 'resolve' | 'still-firing' | 'page-again' | 'unowned'

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

export async function clearTimer(
  db: Database,
  timer: { incidentId: number; kind: TimerKind },
): Promise<void> {
  await execute(
    db,
    sql`delete from incident_timer where incident_id = ${timer.incidentId} and kind = ${timer.kind}`,
  )
}

/** Has every engine look at once what is due, when this transaction is committed. */
export async function wakeTimers(db: Database): Promise<void> {
  await execute(db, sql`select pg_notify(${alertingChannel}, 'timers')`)
}
