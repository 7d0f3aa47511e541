import { afterEach, expect, test } from 'vitest'
import { Client } from 'pg'
import { testDatabase, type TestDatabase } from './testing.ts'

const made: TestDatabase[] = []
afterEach(async () => {
  await Promise.all(made.splice(0).map((database) => database.drop()))
})

async function query(url: string, sql: string): Promise<unknown[]> {
  const client = new Client({ connectionString: url })
  await client.connect()
  try {
    return (await client.query<Record<string, unknown>>(sql)).rows
  } finally {
    await client.end()
  }
}

async function migrate(url: string): Promise<void> {
  await query(url, 'create table shelf (id int primary key)')
}

test('each database is migrated, and nothing written to one is seen in another', async () => {
  const [first, second] = await Promise.all([testDatabase(migrate), testDatabase(migrate)])
  made.push(first, second)
  await query(first.url, 'insert into shelf values (1)')
  expect(await query(first.url, 'select id from shelf')).toEqual([{ id: 1 }])
  expect(await query(second.url, 'select id from shelf')).toEqual([])
})

test('a database without migrations is empty', async () => {
  const database = await testDatabase()
  made.push(database)
  const tables = "select relname from pg_class where relnamespace = 'public'::regnamespace"
  expect(await query(database.url, tables)).toEqual([])
})
