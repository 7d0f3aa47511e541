import { WebClient } from '@slack/web-api'
import { pino } from 'pino'
import type { CommandHandler } from '../../bot/asked.ts'
import { type Bot, createBot } from '../../bot/bot.ts'
import type { Intake } from '../../bot/config.ts'
import { slackLogger } from '../../bot/slack/clients.ts'
import { createFakeEngine, type FakeEngine } from '../../bot/testing/fake-engine.ts'
import { textsFor } from '../../bot/texts/index.ts'
import { jobCard } from '../../bot/views/job-card.ts'
import type { Job } from '../../engine/client.ts'
import { type SlackStandIn, startSlack } from '../sandbox/slack/server.ts'

const botToken = 'xoxb-bench'
const appToken = 'xapp-bench'
const signingSecret = 'bench-signing-secret'

export const channel = 'C0OPSALERTS'
export const otherChannel = 'C0INCIDENTS'
export const silent = slackLogger(pino({ level: 'silent' }))
export const intakes = {
  http: { kind: 'http', signingSecret },
  sockets: { kind: 'sockets', appToken },
} satisfies Record<string, Intake>

/** Slack with its real limits and its real clock. */
export const startLimitedSlack = async (): Promise<SlackStandIn> =>
  await startSlack({ botToken, appToken, signingSecret })

/** Slack's own client as it comes: its queue, its retries, its pause of everything after a 429. */
export const stockClient = (slack: SlackStandIn): WebClient =>
  new WebClient(botToken, { slackApiUrl: slack.apiUrl, logger: silent })

/** The bot as it runs, with Slack's real budgets and the real card, on an engine in memory. */
export async function startBenchBot(
  slack: SlackStandIn,
  options: { engine?: FakeEngine; intake?: Intake; commands?: Record<string, CommandHandler> } = {},
): Promise<{ bot: Bot; engine: FakeEngine }> {
  const { engine = createFakeEngine(), intake = intakes.http, commands = {} } = options
  const bot = createBot({
    config: {
      host: '127.0.0.1',
      port: 0,
      leaseSeconds: 10,
      slack: { botToken, apiUrl: slack.apiUrl, intake },
    },
    engine,
    content: {
      commands,
      buttons: {},
      modals: {},
      views: {
        job: (job, { settings, now }) => ({
          ...jobCard(job, { texts: textsFor(settings.locale), settings, now }),
          text: stateOf(job),
        }),
        incident: () => ({ text: '', blocks: [] }),
      },
      explain: ({ message }) => message,
    },
    log: pino({ level: 'silent' }),
  })
  const { port } = await bot.start()
  if (intake.kind === 'http') slack.setRequestUrl(`http://127.0.0.1:${port}/slack/events`)
  return { bot, engine }
}

/** The job's message is in Slack already, and the engine knows it: posted before the limits begin to count. */
export async function postBefore(
  slack: SlackStandIn,
  engine: FakeEngine,
  jobs: readonly Job[],
): Promise<void> {
  slack.levers({ budgetScale: 1000 })
  const lease = await engine.takeLease({ name: 'projection', holder: 'bench', seconds: 60 })
  for (const job of jobs) {
    const { revision } = engine.setJob(job.id, job)
    const subject = `job/${job.id}`
    const { ts = '' } = await stockClient(slack).chat.postMessage({ channel, text: stateOf(job) })
    await engine.recordShown({ subject, channel, ts, revision, fence: lease?.fence ?? 0 })
  }
  await engine.dropLease({ name: 'projection', holder: 'bench' })
  slack.levers({ budgetScale: 1 })
}

/** What the bench reads in a message: which job, and whether it shows the end. */
export const stateOf = ({ id, state }: Pick<Job, 'id' | 'state'>): string => `job/${id} ${state}`

/** When each job's end was first to be seen, by its id; `now` is performance.now. */
export function watchEnds(slack: SlackStandIn): { seenAt: Map<number, number>; stop(): void } {
  const seenAt = new Map<number, number>()
  const stop = slack.onChange(() => {
    for (const { text } of slack.messages(channel)) {
      const id = Number(/^job\/(\d+) succeeded$/.exec(text)?.[1] ?? 0)
      if (id > 0 && !seenAt.has(id)) seenAt.set(id, performance.now())
    }
  })
  return { seenAt, stop }
}

/** How many messages there are more than jobs. */
export function postedTwice(slack: SlackStandIn): number {
  const subjects = slack.messages(channel).map(({ text }) => text.split(' ')[0])
  return subjects.length - new Set(subjects).size
}

/** Counts, from now on, the calls that write a card, and those of them Slack turns away. */
export function countCalls(slack: SlackStandIn): () => string {
  const count = (outcome?: string): number =>
    slack.countOf('chat.postMessage', outcome) + slack.countOf('chat.update', outcome)
  const before = { all: count(), limited: count('ratelimited') }
  return () => `${count() - before.all} calls, ${count('ratelimited') - before.limited} of them answered 429`
}
