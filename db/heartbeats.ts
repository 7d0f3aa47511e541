import { z } from 'zod'
import { row, rows, sql, type Database } from './sql.ts'

const Heartbeat = z.object({ name: z.string(), lastAt: z.date(), silentSince: z.date().nullable() })
export type Heartbeat = z.infer<typeof Heartbeat>

const columns = sql`name, last_at as "lastAt", silent_since as "silentSince"`

/** Records that it was heard of now, and returns since when it had been silent (null: it was not). */
export async function recordHeartbeat(db: Database, name: string): Promise<{ silentSince: Date | null }> {
  const before = await row(
    db,
    z.object({ silentSince: z.date().nullable() }),
    sql`with before as (select silent_since from heartbeat where name = ${name} for no key update),
          heard as (
            insert into heartbeat (name) values (${name})
            on conflict (name) do update set last_at = now(), silent_since = null)
        select silent_since as "silentSince" from before`,
  )
  return { silentSince: before?.silentSince ?? null }
}

/** All that were ever heard of. */
export async function listHeartbeats(db: Database): Promise<Heartbeat[]> {
  return await rows(db, Heartbeat, sql`select ${columns} from heartbeat order by name`)
}

/** Marks one as silent if it has not been heard of for so long; null: it has, or is marked, or never spoke. */
export async function markSilent(
  db: Database,
  heartbeat: { name: string; silentAfterSeconds: number },
): Promise<Heartbeat | null> {
  return await row(
    db,
    Heartbeat,
    sql`update heartbeat set silent_since = now()
        where name = ${heartbeat.name} and silent_since is null
          and last_at <= now() - make_interval(secs => ${heartbeat.silentAfterSeconds})
        returning ${columns}`,
  )
}

const Health = z.object({ timerLagSeconds: z.number(), outboxAgeSeconds: z.number() })

/** How late the escalation is, and how old the oldest trigger that ought to have been sent: 0 where nothing is due. */
export async function pagingHealth(db: Database): Promise<z.infer<typeof Health>> {
  const found = await row(
    db,
    Health,
    sql`select
          coalesce(extract(epoch from now() - least(
            (select min(due_at) from escalation where due_at is not null),
            (select min(due_at) from incident_timer))), 0)::float8 as "timerLagSeconds",
          coalesce(extract(epoch from now() - (
            select min(planned_at) from page where state in ('pending', 'sending') and action = 'trigger')), 0)::float8
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
    sql`select id, kind, environment from job where state = 'running' and kind = any(${kinds}::text[])`,
  )
}
