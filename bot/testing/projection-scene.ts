import { pino, type Logger } from 'pino'
import { expect } from 'vitest'
import { startSlack, type SlackStandIn } from '../../deploy/sandbox/slack/server.ts'
import { personalViews } from '../home/personal-views.ts'
import { createMetrics } from '../metrics.ts'
import { createProjection, type Projection, type ProjectionDeps } from '../projection/project.ts'
import type { Views } from '../projection/subjects.ts'
import type { Budgets } from '../slack/budget.ts'
import { createSlackClients } from '../slack/clients.ts'
import { createLanes } from '../slack/lanes.ts'
import { createMessages } from '../slack/messages.ts'
import { textsFor } from '../texts/index.ts'
import { noticeView } from '../views/on-call/notice.ts'
import { createFakeEngine, type FakeEngine, fakeSettings } from './fake-engine.ts'

export const operations = 'C0OPSALERTS'
export const incidents = 'C0INCIDENTS'

/** Slack's own numbers, made large; the stand-in is scaled alike. */
const wide = { calls: 10_000, seconds: 60 }
const fast: Budgets = {
  postsPerChannel: wide,
  posts: wide,
  updates: wide,
  reads: wide,
  publishes: wide,
  uploads: wide,
  secondsBetweenEdits: 0.02,
}

export interface Scene {
  slack: SlackStandIn
  engine: FakeEngine
  /** Run when the test is over, the last first. */
  cleanups: (() => Promise<unknown>)[]
  close(): Promise<void>
}

/** Slack and an engine, with nobody yet who projects one onto the other. */
export async function startScene(): Promise<Scene> {
  const slack = await startSlack({ botToken: 'xoxb-1', appToken: 'xapp-1', signingSecret: 'secret' })
  slack.levers({ budgetScale: 200 })
  const cleanups: Scene['cleanups'] = []
  return {
    slack,
    engine: createFakeEngine(),
    cleanups,
    async close() {
      for (const cleanup of cleanups.splice(0).toReversed()) await cleanup()
      await slack.close()
    },
  }
}

/** What a projection is made of, over the real writer. */
export function projectionDeps(
  { engine }: Pick<Scene, 'engine'>,
  options: { views: Views; apiUrl: string; log: Logger; budgets?: Partial<Budgets> },
): ProjectionDeps {
  const { views, apiUrl, log } = options
  const budgets = { ...fast, ...options.budgets }
  return {
    engine,
    settings: () => Promise.resolve(fakeSettings),
    views,
    mannersOf: async () => ({ locale: 'pt-BR', timeZone: 'America/Sao_Paulo' }),
    messages: createMessages(createSlackClients({ token: 'xoxb-1', apiUrl, log }), () => {}),
    lanes: createLanes(budgets),
    budgets,
    now: Date.now,
    metrics: createMetrics(),
    log,
  }
}

/** A projection with the real views for people, during one term; it ends with the scene. */
export async function project(
  scene: Scene,
  options: { apiUrl?: string; budgets?: Partial<Budgets> } = {},
): Promise<Projection> {
  const { engine, slack, cleanups } = scene
  const { apiUrl = slack.apiUrl, budgets = {} } = options
  const over = new AbortController()
  const lease = await engine.takeLease({
    name: 'projection',
    holder: `bot ${cleanups.length}`,
    seconds: 0.001,
  })
  const views: Views = {
    job: (job) => ({ text: `job/${job.id} ${job.state}`, blocks: [] }),
    incident: () => ({ text: 'incident', blocks: [] }),
    personal: personalViews,
    onCallNotice: (notice) =>
      noticeView(notice, { texts: textsFor('pt-BR'), settings: fakeSettings, now: new Date() }),
  }
  const projection = createProjection(
    projectionDeps(scene, { views, apiUrl, log: pino({ level: 'silent' }), budgets }),
    { fence: lease?.fence ?? 0, mayWrite: () => true, lost: () => {}, signal: over.signal },
  )
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

/** For what is seen elsewhere than in Slack. */
export async function until(check: () => boolean | Promise<boolean>): Promise<void> {
  await expect.poll(check, { timeout: 10_000, interval: 20 }).toBe(true)
}
