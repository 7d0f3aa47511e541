import { fc, test as property } from '@fast-check/vitest'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { createPool } from '../../db/pool.ts'
import { alertsToken, alertsWorld, bearer, engineToken, good, vendorAlert } from './alerts-testing.ts'
import { createApi } from './api.ts'

const sources = ['alertmanager', 'grafana', 'generic'] as const

let world: Awaited<ReturnType<typeof alertsWorld>>
beforeAll(async () => {
  world = await alertsWorld()
})
afterAll(async () => await world.close())
beforeEach(async () => await world.empty())

describe.each(sources)('%s', (source) => {
  test('is taken in once, however often it is delivered', async () => {
    const first = await world.deliver(source, good[source])
    expect(first).toMatchObject({
      status: 200,
      body: { accepted: 1, incidents: [1], refused: [], truncated: 0 },
    })
    expect(await world.deliver(source, good[source])).toEqual(first)
    expect(await world.rows('select source, title, level, status from alert')).toEqual([
      { source, title: 'It burns', level: 3, status: 'firing' },
    ])
    expect(await world.rows('select declared_by from incident')).toEqual([
      { declared_by: `alerts:${source}` },
    ])
  })

  test('needs the token for alerts: not none, not another, not the engine’s', async () => {
    for (const headers of [{}, { authorization: 'Bearer x' }, { authorization: `Bearer ${engineToken}` }]) {
      const answer = await world.deliver(source, good[source], headers)
      expect(answer).toMatchObject({
        status: 401,
        type: 'application/problem+json',
        body: { code: 'unauthorized' },
      })
    }
    expect(await world.stored()).toBe(0)
  })

  test('is not the sender’s fault when the engine has no token, or no database', async () => {
    const closed = createApi(world.context, engineToken)
    const path = `/v1/alerts/${source}`
    expect(await world.send(path, JSON.stringify(good[source]), bearer, closed)).toMatchObject({
      status: 503,
      body: { detail: expect.stringContaining('ALERTS_TOKEN') },
    })
    const pool = createPool('postgres://nobody:nothing@127.0.0.1:9/none')
    const broken = createApi({ ...world.context, pool }, engineToken, { alertsToken })
    expect((await world.send(path, JSON.stringify(good[source]), bearer, broken)).status).toBe(503)
    await pool.end()
  })

  test('that is larger than 16 MB is refused as too large', async () => {
    const answer = await world.send(`/v1/alerts/${source}`, `"${'x'.repeat(16 * 1024 * 1024)}"`)
    expect(answer).toMatchObject({ status: 413, body: { code: 'body-too-large' } })
    expect(await world.stored()).toBe(0)
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
    expect(await world.deliver(source, { alerts })).toMatchObject({ status: 200, body: { accepted: 10_000 } })
    expect(await world.stored()).toBe(10_000)
  })

  property.prop([fc.string({ unit: 'binary', maxLength: 200 })])(
    'that is not JSON is a 400 that says so',
    async (text) => {
      const isObject = /^\s*[{[]/.test(text)
      fc.pre(!isObject)
      const answer = await world.send(`/v1/alerts/${source}`, text)
      expect(answer).toMatchObject({
        status: 400,
        type: 'application/problem+json',
        body: { code: 'invalid-request' },
      })
      expect(await world.stored()).toBe(0)
    },
  )

  property.prop([fc.oneof(fc.jsonValue(), fc.record({ alerts: fc.jsonValue() }))], { numRuns: 60 })(
    'of any JSON is refused with the field, or had nothing in it',
    async (json) => {
      const answer = await world.deliver(source, json)
      expect([200, 400]).toContain(answer.status)
      const isEmpty = answer.status === 200
      expect(isEmpty ? answer.body.accepted : answer.body.errors[0].field).toEqual(
        isEmpty ? 0 : expect.any(String),
      )
      expect(await world.stored()).toBe(0)
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
    const answer = await world.deliver(source, { alerts: [{ ...whole, ...mistake }] })
    expect(answer.status).toBe(400)
    expect(answer.body.errors[0].field).toContain(`alerts.0.${Object.keys(mistake)[0]}`)
    expect(await world.stored()).toBe(0)
  })

  test('with a bad alert among good ones keeps the good ones and makes the bad one seen', async () => {
    const whole = source === 'generic' ? good.generic : vendorAlert()
    const answer = await world.deliver(source, { alerts: [whole, { ...whole, status: 'burning' }, 7] })
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
      await world.rows(`select incident.title, incident.level, alert.description from incident
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
    const answer = await world.deliver(source, { alerts: [alert] })
    expect(answer).toMatchObject({ status: 200, body: { accepted: 1, refused: [] } })
    expect(await world.deliver(source, { alerts: [alert] })).toEqual(answer)
  })
})

test('a source nobody knows is named with those there are', async () => {
  const answer = await world.deliver('nagios', good.generic)
  expect(answer).toMatchObject({
    status: 404,
    body: { detail: expect.stringContaining('alertmanager, grafana, generic') },
  })
})
