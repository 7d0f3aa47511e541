import bolt from '@slack/bolt'
import type { ModalView } from '@slack/web-api'
import { setTimeout as wait } from 'node:timers/promises'
import type { SlackStandIn } from '../sandbox/slack/server.ts'
import { line, percentile, ratio, spread } from './report.ts'
import { channel, intakes, otherChannel, silent, startBenchBot, startLimitedSlack } from './slack-bot.ts'

const forms = 20
const retryAfterSeconds = 5
const view: ModalView = {
  type: 'modal',
  title: { type: 'plain_text', text: 'Deploy' },
  blocks: [{ type: 'section', text: { type: 'plain_text', text: '…' } }],
}

/** How long somebody who typed a command waits for its form while Slack limits the posts of another channel. */
export async function benchForms(): Promise<void> {
  const ours = await plantao()
  line('Plantão: a form while #incidents is under a 429', spread(ours.waits), 'max < 100 ms')
  line('  forms opened', `${ours.opened} of ${forms}`)
  const stock = await stockBolt()
  line('stock Bolt and its WebClient: the same', spread(stock.waits))
  line('  forms opened', `${stock.opened} of 1 (${stock.error})`)
  line('  beside it, at p50', `${ratio(percentile(stock.waits, 0.5), percentile(ours.waits, 0.5))} Plantão's`)
}

async function plantao(): Promise<{ waits: number[]; opened: number }> {
  const slack = await startLimitedSlack()
  const { bot, engine } = await startBenchBot(slack, {
    commands: {
      '/deploy': async ({ triggerId = '' }, { openModal }) => {
        await openModal(triggerId, view)
        return null
      },
    },
  })
  limitPosts(slack)
  engine.setJob(1, { origin: { channel: otherChannel } })
  await slack.until(() => slack.countOf('chat.postMessage', 'ratelimited') > 0)
  const waits: number[] = []
  for (let index = 0; index < forms; index++) waits.push(await form(slack))
  const opened = slack.countOf('views.open', 'ok')
  await bot.stop()
  await slack.close()
  return { waits, opened }
}

async function stockBolt(): Promise<{ waits: number[]; opened: number; error: string }> {
  const slack = await startLimitedSlack()
  const app = new bolt.App({
    signingSecret: intakes.http.signingSecret,
    authorize: async () => ({ botToken: 'xoxb-bench' }),
    clientOptions: { slackApiUrl: slack.apiUrl },
    convoStore: false,
    logger: silent,
  })
  app.command('/ops', async ({ ack, client }) => {
    await ack()
    await client.chat.postMessage({ channel: otherChannel, text: 'job/1 queued' })
  })
  app.command('/deploy', async ({ ack, body, client }) => {
    await ack()
    await client.views.open({ trigger_id: body.trigger_id, view }).catch(() => undefined)
  })
  const server = await app.start({ port: 0, host: '127.0.0.1' })
  const address = server.address()
  if (address === null || typeof address === 'string') throw new Error('the stock app listens on no port')
  slack.setRequestUrl(`http://127.0.0.1:${address.port}/slack/events`)
  limitPosts(slack)
  await slack.command({ user: 'U0OPERATOR', channel, command: '/ops' })
  await slack.until(() => slack.countOf('chat.postMessage', 'ratelimited') > 0)
  await wait(50)
  const waits = [await form(slack)]
  const opened = slack.countOf('views.open', 'ok')
  const error = slack.calls().find(({ method, ok }) => method === 'views.open' && !ok)?.error ?? 'in time'
  await app.stop()
  await slack.close()
  return { waits, opened, error }
}

function limitPosts(slack: SlackStandIn): void {
  slack.levers({
    down: '429',
    retryAfterSeconds,
    method: 'chat.postMessage',
    channel: otherChannel,
    times: 1,
  })
}

/** From the command to the call that opens its form. */
async function form(slack: SlackStandIn): Promise<number> {
  const before = slack.countOf('views.open')
  const startedAt = performance.now()
  const opening = slack.until(() => slack.countOf('views.open') > before, 30)
  await slack.command({ user: 'U0OPERATOR', channel, command: '/deploy' })
  await opening
  return performance.now() - startedAt
}
