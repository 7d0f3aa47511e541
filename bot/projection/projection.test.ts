import { WebClient } from '@slack/web-api'
import { pino } from 'pino'
import { afterEach, beforeEach, expect, test } from 'vitest'
import type { Job } from '../../engine/client.ts'
import type { Metrics } from '../metrics.ts'
import type { Budgets } from '../slack/budget.ts'
import { startLosingProxy } from '../testing/losing-proxy.ts'
import {
  incidents,
  operations,
  projectionDeps,
  startScene,
  until,
  type Scene,
} from '../testing/projection-scene.ts'
import { follow } from './follow.ts'
import { createProjection } from './project.ts'
import type { Views } from './subjects.ts'

let scene: Scene
let slack: Scene['slack']
let engine: Scene['engine']

beforeEach(async () => {
  scene = await startScene()
  slack = scene.slack
  engine = scene.engine
})
afterEach(async () => await scene.close())

test('a job has one message, which follows it to the end', async () => {
  project()
  engine.setJob(1, { state: 'running' })
  await shows('job/1 running')
  engine.setJob(1, { state: 'succeeded' })
  await shows('job/1 succeeded')
  expect(texts()).toEqual(['job/1 succeeded'])
  expect(engine.row('job/1')).toMatchObject({ channel: operations, ts: slack.messages(operations)[0]?.ts })
})

test('a hundred changes at once become a few edits', async () => {
  project({ secondsBetweenEdits: 0.2 })
  for (let count = 0; count < 100; count++) engine.setJob(1, { state: 'running', attempt: count })
  engine.setJob(1, { state: 'failed' })
  await shows('job/1 failed')
  expect(slack.countOf('chat.postMessage') + slack.countOf('chat.update')).toBeLessThanOrEqual(3)
})

test('a message that shows the newest state is left alone', async () => {
  project()
  const { revision } = engine.setJob(1, { state: 'running' })
  await until(() => engine.row('job/1')?.shownRevision === revision)
  engine.announce('job/1', revision)
  engine.announce('job/1', revision + 1)
  engine.setJob(2, { state: 'running' })
  await shows('job/2 running')
  expect(slack.countOf('chat.update')).toBe(0)
})

test('a message that was true and forgotten while its subject was being read is edited, not posted again', async () => {
  project({ secondsBetweenEdits: 0.1 })
  engine.setJob(1, { state: 'running' })
  await shows('job/1 running')
  const { job } = engine
  const held = { isReading: false, goOn: (): void => undefined }
  engine.job = async (id) => {
    const read = await job(id)
    if (id !== 1 || held.isReading) return read
    await new Promise<void>((resolve) => Object.assign(held, { isReading: true, goOn: resolve }))
    return read
  }
  engine.setJob(1, { state: 'succeeded' })
  await until(() => held.isReading)
  // Two messages of another job, so late that the writer has let go of the first job's.
  for (const state of ['running', 'succeeded'] as const) {
    engine.setJob(2, { state })
    await shows(`job/2 ${state}`)
  }
  held.goOn()
  await slack.until(() => texts().filter((text) => text === 'job/1 succeeded').length > 0)
  expect(texts()).toEqual(['job/1 succeeded', 'job/2 succeeded'])
})

test('40 live jobs all come to show their end', async () => {
  const { metrics } = project()
  const ids = Array.from({ length: 40 }, (_, index) => index + 1)
  for (const state of ['queued', 'running', 'succeeded'] as const) {
    for (const id of ids) engine.setJob(id, { state })
  }
  await slack.until(() => texts().filter((text) => text.endsWith('succeeded')).length === 40)
  expect(new Set(texts()).size).toBe(40)
  expect(slack.countOf('chat.postMessage', 'ok')).toBe(40)
  await until(async () => (await valueOf(metrics, 'plantao_slack_messages_waiting')) === 0)
})

test('a job asked for in the incidents channel is shown there', async () => {
  project()
  engine.setJob(1, { origin: { channel: incidents } })
  engine.setJob(2, { origin: { channel: 'C0ELSEWHERE' } })
  await shows('job/1 queued', incidents)
  await shows('job/2 queued', operations)
  expect([texts(incidents), texts(operations)]).toEqual([['job/1 queued'], ['job/2 queued']])
})

test('a 429 in one channel delays no post in another', async () => {
  slack.levers({ down: '429', retryAfterSeconds: 3600, method: 'chat.postMessage', channel: incidents })
  project()
  engine.setJob(1, { origin: { channel: incidents } })
  await slack.until(() => slack.countOf('chat.postMessage', 'ratelimited') === 1)
  engine.setJob(2, {})
  await shows('job/2 queued')
  expect(slack.messages(incidents)).toEqual([])
  expect(slack.countOf('chat.postMessage', 'ratelimited')).toBe(1)
})

test('a final state overtakes a flood of progress', async () => {
  const updates = { calls: 10, seconds: 3600, progress: { calls: 3, seconds: 3600 } }
  project({ updates })
  for (const id of [1, 2, 3, 4, 5, 6]) engine.setJob(id, { state: 'running' })
  await slack.until(() => texts().length === 6)
  for (const id of [1, 2, 3, 4, 5, 6]) engine.setJob(id, { state: 'running', attempt: 2 })
  await slack.until(() => slack.countOf('chat.update', 'ok') === 3)
  engine.setJob(6, { state: 'failed' })
  await shows('job/6 failed')
  expect(slack.countOf('chat.update', 'ok')).toBe(4)
})

test.each(['500', 'silent', 'reset', '429'] as const)(
  'after an outage (%s) the truth is shown and nothing stale',
  async (down) => {
    project()
    engine.setJob(1, { state: 'running' })
    await shows('job/1 running')
    slack.levers({ down, retryAfterSeconds: 1 })
    for (let count = 2; count < 9; count++) engine.setJob(1, { state: 'running', attempt: count })
    engine.setJob(2, { state: 'running' })
    await slack.until(() => slack.calls().some((call) => !call.ok))
    engine.setJob(1, { state: 'succeeded' })
    engine.setJob(2, { state: 'succeeded' })
    const before = slack.countOf('chat.update', 'ok')
    slack.levers({ down: null })
    await slack.until(() => texts().filter((text) => text.endsWith('succeeded')).length === 2, 20)
    expect(texts().toSorted()).toEqual(['job/1 succeeded', 'job/2 succeeded'])
    expect(slack.countOf('chat.update', 'ok') - before).toBeLessThanOrEqual(2)
  },
)

test('a post whose answer is lost is found again, not posted twice', async () => {
  const proxy = await startLosingProxy(slack.url)
  scene.cleanups.push(() => proxy.close())
  proxy.lose('chat.postMessage', 1)
  const { metrics } = project({}, proxy.apiUrl)
  engine.setJob(1, { state: 'waiting-approval' })
  await until(() => engine.row('job/1')?.ts !== undefined && engine.row('job/1')?.ts !== null)
  engine.setJob(1, { state: 'succeeded' })
  await shows('job/1 succeeded')
  expect(texts()).toEqual(['job/1 succeeded'])
  expect(await valueOf(metrics, 'plantao_slack_messages_adopted_total')).toBe(1)
})

test('a bot that dies between posting and recording leaves one message', async () => {
  let bury = (): void => {}
  engine.levers.deadUntil = new Promise((resolve) => (bury = resolve))
  const death = engine.death()
  const dead = project()
  engine.setJob(1, { state: 'running' })
  await death
  expect(engine.row('job/1')).toMatchObject({ ts: null })
  expect(engine.row('job/1')?.postingSince).not.toBeNull()

  engine.levers.deadUntil = null
  engine.expireLease()
  await engine.takeLease({ name: 'projection', holder: 'the grave', seconds: 0 })
  const { metrics } = project()
  engine.setJob(1, { state: 'succeeded' })
  await shows('job/1 succeeded')
  expect(texts()).toEqual(['job/1 succeeded'])
  expect(await valueOf(metrics, 'plantao_slack_messages_adopted_total')).toBe(1)
  bury()
  await dead.stop()
})

test('a bot that is told to stop records what it has sent', async () => {
  const bot = project()
  engine.setJob(1, { state: 'running' })
  await slack.until(() => slack.countOf('chat.postMessage') === 1)
  await bot.stop()
  expect(engine.row('job/1')).toMatchObject({ ts: slack.messages(operations)[0]?.ts, postingSince: null })
})

test('a message that somebody deleted is posted anew', async () => {
  project()
  engine.setJob(1, { state: 'running' })
  await until(() => (engine.row('job/1')?.shownRevision ?? 0) > 0)
  slack.messages(operations).splice(0)
  engine.setJob(1, { state: 'failed' })
  await shows('job/1 failed')
  expect(texts()).toEqual(['job/1 failed'])
})

test('of two bots one writes; when it leaves the other takes over and shows the truth', async () => {
  const first = project()
  await until(() => first.holds())
  const second = project()
  engine.setJob(1, { state: 'running' })
  await shows('job/1 running')
  expect(second.holds()).toBe(false)

  await first.stop()
  engine.setJob(1, { state: 'succeeded' })
  await shows('job/1 succeeded')
  expect(second.holds()).toBe(true)
  expect(texts()).toEqual(['job/1 succeeded'])
})

test('a bot whose lease went to another stops writing', async () => {
  const first = project()
  await until(() => first.holds())
  engine.expireLease()
  await engine.takeLease({ name: 'projection', holder: 'another', seconds: 60 })
  engine.setJob(1, { state: 'running' })
  await until(() => !first.holds())
  expect(engine.row('job/1')).toBeUndefined()
})

test('a channel that takes no messages is complained about once and holds up no other', async () => {
  const lines: string[] = []
  const client = new WebClient('xoxb-1', { slackApiUrl: slack.apiUrl })
  await client.conversations.archive({ channel: incidents })
  project({}, slack.apiUrl, lines)
  engine.setJob(1, { origin: { channel: incidents } })
  engine.setJob(2, { origin: { channel: incidents } })
  await slack.until(() => slack.countOf('chat.postMessage', 'is_archived') === 2)
  engine.setJob(3, {})
  await shows('job/3 queued')
  expect(lines.filter((line) => line.includes('unarchive the channel'))).toHaveLength(1)
})

test('blocks that Slack refuses are shown as text', async () => {
  const lines: string[] = []
  project({}, slack.apiUrl, lines)
  engine.setJob(1, { state: 'running', kind: 'broken' })
  await shows('job/1 running')
  engine.setJob(1, { state: 'failed', kind: 'broken' })
  await shows('job/1 failed')
  engine.setJob(2, {})
  await shows('job/2 queued')
  expect(slack.messages(operations)[0]?.blocks).toEqual([])
  expect(lines.filter((line) => line.includes('invalid_blocks'))).toHaveLength(1)
})

test('a card that cannot be drawn is logged once and holds up no other', async () => {
  const lines: string[] = []
  project({}, slack.apiUrl, lines)
  engine.setJob(1, { kind: 'undrawable' })
  engine.setJob(2, {})
  await shows('job/2 queued')
  expect(lines.filter((line) => line.includes('cannot be drawn'))).toHaveLength(1)
})

test('an engine that goes away and comes back is caught up with', async () => {
  project()
  engine.setJob(1, { state: 'running' })
  await shows('job/1 running')
  engine.levers.down = true
  engine.setJob(1, { state: 'succeeded' })
  await until(() => engine.missed() > 0)
  engine.levers.down = false
  await shows('job/1 succeeded')
  expect(texts()).toEqual(['job/1 succeeded'])
})

const views: Views = {
  job: (job) => ({ text: `job/${job.id} ${job.state}`, blocks: blocksOf(job) }),
  incident: (incident) => ({ text: `incident/${incident.id}`, blocks: [] }),
}

function blocksOf(job: Job): ReturnType<Views['job']>['blocks'] {
  if (job.kind === 'undrawable') throw new TypeError('no such word')
  const text = job.kind === 'broken' ? 'x'.repeat(3001) : job.state
  return [{ type: 'section', text: { type: 'plain_text', text } }]
}

function project(budgets: Partial<Budgets> = {}, apiUrl = slack.apiUrl, lines: string[] = []) {
  const log = pino({ level: 'warn' }, { write: (line: string) => void lines.push(line) })
  const deps = projectionDeps(scene, { views, apiUrl, log, budgets })
  const following = follow({
    ...deps,
    holder: `bot ${scene.cleanups.length}`,
    lease: { seconds: 2, renewSeconds: 0.2, askSeconds: 0.2, marginSeconds: 0.5 },
    begin: (term) => createProjection(deps, term),
  })
  scene.cleanups.push(() => following.stop())
  return { ...following, metrics: deps.metrics }
}

const texts = (channel = operations): string[] => slack.messages(channel).map((message) => message.text)
const shows = (text: string, channel = operations) => slack.until(() => texts(channel).includes(text), 20)

async function valueOf(metrics: Metrics, name: string): Promise<number> {
  const metric = await metrics.registry.getSingleMetric(name)?.get()
  return metric?.values.reduce((sum, { value }) => sum + value, 0) ?? 0
}
