// Somebody Slack lets nobody write to, among those who are told something.
import { afterEach, beforeEach, expect, test } from 'vitest'
import { operations, project, startScene, until, type Scene } from '../testing/projection-scene.ts'

const joao = 'U0APPROVER'
const unknown = 'U0NOBODY'
const bot = 'U0PLANTAO'
const subject = 'approval/1.1'
const approval = { quorum: 1, roles: ['approver'], expiresAt: '2026-11-23T18:00:00.000Z', votes: [] }

let scene: Scene
beforeEach(async () => void (scene = await startScene()))
afterEach(async () => await scene.close())

test('they are tried once for each change, also by the next bot, and the others are told', async () => {
  const { slack, engine } = scene
  const first = await project(scene)
  engine.setJob(1, { state: 'waiting-approval', approval })
  engine.people.set(subject, [joao, unknown, bot])
  const revision = engine.change(subject)
  await until(() => allAt(revision))
  expect(rowOf(unknown)).toMatchObject({ ts: '-', shownRevision: revision, postingSince: null })
  expect(rowOf(bot)).toMatchObject({ ts: '-', shownRevision: revision })
  expect(rowOf(joao)?.ts).toMatch(/^\d+\.\d+$/)
  expect([refused('user_not_found'), refused('cannot_dm_bot')]).toEqual([1, 1])
  await first.stop()

  await project(scene)
  engine.setJob(2, {})
  await slack.until(() => slack.messages(operations).some(({ text }) => text === 'job/2 queued'))
  expect([refused('user_not_found'), refused('cannot_dm_bot')]).toEqual([1, 1])

  engine.people.set(subject, [])
  engine.setJob(1, { state: 'cancelled', approval })
  const over = engine.change(subject)
  await until(() => rowOf(joao)?.shownRevision === over)
  expect(rowOf(unknown)).toMatchObject({ ts: '-', shownRevision: revision })
  expect([refused('user_not_found'), refused('cannot_dm_bot')]).toEqual([1, 1])
})

const rowOf = (channel: string) => scene.engine.rowsOf(subject).find((row) => row.channel === channel)
const allAt = (revision: number): boolean =>
  [joao, unknown, bot].every((channel) => rowOf(channel)?.shownRevision === revision)
const refused = (code: string): number => scene.slack.countOf('conversations.open', code)
