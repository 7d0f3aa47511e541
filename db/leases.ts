import { z } from 'zod'
import { row, sql, type Database } from './sql.ts'

const Lease = z.object({ holder: z.string(), until: z.date(), fence: z.number() })
export type Lease = z.infer<typeof Lease>

/**
 * Takes a named lease, or keeps it when `holder` has it. Null: another holds it.
 * The fencing number grows each time the lease changes hands.
 */
export async function takeLease(
  db: Database,
  lease: { name: string; holder: string; seconds: number },
): Promise<Lease | null> {
  return await row(
    db,
    Lease,
    sql`insert into lease (name, holder, until)
        values (${lease.name}, ${lease.holder}, now() + make_interval(secs => ${lease.seconds}))
        on conflict (name) do update
          set holder = excluded.holder, until = excluded.until,
              fence = lease.fence + case when lease.holder = excluded.holder then 0 else 1 end
          where lease.holder = excluded.holder or lease.until < now()
        returning holder, until, fence`,
  )
}

/** Gives a lease back early, so that a stand-by takes over at once. */
export async function dropLease(db: Database, lease: { name: string; holder: string }): Promise<void> {
  await db.query('update lease set until = now() where name = $1 and holder = $2', [lease.name, lease.holder])
}

/** Whether this fencing number still is the newest of its lease. Locks the lease row for the transaction. */
export async function holdsLease(db: Database, lease: { name: string; fence: number }): Promise<boolean> {
  const held = await row(
    db,
    z.object({ fence: z.number() }),
    sql`select fence from lease where name = ${lease.name} and fence = ${lease.fence} for share`,
  )
  return held !== null
}
