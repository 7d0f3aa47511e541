import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest'
import { StepFailure } from '../failures.ts'
import type { Procedure } from '../runner/procedure.ts'
import { quickProcedure, testContext } from '../testing.ts'
import { createApi } from './api.ts'

let world: Awaited<ReturnType<typeof testContext>>
let api: ReturnType<typeof createApi>

/** Deploys whose plan the test decides. */
let plan: Procedure['plan']

beforeAll(async () => {
  const deploy: Procedure = {
    ...quickProcedure('deploy'),
    plan: (params, step) => plan(params, step),
  }
  world = await testContext({ procedures: [deploy, quickProcedure('rollback', false)] })
  api = createApi(world.context, 'a-token-of-tests-only')
})
afterAll(async () => await world.close())

const post = async (path: string, body: unknown) => {
  const response = await api.request(path, {
    method: 'POST',
    headers: { authorization: 'Bearer a-token-of-tests-only', 'content-type': 'application/json' },
    body: JSON.stringify(body),
  })
  return { status: response.status, body: JSON.parse(await response.text()) }
}
const ask = (environment: string, more: Record<string, unknown> = {}) => ({
  kind: 'deploy',
  params: { environment, version: 'v1.4.0' },
  requestedBy: 'U0OPERATOR',
  ...more,
})
const change = { from: 'v1.3.0', to: 'v1.4.0', details: [] }
const jobs = async () => Number((await world.context.pool.query('select count(*) as n from job')).rows[0].n)

describe('looking before asking', () => {
  test('says what would change, what is needed, and who is ahead; nothing is recorded', async () => {
    plan = async () => ({ change, plan: null })
    await post('/v1/jobs', { ...ask('staging'), idempotencyKey: 'ahead' })
    const before = await jobs()
    expect((await post('/v1/plans', ask('production'))).body).toEqual({
      change,
      problem: null,
      approval: { quorum: 1, roles: ['approver', 'admin'] },
      freeze: null,
      mayOverride: false,
      ahead: [],
    })
    expect((await post('/v1/plans', ask('staging'))).body).toMatchObject({
      approval: null,
      ahead: [{ jobId: 1, kind: 'deploy', requestedBy: { name: 'Maria Santos' } }],
    })
    expect(await jobs()).toBe(before)
  })

  test('a freeze is part of the answer, and whether this person may go past it', async () => {
    plan = async () => ({ change, plan: null })
    const until = new Date(Date.now() + 3_600_000).toISOString()
    await post('/v1/freezes', {
      environment: 'production',
      reason: 'Black Friday',
      until,
      by: 'U0APPROVER',
      idempotencyKey: 'freeze',
    })
    const operator = await post('/v1/plans', ask('production'))
    expect(operator.body).toMatchObject({ freeze: { reason: 'Black Friday' }, mayOverride: false })
    const approver = await post('/v1/plans', ask('production', { requestedBy: 'U0APPROVER' }))
    expect(approver.body).toMatchObject({ mayOverride: true })
    const rollback = await post('/v1/plans', ask('production', { kind: 'rollback' }))
    expect(rollback.body.freeze).toBeNull()
  })

  test.each([
    ['a viewer', ask('production', { requestedBy: 'U0VIEWER' }), 'not-allowed'],
    ['a stranger', ask('production', { requestedBy: 'U0STRANGER' }), 'unknown-person'],
    ['no such environment', ask('nowhere'), 'unknown-environment'],
    ['no such kind', ask('production', { kind: 'party' }), 'invalid-request'],
    [
      'a version that is none',
      { ...ask('staging'), params: { environment: 'staging', version: 'x' } },
      'invalid-request',
    ],
  ])('%s is refused as asking for the job would be', async (_, body, code) => {
    plan = () => Promise.reject(new Error('must not be asked'))
    const planned = await post('/v1/plans', body)
    const asked = await post('/v1/jobs', { ...body, idempotencyKey: `key-${code}` })
    expect(planned.body.code).toBe(code)
    expect(planned).toEqual(asked)
  })

  test('trouble in finding out is an answer too, without secrets', async () => {
    plan = () => Promise.reject(new StepFailure('cluster-unreachable', { reason: 'refused' }, 'No answer.'))
    expect((await post('/v1/plans', ask('staging'))).body).toMatchObject({
      change: null,
      problem: { code: 'cluster-unreachable', values: { reason: 'refused' }, message: 'No answer.' },
    })
  })

  test('what a step would fail with because it does not exist is a no', async () => {
    const values = { backup: 'latest', environment: 'staging', known: [] }
    plan = () => Promise.reject(new StepFailure('unknown-backup', values, 'There is no backup yet.'))
    expect(await post('/v1/plans', ask('staging'))).toMatchObject({
      status: 422,
      body: { code: 'unknown-backup', values },
    })
  })

  test('a world that does not answer is not waited for', async () => {
    let aborted = false
    plan = (_, { signal }) =>
      new Promise(() => signal.addEventListener('abort', () => void (aborted = true), { once: true }))
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] })
    try {
      const asking = post('/v1/plans', ask('staging'))
      await vi.waitFor(() => expect(vi.getTimerCount()).toBeGreaterThan(0))
      await vi.advanceTimersByTimeAsync(2_600)
      expect((await asking).body).toMatchObject({ change: null, problem: { code: 'unavailable' } })
      expect(aborted).toBe(true)
    } finally {
      vi.useRealTimers()
    }
  })
})
