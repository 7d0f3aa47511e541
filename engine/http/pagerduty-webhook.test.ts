import { createHmac } from 'node:crypto'
import { serve, type ServerType } from '@hono/node-server'
import type { AddressInfo } from 'node:net'
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest'
import { startPager, type Pager, type PagerOptions } from '../../alerts/pager/pager.ts'
import { apiToken, pagerForTest, webhookSecret, type PagerForTest } from '../../alerts/pager/testing.ts'
import { acknowledge, escalate, resolve } from '../../alerts/incidents.ts'
import type { PagerDutySettings } from '../../alerts/pagerduty/settings.ts'
import type { Subscription } from '../../deploy/sandbox/pagerduty/subscriptions.ts'
import { testContext } from '../testing.ts'
import { createApi } from './api.ts'

let world: PagerForTest
let engine: Awaited<ReturnType<typeof testContext>>
let server: ServerType
let pager: Pager | undefined
let url: string
let subscription: Subscription

beforeEach(async () => {
  world = await pagerForTest()
  const api = createApi({ ...engine.context, pool: world.pool }, 'a-token-of-tests-only', {
    pagerDutyWebhookSecrets: ['the one before', webhookSecret],
  })
  url = await new Promise<string>((resolve) => {
    server = serve({ fetch: api.fetch, port: 0, hostname: '127.0.0.1' }, ({ port }: AddressInfo) =>
      resolve(`http://127.0.0.1:${port}/v1/webhooks/pagerduty`),
    )
  })
  subscription = world.standIn.subscribe(url, webhookSecret)
})
afterEach(async () => {
  await pager?.close()
  pager = undefined
  await new Promise<void>((resolve) => server.close(() => resolve()))
  await world.close()
})
beforeAll(async () => {
  engine = await testContext()
})
afterAll(async () => await engine.close())

function start(settings: Partial<PagerDutySettings> = {}, options: PagerOptions = {}): void {
  world.context.pagerduty = { ...world.context.pagerduty, ...settings }
  pager = startPager(world.context, { pollMs: 20, subscriptionPollMs: 20, ...options })
}

async function ring(): Promise<{ id: number; pagerDutyId: string }> {
  const id = await world.openOne()
  await expect.poll(async () => await world.states(id)).toEqual(['trigger 1 confirmed'])
  return { id, pagerDutyId: world.standIn.phone()[0]?.id ?? '' }
}

const state = async (id: number) => await world.incidentState(id)

const post = async (body: string, headers: Record<string, string> = {}) =>
  await fetch(url, {
    method: 'POST',
    body,
    headers: {
      'x-pagerduty-signature': `v1=${createHmac('sha256', webhookSecret).update(body).digest('hex')}`,
      'x-webhook-id': 'delivery-1',
      ...headers,
    },
  })

const event = (type: string, data: Record<string, unknown>, agent: unknown = null, id = 'event-1'): string =>
  JSON.stringify({
    event: {
      id,
      event_type: type,
      resource_type: 'incident',
      occurred_at: new Date().toISOString(),
      agent,
      client: null,
      data,
    },
  })
const maria = { id: 'PMARIA', type: 'user_reference', summary: 'Maria Santos' }

test.each([['without a REST token', null] as const, ['with one', apiToken] as const])(
  'what rang is confirmed, acknowledged and resolved from the phone, %s',
  async (_name, token) => {
    start({ apiToken: token })
    const { id, pagerDutyId } = await ring()
    world.standIn.acknowledge(pagerDutyId, 'PMARIA')
    await expect.poll(async () => await state(id)).toBe('acknowledged')
    expect(await world.events(id)).toMatchObject([
      { kind: 'acknowledged', actor: 'U0OPERATOR', details: { via: 'pagerduty' } },
    ])
    expect(await world.states(id)).toContain('acknowledge 1 confirmed')
    world.standIn.resolve(pagerDutyId, 'PNOBODY')
    await expect.poll(async () => await state(id)).toBe('resolved')
    expect((await world.events(id)).at(-1)).toMatchObject({
      kind: 'resolved',
      actor: 'pagerduty:Somebody Else',
    })
    expect(world.standIn.calls().filter(({ path }) => path === '/v2/enqueue')).toHaveLength(1)
  },
)

test('an acknowledge in Slack is done in the name of whoever did it, and its echo is no news', async () => {
  start({ apiToken })
  const { id, pagerDutyId } = await ring()
  await world.change(async (tx) => await acknowledge(tx, { incidentId: id, by: 'U0APPROVER', via: 'slack' }))
  await expect.poll(() => world.standIn.phone()[0]?.status).toBe('acknowledged')
  await expect.poll(() => world.standIn.webhooks().map(({ type }) => type)).toContain('incident.acknowledged')
  await expect.poll(async () => await world.states(id)).toContain('acknowledge 1 confirmed')
  expect(world.standIn.calls().filter(({ method }) => method === 'PUT')).toMatchObject([
    { path: `/incidents/${pagerDutyId}`, status: 200 },
  ])
  expect(await world.events(id)).toMatchObject([{ kind: 'acknowledged', actor: 'U0APPROVER' }])
})

test('without a REST token an event says it, without a name', async () => {
  start()
  const { id } = await ring()
  await world.change(async (tx) => await acknowledge(tx, { incidentId: id, by: 'U0APPROVER', via: 'slack' }))
  await expect.poll(() => world.standIn.phone()[0]?.status).toBe('acknowledged')
  await expect.poll(async () => await world.states(id)).toContain('acknowledge 1 confirmed')
  await world.change(async (tx) => await resolve(tx, { incidentId: id, by: 'plantao', via: 'alerts' }))
  await expect.poll(() => world.standIn.phone()[0]?.status).toBe('resolved')
  await expect.poll(() => world.standIn.webhooks().length).toBe(3)
  await expect.poll(async () => await world.states(id)).toContain('resolve 1 confirmed')
  expect((await world.events(id)).map(({ kind, actor }) => `${kind} ${actor}`)).toEqual([
    'acknowledged U0APPROVER',
    'resolved plantao',
  ])
})

test('a late acknowledge from the phone does not wake what is resolved', async () => {
  start()
  const { id, pagerDutyId } = await ring()
  await world.pool.query(`update incident set state = 'resolved', resolved_at = now() where id = $1`, [id])
  world.standIn.acknowledge(pagerDutyId, 'PMARIA')
  await expect.poll(() => world.standIn.webhooks()).toHaveLength(2)
  await expect
    .poll(
      async () =>
        (await world.pool.query('select from webhook_delivery where processed_at is null')).rowCount,
    )
    .toBe(0)
  expect(await state(id)).toBe('resolved')
})

test('an acknowledge taken back on the phone calls the next level', async () => {
  start()
  const { id, pagerDutyId } = await ring()
  world.standIn.acknowledge(pagerDutyId, 'PMARIA')
  await expect.poll(async () => await state(id)).toBe('acknowledged')
  world.standIn.unacknowledge(pagerDutyId, 'PMARIA')
  await expect.poll(async () => await state(id)).toBe('open')
  await expect.poll(async () => await world.states(id)).toContain('trigger 2 confirmed')
  await world.change(async (tx) => await acknowledge(tx, { incidentId: id, by: 'U0APPROVER', via: 'slack' }))
  await expect
    .poll(() => world.standIn.phone().map(({ status }) => status))
    .toEqual(['acknowledged', 'acknowledged'])
})

test('a call that rings only after its incident was resolved is resolved at PagerDuty too', async () => {
  start()
  const id = await world.openOne()
  await expect.poll(async () => await world.states(id)).toEqual(['trigger 1 confirmed'])
  await world.change(async (tx) => await resolve(tx, { incidentId: id, by: 'plantao', via: 'alerts' }))
  await expect.poll(() => world.standIn.phone()[0]?.status).toBe('resolved')
  // The first attempt, which PagerDuty was slow with, arrives now: the key has no open alert, so that it rings.
  const late = await fetch(`${world.standIn.url}/v2/enqueue`, {
    method: 'POST',
    body: JSON.stringify({
      routing_key: '1'.repeat(32),
      event_action: 'trigger',
      dedup_key: `plantao/incident/${id}/1/1`,
      payload: { summary: `Trouble (Plantão ${id}/1/1)`, source: 'production', severity: 'critical' },
    }),
  })
  expect(late.status).toBe(202)
  await expect.poll(() => world.standIn.phone().map(({ status }) => status)).toEqual(['resolved', 'resolved'])
})

test('an acknowledge that PagerDuty swallows every time is on the incident, until the phone is silent', async () => {
  start()
  const { id, pagerDutyId } = await ring()
  const view = async () => {
    const headers = { authorization: 'Bearer a-token-of-tests-only' }
    const answer = await fetch(url.replace('/webhooks/pagerduty', `/incidents/${id}`), { headers })
    return (await answer.json()) as { isStillRinging: boolean; timeline: { kind: string }[] }
  }
  world.standIn.setSwallow(true)
  await world.change(async (tx) => await acknowledge(tx, { incidentId: id, by: 'U0APPROVER', via: 'slack' }))
  const sent = () => world.standIn.calls().filter(({ action }) => action === 'acknowledge').length
  for (let times = 1; times <= 4; times += 1) {
    await expect.poll(sent).toBe(times)
    await expect.poll(async () => await world.states(id)).toContain('acknowledge 1 accepted')
    expect((await view()).isStillRinging).toBe(false)
    await world.later(91)
  }
  await expect.poll(async () => (await view()).isStillRinging).toBe(true)
  expect((await view()).timeline.map(({ kind }) => kind)).toContain('still-rings')
  expect(sent()).toBe(4)
  world.standIn.acknowledge(pagerDutyId, 'PMARIA')
  await expect.poll(async () => (await view()).isStillRinging).toBe(false)
})

test('what PagerDuty has ended by itself is not said to ring when it is acknowledged after that', async () => {
  start()
  const { id, pagerDutyId } = await ring()
  const data = { id: pagerDutyId, title: `x (Plantão ${id}/1/1)` }
  await post(event('incident.resolved', data), { 'x-webhook-id': 'a' })
  await worked()
  world.standIn.setSwallow(true)
  await world.change(async (tx) => await acknowledge(tx, { incidentId: id, by: 'U0APPROVER', via: 'slack' }))
  await expect.poll(async () => await world.states(id)).toContain('acknowledge 1 accepted')
  for (let deadline = 1; deadline <= 4; deadline += 1) {
    await world.later(91)
    const open = `select from page where confirm_by <= now() or state in ('pending', 'sending')`
    await expect.poll(async () => (await world.pool.query(open)).rowCount).toBe(0)
  }
  expect(world.standIn.calls().filter(({ action }) => action === 'acknowledge')).toHaveLength(1)
})

test('word of an incident that is over proves nothing of the one that rings now', async () => {
  start()
  const { id, pagerDutyId } = await ring()
  world.standIn.setSwallow(true)
  await world.change(async (tx) => await acknowledge(tx, { incidentId: id, by: 'U0APPROVER', via: 'slack' }))
  await expect.poll(async () => await world.states(id)).toContain('acknowledge 1 accepted')
  const title = `x (Plantão ${id}/1/1)`
  await post(event('incident.triggered', { id: 'QLATE', title }), { 'x-webhook-id': 'a' })
  await expect
    .poll(() => world.standIn.calls().filter(({ action }) => action === 'acknowledge'))
    .toHaveLength(2)
  const late = event('incident.acknowledged', { id: pagerDutyId, title }, null, 'event-2')
  await post(late, { 'x-webhook-id': 'b' })
  const worked = async () => await world.pool.query('select from webhook_delivery where processed_at is null')
  await expect.poll(async () => (await worked()).rowCount).toBe(0)
  expect(await world.states(id)).toContain('acknowledge 1 accepted')
  const present = event('incident.acknowledged', { id: 'QLATE', title }, null, 'event-3')
  await post(present, { 'x-webhook-id': 'c' })
  await expect.poll(async () => await world.states(id)).toContain('acknowledge 1 confirmed')
})

const worked = async () =>
  await expect
    .poll(
      async () =>
        (await world.pool.query('select from webhook_delivery where processed_at is null')).rowCount,
    )
    .toBe(0)

test('an incident that was merged into another is not over: it goes on under the other', async () => {
  start()
  const { id, pagerDutyId } = await ring()
  const reason = { type: 'merge_resolve_reason', incident: { id: 'QTARGET', type: 'incident_reference' } }
  const data = { id: pagerDutyId, title: `x (Plantão ${id}/1/1)`, resolve_reason: reason }
  await post(event('incident.resolved', data, maria), { 'x-webhook-id': 'a' })
  await worked()
  expect(await state(id)).toBe('open')
  await post(event('incident.resolved', { id: 'QTARGET', title: 'all of it' }, maria, 'event-2'), {
    'x-webhook-id': 'b',
  })
  await worked()
  expect(await state(id)).toBe('resolved')
})

test('an acknowledge that comes late, after it was taken back here, does not stop the climb', async () => {
  start()
  const { id, pagerDutyId } = await ring()
  const occurredAt = new Date().toISOString()
  await world.change(async (tx) => await acknowledge(tx, { incidentId: id, by: 'U0APPROVER', via: 'slack' }))
  await expect.poll(async () => await world.states(id)).toContain('acknowledge 1 confirmed')
  await world.change(
    async (tx) =>
      await escalate(
        tx,
        { incidentId: id, by: 'U0APPROVER', seen: { round: 1, level: 1 } },
        world.context.alerting,
      ),
  )
  expect(await state(id)).toBe('open')
  const late = event('incident.acknowledged', { id: pagerDutyId, title: 'x' }, maria)
  await post(late.replace(/"occurred_at":"[^"]+"/, `"occurred_at":"${occurredAt}"`), { 'x-webhook-id': 'a' })
  await worked()
  expect(await state(id)).toBe('open')
})

test('an acknowledge taken back on the phone before it was given here again is given there again', async () => {
  start()
  const { id, pagerDutyId } = await ring()
  await world.change(async (tx) => await acknowledge(tx, { incidentId: id, by: 'U0APPROVER', via: 'slack' }))
  await expect.poll(async () => await world.states(id)).toContain('acknowledge 1 confirmed')
  const before = new Date(Date.now() - 20 * 60_000).toISOString()
  const late = event('incident.unacknowledged', { id: pagerDutyId, title: 'x' }, maria)
  await post(late.replace(/"occurred_at":"[^"]+"/, `"occurred_at":"${before}"`), { 'x-webhook-id': 'a' })
  await worked()
  expect(await state(id)).toBe('acknowledged')
  await expect
    .poll(() => world.standIn.calls().filter(({ action }) => action === 'acknowledge'))
    .toHaveLength(2)
})

test('a note with what no database holds is taken without that, and holds up nothing', async () => {
  start()
  const { id, pagerDutyId } = await ring()
  const content = `a\u0000b\uD83D ${'x'.repeat(1_994)}😀 end`
  const note = event(
    'incident.annotated',
    { incident: { id: pagerDutyId, summary: '\u0000' }, content },
    maria,
  )
  expect((await post(note)).status).toBe(202)
  await expect
    .poll(async () => (await world.events(id)).at(-1))
    .toMatchObject({ kind: 'note', details: { text: expect.stringMatching(/^ab\uFFFD x+…$/) } })
})

test('a note written in PagerDuty is on the timeline', async () => {
  start()
  const { id, pagerDutyId } = await ring()
  world.standIn.note(pagerDutyId, 'PMARIA', 'o banco voltou')
  await expect
    .poll(async () => (await world.events(id)).at(-1))
    .toMatchObject({
      kind: 'note',
      actor: 'U0OPERATOR',
      details: { text: 'o banco voltou' },
    })
})

test('what PagerDuty does by itself is said, and changes nothing here', async () => {
  start()
  const { id, pagerDutyId } = await ring()
  const data = { id: pagerDutyId, title: `x (Plantão ${id}/1/1)` }
  await post(event('incident.resolved', data), { 'x-webhook-id': 'a' })
  await post(event('incident.reopened', data, maria, 'event-2'), { 'x-webhook-id': 'b' })
  await post(event('incident.reassigned', data, maria, 'event-3'), { 'x-webhook-id': 'c' })
  await expect
    .poll(async () => (await world.events(id)).map(({ kind, actor }) => `${kind} ${actor}`))
    .toEqual([
      'pagerduty-closed pagerduty',
      'pagerduty-reopened U0OPERATOR',
      'pagerduty-escalated U0OPERATOR',
    ])
  expect(await state(id)).toBe('open')
})

test('a delivery counts once, whichever of its ids is repeated', async () => {
  start()
  const { id } = await ring()
  const data = { id: 'QOTHER', title: `x (Plantão ${id}/1/1)`, content: 'once' }
  const note = event('incident.annotated', { incident: data, content: 'once' }, maria)
  const answers = []
  answers.push(await post(note), await post(note), await post(note, { 'x-webhook-id': 'delivery-2' }))
  const other = event('incident.annotated', { incident: data, content: 'twice' }, maria, 'event-2')
  answers.push(await post(other))
  expect(answers.map(({ status }) => status)).toEqual([202, 202, 202, 202])
  expect(await Promise.all(answers.map(async (answer) => await answer.json()))).toEqual([
    { heard: 'new' },
    { heard: 'known' },
    { heard: 'known' },
    { heard: 'known' },
  ])
  await expect.poll(async () => await world.events(id)).toHaveLength(1)
})

test('what was said days ago is not taken any more', async () => {
  const old = JSON.parse(event('incident.acknowledged', { id: 'QOLD' }, maria)) as {
    event: { occurred_at: string }
  }
  old.event.occurred_at = '2021-04-26T17:36:27.458Z'
  const answer = await post(JSON.stringify(old))
  expect([answer.status, await answer.json()]).toEqual([202, { heard: 'known' }])
})

test('a wrong signature is the one thing that is refused; what is unknown is heard and left alone', async () => {
  const body = event('incident.acknowledged', { id: 'Q1' })
  expect((await post(body, { 'x-pagerduty-signature': `v1=${'0'.repeat(64)}` })).status).toBe(401)
  expect((await post(body, { 'x-pagerduty-signature': '' })).status).toBe(401)
  expect((await post(event('incident.task.created', { id: 'T1' }))).status).toBe(202)
  expect((await post('not json')).status).toBe(202)
  expect((await post(event('pagey.ping', { message: 'Hello' }))).status).toBe(202)
  expect((await world.pool.query('select from webhook_delivery')).rowCount).toBe(0)
})

test('what cannot be stored is a 5xx, and is tried again by PagerDuty until it can', async () => {
  start()
  await world.pool.query('alter table webhook_delivery rename to away')
  const id = await world.openOne()
  await expect.poll(() => world.standIn.webhooks().map(({ status }) => status)).toContain(500)
  expect(subscription.isDisabled).toBe(false)
  await world.pool.query('alter table away rename to webhook_delivery')
  await expect.poll(async () => await world.states(id)).toEqual(['trigger 1 confirmed'])
})

test('a subscription that PagerDuty has disabled is enabled again', async () => {
  for (let drops = 0; drops < 3; drops += 1) subscription.drops += 1
  subscription.isDisabled = true
  start({ apiToken })
  await expect.poll(() => subscription.isDisabled).toBe(false)
  expect(world.counts).toContainEqual({ event: 'subscription', result: 'disabled' })
  await expect.poll(() => world.counts).toContainEqual({ event: 'subscription', result: 'healthy' })
})

test('of several subscriptions that may be this engine’s none is touched, and it is seen that one is ill', async () => {
  const former = world.standIn.subscribe('http://127.0.0.1:1/v1/webhooks/pagerduty', 's')
  former.isDisabled = true
  start({ apiToken })
  await expect.poll(() => world.counts).toContainEqual({ event: 'subscription', result: 'disabled' })
  expect(former.isDisabled).toBe(true)
  await pager?.close()
  world.counts.length = 0
  start({ apiToken, webhookSubscription: subscription.id })
  await expect.poll(() => world.counts).toContainEqual({ event: 'subscription', result: 'healthy' })
})

test('a subscription that somebody switched off is seen, and left off', async () => {
  subscription.isActive = false
  start({ apiToken })
  await expect.poll(() => world.counts).toContainEqual({ event: 'subscription', result: 'disabled' })
  expect(world.standIn.calls().filter(({ method }) => method === 'POST')).toEqual([])
})

test('a deploy that ended is shown beside incidents', async () => {
  await world.pool.query(
    `insert into job (kind, params, environment, state, requested_by, idempotency_key, freezable, started_at, finished_at)
     values ('deploy', '{"version": "v1.2.3"}', 'production', 'succeeded', 'U0OPERATOR', 'k', true, now(), now()),
       ('backup', '{}', 'production', 'succeeded', 'U0OPERATOR', 'k2', true, now(), now())`,
  )
  world.standIn.fail({ trouble: { status: 503 } })
  start({ routingKeys: { 1: '1'.repeat(32) } })
  await expect.poll(() => world.standIn.calls()).toHaveLength(1)
  await world.later(61)
  await expect
    .poll(() => world.standIn.changes())
    .toMatchObject([{ payload: { summary: 'deploy production v1.2.3: done', source: 'production' } }])
})
