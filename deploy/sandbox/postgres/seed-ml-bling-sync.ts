// Fills the database that the sandbox's backups and restores act on: the application's, not Plantão's.
import { readFile } from 'node:fs/promises'
import { Client } from 'pg'

/**
 * Makes the tables of ML Bling Sync and fills them (4,000 products, 12,000 orders), in one transaction and in
 * about a second. A database that is seeded already is left as it is.
 */
export async function seedMlBlingSync(databaseUrl: string): Promise<void> {
  const client = new Client({ connectionString: databaseUrl })
  await client.connect()
  try {
    const seeded = await client.query(
      `select 1 from pg_class where oid = to_regclass('public.alembic_version')`,
    )
    if (seeded.rowCount !== 0) return
    const sql = await readFile(new URL('ml-bling-sync.sql', import.meta.url), 'utf8')
    // Several statements in one simple query are one transaction.
    await client.query(sql)
    await client.query(databaseSettings)
    await client.query('analyze')
  } finally {
    await client.end()
  }
}

/** Settings that are kept with the database, outside every dump and copy: a restore must carry them over. */
export const databaseSettings = `
  do $$ begin
    execute format('alter database %I set timezone = %L', current_database(), 'America/Sao_Paulo');
    execute format('alter database %I set statement_timeout = %L', current_database(), '60s');
  end $$`
