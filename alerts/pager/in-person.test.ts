import { afterEach, expect, test } from 'vitest'
import { acknowledge } from '../incidents.ts'
import { createRest } from '../pagerduty/rest.ts'
import { doInPerson } from './in-person.ts'
import { createSender } from './sender.ts'
import { apiToken, pagerForTest, type PagerForTest } from './testing.ts'

let world: PagerForTest
afterEach(async () => await world.close())

test('an acknowledge of what is over there does not stand for the one that rings under the same key', async () => {
  world = await pagerForTest({ pagerduty: { apiToken } })
  const rest = createRest({ url: world.standIn.url, token: apiToken })
  const sender = createSender(world.context, {
    inPerson: async (page) => await doInPerson(world.context, rest, page),
  })
  const send = async (): Promise<void> => {
    await sender.turn()
    await sender.settled()
  }
  const id = await world.openOne()
  await send()
  await expect.poll(() => world.standIn.phone()).toHaveLength(1)
  const first = world.standIn.phone()[0]?.id ?? ''
  await world.pool.query(
    `update page set state = 'confirmed', confirmed_at = now(), pagerduty_incident = $1`,
    [first],
  )
  world.standIn.resolve(first, 'PMARIA')
  // Its first attempt arrives late, and nobody hears of it.
  await world.pool.query(`update page set state = 'pending', due_at = now()`)
  await send()
  await expect.poll(() => world.standIn.phone('PMARIA')).toHaveLength(1)
  await world.change(async (tx) => await acknowledge(tx, { incidentId: id, by: 'U0OPERATOR', via: 'slack' }))
  await send()
  await expect.poll(() => world.standIn.phone()[0]?.status).toBe('acknowledged')
})
