// What is kept of the messages in Slack, and what it makes of a subject: stale or shown.
import { afterAll, beforeAll, expect, test } from 'vitest'
import { announce, staleSubjects, subjectRevision } from '../../db/announcements.ts'
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

async function send(method: string, path: string, body?: unknown) {
  const response = await api.request(path, {
    method,
    headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  })
  expect(response.status).toBe(200)
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
