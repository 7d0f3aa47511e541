import { afterEach, beforeEach, expect, test } from 'vitest'
import { sampleAccessRequest, sampleHome } from '../commands/testing/recording-engine.ts'
import { startLosingProxy } from '../testing/losing-proxy.ts'
import { operations, project, startScene, until, type Scene } from '../testing/projection-scene.ts'

const joao = 'U0APPROVER'
const pedro = 'U0ADMIN'

let scene: Scene
let slack: Scene['slack']
let engine: Scene['engine']

beforeEach(async () => {
  scene = await startScene()
  slack = scene.slack
  engine = scene.engine
})
afterEach(async () => await scene.close())

const approval = {
  quorum: 1,
  roles: ['approver'],
  expiresAt: '2026-11-23T18:00:00.000Z',
  votes: [],
}
const ended = { startedAt: '2026-11-23T17:00:00.000Z', finishedAt: '2026-11-23T17:02:00.000Z' }

test('everybody who may approve has a copy, and every copy changes together', async () => {
  await project(scene)
  engine.setJob(1, { state: 'waiting-approval', approval })
  engine.people.set('approval/1.1', [joao, pedro])
  engine.change('approval/1.1')
  await slack.until(() => [joao, pedro].every((user) => direct(user).at(-1)?.includes('decisão')))
  const vote = {
    person: { slack: joao, name: 'João Silva' },
    decision: 'approve' as const,
    reason: null,
    at: '2026-11-23T17:30:00.000Z',
  }
  engine.setJob(1, { state: 'queued', approval: { ...approval, votes: [vote] } })
  engine.people.set('approval/1.1', [])
  engine.change('approval/1.1')
  await slack.until(() => [joao, pedro].every((user) => direct(user).at(-1)?.includes('João Silva')))
  await slack.until(() => texts().at(-1) === 'job/1 queued')
  expect([direct(joao).length, direct(pedro).length]).toEqual([1, 1])
  expect(copyOf(joao)).not.toContain('job.approve')
})

test('a copy begun by a bot that died is kept true by the next one', async () => {
  const first = await project(scene)
  engine.setJob(1, { state: 'waiting-approval', approval })
  engine.people.set('approval/1.1', [joao])
  engine.change('approval/1.1')
  await until(() => engine.rowsOf('approval/1.1')[0]?.shownRevision === engine.revisionOf('approval/1.1'))
  await first.stop()
  engine.people.set('approval/1.1', [])
  engine.setJob(1, { state: 'cancelled', approval })
  engine.change('approval/1.1')
  await project(scene)
  engine.announce('approval/1.1', engine.revisionOf('approval/1.1'))
  await slack.until(() => direct(joao)[0]?.includes('cancelado'))
  expect(direct(joao)).toHaveLength(1)
})

test('what is to be shown to nobody is settled without a message', async () => {
  await project(scene)
  engine.setJob(1, { state: 'waiting-approval', approval })
  const revision = engine.change('approval/1.1')
  await until(() => engine.rowsOf('approval/1.1')[0]?.shownRevision === revision)
  expect(engine.rowsOf('approval/1.1')).toMatchObject([{ channel: '-' }])
  expect(slack.countOf('conversations.open')).toBe(0)
})

test('the one who asked is told of the end in the thread of the card, once even if an answer of Slack is lost', async () => {
  const proxy = await startLosingProxy(slack.url)
  scene.cleanups.push(() => proxy.close())
  await project(scene, { apiUrl: proxy.apiUrl })
  engine.setJob(1, { state: 'succeeded', ...ended })
  await slack.until(() => texts().length === 1)
  proxy.lose('chat.postMessage', 1)
  const revision = engine.change('job-end/1.1')
  await until(() => engine.rowsOf('job-end/1.1')[0]?.shownRevision === revision)
  const [card, reply, ...others] = slack.messages(operations)
  expect(reply).toMatchObject({ thread_ts: card?.ts })
  expect(reply?.text).toMatch(/^<@U0OPERATOR> ✅ .* em 2 min$/)
  expect(others).toEqual([])
})

test('the end waits for the card it replies to', async () => {
  slack.levers({ down: '500', method: 'chat.postMessage' })
  await project(scene)
  engine.setJob(1, { state: 'failed', ...ended })
  engine.change('job-end/1.1')
  await slack.until(() => slack.countOf('chat.postMessage') > 0)
  slack.levers({ down: null })
  await slack.until(() => slack.messages(operations).length === 2)
  expect(slack.messages(operations)[1]).toMatchObject({ thread_ts: slack.messages(operations)[0]?.ts })
})

test('the end of an attempt that was followed by another is not told', async () => {
  await project(scene)
  engine.setJob(1, { state: 'running', attempt: 2 })
  const revision = engine.change('job-end/1.1')
  await until(() => engine.rowsOf('job-end/1.1')[0]?.shownRevision === revision)
  expect(texts()).toEqual(['job/1 running'])
})

test('the whole log is one file in the thread, also when the answer of the upload is lost', async () => {
  const proxy = await startLosingProxy(slack.url)
  scene.cleanups.push(() => proxy.close())
  await project(scene, { apiUrl: proxy.apiUrl })
  engine.setJob(1, { state: 'failed', ...ended })
  await slack.until(() => texts().length === 1)
  proxy.lose('files.completeUploadExternal', 1)
  const revision = engine.change('job-log/1.1')
  await until(() => engine.rowsOf('job-log/1.1')[0]?.shownRevision === revision)
  const [card, message, ...others] = slack.messages(operations)
  expect(message).toMatchObject({ thread_ts: card?.ts, files: [{ name: 'job-log-1-1.txt' }] })
  expect(others).toEqual([])
})

test('a Home is drawn for its person, and many changes at once are few drawings', async () => {
  await project(scene)
  engine.setHome(joao, sampleHome)
  await engine.homeOpened(joao)
  await slack.until(() => slack.state(joao).home !== null)
  expect(JSON.stringify(slack.state(joao).home)).toContain('job.approve')
  for (let count = 0; count < 50; count++) engine.change(`home/${joao}`)
  engine.setHome(joao, { ...sampleHome, overview: null, access: 'none' })
  const revision = engine.change(`home/${joao}`)
  await until(() => engine.rowsOf(`home/${joao}`)[0]?.shownRevision === revision)
  expect(JSON.stringify(slack.state(joao).home)).toContain('access.ask')
  expect(slack.countOf('views.publish')).toBeLessThanOrEqual(5)
})

test('a Home that is drawn delays no card, even when Slack limits it', async () => {
  slack.levers({ down: '429', retryAfterSeconds: 3600, method: 'views.publish' })
  await project(scene)
  engine.setHome(joao, sampleHome)
  await engine.homeOpened(joao)
  await slack.until(() => slack.countOf('views.publish', 'ratelimited') === 1)
  engine.setJob(1, { state: 'running' })
  await slack.until(() => texts().length === 1)
  expect(slack.countOf('views.publish')).toBe(1)
})

test('a request for access is shown to the admins, and the answer to the one who asked', async () => {
  await project(scene)
  engine.setAccess(sampleAccessRequest)
  engine.people.set('access/3', [pedro])
  engine.change('access/3')
  await slack.until(() => direct(pedro)[0]?.includes('Bruno Reis'))
  engine.setAccess({
    ...sampleAccessRequest,
    state: 'granted',
    role: 'viewer',
    decidedBy: { slack: pedro, name: 'Pedro Costa' },
  })
  engine.people.set('access/3', [])
  engine.people.set('access-answer/3', ['U0STRANGER'])
  engine.change('access/3')
  engine.change('access-answer/3')
  await slack.until(() => direct('U0STRANGER')[0]?.includes('leitor'))
  await slack.until(() => direct(pedro)[0]?.startsWith('✅ Pedro Costa'))
  expect(direct(pedro)).toHaveLength(1)
})

test('a request for access that no admin takes by direct message is shown in the channel, and so is the answer', async () => {
  await project(scene)
  engine.setAccess(sampleAccessRequest)
  engine.people.set('access/3', [])
  engine.change('access/3')
  await slack.until(() => texts()[0]?.includes('Bruno Reis'))
  const decidedBy = { slack: pedro, name: 'Pedro Costa' }
  engine.setAccess({ ...sampleAccessRequest, state: 'refused', decidedBy })
  engine.change('access/3')
  await slack.until(() => texts()[0]?.startsWith('🚫 Pedro Costa'))
  expect(texts()).toHaveLength(1)
})

const texts = (): string[] =>
  slack
    .messages(operations)
    .filter(({ thread_ts }) => thread_ts === undefined)
    .map(({ text }) => text)

const conversationWith = (user: string) => {
  const { channels, messages } = slack.state(user)
  const conversation = channels.find(({ isDm }) => isDm)
  return conversation === undefined ? [] : (messages[conversation.id] ?? [])
}
const direct = (user: string): string[] => conversationWith(user).map(({ text }) => text)
const copyOf = (user: string): string => JSON.stringify(conversationWith(user))
