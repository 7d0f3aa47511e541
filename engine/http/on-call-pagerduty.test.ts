import { afterEach, expect, test } from 'vitest'
import { onCallsFrom } from '../../alerts/on-call/read-pagerduty.ts'
import { createRest } from '../../alerts/pagerduty/rest.ts'
import { createOverride } from '../../db/on-call.ts'
import { takeOverrideCopy } from '../../db/override-copies.ts'
import { startPagerDuty } from '../../deploy/sandbox/pagerduty/pagerduty.ts'
import type { Runbook } from '../runbook-file.ts'
import { testContext } from '../testing.ts'
import { createApi } from './api.ts'

const token = 'a-token-of-tests-only'
const hourMs = 3_600_000
const soon = (hours: number): string => new Date(Date.now() + hours * hourMs).toISOString()
let keys = 0

type World = Awaited<ReturnType<typeof world>>
let it: World
afterEach(async () => await it.close())

/** A rotation that PagerDuty keeps, by an escalation policy; with or without a schedule on it. */
async function world(
  given: { schedule?: string; kept?: { schedule?: string; escalationPolicy?: string } } = {},
) {
  const standIn = await startPagerDuty({
    port: 0,
    apiToken: token,
    users: [
      { id: 'PMARIA', name: 'Maria Santos', email: 'maria@company.com' },
      { id: 'PJOAO', name: 'João Silva', email: 'Joao@Company.com' },
    ],
    schedules: [{ id: 'PSCHED', name: 'Primary', users: ['PMARIA'] }],
    services: [
      {
        id: 'S1',
        name: 'Level 1',
        routingKey: 'R'.repeat(32),
        users: ['PMARIA'],
        ...('schedule' in given ? {} : { schedule: 'PSCHED' }),
      },
    ],
  })
  const rest = createRest({ url: standIn.url, token, deadlineMs: 500 })
  const kept = given.kept ?? { escalationPolicy: 'EPS1' }
  const runbook = (from: Runbook): Runbook => ({
    ...from,
    people: from.people.map((person) =>
      person.slack === 'U0APPROVER'
        ? { ...person, pagerduty: undefined, email: 'joao@company.com' }
        : person.slack === 'U0ADMIN'
          ? { ...person, pagerduty: undefined, email: undefined }
          : { ...person, pagerduty: undefined },
    ),
    onCall: {
      ...from.onCall,
      rotations: from.onCall.rotations.map((rotation) => ({ ...rotation, pagerduty: kept })),
    },
  })
  const made = await testContext({ runbook, oncalls: onCallsFrom(rest), rest })
  const api = createApi(made.context, token)
  const send = async (method: string, path: string, body?: unknown) => {
    const response = await api.request(path, {
      method,
      headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    })
    return { status: response.status, body: JSON.parse(await response.text()) }
  }
  return {
    ...made,
    standIn,
    send,
    override: async (change: Record<string, unknown> = {}) =>
      await send('POST', '/v1/oncall/overrides', {
        person: 'U0APPROVER',
        endsAt: soon(3),
        by: 'U0OPERATOR',
        idempotencyKey: `override-${keys++}`,
        ...change,
      }),
    onDuty: async () => (await send('GET', '/v1/oncall')).body.rotations[0].now,
    written: () => standIn.calls().filter(({ method }) => method === 'POST'),
    /** The lease of whoever died is over. */
    later: async () =>
      await made.context.pool.query(
        `update on_call_override set copy_due_at = now() where copy_due_at is not null`,
      ),
    close: async () => {
      await standIn.close()
      await made.close()
    },
  }
}

test('an override is written into PagerDuty, on the schedule it calls by, and holds here at once', async () => {
  it = await world()
  expect(await it.onDuty()).toMatchObject({ person: { slack: 'U0OPERATOR' }, isOverride: false })
  const endsAt = soon(3)
  const made = await it.override({ endsAt, idempotencyKey: 'once' })
  expect(made).toMatchObject({ status: 201, body: { person: { slack: 'U0APPROVER' }, isWaiting: false } })
  expect(it.standIn.overrides()).toMatchObject([
    { schedule: 'PSCHED', user: 'PJOAO', end: `${endsAt.slice(0, 19)}Z` },
  ])
  expect(await it.onDuty()).toMatchObject({ person: { slack: 'U0APPROVER' }, isOverride: true })
  expect((await it.send('GET', '/v1/oncall')).body).toMatchObject({ source: 'pagerduty', isFallback: false })
  expect(await it.override({ endsAt, idempotencyKey: 'once' })).toEqual({ status: 200, body: made.body })
  expect(it.written()).toHaveLength(1)
})

test('a schedule named in the runbook file is the one that is written to', async () => {
  it = await world({ kept: { schedule: 'PSCHED' } })
  expect(await it.override({ startsAt: soon(1) })).toMatchObject({ status: 201 })
  expect(it.standIn.overrides()).toMatchObject([{ schedule: 'PSCHED', user: 'PJOAO' }])
  expect(await it.onDuty()).toMatchObject({ person: { slack: 'U0OPERATOR' } })
})

test('whom a policy names directly nobody can stand in for, and it is said whom', async () => {
  it = await world({ schedule: undefined as never })
  expect(await it.override()).toMatchObject({
    status: 409,
    body: { code: 'roster-in-pagerduty', values: { person: 'Maria Santos' } },
  })
  expect(it.written()).toEqual([])
})

test('who is nobody in PagerDuty cannot stand in', async () => {
  it = await world()
  expect(await it.override({ person: 'U0ADMIN' })).toMatchObject({
    status: 422,
    body: { code: 'not-in-pagerduty', values: { name: 'Pedro Costa' } },
  })
  expect((await it.send('GET', '/v1/oncall')).body.overrides).toEqual([])
})

test('one that is cancelled ends in PagerDuty too: cut off where it has begun, gone where not', async () => {
  it = await world()
  const present = (await it.override()).body.id
  await it.context.pool.query(`update on_call_override set starts_at = starts_at - interval '1 minute'`)
  const planned = (await it.override({ startsAt: soon(5), endsAt: soon(6) })).body.id
  expect(it.standIn.overrides()).toHaveLength(2)
  const cancel = async (id: number) =>
    await it.send('DELETE', `/v1/oncall/overrides/${id}`, { by: 'U0ADMIN' })
  expect(await cancel(planned)).toMatchObject({ status: 200, body: { isWaiting: false } })
  expect(it.standIn.overrides()).toHaveLength(1)
  expect(await cancel(present)).toMatchObject({ status: 200, body: { isWaiting: false } })
  expect(await it.onDuty()).toMatchObject({ person: { slack: 'U0OPERATOR' }, isOverride: false })
  const [left] = it.standIn.overrides()
  expect(Date.parse(left?.end ?? '')).toBeLessThanOrEqual(Date.now())
})

test('PagerDuty that does not answer the writing is told later, once', async () => {
  it = await world()
  it.standIn.fail({ method: 'POST', trouble: 'applied-then-500' })
  const made = await it.override()
  expect(made).toMatchObject({ status: 201, body: { isWaiting: true } })
  await it.later()
  await it.context.onCall.copyOverrides()
  expect(it.standIn.overrides()).toHaveLength(1)
  expect(it.written()).toHaveLength(1)
  const { body } = await it.send('GET', '/v1/oncall')
  expect(body.overrides).toMatchObject([{ id: made.body.id, isWaiting: false }])
})

test('an engine that dies between its call and its mark has it written once', async () => {
  it = await world()
  const { override } = await createOverride(it.context.pool, {
    rotation: 'primary',
    person: 'joao-silva',
    startsAt: null,
    endsAt: new Date(Date.now() + hourMs),
    createdBy: 'U0OPERATOR',
    idempotencyKey: 'dies',
    inPagerDuty: { schedule: 'PSCHED', user: 'PJOAO' },
  })
  const rest = createRest({ url: it.standIn.url, token, deadlineMs: 500 })
  await takeOverrideCopy(it.context.pool, { id: override.id, leaseSeconds: 60 })
  await rest.addOverride('PSCHED', { start: override.startsAt, end: override.endsAt, user: 'PJOAO' })
  expect(await it.context.onCall.copyOverrides()).toBeNull()
  await it.later()
  await it.context.onCall.copyOverrides()
  expect(it.written()).toHaveLength(1)
  expect((await it.send('GET', '/v1/oncall')).body.overrides).toMatchObject([{ isWaiting: false }])
})

test('one that is cancelled before PagerDuty answered does not stay there', async () => {
  it = await world()
  it.standIn.fail({ method: 'POST', trouble: 'applied-then-500' })
  const { id } = (await it.override({ startsAt: soon(1) })).body
  await it.later()
  await it.send('DELETE', `/v1/oncall/overrides/${id}`, { by: 'U0ADMIN' })
  expect(it.standIn.overrides()).toEqual([])
})

test('what PagerDuty refuses holds nowhere, and is said in its words', async () => {
  it = await world({ kept: { schedule: 'PGONE' } })
  const key = { idempotencyKey: 'refused' }
  expect(await it.override(key)).toMatchObject({ status: 409, body: { code: 'override-refused' } })
  expect(await it.override(key)).toMatchObject({ status: 409, body: { code: 'override-refused' } })
  expect((await it.send('GET', '/v1/oncall')).body.overrides).toEqual([])
})

test('while PagerDuty says nothing, nothing is promised', async () => {
  it = await world()
  it.standIn.setOutage('503')
  expect(await it.override()).toMatchObject({ status: 503, body: { code: 'unavailable' } })
})
