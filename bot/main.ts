import { pino } from 'pino'
import { createEngineClient } from '../engine/client.ts'
import { createBot } from './bot.ts'
import { buttons } from './buttons/index.ts'
import { commands } from './commands/index.ts'
import { ConfigInvalid, readConfig } from './config.ts'
import { howToGetIn } from './home/access-cards.ts'
import { personalViews } from './home/personal-views.ts'
import { modals } from './modals/index.ts'
import { textsFor } from './texts/index.ts'
import { explain } from './texts/problems.ts'
import { incidentCard } from './views/incident-card.ts'
import { jobCard } from './views/job-card.ts'

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
    content: {
      commands,
      buttons,
      modals,
      views: {
        job: (job, { settings, now }) => jobCard(job, { texts: textsFor(settings.locale), settings, now }),
        incident: (incident, { settings, now }) =>
          incidentCard(incident, { texts: textsFor(settings.locale), settings, now }),
        personal: personalViews,
      },
      explain: (error, locale) => explain(error, textsFor(locale)),
      wayIn: (error, locale) =>
        howToGetIn({ mrkdwn: explain(error, textsFor(locale)) }, { texts: textsFor(locale) }),
    },
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
