import { SocketModeClient } from '@slack/socket-mode'
import { setTimeout as wait } from 'node:timers/promises'
import type { SlackStandIn } from '../sandbox/slack/server.ts'
import { line, ms } from './report.ts'
import { channel, intakes, silent, startBenchBot, startLimitedSlack } from './slack-bot.ts'

const everyMs = 25
const watchedSeconds = 12

/**
 * For how long nobody is heard while Slack replaces every Socket Mode connection at once: commands are sent all the
 * time, and the deaf time is that between the last one taken before a gap and the first one after it.
 */
export async function benchSockets(): Promise<void> {
  const slack = await startLimitedSlack()
  const { bot } = await startBenchBot(slack, {
    intake: intakes.sockets,
    commands: { '/ops': async () => null },
  })
  await slack.until(() => slack.socketCount() === 2)
  report('Plantão', await throughRefresh(slack), '0 ms, 0 lost')
  const { values } = await bot.metrics.deafSeconds.get()
  line('  by its own account', `${values[0]?.value ?? 0} s deaf`)
  await bot.stop()
  await slack.close()

  const stockSlack = await startLimitedSlack()
  const client = new SocketModeClient({
    appToken: intakes.sockets.appToken,
    clientOptions: { slackApiUrl: stockSlack.apiUrl },
    logger: silent,
  })
  client.on('slash_commands', ({ ack }: { ack(): Promise<void> }) => void ack())
  await client.start()
  await stockSlack.until(() => stockSlack.socketCount() === 1)
  report('stock SocketModeClient', await throughRefresh(stockSlack))
  await client.disconnect()
  await stockSlack.close()
}

interface Heard {
  deafMs: number
  sent: number
  lost: number
}

function report(who: string, { deafMs, sent, lost }: Heard, goal?: string): void {
  line(
    `${who}: deaf during a refresh of Socket Mode`,
    `${ms(deafMs)}, ${lost} of ${sent} commands lost`,
    goal,
  )
}

async function throughRefresh(slack: SlackStandIn): Promise<Heard> {
  const sent: Promise<{ at: number; taken: boolean }>[] = []
  const startedAt = performance.now()
  let refreshed = false
  while (performance.now() - startedAt < watchedSeconds * 1000) {
    if (!refreshed && sent.length === 20) {
      slack.refreshSockets()
      refreshed = true
    }
    sent.push(command(slack))
    await wait(everyMs)
  }
  const all = await Promise.all(sent)
  const lost = all.filter(({ taken }) => !taken)
  const before = all.filter(({ at, taken }) => taken && at < (lost[0]?.at ?? 0)).at(-1)?.at ?? 0
  const after = all.find(({ at, taken }) => taken && at > (lost.at(-1)?.at ?? Infinity))?.at ?? Infinity
  return { deafMs: lost.length === 0 ? 0 : after - before, sent: all.length, lost: lost.length }
}

async function command(slack: SlackStandIn): Promise<{ at: number; taken: boolean }> {
  const at = performance.now()
  const { error } = await slack.command({ user: 'U0OPERATOR', channel, command: '/ops', text: 'status' })
  return { at, taken: error === undefined }
}
