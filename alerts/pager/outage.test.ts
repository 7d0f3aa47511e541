import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { resolve } from '../incidents.ts'
import { settleUnconfirmed } from './confirm.ts'
import { createSender } from './sender.ts'
import { pagerForTest, type PagerForTest } from './testing.ts'

let world: PagerForTest
beforeEach(async () => {
  vi.useFakeTimers({ toFake: ['Date'] })
  world = await pagerForTest({ standIn: { now: () => Date.now() } })
})
afterEach(async () => {
  vi.useRealTimers()
  await world.close()
})

test('ten minutes without PagerDuty and 500 incidents: few calls, the critical first, none for what is over', async () => {
  const sender = createSender(world.context, { inPerson: async () => false })
  /** Time passes for the database, the breakers and PagerDuty alike. */
  const seconds = async (count: number, step: number): Promise<void> => {
    for (let passed = 0; passed < count; passed += step) {
      vi.setSystemTime(Date.now() + step * 1_000)
      await world.later(step)
      await sender.turn()
      await sender.settled()
      if (passed % 30 === 0) while ((await settleUnconfirmed(world.context, null)) > 0) continue
    }
  }
  const calls = () => world.standIn.calls()

  world.standIn.setOutage('503')
  const ids: number[] = []
  for (const severity of [3, 1, 2]) ids.push(...(await world.open(severity, severity === 1 ? 100 : 200)))
  await seconds(300, 5)
  const over = ids.filter((_, index) => index % 5 === 0)
  for (const incidentId of over)
    await world.change(async (tx) => await resolve(tx, { incidentId, by: 'plantao', via: 'alerts' }))
  await seconds(300, 5)
  const wasted = calls().length

  world.standIn.heal()
  const open = ids.length - over.length
  await seconds(60, 5)
  const first = calls().filter(({ status, action }) => status === 202 && action === 'trigger')
  // One of any severity may have been what found out that PagerDuty was well again.
  expect(first.slice(0, 81).filter(({ severity }) => severity === 'critical')).toHaveLength(80)
  await seconds(300, 5)

  const accepted = calls().filter(({ status }) => status === 202)
  const triggered = new Set(
    accepted.filter(({ action }) => action === 'trigger').map(({ dedupKey }) => dedupKey),
  )
  const overKeys = new Set(over.map((id) => `plantao/incident/${id}/1/1`))
  expect(triggered.size).toBe(open)
  expect([...triggered].filter((key) => overKeys.has(key ?? ''))).toEqual([])
  expect(world.standIn.phone()).toHaveLength(open)
  expect(calls().filter(({ status }) => status === 429)).toEqual([])
  expect(calls().length / accepted.length).toBeLessThanOrEqual(1.5)
  expect(wasted).toBeLessThanOrEqual(60)
  const { rows } = await world.pool.query(
    `select count(*) filter (where kind = 'fallback')::int as fallbacks from incident_event`,
  )
  expect(rows[0]?.fallbacks).toBe(ids.length)
}, 120_000)
