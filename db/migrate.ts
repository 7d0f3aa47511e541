import { fileURLToPath } from 'node:url'
import { runner } from 'node-pg-migrate'

/** Brings the schema up to date. Safe to run from several processes at once: they take turns. */
export async function migrate(databaseUrl: string): Promise<void> {
  await runner({
    databaseUrl,
    dir: fileURLToPath(new URL('migrations', import.meta.url)),
    direction: 'up',
    migrationsTable: 'migration',
    checkOrder: true,
    singleTransaction: true,
    advisoryLockMode: 'wait',
    log: () => undefined,
  })
}
