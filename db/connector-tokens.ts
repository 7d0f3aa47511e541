import { z } from 'zod'
import { execute, row, sql, type Database } from './sql.ts'

const Sealed = z.object({ sealed: z.instanceof(Buffer) })

/** The encrypted tokens of a connector, or null when it was never connected. */
export async function readSealedToken(db: Database, connector: string): Promise<Buffer | null> {
  return (
    (await row(db, Sealed, sql`select sealed from connector_token where connector = ${connector}`))?.sealed ??
    null
  )
}

/** The same, and keeps other processes waiting until this transaction ends: one refresh at a time. */
export async function lockSealedToken(db: Database, connector: string): Promise<Buffer | null> {
  await execute(db, sql`select pg_advisory_xact_lock(hashtext('connector_token'), hashtext(${connector}))`)
  return await readSealedToken(db, connector)
}

export async function saveSealedToken(db: Database, connector: string, sealed: Buffer): Promise<void> {
  await execute(
    db,
    sql`insert into connector_token (connector, sealed) values (${connector}, ${sealed})
        on conflict (connector) do update set sealed = excluded.sealed, updated_at = now()`,
  )
}
