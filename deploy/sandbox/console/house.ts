import { join } from 'node:path'
import { keepRunning, type Child } from '../child.ts'
import { compile } from '../compiled.ts'
import { freePort } from '../free-port.ts'
import { outsideCalls } from '../outside-calls.ts'
import { breakThings } from '../panels.ts'
import { waitUntilReady } from '../ready.ts'
import { localeOf } from '../runbook.ts'
import { introduceEngine, startWorld, type World } from '../world.ts'
import { startConsole } from './console.ts'

export interface House {
  world: World
  /** Of the console. */
  url: string
  engineUrl: string
  /** Everything the engine and the bot wrote. */
  output(): string
  close(): Promise<void>
}

/** The whole sandbox as `npm start` has it, compiled and on ports of its own: for browser tests and screenshots. */
export async function startHouse(options: {
  folder: string
  /** In English, settings and people are English. */
  language?: 'pt-BR' | 'en'
  fast: boolean
}): Promise<House> {
  const compiled = join(options.folder, 'dist')
  const dataDir = join(options.folder, 'world')
  const [world] = await Promise.all([
    startWorld({ dataDir, fast: options.fast, ...(options.language && { language: options.language }) }),
    compile(compiled),
  ])
  const ports = { engine: await freePort(), bot: await freePort() }
  const output: string[] = []
  const env = {
    ...world.env,
    ENGINE_PORT: String(ports.engine),
    BOT_PORT: String(ports.bot),
    ENGINE_URL: `http://127.0.0.1:${ports.engine}`,
    RECONCILE_SECONDS: '0.5',
    JOB_LEASE_SECONDS: '3',
    BOT_LEASE_SECONDS: '3',
    LOG_LEVEL: 'warn',
  }
  const keep = (name: string): Child =>
    keepRunning({
      name,
      program: join(compiled, name, 'main.js'),
      env,
      restartDelayMs: 200,
      log: (line) => void output.push(line),
    })
  const children = { engine: keep('engine'), bot: keep('bot') }
  const engineKnown = introduceEngine(world, env.ENGINE_URL)
  world.slack.setRequestUrl(`http://127.0.0.1:${ports.bot}/slack/events`)
  const page = await startConsole({
    port: 0,
    slackUrl: world.slack.url,
    pagerDuty: world.pagerDuty,
    calls: () => outsideCalls(world),
    panels: breakThings(world, children, {
      url: env.ENGINE_URL,
      language: await localeOf(world.env['PLANTAO_CONFIG'] ?? ''),
    }),
  })
  async function close(): Promise<void> {
    engineKnown.close()
    await Promise.all([page.close(), children.engine.stop(), children.bot.stop()])
    await world.close()
  }
  try {
    await waitUntilReady(Object.values(ports).map((port) => `http://127.0.0.1:${port}/readyz`))
  } catch (error) {
    await close()
    throw new Error(`The sandbox did not start:\n${output.slice(-20).join('\n')}`, { cause: error })
  }
  return { world, url: page.url, engineUrl: env.ENGINE_URL, output: () => output.join('\n'), close }
}
