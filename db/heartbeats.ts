import { z } from 'zod'
import { execute, prepared, row, rows, sql, type Database } from './sql.ts'

const Heartbeat = z.object({ name: z.string(), lastAt: z.date(), silentSince: z.date().nullable() })
export type Heartbeat = z.infer<typeof Heartbeat>

/** Null: never heard of. */
export async function findHeartbeat(db: Database, name: string): Promise<Heartbeat | null> {
  return await row(
    db,
    Heartbeat,
    sql`select name, last_at as "lastAt", silent_since as "silentSince" from heartbeat where name = ${name}`,
  )
}

/** Records that it was heard of now: it is not silent. */
export async function recordHeartbeat(db: Database, name: string): Promise<void> {
  await execute(
    db,
    sql`insert into heartbeat (name) values (${name})
        on conflict (name) do update set last_at = now(), silent_since = null`,
  )
}

/** Records that heartbeats are being listened for. After a minute in which no engine did, listening begins anew. */
export async function listenForHeartbeats(db: Database): Promise<void> {
  await execute(
    db,
    sql`insert into heartbeat_watch default values
        on conflict (single) do update set seen_at = now(), since = case
          when heartbeat_watch.seen_at < now() - interval '1 minute' then now() else heartbeat_watch.since end`,
  )
}

/**
 * Of these, those that were heard of once, but not for as long as they may be silent although they were listened for,
 * and are not marked as silent.
 */
export async function overdueHeartbeats(
  db: Database,
  watched: readonly { name: string; silentAfterSeconds: number }[],
): Promise<Heartbeat[]> {
  return await rows(
    db,
    Heartbeat,
    sql`select heartbeat.name, last_at as "lastAt", silent_since as "silentSince"
        from heartbeat join unnest(${watched.map(({ name }) => name)}::text[],
            ${watched.map(({ silentAfterSeconds }) => silentAfterSeconds)}::float8[]) watched (name, seconds)
          on watched.name = heartbeat.name
        cross join heartbeat_watch
        where silent_since is null and greatest(last_at, since) <= now() - make_interval(secs => seconds)`,
  )
}

/** Of those that were heard of once, the ones that are none of these. */
export async function otherHeartbeats(db: Database, names: readonly string[]): Promise<Heartbeat[]> {
  return await rows(
    db,
    Heartbeat,
    sql`select name, last_at as "lastAt", silent_since as "silentSince" from heartbeat
        where name <> all(${names}::text[])`,
  )
}

export async function forgetHeartbeat(db: Database, name: string): Promise<void> {
  await execute(db, sql`delete from heartbeat where name = ${name}`)
}

/** Marks it as silent, unless it was heard of since `lastAt`. */
export async function markSilent(
  db: Database,
  { name, lastAt }: Pick<Heartbeat, 'name' | 'lastAt'>,
): Promise<boolean> {
  const marked = await execute(
    db,
    sql`update heartbeat set silent_since = now()
        where name = ${name} and date_trunc('milliseconds', last_at) = ${lastAt}`,
  )
  return marked > 0
}

const Health = z.object({ timerLagSeconds: z.number(), outboxAgeSeconds: z.number() })

/** How late the escalation is, and how old the oldest trigger that ought to have been sent: 0 where nothing is due. */
export async function pagingHealth(db: Database): Promise<z.infer<typeof Health>> {
  const found = await row(
    db,
    Health,
    sql`select
          greatest(0, extract(epoch from now() - least(
            (select min(due_at) from escalation where due_at is not null),
            (select min(due_at) from incident_timer))))::float8 as "timerLagSeconds",
          greatest(0, extract(epoch from now() - (
            select min(planned_at) from page where state in ('pending', 'sending') and action = 'trigger')))::float8
            as "outboxAgeSeconds"`,
  )
  return found ?? { timerLagSeconds: 0, outboxAgeSeconds: 0 }
}

const RunningJob = z.object({ id: z.number(), kind: z.string(), environment: z.string().nullable() })

/** Jobs of these kinds that run now. */
export async function runningJobs(
  db: Database,
  kinds: readonly string[],
): Promise<z.infer<typeof RunningJob>[]> {
  if (kinds.length === 0) return []
  return await rows(
    db,
    RunningJob,
    prepared(
      'running-jobs',
    )`select id, kind, environment from job where state = 'running' and kind = any(${kinds}::text[])`,
  )
}

/** What the database's clock shows: the only one that times are compared with. */
export async function databaseTime(db: Database): Promise<Date> {
  const found = await row(db, z.object({ now: z.date() }), sql`select now()`)
  if (!found) throw new Error('the database does not know the time')
  return found.now
}
