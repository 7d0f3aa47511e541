import { afterAll, beforeAll, expect, test } from 'vitest'
import { testDatabase, type TestDatabase } from '../deploy/sandbox/postgres/testing.ts'
import { alertCountsOfIncident } from './incident-details.ts'
import { createIncident } from './incidents.ts'
import { migrate } from './migrate.ts'
import { createPool, type Pool } from './pool.ts'

let database: TestDatabase
let pool: Pool
beforeAll(async () => {
  database = await testDatabase(migrate)
  pool = createPool(database.url)
})
afterAll(async () => {
  await pool.end()
  await database.drop()
})

let keys = 0
async function incidentWith(titles: string[]): Promise<number> {
  const request = {
    title: 'down',
    level: 1,
    environment: null,
    declaredBy: 'U0OPERATOR',
    idempotencyKey: `${keys++}`,
  }
  const { incident } = await createIncident(pool, request)
  await pool.query(
    `insert into alert (source, fingerprint, starts_at, last_starts_at, status, rule, level, title, group_key, labels, incident_id)
     select 'generic', gen_random_uuid(), now(), now(), case when number % 2 = 1 then 'firing' else 'resolved' end,
       'rule', 1, title, 'g', '{}', $1 from unnest($2::text[]) with ordinality as one (title, number)`,
    [incident.id, titles],
  )
  return incident.id
}

test('titles that differ only in the machine they are about are one kind', async () => {
  const id = await incidentWith([
    'Disk above 90 %: storm-1',
    'Disk above 90 %: storm-20',
    'Disk above 90 %: 10.0.3.7:9100',
    'Pod backend-7d4f9 restarts',
    'Pod backend-66c21 restarts',
    'Error rate > 5 %',
    'Error rate > 10 %',
  ])
  expect(await alertCountsOfIncident(pool, id, 50)).toEqual({
    firing: 4,
    total: 7,
    byTitle: [
      { title: 'Disk above 90 %: …', firing: 2, total: 3 },
      { title: 'Pod … restarts', firing: 1, total: 2 },
      { title: 'Error rate > 10 %', firing: 1, total: 1 },
      { title: 'Error rate > 5 %', firing: 0, total: 1 },
    ].toSorted((one, other) => other.total - one.total || one.title.localeCompare(other.title)),
  })
})

test('one of a kind keeps its name; of more kinds than are shown all are counted', async () => {
  expect(
    await alertCountsOfIncident(pool, await incidentWith(['Pod backend-7d4f9 restarts']), 50),
  ).toMatchObject({
    byTitle: [{ title: 'Pod backend-7d4f9 restarts' }],
  })
  const id = await incidentWith(['a', 'b', 'c', 'd'])
  const counts = await alertCountsOfIncident(pool, id, 2)
  expect(counts).toMatchObject({ firing: 2, total: 4 })
  expect(counts.byTitle).toHaveLength(2)
  expect(await alertCountsOfIncident(pool, await incidentWith([]), 2)).toEqual({
    firing: 0,
    total: 0,
    byTitle: [],
  })
})
