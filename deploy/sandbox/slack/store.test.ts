import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { freshState } from './people.ts'
import { fileStore, saveSoon } from './store.ts'
import { appForTest, clientFor, operator, opsAlerts, payloadOf, slackForTest } from './testing.ts'

async function folder(): Promise<string> {
  const path = await mkdtemp(join(tmpdir(), 'slack-store-'))
  onTestFinished(() => rm(path, { recursive: true }))
  return path
}

test('a workspace resumes where it stopped', async () => {
  const path = join(await folder(), 'deep', 'slack.json')
  const app = await appForTest()
  const first = await slackForTest({ store: fileStore(path), requestUrl: app.url })
  const { ts = '' } = await clientFor(first).chat.postMessage({ channel: opsAlerts, text: 'before' })
  await first.command({ user: operator, channel: opsAlerts, command: '/deploy' })
  const responsePath = new URL(payloadOf(app.received[0])['response_url'] ?? '').pathname
  await first.close()

  const second = await slackForTest({ store: fileStore(path) })
  await clientFor(second).chat.update({ channel: opsAlerts, ts, text: 'after' })
  expect(second.messages(opsAlerts)).toMatchObject([{ ts, text: 'after' }])
  const posted = await clientFor(second).chat.postMessage({ channel: opsAlerts, text: 'new' })
  expect(Number(posted.ts)).toBeGreaterThan(Number(ts))
  const reply = { method: 'POST', body: JSON.stringify({ text: 'late answer' }) }
  expect((await fetch(second.url + responsePath, reply)).status).toBe(200)
})

test('many changes are few saves, and the last is never lost', async () => {
  const saved: number[] = []
  const state = freshState()
  const saver = saveSoon(
    { load: () => Promise.resolve(null), save: (now) => Promise.resolve(void saved.push(now.lastTs)) },
    state,
  )
  for (let change = 1; change <= 1000; change++) {
    state.lastTs = change
    saver.changed()
  }
  await saver.finish()
  expect(saved).toEqual([1000])
})

test('a file is replaced whole; a broken one is said', async () => {
  const path = join(await folder(), 'slack.json')
  const store = fileStore(path)
  expect(await store.load()).toBeNull()
  await store.save(freshState())
  expect(await store.load()).toEqual(freshState())
  expect(await readdir(join(path, '..'))).toEqual(['slack.json'])
  await writeFile(path, '{"version":1}')
  await expect(store.load()).rejects.toThrow(`${path} is not a Slack workspace`)
})
