import { afterEach, beforeEach, expect, test } from 'vitest'
import { claimPages } from '../../db/page-sending.ts'
import { writeFollowUps, writeTriggers } from '../../db/pages.ts'
import { resolve } from '../incidents.ts'
import { createSender, type SenderOptions } from './sender.ts'
import { keyOfLevel, pagerForTest, trigger, type PagerForTest } from './testing.ts'

let world: PagerForTest
beforeEach(async () => {
  world = await pagerForTest()
})
afterEach(async () => await world.close())

const never: SenderOptions = { inPerson: async () => false }
const quick: SenderOptions = {
  ...never,
  hostCircuit: { failures: 5, firstMs: 1, mostMs: 1 },
  limitCircuit: { failures: 1, firstMs: 1, mostMs: 1 },
  callDeadlineMs: 500,
}

/** Turns until nothing more is sent, with no time passing in between. */
async function drain(sender = createSender(world.context, quick)): Promise<void> {
  for (;;) {
    const before = world.standIn.calls().length
    await sender.turn()
    await sender.settled()
    if (world.standIn.calls().length === before) return
  }
}

const claim = {
  channel: 'test',
  route: 'main' as const,
  levels: [1, 2, 3, 4],
  severity: 3,
  limit: 10,
  deadlineSeconds: 30,
}

test('a page rings at whoever the level stands for, and says what it is about', async () => {
  const id = await world.openOne()
  await drain()
  expect(await world.states(id)).toEqual(['trigger 1 accepted'])
  await expect.poll(() => world.standIn.phone('PMARIA')).toHaveLength(1)
  expect(world.standIn.phone('PMARIA')[0]).toMatchObject({
    title: `Trouble 1 · production (Plantão ${id}/1/1)`,
    keys: [`plantao/incident/${id}/1/1`],
  })
  expect(world.standIn.calls()).toMatchObject([
    { path: '/v2/enqueue', status: 202, routingKey: keyOfLevel(1), severity: 'critical' },
  ])
})

test('most severe first, then the oldest', async () => {
  for (const severity of [3, 2, 1, 3, 1]) await world.open(severity)
  const claimed = await world.change(async (tx) => await claimPages(tx, claim))
  expect(claimed.map(({ incidentLevel, incidentId }) => [incidentLevel, incidentId])).toEqual(
    claimed
      .map(({ incidentLevel, incidentId }) => [incidentLevel, incidentId] as const)
      .toSorted(([level, id], [other, otherId]) => level - other || id - otherId),
  )
  expect(claimed.map(({ incidentLevel }) => incidentLevel)).toEqual([1, 1, 2, 3, 3])
})

test('what follows a call waits for it, and an end comes after an acknowledge', async () => {
  const id = await world.openOne()
  const [called] = await world.change(async (tx) => await claimPages(tx, claim))
  await world.change(async (tx) => await writeFollowUps(tx, [id], 'acknowledge'))
  expect(await world.change(async (tx) => await claimPages(tx, claim))).toEqual([])
  expect(called?.action).toBe('trigger')
  await world.pool.query(`update page set state = 'accepted' where action = 'trigger'`)
  await drain()
  await world.change(async (tx) => await resolve(tx, { incidentId: id, by: 'plantao', via: 'alerts' }))
  await drain()
  expect(world.standIn.calls().map(({ action }) => action)).toEqual(['acknowledge', 'resolve'])
})

test('a sender that dies between its mark and the call loses nothing: the same key goes out again', async () => {
  const id = await world.openOne()
  await world.change(async (tx) => await claimPages(tx, { ...claim, deadlineSeconds: 30 }))
  await drain()
  expect(world.standIn.calls()).toEqual([])
  await world.later(31)
  await drain()
  expect(await world.states(id)).toEqual(['trigger 1 accepted'])
})

test('a sender that dies between the call and its mark calls nobody twice', async () => {
  const id = await world.openOne()
  await drain()
  await expect.poll(() => world.standIn.rings()).toHaveLength(1)
  await world.pool.query(`update page set state = 'sending', due_at = now()`)
  await drain()
  expect(world.standIn.calls().map(({ dedupKey }) => dedupKey)).toEqual([
    `plantao/incident/${id}/1/1`,
    `plantao/incident/${id}/1/1`,
  ])
  expect(world.standIn.phone()).toHaveLength(1)
  expect(world.standIn.rings()).toHaveLength(1)
})

test('a call that hangs while the incident is resolved is not sent again after its end', async () => {
  const id = await world.openOne()
  await world.change(async (tx) => await claimPages(tx, claim))
  await world.change(async (tx) => await resolve(tx, { incidentId: id, by: 'plantao', via: 'alerts' }))
  await drain()
  expect(world.standIn.calls()).toEqual([])
  await world.later(60)
  await drain()
  expect(world.standIn.calls().map(({ action }) => action)).toEqual(['resolve'])
  expect(await world.states(id)).toEqual(['trigger 1 dropped', 'resolve 1 accepted'])
})

test('a call that was never tried is dropped with its incident, and PagerDuty hears nothing of it', async () => {
  const id = await world.openOne()
  await world.change(async (tx) => await resolve(tx, { incidentId: id, by: 'plantao', via: 'alerts' }))
  await drain()
  expect(world.standIn.calls()).toEqual([])
})

test('what PagerDuty refuses is not sent again, is seen, and goes another way', async () => {
  const id = await world.openOne()
  world.standIn.fail({ trouble: { status: 400, body: { errors: ['routing_key is invalid'] } } })
  await drain()
  await drain()
  expect(world.standIn.calls()).toHaveLength(1)
  expect(await world.states(id)).toEqual(['trigger 1 refused'])
  expect(await world.events(id)).toMatchObject([
    {
      kind: 'page-problem',
      details: { level: 1, problem: expect.stringContaining('routing_key is invalid') },
    },
  ])
  const { rows } = await world.pool.query('select confirm_by <= now() as due from page')
  expect(rows).toEqual([{ due: true }])
})

test.each([
  ['500', { status: 500 }],
  ['502 without JSON', 'html'],
  ['429', { status: 429 }],
  ['a reset', 'reset'],
  ['no answer', 'hang'],
  ['a lost answer', 'applied-then-500'],
] as const)('%s is tried again, and rings once', async (_name, trouble) => {
  const id = await world.openOne()
  world.standIn.fail({ trouble })
  await drain()
  expect(await world.states(id)).toEqual(['trigger 1 pending'])
  await world.later(61)
  await expect
    .poll(async () => {
      await drain()
      return await world.states(id)
    })
    .toEqual(['trigger 1 accepted'])
  await expect.poll(() => world.standIn.rings()).toHaveLength(1)
})

test('no more than PagerDuty takes a minute from one key, over two engines, and nothing is refused', async () => {
  await world.open(2, 90)
  await world.open(1, 60)
  const engines = [createSender(world.context, never), createSender(world.context, never)]
  const turns = async (): Promise<void> => {
    for (let turn = 0; turn < 12; turn += 1) {
      await Promise.all(engines.map(async (engine) => await engine.turn()))
      await Promise.all(engines.map(async (engine) => await engine.settled()))
    }
  }
  await turns()
  const calls = world.standIn.calls()
  expect(calls.filter(({ status }) => status === 429)).toEqual([])
  expect(calls.slice(0, 60).every(({ severity }) => severity === 'critical')).toBe(true)
  // 60 critical ones, and of the others as many as leave a sixth of 120 for critical ones to come.
  expect(calls).toHaveLength(100)
  expect(new Set(calls.map(({ dedupKey }) => dedupKey)).size).toBe(100)
  await world.open(1)
  await turns()
  expect(world.standIn.calls()).toHaveLength(101)
})

test('a limit that is hit anyway shuts the key out, not the others', async () => {
  const strict = await pagerForTest({ standIn: { eventsPerMinute: 3 } })
  try {
    const ids = await strict.open(1, 30)
    const sender = createSender(strict.context, never)
    for (let turn = 0; turn < 5; turn += 1) {
      await sender.turn()
      await sender.settled()
    }
    const refused = strict.standIn.calls().filter(({ status }) => status === 429).length
    expect(refused).toBeLessThanOrEqual(16)
    await strict.change(async (tx) => await writeTriggers(tx, [trigger(ids[0] ?? 0, 2)], 90))
    await sender.turn()
    await sender.settled()
    expect(strict.standIn.calls().at(-1)).toMatchObject({ routingKey: keyOfLevel(2), status: 202 })
  } finally {
    await strict.close()
  }
})
