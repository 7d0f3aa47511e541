import { fc, test as property } from '@fast-check/vitest'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { testContext } from '../testing.ts'
import { createApi } from './api.ts'

const token = 'a-token-of-tests-only'
let world: Awaited<ReturnType<typeof testContext>>
let api: ReturnType<typeof createApi>
let keys = 0

beforeAll(async () => {
  world = await testContext()
  api = createApi(world.context, token)
})
afterAll(async () => await world.close())

const send = async (method: string, path: string, body?: unknown, headers: Record<string, string> = {}) => {
  const response = await api.request(path, {
    method,
    headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json', ...headers },
    ...(body === undefined ? {} : { body: typeof body === 'string' ? body : JSON.stringify(body) }),
  })
  const text = await response.text()
  return {
    status: response.status,
    type: response.headers.get('content-type'),
    body: text ? JSON.parse(text) : null,
  }
}
const job = (more: Record<string, unknown> = {}) => ({
  kind: 'deploy',
  params: { environment: 'staging', version: 'v1.4.0' },
  requestedBy: 'U0OPERATOR',
  idempotencyKey: `key-${keys++}`,
  ...more,
})
const production = { params: { environment: 'production', version: 'v1.4.0' } }
const count = async (table: string) =>
  Number((await world.context.pool.query(`select count(*) as n from ${table}`)).rows[0].n)

describe('asking for a job', () => {
  test('records it once for five deliveries of one idempotency key, and rings once', async () => {
    const body = job()
    const answers = await Promise.all(
      Array.from({ length: 5 }, async () => await send('POST', '/v1/jobs', body)),
    )
    expect(answers.filter(({ status }) => status === 201)).toHaveLength(1)
    expect(answers.filter(({ status }) => status === 200)).toHaveLength(4)
    expect(new Set(answers.map(({ body: { id } }) => id)).size).toBe(1)
    expect(answers[0]?.body).toMatchObject({
      kind: 'deploy',
      state: 'queued',
      environment: 'staging',
      requestedBy: { slack: 'U0OPERATOR', name: 'Maria Santos' },
      steps: [
        { name: 'plan', state: 'pending' },
        { name: 'only', state: 'pending' },
      ],
    })
    expect(world.rung.filter((id) => id === answers[0]?.body.id)).toHaveLength(1)
  })

  test('refuses a key that belongs to another request', async () => {
    const first = job()
    await send('POST', '/v1/jobs', first)
    const second = await send('POST', '/v1/jobs', { ...first, requestedBy: 'U0ADMIN' })
    expect(second).toMatchObject({ status: 409, body: { code: 'key-reused' } })
  })

  test.each([
    [
      'an unknown environment',
      { params: { environment: 'prod', version: 'v1.4.0' } },
      422,
      /development, staging, production/,
    ],
    [
      'a hostile version',
      { params: { environment: 'staging', version: 'v1;rm -rf /' } },
      400,
      /params\.version: a version looks like v1\.2\.3/,
    ],
    [
      'a version like an option',
      { params: { environment: 'staging', version: '--kubeconfig=x' } },
      400,
      /params\.version/,
    ],
    ['an unknown kind', { kind: 'explode' }, 400, /kind: there is no "explode"; use one of deploy, rollback/],
    [
      'an unknown field',
      { params: { environment: 'staging', version: 'v1.4.0', force: true } },
      400,
      /force/,
    ],
    ['a missing field', { requestedBy: undefined }, 400, /requestedBy/],
    ['a stranger', { requestedBy: 'U0STRANGER' }, 403, /Ask Pedro Costa/],
    ['a viewer', { requestedBy: 'U0VIEWER' }, 403, /Ana Lima may not deploy in staging/],
  ])('refuses %s with a sentence, and changes nothing', async (_, more, status, sentence) => {
    const before = [await count('job'), await count('audit'), await count('subject')]
    const answer = await send('POST', '/v1/jobs', job(more))
    expect(answer).toMatchObject({ status, type: 'application/problem+json' })
    expect(answer.body.detail).toMatch(sentence)
    expect([await count('job'), await count('audit'), await count('subject')]).toEqual(before)
  })

  test('names every wrong field of a body', async () => {
    const { body } = await send('POST', '/v1/jobs', {
      kind: 7,
      params: [],
      requestedBy: 'x',
      idempotencyKey: '',
    })
    const fields = body.errors.map(({ field }: { field: string }) => field)
    expect(fields).toEqual(expect.arrayContaining(['kind', 'params', 'requestedBy', 'idempotencyKey']))
  })
})

describe('who may speak at all', () => {
  test.each([[''], ['Bearer wrong'], ['Basic abc'], [`Bearer ${token}x`]])(
    'refuses %j',
    async (authorization) => {
      expect(await send('GET', '/v1/jobs', undefined, { authorization })).toMatchObject({
        status: 401,
        body: { code: 'unauthorized' },
      })
    },
  )

  test('health, readiness, metrics and the description need no token', async () => {
    const open = await Promise.all(
      ['/healthz', '/readyz', '/metrics', '/openapi.json'].map(
        async (path) => (await api.request(path)).status,
      ),
    )
    expect(open).toEqual([200, 200, 200, 200])
  })

  test('refuses a body that is too large, or is not JSON', async () => {
    expect(await send('POST', '/v1/jobs', job({ params: { x: 'x'.repeat(300_000) } }))).toMatchObject({
      status: 413,
    })
    expect(await send('POST', '/v1/jobs', '{"kind":')).toMatchObject({ status: 400 })
  })
})

describe('approval', () => {
  const waiting = async () => (await send('POST', '/v1/jobs', job(production))).body
  const act = async (id: number, verb: string, body: unknown) =>
    await send('POST', `/v1/jobs/${id}/${verb}`, body)

  test('production waits for another person', async () => {
    const { id, state, approval } = await waiting()
    expect({ state, quorum: approval.quorum, roles: approval.roles }).toEqual({
      state: 'waiting-approval',
      quorum: 1,
      roles: ['approver', 'admin'],
    })
    expect(await act(id, 'approve', { by: 'U0OPERATOR' })).toMatchObject({
      status: 403,
      body: { code: 'requester-cannot-approve' },
    })
    expect(await act(id, 'approve', { by: 'U0VIEWER' })).toMatchObject({
      status: 403,
      body: { code: 'not-allowed' },
    })
    expect(await act(id, 'approve', { by: 'U0APPROVER' })).toMatchObject({
      status: 200,
      body: { state: 'queued' },
    })
  })

  test('the same button pressed by two people at once is one decision', async () => {
    const { id } = await waiting()
    const answers = await Promise.all([
      act(id, 'approve', { by: 'U0APPROVER' }),
      act(id, 'approve', { by: 'U0ADMIN' }),
      act(id, 'reject', { by: 'U0ADMIN', reason: 'not today' }),
    ])
    expect(answers.filter(({ status }) => status === 200)).toHaveLength(1)
    expect(answers.filter(({ status }) => status === 409)).toHaveLength(2)
  })

  test('a rejection needs a reason and ends the job', async () => {
    const { id } = await waiting()
    expect(await act(id, 'reject', { by: 'U0APPROVER' })).toMatchObject({ status: 400 })
    expect(await act(id, 'reject', { by: 'U0APPROVER', reason: 'not today' })).toMatchObject({
      body: {
        state: 'cancelled',
        error: { code: 'rejected', values: { reason: 'not today', by: 'U0APPROVER' } },
      },
    })
  })

  test('breaking the glass needs an open critical incident, and is shown on it', async () => {
    const { id } = await waiting()
    const reason = 'customers cannot buy'
    expect(await act(id, 'break-glass', { by: 'U0OPERATOR', reason })).toMatchObject({
      status: 403,
      body: { code: 'no-critical-incident' },
    })
    const incident = {
      title: 'Shop is down',
      level: 1,
      by: 'U0OPERATOR',
      idempotencyKey: `incident-${keys++}`,
    }
    const { body: declared } = await send('POST', '/v1/incidents', incident)
    expect(await act(id, 'break-glass', { by: 'U0OPERATOR', reason })).toMatchObject({
      status: 200,
      body: { state: 'queued' },
    })
    const { body: shown } = await send('GET', `/v1/incidents/${declared.id}`)
    expect(shown.timeline.at(-1)).toMatchObject({ kind: 'break-glass', details: { jobId: id, reason } })
    await send('POST', `/v1/incidents/${declared.id}/resolve`, { by: 'U0OPERATOR' })
  })

  test('cancels while it waits, once', async () => {
    const { id } = await waiting()
    expect(await act(id, 'cancel', { by: 'U0VIEWER' })).toMatchObject({ status: 403 })
    expect(await act(id, 'cancel', { by: 'U0OPERATOR' })).toMatchObject({ body: { state: 'cancelled' } })
    expect(await act(id, 'cancel', { by: 'U0OPERATOR' })).toMatchObject({
      status: 409,
      body: { code: 'wrong-state' },
    })
    expect(await act(id, 'approve', { by: 'U0APPROVER' })).toMatchObject({ status: 409 })
    expect(await act(id, 'retry', { by: 'U0OPERATOR' })).toMatchObject({
      body: { state: 'waiting-approval', attempt: 2 },
    })
  })
})

describe('freezes', () => {
  test('stop a deploy, not a rollback, and can be overridden with a reason', async () => {
    const until = new Date(Date.now() + 3_600_000).toISOString()
    const freeze = {
      environment: 'staging',
      reason: 'Black Friday',
      until,
      by: 'U0ADMIN',
      idempotencyKey: `freeze-${keys++}`,
    }
    expect(await send('POST', '/v1/freezes', { ...freeze, by: 'U0OPERATOR' })).toMatchObject({ status: 403 })
    expect(await send('POST', '/v1/freezes', freeze)).toMatchObject({ status: 201 })
    expect(await send('POST', '/v1/freezes', freeze)).toMatchObject({ status: 200 })

    expect(await send('POST', '/v1/jobs', job())).toMatchObject({
      status: 409,
      body: { code: 'frozen', values: { reason: 'Black Friday', environment: 'staging' } },
    })
    const rollback = job({ kind: 'rollback', params: { environment: 'staging' } })
    expect(await send('POST', '/v1/jobs', rollback)).toMatchObject({ status: 201 })
    const overridden = job({ overrideFreeze: 'security fix' })
    expect(await send('POST', '/v1/jobs', overridden)).toMatchObject({ status: 403 })
    expect(await send('POST', '/v1/jobs', { ...overridden, requestedBy: 'U0ADMIN' })).toMatchObject({
      status: 201,
      body: { overrideReason: 'security fix' },
    })
    expect(await send('POST', '/v1/environments/staging/unfreeze', { by: 'U0ADMIN' })).toMatchObject({
      body: { lifted: 1 },
    })
    expect(await send('POST', '/v1/jobs', job())).toMatchObject({ status: 201 })
  })
})

describe('the audit log', () => {
  test('is whole, holds who did what, and cannot be changed', async () => {
    const { body: created } = await send('POST', '/v1/jobs', job())
    const { body: lines } = await send('GET', `/v1/audit?subject=job/${created.id}`)
    expect(lines.lines[0]).toMatchObject({ actor: 'U0OPERATOR', action: 'job.requested' })
    expect((await send('GET', '/v1/audit/verify')).body).toMatchObject({ intact: true, firstBrokenId: null })
    await expect(world.context.pool.query(`update audit set actor = 'somebody'`)).rejects.toThrow(
      'append-only',
    )
    await expect(world.context.pool.query('delete from audit')).rejects.toThrow('append-only')
  })

  test('shows where somebody with the keys to the database changed it', async () => {
    const { body: created } = await send('POST', '/v1/jobs', job())
    const { body: lines } = await send('GET', `/v1/audit?subject=job/${created.id}`)
    expect((await send('GET', '/v1/audit/verify')).body).toMatchObject({ intact: true })
    const client = await world.context.pool.connect()
    await client.query('begin')
    await client.query('alter table audit disable trigger audit_is_append_only')
    await client.query(`update audit set actor = 'U0SOMEBODY' where id = ${lines.lines[0].id}`)
    await client.query('alter table audit enable trigger audit_is_append_only')
    await client.query('commit')
    client.release()
    expect((await send('GET', '/v1/audit/verify')).body).toMatchObject({
      intact: false,
      firstBrokenId: lines.lines[0].id,
    })
  })
})

describe('hostile input', () => {
  const anything = fc.oneof(fc.jsonValue(), fc.string({ unit: 'binary', maxLength: 200 }))
  property.prop([
    fc.constantFrom('POST', 'PUT', 'GET', 'DELETE'),
    fc.constantFrom(
      '/v1/jobs',
      '/v1/jobs/1/approve',
      '/v1/jobs/1/cancel',
      '/v1/freezes',
      '/v1/incidents',
      '/v1/jobs/99999999999999999999',
      '/v1/slack/messages/shown',
      '/v1/environments/x/unfreeze',
    ),
    fc.oneof(
      anything,
      fc.record({
        kind: anything,
        params: anything,
        requestedBy: anything,
        idempotencyKey: anything,
        by: anything,
        reason: anything,
      }),
      fc.record({
        kind: fc.constant('deploy'),
        params: fc.record({ environment: fc.string(), version: fc.string() }),
        requestedBy: fc.constant('U0OPERATOR'),
        idempotencyKey: fc.string({ minLength: 1 }),
      }),
    ),
  ])('is answered below 500 and does nothing', async (method, path, body) => {
    const before = await count('job')
    const answer = await api.request(path, {
      method,
      headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
      ...(method === 'GET' ? {} : { body: JSON.stringify(body) ?? '' }),
    })
    expect(answer.status).toBeLessThan(500)
    expect(await count('job')).toBe(before)
  })
})
