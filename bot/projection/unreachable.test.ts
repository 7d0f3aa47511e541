// Somebody Slack lets nobody write to, among those who are told something.
import { pino } from 'pino'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { personalViews } from '../home/personal-views.ts'
import { operations, projectionDeps, startScene, until, type Scene } from '../testing/projection-scene.ts'
import { createProjection, type Projection } from './project.ts'

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
  const first = await project()
  engine.setJob(1, { state: 'waiting-approval', approval })
  engine.people.set(subject, [joao, unknown, bot])
  const revision = engine.change(subject)
  await until(() => allAt(revision))
  expect(rowOf(unknown)).toMatchObject({ ts: '-', shownRevision: revision, postingSince: null })
  expect(rowOf(bot)).toMatchObject({ ts: '-', shownRevision: revision })
  expect(rowOf(joao)?.ts).toMatch(/^\d+\.\d+$/)
  expect([refused('user_not_found'), refused('cannot_dm_bot')]).toEqual([1, 1])
  await first.stop()

  await project()
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

/** A projection during one term, with the real views for people. */
async function project(): Promise<Projection> {
  const { engine, slack, cleanups } = scene
  const over = new AbortController()
  const lease = await engine.takeLease({
    name: 'projection',
    holder: `bot ${cleanups.length}`,
    seconds: 0.001,
  })
  const views = {
    job: (job: { id: number; state: string }) => ({ text: `job/${job.id} ${job.state}`, blocks: [] }),
    incident: () => ({ text: 'incident', blocks: [] }),
    personal: personalViews,
  }
  const deps = projectionDeps(scene, { views, apiUrl: slack.apiUrl, log: pino({ level: 'silent' }) })
  const term = { fence: lease?.fence ?? 0, mayWrite: () => true, lost: () => {}, signal: over.signal }
  const projection = createProjection(deps, term)
  const following = (async () => {
    for await (const change of engine.changes(over.signal)) projection.changed(change)
  })()
  cleanups.push(async () => {
    over.abort()
    await following
    await projection.stop()
  })
  return projection
}
