// `npm start`: Plantão with everything around it on this machine. No tokens, no servers to install.
import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { findProgram } from '../../engine/systems/program.ts'
import { keepRunning, type Child } from './child.ts'
import { startConsole } from './console/console.ts'
import { outsideCalls } from './outside-calls.ts'
import { waitUntilReady } from './ready.ts'
import { breakThings } from './panels.ts'
import { localeOf } from './runbook.ts'
import { forgetWorld, introduceEngine, startWorld } from './world.ts'

const root = fileURLToPath(new URL('../..', import.meta.url))
const dataDir = process.env['SANDBOX_DIR'] ?? join(root, '.sandbox')
const ports = {
  engine: Number(process.env['ENGINE_PORT'] ?? 8080),
  bot: Number(process.env['BOT_PORT'] ?? 3000),
  console: Number(process.env['CONSOLE_PORT'] ?? 4000),
}
const passedOn = `DATABASE_URL REDIS_URL ENGINE_TOKEN SECRETS_KEY PLANTAO_CONFIG KUBECONFIG
  SLACK_BOT_TOKEN SLACK_SIGNING_SECRET SLACK_APP_TOKEN SLACK_API_URL
  ALERTS_TOKEN GRAFANA_WEBHOOK_SECRET
  PAGERDUTY_ROUTING_KEY PAGERDUTY_ROUTING_KEY_L1 PAGERDUTY_ROUTING_KEY_L2 PAGERDUTY_ROUTING_KEY_L3
  PAGERDUTY_ROUTING_KEY_L4 PAGERDUTY_API_TOKEN PAGERDUTY_WEBHOOK_SECRET PAGERDUTY_EVENTS_URL PAGERDUTY_API_URL
  BLING_CLIENT_SECRET MERCADO_LIVRE_CLIENT_SECRET BACKUP_BUCKET JOB_LEASE_SECONDS JOB_CONCURRENCY`.split(
  /\s+/,
)

const startedAt = performance.now()
if (process.argv.includes('--fresh')) await forgetWorld(dataDir)
await mkdir(dataDir, { recursive: true })
await sayWhatIsMissing()

const world = await startWorld({
  dataDir,
  language: process.env['SANDBOX_LANGUAGE'] === 'en' ? 'en' : 'pt-BR',
  given: Object.fromEntries(passedOn.map((name) => [name, process.env[name]])),
})
const env = {
  ...world.env,
  ENGINE_PORT: String(ports.engine),
  BOT_PORT: String(ports.bot),
  ENGINE_URL: `http://127.0.0.1:${ports.engine}`,
  LOG_LEVEL: process.env['LOG_LEVEL'] ?? 'warn',
}
const keep = (name: 'engine' | 'bot'): Child =>
  keepRunning({ name, program: `${name}/main.ts`, env, log: console.log })
// Engines look at PagerDuty's subscription when they start.
const engineKnown = introduceEngine(world, env.ENGINE_URL)
const engine = keep('engine')
// A bot that finds no engine says so, and that would be the first thing anybody reads here.
await waitUntilReady([`http://127.0.0.1:${ports.engine}/readyz`])
const children = { engine, bot: keep('bot') }
world.slack.setRequestUrl(`http://127.0.0.1:${ports.bot}/slack/events`)
const page = await startConsole({
  port: ports.console,
  slackUrl: world.slack.url,
  pagerDuty: world.pagerDuty,
  calls: () => outsideCalls(world),
  panels: breakThings(world, children, {
    url: env.ENGINE_URL,
    language: await localeOf(world.env['PLANTAO_CONFIG'] ?? ''),
  }),
})
let stopping = false
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => void stop())

await waitUntilReady([`http://127.0.0.1:${ports.bot}/readyz`])
const seconds = ((performance.now() - startedAt) / 1_000).toFixed(1)
console.log(`
  Plantão está de plantão. / Plantão is on duty. (${seconds} s)

  Console   ${page.url.replace('127.0.0.1', 'localhost')}      digite / type:  /deploy staging v1.4.0
  Engine    http://localhost:${ports.engine}/openapi.json
  Dados     ${dataDir}  (npm start -- --fresh recomeça do zero / begins anew)

  Ctrl+C para encerrar. / to stop.
`)

async function stop(): Promise<void> {
  if (stopping) return
  stopping = true
  engineKnown.close()
  await Promise.all([children.engine.stop(), children.bot.stop(), page.close()])
  await world.close()
  process.exit(0)
}

/** Says at once what the jobs of this sandbox would later miss. */
async function sayWhatIsMissing(): Promise<void> {
  for (const program of ['pg_dump', 'pg_restore']) {
    await findProgram(program).catch((missing: Error) => console.warn(`! ${missing.message}`))
  }
}
