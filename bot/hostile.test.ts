// What is hostile goes all the way: from an engine's answer or a person's keyboard into Slack as everybody sees it.
import { expect, test } from 'vitest'
import { opsAlerts, slackForTest } from '../deploy/sandbox/slack/testing.ts'
import type { Job } from '../engine/client.ts'
import { everything } from './everything.ts'
import { botForTest } from './testing/bot-for-test.ts'
import { createFakeEngine } from './testing/fake-engine.ts'
import { jobSamples } from './views/testing/job-samples.ts'

const pings = '<!channel> <!here|here> <!everyone> @channel <!subteam^S0OPS> <https://evil.example|click>'
const texts = [
  pings,
  `${'n'.repeat(280)}${pings}`,
  `\u202E${pings}`,
  '👩‍👩‍👧‍👦'.repeat(200),
  '&lt;!channel&gt; &amp;',
  'שלום',
]

test('jobs full of hostile text: every card is taken by Slack as it is, and nobody is notified', async () => {
  const slack = await slackForTest({ now: () => new Date() })
  const engine = createFakeEngine()
  await botForTest(slack, engine, { content: everything })
  const jobs = Object.values(jobSamples).flatMap((job) => texts.map((text) => hostile(job, text)))
  for (const [index, job] of jobs.entries()) engine.setJob(index + 1, { ...job, id: index + 1 })
  await slack.until(() => slack.messages(opsAlerts).length === jobs.length, 40)
  const refused = slack.calls().filter(({ method, ok }) => method.startsWith('chat.') && !ok)
  expect(refused).toEqual([])
  expect(slack.messages(opsAlerts).filter(({ blocks }) => blocks.length === 0)).toEqual([])
  expect(slack.broadcasts()).toEqual([])
})

test('whatever is typed, what comes back notifies nobody', async () => {
  const slack = await slackForTest({ now: () => new Date() })
  const { logged } = await botForTest(slack, createFakeEngine(), { content: everything })
  for (const command of Object.keys(everything.commands)) {
    for (const text of texts) {
      const { error } = await slack.command({ user: 'U0OPERATOR', channel: opsAlerts, command, text })
      expect({ command, text, error }).toEqual({ command, text, error: undefined })
    }
  }
  expect(slack.ephemerals('U0OPERATOR').length).toBeGreaterThan(0)
  expect(slack.broadcasts()).toEqual([])
  expect(logged.filter((line) => line['msg'] === 'a handler failed')).toEqual([])
})

/** The job with every text in it replaced that the engine did not choose. */
function hostile(job: Job, text: string): Job {
  const replaced = (value: unknown): unknown => {
    if (typeof value === 'string') return /^\d{4}-\d{2}-\d{2}T/.test(value) ? value : text
    if (Array.isArray(value)) return value.map(replaced)
    if (typeof value !== 'object' || value === null) return value
    return Object.fromEntries(
      Object.entries(value).map(([key, inner]) => [key, kept.includes(key) ? inner : replaced(inner)]),
    )
  }
  return replaced(job) as Job
}

const kept = ['state', 'kind', 'phase', 'decision', 'slack', 'origin', 'code']
