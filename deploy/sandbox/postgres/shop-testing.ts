// What the tests of backup and restore share: PostgreSQL's programs, a seeded shop, and a look at its content.
import { accessSync, constants } from 'node:fs'
import { delimiter, join } from 'node:path'
import { Client, escapeIdentifier } from 'pg'
import { databaseSettings, seedMlBlingSync } from './seed-ml-bling-sync.ts'
import { testDatabase, type TestDatabase } from './testing.ts'

/**
 * Whether pg_dump and pg_restore are on PATH; says so when tests are skipped for it.
 * @throws Error when PLANTAO_REQUIRE names pg_dump: then a skip is a failure.
 */
export function hasPostgresPrograms(): boolean {
  const folders = (process.env['PATH'] ?? '').split(delimiter)
  const missing = ['pg_dump', 'pg_restore'].filter(
    (program) => !folders.some((folder) => canRun(join(folder, program))),
  )
  if (missing.length === 0) return true
  const line = `${missing.join(' and ')} not found on PATH (Debian: apt-get install postgresql-client)`
  if (process.env['PLANTAO_REQUIRE']?.includes('pg_dump')) throw new Error(line)
  console.log(`Skipped: ${line}`)
  return false
}

/** A database of its own that holds the seeded shop. */
export async function testShop(): Promise<TestDatabase> {
  const shop = await testDatabase(seedMlBlingSync)
  await query(shop.url, databaseSettings)
  return shop
}

export async function query<Row extends Record<string, unknown>>(url: string, sql: string): Promise<Row[]> {
  const client = new Client({ connectionString: url })
  client.on('error', () => {})
  await client.connect()
  try {
    return (await client.query<Row>(sql)).rows
  } finally {
    await client.end()
  }
}

/** Every table with its number of rows and a hash of all its rows, whatever their order. */
export async function contentOf(url: string): Promise<Record<string, string>> {
  const tables = await query<{ name: string }>(
    url,
    `select relname as name from pg_class where relkind = 'r' and relnamespace = 'public'::regnamespace order by 1`,
  )
  const content: Record<string, string> = {}
  for (const { name } of tables) {
    const table = escapeIdentifier(name)
    // In one time zone, so that databases with different settings can be compared.
    const sql = `set timezone = 'UTC'; select count(*) || ':' || coalesce(sum(hashtextextended(t::text, 0)::numeric), 0) as hash from ${table} t`
    content[name] = await lastValue(url, sql)
  }
  return content
}

async function lastValue(url: string, sql: string): Promise<string> {
  const client = new Client({ connectionString: url })
  await client.connect()
  try {
    const results: unknown = await client.query(sql)
    const last = (Array.isArray(results) ? results.at(-1) : results) as { rows: { hash: string }[] }
    return last.rows[0]?.hash ?? ''
  } finally {
    await client.end()
  }
}

function canRun(path: string): boolean {
  try {
    accessSync(path, constants.X_OK)
    return true
  } catch {
    return false
  }
}
