import { afterEach, expect, test } from 'vitest'
import { channelsOf } from '../pagerduty/channels.ts'
import { createRest } from '../pagerduty/rest.ts'
import { tellChanges } from './changes.ts'
import { apiToken, fallbackKey, keyOfLevel, pagerForTest, type PagerForTest } from './testing.ts'

let world: PagerForTest
afterEach(async () => await world.close())

async function deployed(number = 1): Promise<void> {
  await world.pool.query(
    `insert into job (kind, params, environment, state, requested_by, idempotency_key, freezable, started_at, finished_at)
     values ('deploy', '{"version": "v1.2.3"}', 'production', 'succeeded', 'U0OPERATOR', $1, true, now(), now())`,
    [`job ${number}`],
  )
}
const rest = () => createRest({ url: world.standIn.url, token: apiToken })
const tell = async (): Promise<void> =>
  await tellChanges(world.context, {
    channels: channelsOf(world.context.pagerduty, [1, 2, 3, 4]),
    rest: rest(),
  })
const keysTold = () =>
  world.standIn
    .changes()
    .map((change) => (change as { routing_key: string }).routing_key)
    .toSorted()

test('every service that may have an incident is told of a deploy, once', async () => {
  world = await pagerForTest()
  world.context.pagerduty = {
    ...world.context.pagerduty,
    routingKeys: { 1: keyOfLevel(1), 2: keyOfLevel(2), 3: keyOfLevel(2) },
    fallback: { eventsUrl: world.standIn.url, routingKey: fallbackKey },
  }
  await deployed()
  await Promise.all([tell(), tell()])
  await tell()
  expect(keysTold()).toEqual([keyOfLevel(1), keyOfLevel(2), fallbackKey].toSorted())
  world.context.pagerduty = { ...world.context.pagerduty, routingKey: keyOfLevel(4) }
  await tell()
  expect(keysTold()).toHaveLength(4)
})

test('trouble with one keeps nothing from the others, and is made up for', async () => {
  world = await pagerForTest({ pagerduty: { routingKeys: { 1: keyOfLevel(1), 2: keyOfLevel(2) } } })
  await deployed()
  world.standIn.fail({ trouble: { status: 429 } })
  await tell()
  expect(keysTold()).toHaveLength(1)
  await world.later(61)
  await tell()
  expect(keysTold()).toEqual([keyOfLevel(1), keyOfLevel(2)])
})

test('one whose answer got lost is looked for, not told twice', async () => {
  world = await pagerForTest({ pagerduty: { routingKeys: { 1: keyOfLevel(1), 2: keyOfLevel(2) } } })
  await deployed()
  world.standIn.fail({ trouble: 'applied-then-500' })
  await tell()
  await world.later(61)
  await tell()
  expect(keysTold()).toEqual([keyOfLevel(1), keyOfLevel(2)])
  const { rowCount } = await world.pool.query('select from change_event where sent_at is null')
  expect(rowCount).toBe(0)
})
