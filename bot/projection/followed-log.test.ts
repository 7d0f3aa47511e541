// The log of a job that somebody follows: one message in the thread of the job's card.
import { afterEach, beforeEach, expect, test } from 'vitest'
import { startLosingProxy } from '../testing/losing-proxy.ts'
import { operations, project, startScene, until, type Scene } from '../testing/projection-scene.ts'

const subject = 'job-follow/1.1'
const started = { state: 'running' as const, startedAt: '2026-11-23T17:00:00.000Z' }
const ended = { ...started, state: 'succeeded' as const, finishedAt: '2026-11-23T17:02:00.000Z' }

let scene: Scene
beforeEach(async () => void (scene = await startScene()))
afterEach(async () => await scene.close())

test('it grows line by line in one message, and ends with the whole log beside it as a file', async () => {
  const { engine } = scene
  await project(scene)
  engine.setJob(1, started)
  written('pulling images')
  await shows('pulling images')
  const [first] = replies()
  expect(first).toMatchObject({ thread_ts: cards()[0]?.ts })
  expect(JSON.stringify(first?.blocks)).toContain('ao vivo')

  written('pulling images', '2 of 3 pods ready')
  await shows('2 of 3 pods ready')
  engine.setJob(1, ended)
  written('pulling images', '2 of 3 pods ready', 'all pods ready')
  engine.change('job-log/1.1')
  await shows('concluído')
  await scene.slack.until(() => replies().some(({ files = [] }) => files.length > 0))
  const [log, file, ...others] = replies()
  expect(log?.ts).toBe(first?.ts)
  expect(JSON.stringify(log?.blocks)).toContain('all pods ready')
  expect(JSON.stringify(log?.blocks)).not.toContain('ao vivo')
  expect(file?.files).toMatchObject([{ name: 'job-log-1-1.txt' }])
  expect(others).toEqual([])
})

test('of a long log the last lines are shown, as they are', async () => {
  await project(scene)
  scene.engine.setJob(1, started)
  written(...Array.from({ length: 500 }, (_, index) => `line ${index + 1}`), '<!channel> ```*bold*')
  await shows('line 500')
  const blocks = JSON.stringify(replies()[0]?.blocks)
  expect(blocks).toContain('line 482\\nline 483')
  expect(blocks).not.toContain('line 481\\n')
  expect(replies()[0]?.blocks?.find(({ type }) => type === 'rich_text')).toMatchObject({
    elements: [{ elements: [{ type: 'text', text: expect.stringContaining('<!channel> ```*bold*') }] }],
  })
})

test('the bot that comes after one that was killed goes on in the same message', async () => {
  const first = await project(scene)
  scene.engine.setJob(1, started)
  written('one')
  await shows('one')
  await until(() => scene.engine.rowsOf(subject)[0]?.shownRevision === scene.engine.revisionOf(subject))
  await first.stop()
  written('one', 'two')
  await project(scene)
  await shows('two')
  expect(replies()).toHaveLength(1)
})

test('it is posted once, also when the answer of Slack is lost', async () => {
  const proxy = await startLosingProxy(scene.slack.url)
  scene.cleanups.push(() => proxy.close())
  await project(scene, { apiUrl: proxy.apiUrl })
  scene.engine.setJob(1, started)
  await scene.slack.until(() => cards().length === 1)
  proxy.lose('chat.postMessage', 1)
  written('one')
  await until(() => scene.engine.rowsOf(subject)[0]?.ts === replies()[0]?.ts)
  written('one', 'two')
  await shows('two')
  expect(replies()).toHaveLength(1)
})

test('many lines at once are few edits, and an end goes before them', async () => {
  const updates = { calls: 10, seconds: 3600, progress: { calls: 3, seconds: 3600 } }
  const { engine, slack } = scene
  await project(scene, { budgets: { updates } })
  engine.setJob(1, started)
  engine.setJob(2, started)
  written('line 0')
  await shows('line 0')
  for (const round of [1, 2, 3]) {
    for (let line = 0; line < 50; line++) written(`line ${round} ${line}`)
    await shows(`line ${round} 49`)
  }
  written('one too many')
  engine.setJob(2, ended)
  await slack.until(() => cards().some(({ text }) => text === 'job/2 succeeded'))
  expect(slack.countOf('chat.update', 'ok')).toBe(4)
  expect(JSON.stringify(replies())).not.toContain('one too many')
})

test('what is followed before it begins appears when it does', async () => {
  await project(scene)
  scene.engine.setJob(1, { state: 'queued' })
  written()
  await scene.slack.until(() => cards().length === 1)
  expect(replies()).toEqual([])
  scene.engine.setJob(1, started)
  written('begun')
  await shows('begun')
})

test('a job that is cancelled before it begins leaves nothing to follow', async () => {
  await project(scene)
  scene.engine.setJob(1, { state: 'queued' })
  written()
  scene.engine.setJob(1, { state: 'cancelled', finishedAt: ended.finishedAt })
  const revision = scene.engine.change(subject)
  await until(() => scene.engine.rowsOf(subject)[0]?.shownRevision === revision)
  expect(replies()).toEqual([])
})

test('when another attempt begins, the log of the one before says so', async () => {
  await project(scene)
  scene.engine.setJob(1, started)
  written('one')
  await shows('one')
  scene.engine.setJob(1, { ...started, attempt: 2 })
  written('one', 'of the second attempt')
  await shows('/ops log 1')
  expect(JSON.stringify(replies())).not.toContain('of the second attempt')
})

/** The job has written these lines, and the engine rings for those who follow them. */
function written(...lines: string[]): void {
  scene.engine.logs.set(1, lines)
  scene.engine.change(subject)
}
const messages = () => scene.slack.messages(operations)
const cards = () => messages().filter(({ thread_ts }) => thread_ts === undefined)
const replies = () => messages().filter(({ thread_ts }) => thread_ts !== undefined)
const shows = (text: string) => scene.slack.until(() => JSON.stringify(replies()).includes(text))
