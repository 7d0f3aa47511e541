import { createHmac } from 'node:crypto'
import { fc, test as property } from '@fast-check/vitest'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { watchHeartbeats } from '../../alerts/heartbeats.ts'
import { createPool } from '../../db/pool.ts'
import { intakeDeps } from '../intake.ts'
import { testContext } from '../testing.ts'
import { createApi } from './api.ts'

const alertsToken = 'a-token-for-alerts-of-tests'
const grafanaWebhookSecret = 'a-secret-of-grafana-of-tests'
const engineToken = 'a-token-of-tests-only'
const bearer = { authorization: `Bearer ${alertsToken}` }
const sources = ['alertmanager', 'grafana', 'generic'] as const

let world: Awaited<ReturnType<typeof testContext>>
let api: ReturnType<typeof createApi>

beforeAll(async () => {
  world = await testContext({
    runbook: (runbook) => ({
      ...runbook,
      alerting: {
        ...runbook.alerting,
        heartbeats: [
          { name: 'nightly', silentAfterSeconds: 60, level: 2, title: 'No nightly run' },
          { name: 'watchdog', silentAfterSeconds: 60, level: 1, title: 'No Watchdog', alertname: 'Watchdog' },
        ],
      },
    }),
  })
  api = createApi(world.context, engineToken, { alertsToken, grafanaWebhookSecret })
})
afterAll(async () => await world.close())
beforeEach(async () => {
  await world.context.pool.query(
    'truncate incident, alert, heartbeat, subject, silence restart identity cascade',
  )
})

const send = async (
  path: string,
  body: string,
  headers: Record<string, string> = bearer,
  to: ReturnType<typeof createApi> = api,
) => {
  const response = await to.request(path, { method: 'POST', headers, body })
  const text = await response.text()
  return {
    status: response.status,
    type: response.headers.get('content-type'),
    body: text && JSON.parse(text),
  }
}
const deliver = async (source: string, body: unknown, headers?: Record<string, string>) =>
  await send(`/v1/alerts/${source}`, JSON.stringify(body), headers)
const rows = async (query: string): Promise<Record<string, unknown>[]> =>
  (await world.context.pool.query(query)).rows
const stored = async () => Number((await rows('select count(*) as n from alert'))[0]?.['n'])

const vendorAlert = (more: Record<string, unknown> = {}) => ({
  status: 'firing',
  labels: { alertname: 'Unheard', severity: 'warning', environment: 'production' },
  annotations: { summary: 'It burns', description: 'A lot' },
  startsAt: '2026-07-06T05:00:00.123456789Z',
  endsAt: '0001-01-01T00:00:00Z',
  generatorURL: 'http://prometheus/graph',
  fingerprint: 'c6eadffa33fcdf37',
  ...more,
})
const good = {
  alertmanager: {
    version: '4',
    groupKey: '{}',
    truncatedAlerts: 0,
    status: 'firing',
    alerts: [vendorAlert()],
  },
  grafana: {
    version: '1',
    orgId: 1,
    title: '[FIRING:1]',
    alerts: [vendorAlert({ values: { B: 44.2 }, panelURL: '' })],
  },
  generic: { title: 'It burns', key: 'k', severity: 'warning', startsAt: '2026-07-06T05:00:00Z' },
}

describe.each(sources)('%s', (source) => {
  test('is taken in once, however often it is delivered', async () => {
    const first = await deliver(source, good[source])
    expect(first).toMatchObject({
      status: 200,
      body: { accepted: 1, incidents: [1], refused: [], truncated: 0 },
    })
    expect(await deliver(source, good[source])).toEqual(first)
    expect(await rows('select source, title, level, status from alert')).toEqual([
      { source, title: 'It burns', level: 3, status: 'firing' },
    ])
    expect(await rows('select declared_by from incident')).toEqual([{ declared_by: `alerts:${source}` }])
  })

  test('needs the token for alerts: not none, not another, not the engine’s', async () => {
    for (const headers of [{}, { authorization: 'Bearer x' }, { authorization: `Bearer ${engineToken}` }]) {
      const answer = await deliver(source, good[source], headers)
      expect(answer).toMatchObject({
        status: 401,
        type: 'application/problem+json',
        body: { code: 'unauthorized' },
      })
    }
    expect(await stored()).toBe(0)
  })

  test('is not the sender’s fault when the engine has no token, or no database', async () => {
    const closed = createApi(world.context, engineToken)
    const path = `/v1/alerts/${source}`
    expect(await send(path, JSON.stringify(good[source]), bearer, closed)).toMatchObject({
      status: 503,
      body: { detail: expect.stringContaining('ALERTS_TOKEN') },
    })
    const pool = createPool('postgres://nobody:nothing@127.0.0.1:9/none')
    const broken = createApi({ ...world.context, pool }, engineToken, { alertsToken })
    expect((await send(path, JSON.stringify(good[source]), bearer, broken)).status).toBe(503)
    await pool.end()
  })

  test('that is larger than 16 MB is refused as too large', async () => {
    const answer = await send(`/v1/alerts/${source}`, `"${'x'.repeat(16 * 1024 * 1024)}"`)
    expect(answer).toMatchObject({ status: 413, body: { code: 'body-too-large' } })
    expect(await stored()).toBe(0)
  })

  test('of 10,000 alerts is taken in', async () => {
    const alerts = Array.from({ length: 10_000 }, (_, index) =>
      source === 'generic'
        ? { ...good.generic, key: `k${index}`, description: 'x'.repeat(500) }
        : vendorAlert({
            fingerprint: `f${index}`,
            annotations: { summary: 'It burns', description: 'x'.repeat(500) },
          }),
    )
    expect(await deliver(source, { alerts })).toMatchObject({ status: 200, body: { accepted: 10_000 } })
    expect(await stored()).toBe(10_000)
  })

  property.prop([fc.string({ unit: 'binary', maxLength: 200 })])(
    'that is not JSON is a 400 that says so',
    async (text) => {
      const isObject = /^\s*[{[]/.test(text)
      fc.pre(!isObject)
      const answer = await send(`/v1/alerts/${source}`, text)
      expect(answer).toMatchObject({
        status: 400,
        type: 'application/problem+json',
        body: { code: 'invalid-request' },
      })
      expect(await stored()).toBe(0)
    },
  )

  property.prop([fc.oneof(fc.jsonValue(), fc.record({ alerts: fc.jsonValue() }))], { numRuns: 60 })(
    'of any JSON is refused with the field, or had nothing in it',
    async (json) => {
      const answer = await deliver(source, json)
      expect([200, 400]).toContain(answer.status)
      const isEmpty = answer.status === 200
      expect(isEmpty ? answer.body.accepted : answer.body.errors[0].field).toEqual(
        isEmpty ? 0 : expect.any(String),
      )
      expect(await stored()).toBe(0)
    },
  )

  const wrong: Record<string, unknown>[] =
    source === 'generic'
      ? [
          { title: 1 },
          { title: ' ' },
          { status: 'burning' },
          { labels: { a: {} } },
          { labels: [] },
          { startsAt: 'soon' },
          { key: 1 },
        ]
      : [
          { status: 'pending' },
          { status: 1 },
          { labels: null },
          { labels: { a: 1 } },
          { labels: [] },
          { annotations: 'text' },
          { startsAt: 'soon' },
          { startsAt: 1 },
          { fingerprint: 1 },
          { generatorURL: {} },
        ]
  test.each(wrong)('with a wrong %o is refused by the name of the field', async (mistake) => {
    const whole = source === 'generic' ? good.generic : vendorAlert()
    const answer = await deliver(source, { alerts: [{ ...whole, ...mistake }] })
    expect(answer.status).toBe(400)
    expect(answer.body.errors[0].field).toContain(`alerts.0.${Object.keys(mistake)[0]}`)
    expect(await stored()).toBe(0)
  })

  test('with a bad alert among good ones keeps the good ones and makes the bad one seen', async () => {
    const whole = source === 'generic' ? good.generic : vendorAlert()
    const answer = await deliver(source, { alerts: [whole, { ...whole, status: 'burning' }, 7] })
    expect(answer).toMatchObject({
      status: 200,
      body: {
        accepted: 1,
        incidents: [1],
        refused: [
          { index: 1, field: 'alerts.1.status' },
          { index: 2, field: 'alerts.2' },
        ],
      },
    })
    expect(
      await rows(`select incident.title, incident.level, alert.description from incident
      join alert on incident_id = incident.id where source = 'plantao'`),
    ).toEqual([
      {
        title: `Faltam alertas de ${source}`,
        level: 3,
        description: expect.stringContaining('alerts.1.status'),
      },
    ])
    const metrics = await world.context.metrics.registry.metrics()
    expect(metrics).toMatch(
      new RegExp(`plantao_alerts_total\\{source="${source}",outcome="refused"\\} [1-9]`),
    )
  })

  const hostile = fc.oneof(
    fc.string({ unit: 'binary', maxLength: 60 }),
    fc.constantFrom(
      '\u0000',
      'a\u0000b',
      '\uD800',
      '\uDFFF x',
      '<!channel>',
      '<@U0ADMIN>',
      '\u001b[31m',
      '‮',
      'x'.repeat(9_000),
    ),
    fc.array(fc.nat(65_535), { maxLength: 30 }).map((units) => String.fromCharCode(...units)),
  )
  property.prop([hostile, hostile, fc.dictionary(hostile, hostile, { maxKeys: 8 }), hostile], {
    numRuns: 40,
  })('of hostile text is taken in and answered the same again', async (title, description, labels, key) => {
    const alert =
      source === 'generic'
        ? { title: `t${title}`, description, labels, key: `k${key}`, severity: 'info' }
        : vendorAlert({ labels, annotations: { summary: title, description }, fingerprint: key })
    const answer = await deliver(source, { alerts: [alert] })
    expect(answer).toMatchObject({ status: 200, body: { accepted: 1, refused: [] } })
    expect(await deliver(source, { alerts: [alert] })).toEqual(answer)
  })
})

describe('what is kept of an alert', () => {
  test('secrets are not; the name of the alert does not depend on that', async () => {
    const close = createApi(
      { ...world.context, redact: (text) => text.replaceAll('hunter2-hunter2', '[redacted]') },
      engineToken,
      { alertsToken },
    )
    const alert = vendorAlert({
      fingerprint: undefined,
      labels: { alertname: 'Leak', url: 'postgres://u:hunter2-hunter2@db' },
      annotations: { summary: 'hunter2-hunter2', description: 'hunter2-hunter2' },
      generatorURL: 'http://x/?p=hunter2-hunter2',
    })
    await send('/v1/alerts/alertmanager', JSON.stringify({ alerts: [alert] }), bearer, close)
    expect(JSON.stringify(await rows('select * from alert'))).not.toContain('hunter2')
    expect(JSON.stringify(await rows('select * from incident'))).not.toContain('hunter2')
    await deliver('alertmanager', { alerts: [alert] })
    expect(await stored()).toBe(1)
  })

  test('the name is that of its labels where the sender gives none, in any order', async () => {
    const labels = { alertname: 'A', b: '1', c: '2' }
    await deliver('alertmanager', { alerts: [vendorAlert({ fingerprint: undefined, labels })] })
    const turned = { c: '2', alertname: 'A', b: '1' }
    await deliver('alertmanager', { alerts: [vendorAlert({ fingerprint: '', labels: turned })] })
    expect(await stored()).toBe(1)
  })

  test('a start in the future and years nobody means are no trouble', async () => {
    for (const startsAt of ['2099-01-01T00:00:00Z', '0001-01-01T00:00:00Z', '9999-12-31T23:59:59Z', null]) {
      const alert = vendorAlert({ startsAt, fingerprint: `at ${startsAt}` })
      expect(await deliver('alertmanager', { alerts: [alert] })).toMatchObject({ status: 200 })
      const end = { ...alert, status: 'resolved', endsAt: '2026-07-06T06:00:00Z' }
      expect(await deliver('alertmanager', { alerts: [end] })).toMatchObject({ status: 200 })
    }
    expect(await rows(`select status from alert group by status`)).toEqual([{ status: 'resolved' }])
  })

  test('alerts the sender left out make an incident that says so', async () => {
    const answer = await deliver('alertmanager', { ...good.alertmanager, truncatedAlerts: 37 })
    expect(answer.body).toMatchObject({ accepted: 1, truncated: 37 })
    expect(await rows(`select description from alert where source = 'plantao'`)).toEqual([
      { description: '37 omitidos por quem enviou: aumente max_alerts.' },
    ])
  })
})

describe('Grafana’s signature', () => {
  const body = JSON.stringify(good.grafana)
  const sign = (text: string, secret = grafanaWebhookSecret) =>
    createHmac('sha256', secret).update(text).digest('hex')
  const signature = 'x-grafana-alerting-signature'
  const timestamp = 'x-grafana-alerting-timestamp'
  const now = () => String(Math.floor(Date.now() / 1_000))
  const post = async (headers: Record<string, string>, text = body, path = 'grafana') =>
    (await send(`/v1/alerts/${path}`, text, headers)).status

  test('stands for the token, with a timestamp or without', async () => {
    expect(await post({ [signature]: sign(body) })).toBe(200)
    expect(await post({ [signature]: sign(`${now()}:${body}`), [timestamp]: now() })).toBe(200)
  })

  test.each([
    ['of another secret', { [signature]: sign(body, 'another-secret-altogether') }],
    ['of another body', { [signature]: sign(`${body} `) }],
    ['that is no hex', { [signature]: 'zz' }],
    ['that is empty', { [signature]: '' }],
    ['that leaves its timestamp out', { [signature]: sign(body), [timestamp]: now() }],
    [
      'of an hour ago',
      { [signature]: sign(`${Number(now()) - 3_600}:${body}`), [timestamp]: String(Number(now()) - 3_600) },
    ],
    ['whose timestamp is none', { [signature]: sign(`x:${body}`), [timestamp]: 'x' }],
  ])('%s is refused', async (_, headers) => {
    expect(await post(headers)).toBe(401)
    expect(await stored()).toBe(0)
  })

  test('opens no other door', async () => {
    expect(await post({ [signature]: sign(body) }, body, 'alertmanager')).toBe(401)
    expect(await post({ [signature]: sign(body), authorization: 'Bearer wrong' })).toBe(401)
  })
})

describe('besides', () => {
  test('a source nobody knows is named with those there are', async () => {
    const answer = await deliver('nagios', good.generic)
    expect(answer).toMatchObject({
      status: 404,
      body: { detail: expect.stringContaining('alertmanager, grafana, generic') },
    })
  })

  test('a heartbeat that falls silent opens an incident, and its next beat ends that', async () => {
    const watch = async () => await watchHeartbeats(intakeDeps(world.context))
    const beat = async (name: string, headers = bearer) =>
      (await send(`/v1/heartbeats/${name}`, '', headers)).status
    expect(await beat('nightly', { authorization: 'Bearer no' })).toBe(401)
    expect(await beat('unknown')).toBe(404)
    await watch()
    expect(await rows('select id from incident')).toEqual([])
    expect(await beat('nightly')).toBe(200)
    await watch()
    expect(await rows('select id from incident')).toEqual([])
    await world.context.pool.query(`update heartbeat set last_at = now() - interval '2 minutes'`)
    await Promise.all([watch(), watch(), watch()])
    await watch()
    expect(await rows('select title, level, rule from incident')).toEqual([
      { title: 'No nightly run', level: 2, rule: 'heartbeat' },
    ])
    await beat('nightly')
    expect(await rows('select status from alert')).toEqual([{ status: 'resolved' }])
    expect(await rows(`select kind from incident_timer where kind = 'resolve'`)).toHaveLength(1)
  })

  test('Alertmanager’s Watchdog is a heartbeat and opens nothing', async () => {
    const alert = vendorAlert({ labels: { alertname: 'Watchdog', severity: 'none' } })
    expect(await deliver('alertmanager', { alerts: [alert, vendorAlert()] })).toMatchObject({
      status: 200,
      body: { accepted: 2, incidents: [1] },
    })
    expect(await rows('select name from heartbeat')).toEqual([{ name: 'watchdog' }])
    expect(await stored()).toBe(1)
    await deliver('alertmanager', { alerts: [{ ...alert, status: 'resolved' }] })
    expect(await rows('select silent_since from heartbeat')).toEqual([{ silent_since: null }])
  })
})
