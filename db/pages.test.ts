import { afterAll, beforeAll, expect, test } from 'vitest'
import { testDatabase, type TestDatabase } from '../deploy/sandbox/postgres/testing.ts'
import { migrate } from './migrate.ts'
import { pagesOf, writeFollowUps, writeTriggers, type NewTrigger } from './pages.ts'
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

async function incident(): Promise<number> {
  const { rows } = await pool.query(
    `insert into incident (title, level, declared_by, idempotency_key)
     values ('down', 1, 'plantao', gen_random_uuid()) returning id`,
  )
  return Number(rows[0].id)
}

const trigger = (incidentId: number, level: number, state: NewTrigger['state'] = 'pending'): NewTrigger => ({
  incidentId,
  round: 1,
  level,
  severity: 1,
  targets: ['U0OPERATOR', 'Ana, a de plantão'],
  state,
})

const states = async (id: number) =>
  (await pagesOf(pool, [id])).map(({ action, level, state }) => `${action} ${level} ${state}`)

test('a level is called once per round, with everybody it stands for', async () => {
  const id = await incident()
  await writeTriggers(pool, [trigger(id, 1), trigger(id, 2, 'skipped')], 90)
  await writeTriggers(pool, [trigger(id, 1)], 90)
  expect(await states(id)).toEqual(['trigger 1 pending', 'trigger 2 skipped'])
  expect((await pagesOf(pool, [id]))[0]).toMatchObject({
    dedupKey: `plantao/incident/${id}/1/1`,
    targets: ['U0OPERATOR', 'Ana, a de plantão'],
  })
})

test('a level without a routing key is told in Slack at once', async () => {
  const id = await incident()
  await writeTriggers(pool, [trigger(id, 1, 'unrouted')], 90)
  const [page] = await pagesOf(pool, [id])
  expect(page?.fallbackAt).toBeInstanceOf(Date)
  const { rows } = await pool.query(`select name from subject where name = 'page/' || $1`, [page?.id])
  expect(rows).toHaveLength(1)
})

test('what was not sent is dropped, what was or may have been is followed up', async () => {
  const id = await incident()
  await writeTriggers(
    pool,
    [1, 2, 3, 4, 5].map((level) => trigger(id, level)),
    90,
  )
  await pool.query(
    `update page set state = (array['confirmed', 'accepted', 'sending', 'pending', 'pending'])[level],
       may_have_arrived = level = 4 where incident_id = $1`,
    [id],
  )
  await writeFollowUps(pool, [id], 'acknowledge')
  expect(await states(id)).toEqual([
    'trigger 1 confirmed',
    'trigger 2 accepted',
    'trigger 3 sending',
    'trigger 4 dropped',
    'trigger 5 dropped',
    'acknowledge 1 pending',
    'acknowledge 2 pending',
    'acknowledge 3 pending',
    'acknowledge 4 pending',
  ])
  await writeFollowUps(pool, [id], 'resolve')
  expect((await states(id)).slice(5)).toEqual([
    'acknowledge 1 dropped',
    'acknowledge 2 dropped',
    'acknowledge 3 dropped',
    'acknowledge 4 dropped',
    'resolve 1 pending',
    'resolve 2 pending',
    'resolve 3 pending',
    'resolve 4 pending',
  ])
})

test('an acknowledge repeated, or a resolve for nothing, writes nothing', async () => {
  const id = await incident()
  await writeTriggers(pool, [trigger(id, 1)], 90)
  await writeFollowUps(pool, [id], 'resolve')
  await writeFollowUps(pool, [id], 'resolve')
  expect(await states(id)).toEqual(['trigger 1 dropped'])
})
