import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { announceHomes } from '../../db/home.ts'
import { staleSubjects, subjectRevision } from '../../db/announcements.ts'
import { moveJob, setChange } from '../../db/jobs.ts'
import { execute, sql } from '../../db/sql.ts'
import type { EnvironmentNow } from '../environment-status.ts'
import { announceOpenHomes } from '../home.ts'
import { testContext } from '../testing.ts'
import { createApi } from './api.ts'

const token = 'a-token-of-tests-only'
let world: Awaited<ReturnType<typeof testContext>>
let api: ReturnType<typeof createApi>
let keys = 0

beforeAll(async () => {
  world = await testContext()
  world.context.runbook = { ...world.context.runbook, guests: new Map() }
  api = createApi(world.context, token)
})
afterAll(async () => await world.close())

async function send(method: string, path: string, body?: unknown) {
  const response = await api.request(path, {
    method,
    headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  })
  return { status: response.status, body: JSON.parse(await response.text()) }
}
const get = async (path: string) => (await send('GET', path)).body
const revision = async (subject: string) => await subjectRevision(world.context.pool, subject)
const people = async (subject: string) => (await get(`/v1/slack/copies?subject=${subject}`)).people.toSorted()

async function requestJob(environment: string, requestedBy = 'U0OPERATOR'): Promise<number> {
  const params = { environment, version: 'v1.4.0' }
  const body = { kind: 'deploy', params, requestedBy, idempotencyKey: `told-${keys++}` }
  return (await send('POST', '/v1/jobs', body)).body.id
}
/** As the worker does once it has looked at what would change. */
const planned = async (id: number) =>
  await setChange(world.context.pool, id, { from: 'v1.3.0', to: 'v1.4.0', details: [] })
const aged = async (id: number, seconds: number) =>
  await execute(
    world.context.pool,
    sql`update job set created_at = now() - make_interval(secs => ${seconds}) where id = ${id}`,
  )
const failed = async (id: number) =>
  await moveJob(world.context.pool, { jobId: id, from: ['waiting-approval', 'queued'], to: 'failed' })

describe('who is asked to approve', () => {
  test('those with a role of the policy, not who asked; after a decision nobody', async () => {
    const id = await requestJob('production', 'U0ADMIN')
    await planned(id)
    expect(await people(`approval/${id}.1`)).toEqual(['U0APPROVER'])
    const before = await revision(`approval/${id}.1`)
    await send('POST', `/v1/jobs/${id}/approve`, { by: 'U0APPROVER' })
    expect(await people(`approval/${id}.1`)).toEqual([])
    expect(await revision(`approval/${id}.1`)).toBeGreaterThan(before)
  })

  test('nobody who wants no direct messages', async () => {
    await send('PATCH', '/v1/people/U0APPROVER/settings', { directMessages: false })
    const id = await requestJob('production')
    await planned(id)
    expect(await people(`approval/${id}.1`)).toEqual(['U0ADMIN'])
    await send('PATCH', '/v1/people/U0APPROVER/settings', { directMessages: true })
    expect(await people(`approval/${id}.1`)).toEqual(['U0ADMIN', 'U0APPROVER'])
  })

  test('nobody for a job that needs no approval', async () => {
    const id = await requestJob('staging')
    await planned(id)
    expect(await revision(`approval/${id}.1`)).toBe(0)
  })
})

describe('the end of a job', () => {
  test.each([
    ['long', 5, false],
    ['long', 60, true],
    ['always', 5, true],
    ['never', 60, false],
  ])('with the setting %s, after %i s, is told: %s', async (endNotice, seconds, isTold) => {
    await send('PATCH', '/v1/people/U0OPERATOR/settings', { endNotice })
    const id = await requestJob('staging')
    await aged(id, seconds)
    await failed(id)
    expect((await revision(`job-end/${id}.1`)) > 0).toBe(isTold)
  })

  test('is not told to somebody who stopped it themselves', async () => {
    await send('PATCH', '/v1/people/U0OPERATOR/settings', { endNotice: 'always' })
    const own = await requestJob('staging')
    await send('POST', `/v1/jobs/${own}/cancel`, { by: 'U0OPERATOR' })
    const others = await requestJob('staging')
    await send('POST', `/v1/jobs/${others}/cancel`, { by: 'U0ADMIN' })
    expect(await revision(`job-end/${own}.1`)).toBe(0)
    expect(await revision(`job-end/${others}.1`)).toBeGreaterThan(0)
  })

  test('is told once for each attempt', async () => {
    const id = await requestJob('staging')
    await failed(id)
    const first = await revision(`job-end/${id}.1`)
    await send('POST', `/v1/jobs/${id}/retry`, { by: 'U0OPERATOR' })
    await failed(id)
    expect(await revision(`job-end/${id}.1`)).toBe(first)
    expect(await revision(`job-end/${id}.2`)).toBeGreaterThan(first)
  })
})

test('a log file asked for twice is one; asked for early, it is announced again at the end', async () => {
  const id = await requestJob('staging')
  expect((await send('POST', `/v1/jobs/${id}/log-file`)).body).toEqual({ state: 'when-over' })
  const asked = await revision(`job-log/${id}.1`)
  expect((await send('POST', `/v1/jobs/${id}/log-file`)).body).toEqual({ state: 'when-over' })
  expect(await revision(`job-log/${id}.1`)).toBe(asked)
  await failed(id)
  expect(await revision(`job-log/${id}.1`)).toBeGreaterThan(asked)
  expect((await send('POST', `/v1/jobs/${id}/log-file`)).body).toEqual({ state: 'coming' })
})

describe('access', () => {
  const stranger = 'U0STRANGER'
  const ask = async (by = stranger) => await send('POST', '/v1/access-requests', { by, name: 'Bruno Reis' })
  const deploys = async () =>
    await send('POST', '/v1/jobs', {
      kind: 'deploy',
      params: { environment: 'staging', version: 'v1.4.0' },
      requestedBy: stranger,
      idempotencyKey: `told-${keys++}`,
    })

  test('is asked for once, granted by an admin alone, counts, is audited and can be revoked', async () => {
    const { id } = (await ask()).body
    expect((await ask()).body.id).toBe(id)
    expect(await people(`access/${id}`)).toEqual(['U0ADMIN'])
    const grant = (by: string) =>
      send('POST', `/v1/access-requests/${id}/grant`, { by, role: 'operator', hours: 8 })
    expect((await grant('U0APPROVER')).body).toMatchObject({
      code: 'not-allowed',
      values: { roles: ['admin'] },
    })
    expect((await grant(stranger)).body.code).toBe('not-allowed')
    expect((await deploys()).body.code).toBe('unknown-person')

    expect((await grant('U0ADMIN')).body).toMatchObject({ state: 'granted', role: 'operator' })
    expect((await grant('U0ADMIN')).body).toMatchObject({ code: 'access-decided' })
    expect(await people(`access/${id}`)).toEqual([])
    expect(await people(`access-answer/${id}`)).toEqual([stranger])
    expect((await deploys()).body.requestedBy).toEqual({ slack: stranger, name: 'Bruno Reis' })
    expect((await ask()).body.code).toBe('has-access')
    const { lines } = await get(`/v1/audit?subject=access/${id}`)
    expect(lines.map(({ action, actor }: { action: string; actor: string }) => [actor, action])).toEqual([
      ['U0ADMIN', 'access.granted'],
      [stranger, 'access.requested'],
    ])

    expect((await send('POST', `/v1/people/${stranger}/revoke`, { by: stranger })).status).toBe(403)
    expect((await send('POST', `/v1/people/${stranger}/revoke`, { by: 'U0ADMIN' })).body).toEqual({
      revoked: 1,
    })
    expect((await deploys()).body.code).toBe('unknown-person')
  })

  test('granted for some hours ends by itself', async () => {
    const { id } = (await ask()).body
    await send('POST', `/v1/access-requests/${id}/grant`, { by: 'U0ADMIN', role: 'operator', hours: 1 })
    expect((await deploys()).status).toBe(201)
    await execute(
      world.context.pool,
      sql`update role_grant set expires_at = now() - interval '1 second' where request_id = ${id}`,
    )
    expect((await deploys()).body.code).toBe('unknown-person')
  })

  test('gives nobody who is not in the runbook file a vote', async () => {
    const { id } = (await ask()).body
    await send('POST', `/v1/access-requests/${id}/grant`, { by: 'U0ADMIN', role: 'operator' })
    const job = await requestJob('production')
    expect((await send('POST', `/v1/jobs/${job}/approve`, { by: stranger })).body.code).toBe('not-allowed')
    await send('POST', `/v1/people/${stranger}/revoke`, { by: 'U0ADMIN' })
  })

  test('can be refused, and asked for again', async () => {
    const { id } = (await ask()).body
    await send('POST', `/v1/access-requests/${id}/refuse`, { by: 'U0ADMIN' })
    expect((await ask()).body.id).not.toBe(id)
  })
})

describe('Home', () => {
  const redraw = async () => await announceHomes(world.context.pool, '')

  test('says what waits for this person and what does not', async () => {
    const id = await requestJob('production')
    const waiting = (home: { overview: Record<string, { id: number }[]> }, what: string) =>
      home.overview[what]?.map((job) => job.id).includes(id)
    const approver = await get('/v1/home/U0APPROVER')
    const operator = await get('/v1/home/U0OPERATOR')
    expect([waiting(approver, 'waitingForMe'), waiting(approver, 'waitingForOthers')]).toEqual([true, false])
    expect([waiting(operator, 'waitingForMe'), waiting(operator, 'waitingForOthers')]).toEqual([false, true])
    expect(approver.overview.environments.map(({ name }: { name: string }) => name)).toContain('production')
  })

  test('shows nothing of the house to somebody who is not let in', async () => {
    expect(await get('/v1/home/U0NOBODY')).toMatchObject({ overview: null, access: 'none' })
  })

  test('is redrawn when an environment falls ill or gets well, and asks none while nobody looks', async () => {
    const { context } = world
    let asked = 0
    let health: EnvironmentNow['health'] = 'healthy'
    const nothing = { version: null, revision: null, releasedBy: null, releasedAt: null, problem: null }
    const lately = async () => {
      asked += 1
      return { ...nothing, health }
    }
    await execute(context.pool, sql`delete from home_viewer`)
    await announceOpenHomes(context, lately)
    expect(asked).toBe(0)

    await send('POST', '/v1/home/U0VIEWER/opened')
    await announceOpenHomes(context, lately)
    const before = await revision('home/U0VIEWER')
    await announceOpenHomes(context, lately)
    expect(await revision('home/U0VIEWER')).toBe(before)
    health = 'unhealthy'
    await announceOpenHomes(context, lately)
    expect(await revision('home/U0VIEWER')).toBeGreaterThan(before)
  })

  test('is redrawn when what it shows has changed, for those who look', async () => {
    await send('POST', '/v1/home/U0VIEWER/opened')
    await redraw()
    const before = await revision('home/U0VIEWER')
    await redraw()
    expect(await revision('home/U0VIEWER')).toBe(before)
    await requestJob('staging')
    await redraw()
    const after = await revision('home/U0VIEWER')
    expect(after).toBeGreaterThan(before)

    await execute(world.context.pool, sql`update home_viewer set seen_at = now() - interval '16 minutes'`)
    await requestJob('staging')
    await redraw()
    expect(await revision('home/U0VIEWER')).toBe(after)
    const stale = await staleSubjects(world.context.pool, { limit: 100_000 })
    expect(stale.filter(({ name }) => name.startsWith('home/'))).toEqual([])
  })
})

test('what is stale is read in pages, however much it is', async () => {
  await execute(
    world.context.pool,
    sql`insert into subject (name) select 'job/' || n from generate_series(10001, 11200) n`,
  )
  const seen = new Set<string>()
  let after = 0
  for (let page = await staleSubjects(world.context.pool); page.length > 0;) {
    for (const { name } of page) seen.add(name)
    after = page.at(-1)?.revision ?? 0
    page = await staleSubjects(world.context.pool, { after })
  }
  expect([...seen].filter((name) => /^job\/1[01]\d{3}$/.test(name))).toHaveLength(1200)
})
