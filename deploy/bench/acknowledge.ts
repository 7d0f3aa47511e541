import { join } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { createPool } from '../../db/pool.ts'
import { keepRunning } from '../sandbox/child.ts'
import { compile } from '../sandbox/compiled.ts'
import { keepBot, keepEngines } from '../sandbox/engines.ts'
import { freePort } from '../sandbox/free-port.ts'
import { sign } from '../sandbox/slack/deliveries.ts'
import { startWorld, type World } from '../sandbox/world.ts'
import { line, ms, percentile, ratio, spread } from './report.ts'

const perSecond = 50
const seconds = 10
const burst = 200
const goals = { steady: 'p50 <= 10 ms, p99 <= 60 ms', burst: 'all within 1 s' }

/** How long a person waits for Slack to have taken a command: signed, delivered, recorded for good, acknowledged. */
export async function benchAcknowledge(dir: string): Promise<void> {
  const world = await startWorld({ dataDir: join(dir, 'world') })
  const bare = await bareBolt(world)
  const floor = await steadily(world, bare.url)
  line(`bare Bolt, does nothing: ${perSecond} commands/s`, spread(floor))
  line(`bare Bolt: a burst of ${burst}`, spread(await atOnce(world, bare.url)))
  await bare.stop()

  const plantao = await startPlantao(world, dir)
  await steadily(world, plantao.url, 1) // warm, as a service that has run for a while is
  const acknowledged = await steadily(world, plantao.url)
  line(`Plantão, durable first: ${perSecond} commands/s`, spread(acknowledged), goals.steady)
  const [p50, floor50] = [percentile(acknowledged, 0.5), percentile(floor, 0.5)]
  line('  beside the floor', `p50 ${ratio(p50, floor50)}, ${ms(p50 - floor50)} more`)
  line(`Plantão: a burst of ${burst}`, spread(await atOnce(world, plantao.url)), goals.burst)
  const pool = createPool(world.env['DATABASE_URL'] ?? '', { max: 1 })
  const { rows } = await pool.query('select count(*)::int as count from job')
  const sent = perSecond * (seconds + 1) + burst
  line('  commands acknowledged, and jobs recorded', `${sent}, ${rows[0].count}`)
  await pool.end()
  await plantao.stop()
  await world.close()
}

async function steadily(world: World, url: string, forSeconds = seconds): Promise<number[]> {
  const waiting: Promise<number>[] = []
  const startedAt = performance.now()
  for (let index = 0; index < perSecond * forSeconds; index++) {
    const due = startedAt + (index * 1_000) / perSecond
    await wait(Math.max(0, due - performance.now()))
    waiting.push(command(world, url))
  }
  return await Promise.all(waiting)
}

const atOnce = async (world: World, url: string): Promise<number[]> =>
  await Promise.all(Array.from({ length: burst }, async () => await command(world, url)))

let commands = 0

/** One slash command as Slack sends it; milliseconds until it is acknowledged. */
async function command(world: World, url: string): Promise<number> {
  const body = new URLSearchParams({
    command: '/deploy',
    text: 'staging v1.4.0',
    user_id: 'U0OPERATOR',
    user_name: 'maria',
    team_id: 'T0PLANTAO',
    channel_id: 'C0OPSALERTS',
    channel_name: 'ops-alerts',
    api_app_id: 'A0PLANTAO',
    trigger_id: `${Date.now()}.${commands++}.bench`,
    response_url: `${world.slack.url}/response/bench`,
  }).toString()
  const timestamp = Math.floor(Date.now() / 1_000)
  const startedAt = performance.now()
  const response = await fetch(url, {
    method: 'POST',
    body,
    headers: {
      'content-type': 'application/x-www-form-urlencoded',
      'x-slack-request-timestamp': String(timestamp),
      'x-slack-signature': sign(world.env['SLACK_SIGNING_SECRET'] ?? '', timestamp, body),
    },
  })
  await response.text()
  if (!response.ok) throw new Error(`a command was answered with HTTP ${response.status}`)
  return performance.now() - startedAt
}

async function bareBolt(world: World): Promise<{ url: string; stop(): Promise<void> }> {
  const port = await freePort()
  const child = keepRunning({
    name: 'bare bolt',
    program: fileURLToPath(new URL('bare-bolt.ts', import.meta.url)),
    env: { ...world.env, BOT_PORT: String(port) },
    log: () => undefined,
  })
  const url = `http://127.0.0.1:${port}/slack/events`
  await listening(url)
  return { url, stop: child.stop }
}

/** Bolt answers an unsigned request with 401 as soon as it listens. */
async function listening(url: string): Promise<void> {
  for (;;) {
    const response = await fetch(url, { method: 'POST' }).catch(() => null)
    if (response) return
    await wait(50)
  }
}

async function startPlantao(world: World, dir: string): Promise<{ url: string; stop(): Promise<void> }> {
  const compiled = join(dir, 'dist')
  await compile(compiled)
  const [enginePort, botPort] = [await freePort(), await freePort()]
  const engines = keepEngines({ compiled, ports: [enginePort], env: world.env })
  const bot = keepBot({
    compiled,
    port: botPort,
    env: { ...world.env, ENGINE_URL: `http://127.0.0.1:${enginePort}` },
  })
  await Promise.all([engines.ready(), bot.ready()])
  return {
    url: `http://127.0.0.1:${botPort}/slack/events`,
    async stop() {
      await bot.stop()
      await engines.stop()
    },
  }
}
