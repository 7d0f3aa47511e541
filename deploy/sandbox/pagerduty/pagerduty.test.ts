import { createHmac } from 'node:crypto'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { serverFor } from '../../../alerts/pager/testing.ts'
import { startPagerDuty, type PagerDutyOptions, type SandboxPagerDuty } from './pagerduty.ts'

const key = 'a'.repeat(32)
const users = [
  { id: 'PMARIA', name: 'Maria', email: 'maria@example.com' },
  { id: 'PJOAO', name: 'João', email: 'joao@example.com' },
]
const services = [
  { id: 'S1', name: 'Level 1', routingKey: key, users: ['PMARIA'] },
  { id: 'S2', name: 'Level 2', routingKey: 'b'.repeat(32), users: ['PJOAO'] },
]
let now = Date.parse('2026-11-23T12:00:00Z')
let standIn: SandboxPagerDuty
const start = async (options: Partial<PagerDutyOptions> = {}): Promise<SandboxPagerDuty> =>
  await startPagerDuty({
    port: 0,
    users,
    services,
    apiToken: 't',
    now: () => now,
    webhookRetryMs: 10,
    ...options,
  })
beforeEach(async () => {
  standIn = await start()
})
afterEach(async () => await standIn.close())

const post = async (body: unknown, path = '/v2/enqueue') =>
  await fetch(`${standIn.url}${path}`, {
    method: 'POST',
    body: typeof body === 'string' ? body : JSON.stringify(body),
  })
const event = (action: string, dedup: string, more: Record<string, unknown> = {}) => ({
  routing_key: key,
  event_action: action,
  dedup_key: dedup,
  ...(action === 'trigger'
    ? { payload: { summary: 'down', source: 'production', severity: 'critical' } }
    : {}),
  ...more,
})
const rest = async (
  method: string,
  path: string,
  options: { body?: unknown; from?: string; token?: string } = {},
) =>
  await fetch(`${standIn.url}${path}`, {
    method,
    ...(options.body === undefined ? {} : { body: JSON.stringify(options.body) }),
    headers: {
      authorization: `Token token=${options.token ?? 't'}`,
      accept: 'application/vnd.pagerduty+json;version=2',
      ...(options.from === undefined ? {} : { from: options.from }),
    },
  })
const rung = async (count: number) => await expect.poll(() => standIn.rings().length).toBe(count)
const settled = async () => await new Promise((resolve) => setImmediate(resolve))

describe('Events API v2', () => {
  test.each([
    ['no JSON', '{'],
    ['another routing key', event('trigger', 'k', { routing_key: 'c'.repeat(32) })],
    ['a short routing key', event('trigger', 'k', { routing_key: 'abc' })],
    ['another action', event('snooze', 'k')],
    ['no payload', event('trigger', 'k', { payload: undefined })],
    ['another severity', event('trigger', 'k', { payload: { summary: 's', source: 's', severity: 'bad' } })],
    [
      'a long summary',
      event('trigger', 'k', { payload: { summary: 's'.repeat(1_025), source: 's', severity: 'info' } }),
    ],
    ['a long key', event('trigger', 'k'.repeat(256))],
    ['an acknowledge without a key', event('acknowledge', 'k', { dedup_key: undefined })],
  ])('%s is refused', async (_name, body) => {
    const answer = await post(body)
    expect(answer.status).toBe(400)
    expect(await answer.json()).toMatchObject({ status: 'invalid event', errors: [expect.any(String)] })
    await settled()
    expect(standIn.phone()).toEqual([])
  })

  test('more than 512 KB is too large', async () => {
    expect((await post(event('trigger', 'k', { client: 'x'.repeat(600_000) }))).status).toBe(413)
  })

  test('one key is one incident for as long as it is open; after its end it rings anew', async () => {
    const answer = await post(event('trigger', 'k'))
    expect([answer.status, await answer.json()]).toEqual([
      202,
      { status: 'success', message: 'Event processed', dedup_key: 'k' },
    ])
    await post(event('trigger', 'k'))
    await rung(1)
    await post(event('acknowledge', 'k'))
    await expect.poll(() => standIn.phone()[0]?.status).toBe('acknowledged')
    await post(event('trigger', 'k'))
    await post(event('resolve', 'k'))
    await expect.poll(() => standIn.phone()[0]?.status).toBe('resolved')
    expect(standIn.rings()).toHaveLength(1)
    await post(event('trigger', 'k'))
    await rung(2)
  })

  test('what has no open alert, or came by another key, is dropped without a word', async () => {
    await post(event('trigger', 'k'))
    await rung(1)
    expect((await post(event('resolve', 'other'))).status).toBe(202)
    expect((await post(event('resolve', 'k', { routing_key: 'b'.repeat(32) }))).status).toBe(202)
    await settled()
    expect(standIn.phone()[0]?.status).toBe('triggered')
  })

  test('120 a minute and key, in a sliding window', async () => {
    const statuses: number[] = []
    for (let count = 0; count < 121; count += 1) statuses.push((await post(event('resolve', 'k'))).status)
    expect(statuses.filter((status) => status === 202)).toHaveLength(120)
    expect(statuses.at(-1)).toBe(429)
    expect((await post(event('resolve', 'k', { routing_key: 'b'.repeat(32) }))).status).toBe(202)
    now += 60_001
    expect((await post(event('resolve', 'k'))).status).toBe(202)
  })

  test('a change rings at nobody', async () => {
    const change = { routing_key: key, payload: { summary: 'deploy', source: 'production' } }
    expect((await post(change, '/v2/change/enqueue')).status).toBe(202)
    expect(standIn.changes()).toHaveLength(1)
    expect(standIn.phone()).toEqual([])
  })

  test('levers: taken and never rung, 503, a reset', async () => {
    standIn.setSwallow(true)
    expect((await post(event('trigger', 'k'))).status).toBe(202)
    await settled()
    expect(standIn.phone()).toEqual([])
    standIn.setOutage('503')
    expect((await post(event('trigger', 'k'))).status).toBe(503)
    standIn.setOutage('reset')
    await expect(post(event('trigger', 'k'))).rejects.toThrow('fetch failed')
    standIn.heal()
    await post(event('trigger', 'k'))
    await rung(1)
  })
})

describe('REST', () => {
  const incident = async (): Promise<string> => {
    await post(event('trigger', 'k'))
    await rung(1)
    return standIn.phone()[0]?.id ?? ''
  }

  test('a token and the version are needed', async () => {
    expect((await rest('GET', '/incidents', { token: 'other' })).status).toBe(401)
    const plain = await fetch(`${standIn.url}/incidents`, { headers: { authorization: 'Token token=t' } })
    expect(plain.status).toBe(400)
  })

  test('an incident is found by its alert key, and has no incident_key', async () => {
    const id = await incident()
    const found = (await (await rest('GET', '/incidents?incident_key=k')).json()) as { incidents: object[] }
    expect(found.incidents).toMatchObject([{ id, status: 'triggered', alert_counts: { all: 1 } }])
    expect(found.incidents[0]).not.toHaveProperty('incident_key')
    expect(await (await rest('GET', '/incidents?incident_key=other')).json()).toMatchObject({ incidents: [] })
    expect(await (await rest('GET', `/incidents/${id}/alerts`)).json()).toMatchObject({
      alerts: [{ alert_key: 'k' }],
    })
  })

  test('a change needs somebody it knows, and is made once', async () => {
    const id = await incident()
    const body = { incident: { type: 'incident_reference', status: 'acknowledged' } }
    const put = async (from?: string, status = 'acknowledged') =>
      await rest('PUT', `/incidents/${id}`, {
        body: { incident: { ...body.incident, status } },
        ...(from === undefined ? {} : { from }),
      })
    expect((await put()).status).toBe(400)
    expect((await put('nobody@example.com')).status).toBe(400)
    expect(await (await put('joao@example.com')).json()).toMatchObject({
      incident: { status: 'acknowledged', acknowledgements: [{ acknowledger: { id: 'PJOAO' } }] },
    })
    expect(await (await put('joao@example.com')).json()).toMatchObject({ error: { code: 1002 } })
    await put('joao@example.com', 'resolved')
    expect(await (await put('joao@example.com')).json()).toMatchObject({ error: { code: 1001 } })
  })

  test('960 a minute, by 2020', async () => {
    await standIn.close()
    standIn = await start({ restPerMinute: 2 })
    await rest('GET', '/incidents')
    await rest('GET', '/incidents')
    const refused = await rest('GET', '/incidents')
    expect(refused.status).toBe(429)
    expect(refused.headers.get('ratelimit-limit')).toBe('2')
    expect(await refused.json()).toMatchObject({ error: { code: 2020 } })
  })

  test('who is on call, with addresses when they are asked for', async () => {
    const found = (await (await rest('GET', '/oncalls?include[]=users')).json()) as { oncalls: object[] }
    expect(found.oncalls).toMatchObject([
      { user: { id: 'PMARIA', email: 'maria@example.com' }, escalation_level: 1 },
      { user: { id: 'PJOAO' } },
    ])
  })
})

describe('webhooks', () => {
  interface Heard {
    id: string
    body: string
    signature: string
  }
  const receiver = async (statusOf: (count: number) => number) => {
    const heard: Heard[] = []
    const server = await serverFor((request, response) => {
      const chunks: Buffer[] = []
      request.on('data', (chunk: Buffer) => chunks.push(chunk))
      request.on('end', () => {
        heard.push({
          id: String(request.headers['x-webhook-id']),
          body: Buffer.concat(chunks).toString(),
          signature: String(request.headers['x-pagerduty-signature']),
        })
        response.writeHead(statusOf(heard.length)).end()
      })
    })
    return { ...server, heard }
  }
  const types = (heard: Heard[]): string[] =>
    heard.map(({ body }) => (JSON.parse(body) as { event: { event_type: string } }).event.event_type)

  test('signed with each secret over the bytes, tried again in order with the same id', async () => {
    const engine = await receiver((count) => (count <= 2 ? 503 : 202))
    standIn.subscribe(engine.url, 'old')
    standIn.subscribe(engine.url, 'new')
    await post(event('trigger', 'k'))
    await rung(1)
    standIn.acknowledge(standIn.phone()[0]?.id ?? '', 'PMARIA')
    await expect
      .poll(() => types(engine.heard))
      .toEqual(['incident.triggered', 'incident.triggered', 'incident.triggered', 'incident.acknowledged'])
    expect(new Set(engine.heard.slice(0, 3).map(({ id }) => id)).size).toBe(1)
    const [{ body, signature } = { body: '', signature: '' }] = engine.heard
    expect(signature).toBe(
      ['old', 'new']
        .map((secret) => `v1=${createHmac('sha256', secret).update(body).digest('hex')}`)
        .join(','),
    )
    await engine.close()
  })

  test('a receiver that has moved takes its subscription along', async () => {
    const first = standIn.subscribe('http://127.0.0.1:1/hook', 's', 'mine')
    standIn.subscribe('http://127.0.0.1:2/hook', 's')
    expect(standIn.subscribe('http://127.0.0.1:3/hook', 's', 'mine').id).toBe(first.id)
    expect(standIn.subscriptions().map(({ url }) => url)).toEqual([
      'http://127.0.0.1:3/hook',
      'http://127.0.0.1:2/hook',
    ])
  })

  test('three refusals in a row disable the subscription; it can be enabled again', async () => {
    const engine = await receiver(() => 400)
    const subscription = standIn.subscribe(engine.url, 's')
    for (const dedup of ['a', 'b', 'c', 'd']) await post(event('trigger', dedup))
    await expect.poll(() => subscription.isDisabled).toBe(true)
    const path = `/webhook_subscriptions/${subscription.id}`
    expect(await (await rest('GET', path)).json()).toMatchObject({
      webhook_subscription: { delivery_method: { temporarily_disabled: true, secret: null } },
    })
    expect((await rest('POST', `${path}/enable`)).status).toBe(200)
    expect(subscription.isDisabled).toBe(false)
    await engine.close()
  })
})

test('it knows after a restart what it knew before', async () => {
  const dir = await mkdtemp(join(tmpdir(), 'pagerduty-'))
  const stateFile = join(dir, 'state.json')
  const first = await start({ stateFile })
  await fetch(`${first.url}/v2/enqueue`, { method: 'POST', body: JSON.stringify(event('trigger', 'k')) })
  await expect.poll(() => first.phone()).toHaveLength(1)
  first.subscribe('http://127.0.0.1:9/v1/webhooks/pagerduty', 's')
  await first.close()
  const second = await start({ stateFile })
  expect(second.phone('PMARIA')).toMatchObject([{ status: 'triggered', keys: ['k'] }])
  expect(second.subscriptions()).toHaveLength(1)
  await fetch(`${second.url}/v2/enqueue`, { method: 'POST', body: JSON.stringify(event('resolve', 'k')) })
  await expect.poll(() => second.phone()[0]?.status).toBe('resolved')
  await second.close()
  await rm(dir, { recursive: true })
})

describe('schedules', () => {
  const at = (hours: number): string =>
    new Date(Math.floor(now / 1_000) * 1_000 + hours * 3_600_000).toISOString()
  const path = '/schedules/PSCHED/overrides'
  const override = (from: number, to: number, id = 'PJOAO') => ({
    start: at(from),
    end: at(to),
    user: { id, type: 'user_reference' },
  })
  const add = async (...overrides: unknown[]) => await rest('POST', path, { body: { overrides } })
  const onCallNow = async () => {
    const answer = await rest('GET', '/oncalls?schedule_ids[]=PSCHED')
    const { oncalls } = (await answer.json()) as { oncalls: { user: { id: string }; schedule: unknown }[] }
    return oncalls.map(({ user }) => user.id)
  }
  beforeEach(async () => {
    await standIn.close()
    standIn = await start({
      schedules: [{ id: 'PSCHED', name: 'Primary', users: ['PMARIA'] }],
      services: [{ id: 'S1', name: 'Level 1', routingKey: key, users: [], schedule: 'PSCHED' }],
    })
  })

  test('the override made last counts, for whose phone rings too', async () => {
    expect(await onCallNow()).toEqual(['PMARIA'])
    expect((await add(override(-1, 4))).status).toBe(201)
    expect(await onCallNow()).toEqual(['PJOAO'])
    await post(event('trigger', 'k'))
    await rung(1)
    expect(standIn.rings()[0]?.user).toBe('PJOAO')
    await add(override(-1, 2, 'PMARIA'))
    expect(await onCallNow()).toEqual(['PMARIA'])
  })

  test('each is answered for itself, within a 201', async () => {
    const answer = await add(override(2, 1), override(1, 2, 'PGONE'), override(1, 2))
    expect(answer.status).toBe(201)
    expect(await answer.json()).toMatchObject([
      { status: 400, errors: ['Override must end after its start'] },
      { status: 400, errors: ['User not found'] },
      { status: 201, override: { id: expect.any(String), user: { id: 'PJOAO' } } },
    ])
    expect(standIn.overrides()).toHaveLength(1)
  })

  test('a span is asked for, and one that reaches beyond is cut unless overflow is', async () => {
    await add(override(1, 4))
    expect((await rest('GET', path)).status).toBe(400)
    const span = `since=${at(2)}&until=${at(3)}`
    const cut = (await (await rest('GET', `${path}?${span}`)).json()) as { overrides: { start: string }[] }
    expect(Date.parse(cut.overrides[0]?.start ?? '')).toBe(Date.parse(at(2)))
    const whole = await (await rest('GET', `${path}?${span}&overflow=true`)).json()
    expect(whole).toMatchObject({ overrides: [{ start: at(1).replace('.000Z', 'Z') }] })
    expect((await rest('GET', '/schedules/PGONE/overrides')).status).toBe(404)
    expect((await rest('POST', path, { body: { overrides: [] } })).status).toBe(400)
  })

  test('one to come is deleted, one that holds cut off, one of the past stays', async () => {
    await add(override(-3, -2), override(-1, 1), override(2, 3))
    const [past, present, planned] = standIn.overrides().map(({ id }) => id)
    const remove = async (id: string | undefined) => (await rest('DELETE', `${path}/${id}`)).status
    expect([await remove(past), await remove(present), await remove(planned), await remove(planned)]).toEqual(
      [400, 200, 204, 404],
    )
    expect(standIn.overrides()).toHaveLength(2)
    expect(await onCallNow()).toEqual(['PMARIA'])
  })
})
