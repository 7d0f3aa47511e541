import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { takeIn } from '../../alerts/intake.ts'
import type { Incoming } from '../../alerts/incoming.ts'
import { lookAgain } from '../../alerts/look-again.ts'
import { intakeDeps } from '../intake.ts'
import { testContext } from '../testing.ts'
import { createApi } from './api.ts'

const token = 'a-token-of-tests-only'
let world: Awaited<ReturnType<typeof testContext>>
let api: ReturnType<typeof createApi>

beforeAll(async () => {
  world = await testContext()
  api = createApi(world.context, token)
})
afterAll(async () => await world.close())
beforeEach(async () => {
  await world.context.pool.query('truncate incident, alert, subject, silence restart identity cascade')
})

const call = async (method: string, path: string, body?: unknown) => {
  const response = await api.request(path, {
    method,
    headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  })
  return { status: response.status, body: JSON.parse(await response.text()) }
}
const rows = async (query: string): Promise<Record<string, unknown>[]> =>
  (await world.context.pool.query(query)).rows
const alert = (pod: string): Incoming => ({
  source: 'alertmanager',
  fingerprint: pod,
  status: 'firing',
  startsAt: new Date('2026-07-06T05:00:00Z'),
  endsAt: null,
  title: 'It burns',
  description: '',
  labels: { alertname: 'SystemDown', environment: 'production', pod },
  link: null,
})
const take = async (...alerts: Incoming[]) =>
  await takeIn(intakeDeps(world.context), { source: 'alertmanager', alerts })
let keys = 0
const ask = (more: Record<string, unknown> = {}) => ({
  by: 'U0OPERATOR',
  minutes: 60,
  reason: 'we know',
  idempotencyKey: `silence-${keys++}`,
  ...more,
})

describe('a silence', () => {
  test('of an incident is of what its alerts have in common; the incident is acknowledged by whoever asks', async () => {
    await take(alert('a'), alert('b'))
    const body = ask({ incidentId: 1 })
    const made = await call('POST', '/v1/silences', body)
    expect(made).toMatchObject({
      status: 201,
      body: {
        matchers: [
          { label: 'alertname', value: 'SystemDown' },
          { label: 'environment', value: 'production' },
        ],
        createdBy: { slack: 'U0OPERATOR', name: 'Maria Santos' },
        endedBy: null,
      },
    })
    expect(await call('POST', '/v1/silences', body)).toEqual({ status: 200, body: made.body })
    expect(await rows('select state, acknowledged_by from incident')).toEqual([
      { state: 'acknowledged', acknowledged_by: 'U0OPERATOR' },
    ])
    expect(await rows(`select kind, actor from incident_event where kind = 'silenced'`)).toEqual([
      { kind: 'silenced', actor: 'U0OPERATOR' },
    ])
    expect(await rows(`select action from audit where action = 'silence.created'`)).toHaveLength(1)
    expect((await call('GET', '/v1/silences')).body.silences).toEqual([made.body])
    expect((await take(alert('c'))).incidents).toEqual([])
  })

  test('that is ended early lets what burns through at once', async () => {
    const matchers = [{ label: 'pod', value: 'a' }]
    const { body } = await call('POST', '/v1/silences', ask({ matchers }))
    await take(alert('a'))
    const ended = await call('POST', `/v1/silences/${body.id}/end`, { by: 'U0ADMIN' })
    expect(ended).toMatchObject({ status: 200, body: { endedBy: { name: 'Pedro Costa' } } })
    await lookAgain(intakeDeps(world.context))
    expect(await rows('select state from incident')).toEqual([{ state: 'open' }])
    expect((await call('GET', '/v1/silences')).body.silences).toEqual([])
    expect(await call('POST', `/v1/silences/${body.id}/end`, { by: 'U0ADMIN' })).toMatchObject({
      status: 409,
      body: { code: 'wrong-state' },
    })
  })

  test.each([
    [{}, 400, 'matchers'],
    [{ matchers: [] }, 400, 'matchers'],
    [{ incidentId: 99 }, 404, '99'],
    [{ matchers: [{ label: 'a', value: 'b' }], minutes: 0 }, 400, 'minutes'],
    [{ matchers: [{ label: 'a', value: 'b' }], reason: ' ' }, 400, 'reason'],
    [{ matchers: [{ label: 'a', value: 'b' }], by: 'U0VIEWER' }, 403, ''],
  ])('with %j is refused with %d', async (more, status, named) => {
    const answer = await call('POST', '/v1/silences', ask(more))
    expect(answer.status).toBe(status)
    expect(answer.body.detail).toContain(named)
    expect(await rows('select id from silence')).toEqual([])
  })

  test.each([
    ['nothing', [{ pod: 'a' }, { pod: 'b' }]],
    ['only where they are and how bad', [{ environment: 'production', severity: 'critical' }]],
    [
      'not their names: alerts of other names have those labels too',
      [
        { alertname: 'SiteDown', environment: 'production', cluster: 'main' },
        { alertname: 'BackendDown', environment: 'production', cluster: 'main' },
      ],
    ],
  ])(
    'of an incident whose alerts have %s in common is refused: it would be of everything',
    async (_, labels) => {
      await take(...labels.map((_one, index) => alert(String(index))))
      for (const [index, one] of labels.entries()) {
        await world.context.pool.query('update alert set labels = $1 where id = $2', [one, index + 1])
      }
      const before = await rows('select * from incident')
      expect(await call('POST', '/v1/silences', ask({ incidentId: 1 }))).toMatchObject({
        status: 422,
        body: { code: 'silence-too-wide', values: { field: 'matchers', incidentId: 1 } },
      })
      expect(await rows('select * from incident')).toEqual(before)
      expect(await rows('select id from silence')).toEqual([])
    },
  )

  test('of an incident whose alerts have no name is of their other labels', async () => {
    await take(alert('a'))
    await world.context.pool.query(
      `update alert set labels = '{"environment": "production", "host": "db-1"}'`,
    )
    expect(await call('POST', '/v1/silences', ask({ incidentId: 1 }))).toMatchObject({
      status: 201,
      body: {
        matchers: [
          { label: 'environment', value: 'production' },
          { label: 'host', value: 'db-1' },
        ],
      },
    })
  })
})
