import { pino } from 'pino'
import { createEngineClient } from '../engine/client.ts'
import { createBot } from './bot.ts'
import { ConfigInvalid, readConfig } from './config.ts'
import { everything } from './everything.ts'

/** Longer than Slack waits: an answer that comes late is still told. */
const engineTimeoutMilliseconds = 8000

try {
  await run()
} catch (error) {
  const taken = error instanceof Error && 'code' in error && error.code === 'EADDRINUSE'
  if (!(error instanceof ConfigInvalid) && !taken) throw error
  process.stderr.write(`${error.message}${taken ? ': set BOT_PORT to a free port' : ''}\n`)
  process.exit(1)
}

async function run(): Promise<void> {
  const config = readConfig()
  const log = pino({ level: config.logLevel, name: 'bot' })
  const bot = createBot({
    config,
    engine: createEngineClient({ ...config.engine, timeoutMs: engineTimeoutMilliseconds }),
    content: everything,
    log,
  })
  let stopping = false
  for (const signal of ['SIGTERM', 'SIGINT'] as const) {
    process.on(signal, () => {
      if (stopping) return
      stopping = true
      log.info({ signal }, 'the bot stops')
      bot.stop().then(
        () => process.exit(0),
        (error: unknown) => {
          log.error({ err: error }, 'the bot did not stop cleanly')
          process.exit(1)
        },
      )
    })
  }
  await bot.start()
}
