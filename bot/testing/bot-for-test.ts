import { pino } from 'pino'
import { onTestFinished } from 'vitest'
import type { CommandHandler } from '../asked.ts'
import { type Bot, type BotDeps, createBot } from '../bot.ts'
import type { Intake } from '../config.ts'
import type { Content } from '../content.ts'
import type { EngineClient } from '../../engine/client.ts'

export const operations = 'C0OPSALERTS'
const wide = { calls: 10_000, seconds: 60 }

/** The part of the stand-in that is needed here. */
interface Slack {
  apiUrl: string
  levers(change: { budgetScale: number }): unknown
  setRequestUrl(url: string): void
}

export interface BotForTest extends Bot {
  url: string
  logged: Record<string, unknown>[]
}

const overHttp: Intake = { kind: 'http', signingSecret: 'sandbox-signing-secret' }
export const overSockets: Intake = { kind: 'sockets', appToken: 'xapp-sandbox' }

/** A bot with small content of its own, started on a free port and made known to the stand-in; it ends with the test. */
export async function botForTest(
  slack: Slack,
  engine: EngineClient,
  options: Partial<BotDeps> & { intake?: Intake } = {},
): Promise<BotForTest> {
  const logged: Record<string, unknown>[] = []
  const { intake = overHttp, ...deps } = options
  slack.levers({ budgetScale: 200 })
  const bot = createBot({
    config: {
      host: '127.0.0.1',
      port: 0,
      leaseSeconds: 10,
      slack: {
        botToken: 'xoxb-sandbox',
        apiUrl: slack.apiUrl,
        intake,
      },
    },
    engine,
    content: contentForTest,
    budgets: {
      postsPerChannel: wide,
      posts: wide,
      updates: wide,
      reads: wide,
      publishes: wide,
      uploads: wide,
      secondsBetweenEdits: 0.02,
    },
    log: pino({ level: 'info' }, { write: (line: string) => void logged.push(JSON.parse(line)) }),
    ...deps,
  })
  let stopping: Promise<void> | undefined
  const stop = (): Promise<void> => (stopping ??= bot.stop())
  onTestFinished(stop)
  const { port } = await bot.start()
  const url = `http://127.0.0.1:${port}`
  if (intake.kind === 'http') slack.setRequestUrl(`${url}/slack/events`)
  return { ...bot, stop, url, logged }
}

const deploy: CommandHandler = async (asked, { engine }) => {
  const [environment, version] = asked.text.split(' ')
  await engine.createJob({
    kind: 'deploy',
    params: { environment, version },
    requestedBy: asked.user,
    idempotencyKey: asked.key,
  })
  return null
}

const ops: CommandHandler = async (asked, deps) => {
  if (asked.text === 'bug') throw new TypeError('Cannot read properties of undefined')
  if (asked.text === 'aloud') return { text: 'heard by all', visibility: 'channel' }
  if (asked.text === 'form') {
    await deps.openModal(asked.triggerId ?? '', {
      type: 'modal',
      callback_id: 'reason',
      title: { type: 'plain_text', text: 'Why?' },
      submit: { type: 'plain_text', text: 'Send' },
      private_metadata: JSON.stringify({ channel: asked.channel }),
      blocks: [
        {
          type: 'input',
          block_id: 'reason',
          label: { type: 'plain_text', text: 'Reason' },
          element: { type: 'plain_text_input', action_id: 'text' },
        },
      ],
    })
    return null
  }
  return { text: `${asked.text} · ${asked.locale} · ${asked.timeZone} · ${deps.settings.product}` }
}

export const contentForTest: Content = {
  commands: { '/deploy': deploy, '/ops': ops },
  buttons: {
    approve: async (pressed, { engine }) => {
      await engine.approve(Number(pressed.value), { by: pressed.user })
      return { text: `approved by ${pressed.user} in ${pressed.channel}` }
    },
  },
  modals: {
    reason: async (submitted, { engine }) => {
      const reason = String(Reflect.get(submitted.values['reason']?.['text'] ?? {}, 'value'))
      if (reason.length < 3) return { errors: { reason: 'too short' } }
      await engine.createJob({
        kind: 'sync',
        params: {},
        requestedBy: submitted.user,
        idempotencyKey: submitted.key,
      })
      return { text: `because ${reason}` }
    },
  },
  views: {
    job: (job) => ({
      text: `job/${job.id} ${job.state}`,
      blocks: [
        {
          type: 'actions',
          elements: [
            { type: 'button', action_id: 'approve', text: plain('Approve'), value: String(job.id) },
            { type: 'button', action_id: 'docs', text: plain('Docs'), url: 'https://example.com' },
          ],
        },
      ],
    }),
    incident: () => ({ text: 'incident', blocks: [] }),
  },
  explain: (error, { locale }) => `${locale}: ${error.code}`,
}

function plain(text: string) {
  return { type: 'plain_text' as const, text }
}

/** What one person was told alone, in the operations channel. */
export function told(slack: { ephemerals(user: string): { text: string }[] }, user = 'U0OPERATOR'): string[] {
  return slack.ephemerals(user).map((message) => message.text)
}
