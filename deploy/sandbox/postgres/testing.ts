// A database of its own for each test file, on the one server of the vitest run (see global-setup.ts).
import { createHash, randomBytes } from 'node:crypto'
import { Client, escapeIdentifier } from 'pg'
import { inject } from 'vitest'
import type {} from './global-setup.ts'

export type TestDatabase = { url: string; drop(): Promise<void> }

/**
 * Makes a fresh database, cloned from a template on which `migrate` ran once per vitest run. Templates are told
 * apart by the source text of `migrate`: it must not depend on variables that differ between callers.
 */
export async function testDatabase(migrate?: (url: string) => Promise<void>): Promise<TestDatabase> {
  const name = `test_${randomBytes(6).toString('hex')}`
  const template = migrate ? await migratedTemplate(migrate) : 'template0'
  await onServer((client) => client.query(`create database ${name} template ${template} strategy file_copy`))
  return {
    url: databaseUrl(name),
    drop: () => onServer((client) => client.query(`drop database if exists ${name} with (force)`)),
  }
}

/** The superuser's connection to the run's shared server, for tests that make databases and roles themselves. */
export function testServerUrl(): string {
  return inject('postgresUrl')
}

async function migratedTemplate(migrate: (url: string) => Promise<void>): Promise<string> {
  const template = `template_${createHash('sha256').update(migrate.toString()).digest('hex').slice(0, 16)}`
  await onServer(async (client) => {
    // Test files run in several processes: the first one migrates, the others wait for it.
    await client.query('select pg_advisory_lock(hashtext($1))', [template])
    const done = await client.query('select 1 from pg_database where datname = $1', [template])
    if (done.rowCount !== 0) return
    const unfinished = `${template}_unfinished`
    await client.query(`drop database if exists ${unfinished} with (force)`)
    await client.query(`create database ${unfinished} template template0 strategy file_copy`)
    await migrate(databaseUrl(unfinished))
    await client.query(`alter database ${unfinished} rename to ${template}`)
  })
  return template
}

async function onServer(work: (client: Client) => Promise<unknown>): Promise<void> {
  const client = new Client({ connectionString: testServerUrl() })
  await client.connect()
  try {
    await work(client)
  } finally {
    await client.end()
  }
}

function databaseUrl(name: string): string {
  const url = new URL(testServerUrl())
  url.pathname = escapeIdentifier(name).slice(1, -1)
  return url.href
}
