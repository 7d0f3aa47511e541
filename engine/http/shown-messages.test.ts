// What is kept of the messages in Slack, and what it makes of a subject: stale or shown.
import { afterAll, beforeAll, expect, test } from 'vitest'
import { announce, staleSubjects, subjectRevision } from '../../db/announcements.ts'
import { claimJob, finishJob } from '../../db/job-claims.ts'
import { appendLog } from '../../db/steps.ts'
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

test('a person Slack lets nobody write to makes nothing stale, and can be tried at the next change', async () => {
  const subject = 'approval/901.1'
  const fence = await takeLease()
  const unreachable = async (): Promise<void> =>
    await shown({ subject, channel: 'U0NOBODY', ts: '-', revision: await changed(subject), fence })
  await unreachable()
  expect(await isStale(subject)).toBe(false)

  const revision = await changed(subject)
  expect(await isStale(subject)).toBe(true)
  await shown({ subject, channel: 'U0APPROVER', ts: '1.1', revision, fence })
  expect(await isStale(subject)).toBe(false)

  await send('POST', '/v1/slack/messages/posting', { subject, channel: 'U0NOBODY', fence })
  const { messages } = await send('GET', `/v1/slack/messages?subject=${subject}`)
  expect(messages[1]).toMatchObject({ channel: 'U0NOBODY', ts: null, postingSince: expect.any(String) })
  expect(await isStale(subject)).toBe(true)
})

test('a log that is followed rings with every line and at the end, and is then kept as a file', async () => {
  const { pool } = world.context
  const params = { environment: 'staging', version: 'v1.4.0' }
  const asked = { kind: 'deploy', params, requestedBy: 'U0OPERATOR', idempotencyKey: 'followed' }
  const { id: jobId } = await send('POST', '/v1/jobs', asked, 201)
  const follow = async () => (await send('POST', `/v1/jobs/${jobId}/follow`)).state
  const [log, file] = [`job-follow/${jobId}.1`, `job-log/${jobId}.1`]

  expect(await follow()).toBe('when-started')
  const job = await claimJob(pool, { jobId, owner: 'a worker', leaseSeconds: 30, frozenEnvironments: [] })
  const hold = { jobId, fence: job?.fence ?? 0, leaseSeconds: 30 }
  expect(await follow()).toBe('following')
  const before = await subjectRevision(pool, log)
  expect(await follow()).toBe('following')
  expect(await subjectRevision(pool, log)).toBe(before)

  expect(await appendLog(pool, hold, { step: 'plan', lines: ['one', 'two'] })).toBe(true)
  const written = await subjectRevision(pool, log)
  expect(written).toBeGreaterThan(before)
  expect(await isStale(log)).toBe(true)
  expect(await subjectRevision(pool, file)).toBe(0)

  await finishJob(pool, { ...hold, state: 'succeeded' })
  expect(await subjectRevision(pool, log)).toBeGreaterThan(written)
  expect(await subjectRevision(pool, file)).toBeGreaterThan(0)
  expect(await follow()).toBe('over')
})

test('a log that nobody follows rings for nobody', async () => {
  const { pool } = world.context
  const params = { environment: 'staging', version: 'v1.4.0' }
  const asked = { kind: 'deploy', params, requestedBy: 'U0OPERATOR', idempotencyKey: 'not followed' }
  const { id: jobId } = await send('POST', '/v1/jobs', asked, 201)
  const job = await claimJob(pool, { jobId, owner: 'a worker', leaseSeconds: 30, frozenEnvironments: [] })
  const hold = { jobId, fence: job?.fence ?? 0, leaseSeconds: 30 }
  const before = await subjectRevision(pool, `job/${jobId}`)
  expect(await appendLog(pool, hold, { step: 'plan', lines: ['one'] })).toBe(true)
  expect(await subjectRevision(pool, `job/${jobId}`)).toBeGreaterThan(before)
  await finishJob(pool, { ...hold, state: 'succeeded' })
  expect(await subjectRevision(pool, `job-follow/${jobId}.1`)).toBe(0)
  expect(await subjectRevision(pool, `job-log/${jobId}.1`)).toBe(0)
})

async function send(method: string, path: string, body?: unknown, status = 200) {
  const response = await api.request(path, {
    method,
    headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  })
  expect(response.status).toBe(status)
  return JSON.parse(await response.text())
}
const shown = async (message: Record<string, unknown>): Promise<void> =>
  await send('POST', '/v1/slack/messages/shown', message)
const takeLease = async (): Promise<number> =>
  (await send('POST', '/v1/leases/projection/take', { holder: 'a bot', seconds: 60 })).lease.fence

async function changed(subject: string): Promise<number> {
  await announce(world.context.pool, subject)
  return await subjectRevision(world.context.pool, subject)
}
const isStale = async (subject: string): Promise<boolean> =>
  (await staleSubjects(world.context.pool)).some(({ name }) => name === subject)
