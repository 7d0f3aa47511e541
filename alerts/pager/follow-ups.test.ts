import { afterEach, expect, test } from 'vitest'
import { resendFollowUp } from '../../db/page-follow-ups.ts'
import { acknowledge, resolve } from '../incidents.ts'
import { createRest, type Rest } from '../pagerduty/rest.ts'
import { settleUnconfirmed } from './confirm.ts'
import { createSender } from './sender.ts'
import { apiToken, fallbackKey, pagerForTest, type PagerForTest } from './testing.ts'

let world: PagerForTest
afterEach(async () => await world.close())

async function send(): Promise<void> {
  const sender = createSender(world.context, {
    inPerson: async () => false,
    hostCircuit: { failures: 100, firstMs: 1, mostMs: 1 },
  })
  await sender.turn()
  await sender.settled()
}

const withToken = { pagerduty: { apiToken } }
const rest = () => createRest({ url: world.standIn.url, token: apiToken })

/** An incident that rings, confirmed by a look-up. */
async function ringing(): Promise<number> {
  const id = await world.openOne()
  await send()
  await expect.poll(() => world.standIn.phone('PMARIA')).toHaveLength(1)
  await world.later(91)
  await settleUnconfirmed(world.context, rest())
  expect(await world.states(id)).toEqual(['trigger 1 confirmed'])
  return id
}

/** So many deadlines pass, each followed by what is to be sent then. */
async function deadlines(
  count: number,
  using: Pick<Rest, 'incidentsByKey' | 'alertsOf'> | null,
): Promise<void> {
  for (let round = 0; round < count; round += 1) {
    await world.later(91)
    await settleUnconfirmed(world.context, using)
    await send()
  }
}

const acknowledged = async (incidentId: number) =>
  await world.change(async (tx) => await acknowledge(tx, { incidentId, by: 'U0OPERATOR', via: 'slack' }))
const resolved = async (incidentId: number) =>
  await world.change(async (tx) => await resolve(tx, { incidentId, by: 'plantao', via: 'alerts' }))
const sent = (action: string) => world.standIn.calls().filter((call) => call.action === action)
const kinds = async (id: number) => (await world.events(id)).map(({ kind }) => kind)

test.each([
  ['an acknowledge', 'acknowledge', acknowledged, 'acknowledged'],
  ['an end', 'resolve', resolved, 'resolved'],
] as const)(
  '%s that PagerDuty takes and swallows is sent again, and then seen',
  async (_, action, act, status) => {
    world = await pagerForTest(withToken)
    const id = await ringing()
    world.standIn.setSwallow(true)
    await act(id)
    await send()
    expect(await world.states(id)).toContain(`${action} 1 accepted`)
    await world.later(91)
    await settleUnconfirmed(world.context, rest())
    world.standIn.heal()
    await send()
    expect(sent(action).map(({ dedupKey }) => dedupKey)).toEqual(Array(2).fill(`plantao/incident/${id}/1/1`))
    await expect.poll(() => world.standIn.phone()[0]?.status).toBe(status)
    await deadlines(1, rest())
    expect(await world.states(id)).toContain(`${action} 1 confirmed`)
    expect(await kinds(id)).not.toContain('still-rings')
    expect(sent(action)).toHaveLength(2)
  },
)

test('what is swallowed every time is sent four times, then said once, and no longer once it is over', async () => {
  world = await pagerForTest(withToken)
  const id = await ringing()
  world.standIn.setSwallow(true)
  await acknowledged(id)
  await send()
  await deadlines(6, rest())
  expect(sent('acknowledge')).toHaveLength(4)
  expect((await world.events(id)).filter(({ kind }) => kind === 'still-rings')).toMatchObject([
    { actor: 'plantao', details: { level: 1, action: 'acknowledge' } },
  ])
  const told = await world.pool.query(
    'select still_rings_at is not null as told from page where action <> $1',
    ['trigger'],
  )
  expect(told.rows).toEqual([{ told: true }])
  world.standIn.acknowledge(world.standIn.phone()[0]?.id ?? '', 'PMARIA')
  await world.later(301)
  await settleUnconfirmed(world.context, rest())
  expect(await world.states(id)).toContain('acknowledge 1 confirmed')
  const over = await world.pool.query('select still_rings_at from page where action <> $1', ['trigger'])
  expect(over.rows).toEqual([{ still_rings_at: null }])
})

test('with webhooks only, silence after a call that rang is sent again and said', async () => {
  world = await pagerForTest()
  const id = await world.openOne()
  await send()
  await world.pool.query(
    `update page set state = 'confirmed', confirmed_at = now(), pagerduty_incident = 'Q1'`,
  )
  world.standIn.setSwallow(true)
  await resolved(id)
  await send()
  await deadlines(5, null)
  expect(sent('resolve')).toHaveLength(4)
  expect(await kinds(id)).toContain('still-rings')
})

test('with webhooks only, nothing is said of a call that never rang, or of one that rings for others too', async () => {
  world = await pagerForTest()
  const [quiet = 0, one = 0, other = 0] = await world.open(1, 3)
  await send()
  await world.pool.query(
    `update page set state = 'confirmed', confirmed_at = now(), pagerduty_incident = 'QGROUP' where incident_id <> $1`,
    [quiet],
  )
  await acknowledged(quiet)
  await resolved(one)
  await send()
  await deadlines(5, null)
  expect(sent('resolve').length + sent('acknowledge').length).toBe(2)
  for (const id of [quiet, one, other]) expect(await kinds(id)).not.toContain('still-rings')
})

test('what never rang is not sent again after a look-up, and nothing is said', async () => {
  world = await pagerForTest(withToken)
  world.standIn.setSwallow(true)
  const id = await world.openOne()
  await send()
  await acknowledged(id)
  await send()
  await deadlines(4, rest())
  expect(sent('acknowledge')).toHaveLength(1)
  expect(await kinds(id)).not.toContain('still-rings')
})

test('where nothing can be confirmed it is as it was: sent once, and no alarm', async () => {
  world = await pagerForTest({ pagerduty: { webhookSecrets: [], apiToken: null } })
  const id = await world.openOne()
  await send()
  await acknowledged(id)
  world.standIn.setSwallow(true)
  await send()
  await deadlines(5, null)
  expect(sent('acknowledge')).toHaveLength(1)
  expect(await kinds(id)).toEqual(['acknowledged'])
})

test('an end makes an acknowledge nobody confirmed pointless', async () => {
  world = await pagerForTest(withToken)
  const id = await ringing()
  world.standIn.setSwallow(true)
  await acknowledged(id)
  await send()
  await deadlines(5, rest())
  await resolved(id)
  world.standIn.heal()
  await send()
  await deadlines(2, rest())
  expect(sent('acknowledge')).toHaveLength(4)
  expect(await world.states(id)).toEqual([
    'trigger 1 confirmed',
    'acknowledge 1 accepted',
    'resolve 1 confirmed',
  ])
  const { rows } = await world.pool.query(
    'select from page where still_rings_at is not null or confirm_by is not null',
  )
  expect(rows).toHaveLength(0)
})

test('several levels that go on ringing are one problem', async () => {
  world = await pagerForTest(withToken)
  const id = await ringing()
  await world.pool.query(
    `insert into page (incident_id, action, round, level, dedup_key, severity, state, confirmed_at, pagerduty_incident)
     values ($1, 'trigger', 1, 2, $2, 1, 'confirmed', now(), 'Q2')`,
    [id, `plantao/incident/${id}/1/2`],
  )
  world.standIn.setOutage('503')
  await resolved(id)
  await world.pool.query(
    `update page set state = 'accepted', resends = 3, confirm_by = now() where action = 'resolve'`,
  )
  await settleUnconfirmed(world.context, null)
  expect((await kinds(id)).filter((kind) => kind === 'still-rings')).toHaveLength(1)
})

test('two engines, or one that died, send it anew once', async () => {
  world = await pagerForTest(withToken)
  const id = await ringing()
  await acknowledged(id)
  world.standIn.setSwallow(true)
  await send()
  const { rows } = await world.pool.query<{ id: string }>(`select id from page where action = 'acknowledge'`)
  const page = { id: Number(rows[0]?.id), resends: 0 }
  const resent = [
    await world.change(async (tx) => await resendFollowUp(tx, page)),
    await world.change(async (tx) => await resendFollowUp(tx, page)),
  ]
  expect(resent).toEqual([true, false])
  await send()
  expect(sent('acknowledge')).toHaveLength(2)
})

test('while a look-up gets no answer, what never was confirmed is looked up again later', async () => {
  world = await pagerForTest(withToken)
  const id = await world.openOne()
  await send()
  await acknowledged(id)
  world.standIn.setSwallow(true)
  await send()
  await world.later(91)
  const away = createRest({ url: 'http://127.0.0.1:1', token: apiToken })
  world.context.pagerduty = { ...world.context.pagerduty, webhookSecrets: [] }
  await settleUnconfirmed(world.context, away)
  expect(await world.states(id)).toContain('acknowledge 1 accepted')
  await world.later(61)
  await settleUnconfirmed(world.context, rest())
  expect(await world.states(id)).toContain('acknowledge 1 pending')
})

test('an acknowledge that PagerDuty refuses is said to be one that still rings, not a call that failed', async () => {
  world = await pagerForTest(withToken)
  const id = await ringing()
  world.standIn.fail({ trouble: { status: 400, body: { errors: ['routing_key is invalid'] } } })
  await acknowledged(id)
  await send()
  expect((await world.events(id)).at(-1)).toMatchObject({
    kind: 'still-rings',
    details: { level: 1, action: 'acknowledge', problem: expect.stringContaining('routing_key is invalid') },
  })
  expect(await kinds(id)).not.toContain('page-problem')
})

test('nobody asks after what went by the second route', async () => {
  world = await pagerForTest({
    pagerduty: { apiToken },
  })
  world.context.pagerduty = {
    ...world.context.pagerduty,
    fallback: { eventsUrl: world.standIn.url, routingKey: fallbackKey },
  }
  world.standIn.fail({ trouble: { status: 400 } })
  const id = await world.openOne()
  await send()
  await settleUnconfirmed(world.context, rest())
  await send()
  await resolved(id)
  await send()
  const { rows } = await world.pool.query('select from page where confirm_by is not null')
  expect(rows).toHaveLength(0)
})
