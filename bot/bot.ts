import { randomUUID } from 'node:crypto'
import { hostname } from 'node:os'
import { App } from '@slack/bolt'
import type { Logger } from 'pino'
import type { EngineClient } from '../engine/client.ts'
import { type AnsweringTimes, createAnswering } from './answering.ts'
import type { Config } from './config.ts'
import type { Content } from './content.ts'
import { createCurrentSettings } from './current-settings.ts'
import { createDrawings } from './listening/drawings.ts'
import { listen } from './listening/listen.ts'
import { createMetrics, type Metrics } from './metrics.ts'
import { follow, leaseTimes } from './projection/follow.ts'
import { createProjection, type Term } from './projection/project.ts'
import { type Budgets, slackBudgets } from './slack/budget.ts'
import { createChannels } from './slack/channels.ts'
import { createSlackClients, slackLogger } from './slack/clients.ts'
import { keepIdentity } from './slack/identity.ts'
import { createLanes } from './slack/lanes.ts'
import { createMessages } from './slack/messages.ts'
import { createPeople } from './slack/people.ts'
import { httpIntake, portOf, serve, socketIntake } from './slack/receivers.ts'
import { keepUserGroups } from './slack/user-groups.ts'

export interface BotDeps {
  config: Pick<Config, 'host' | 'port' | 'slack' | 'leaseSeconds'>
  engine: EngineClient
  content: Content
  log: Logger
  /** Slack's own where absent; a stand-in with other limits needs other ones. */
  budgets?: Budgets
  times?: { answering?: AnsweringTimes }
}

export interface Bot {
  /** Takes Slack's requests; Slack and the engine may still be away. */
  start(): Promise<{ port: number }>
  /** Takes nothing more, ends what is under way, lets another bot write. */
  stop(): Promise<void>
  metrics: Metrics
}

const drainSeconds = 5
const lastDrainSeconds = 1
/** Nobody waits for a message that is drawn by itself. */
const patientLookSeconds = 5

export function createBot(deps: BotDeps): Bot {
  const { config, engine, content, log, budgets = slackBudgets } = deps
  const now = Date.now
  const metrics = createMetrics()
  const lease = leaseTimes(config.leaseSeconds)
  const clients = createSlackClients(
    { token: config.slack.botToken, apiUrl: config.slack.apiUrl, log },
    lease.callSeconds,
  )
  const messages = createMessages(clients, (method, { kind }) =>
    metrics.slackCalls.inc({ method, outcome: kind }),
  )
  const lanes = createLanes(budgets)
  const settings = createCurrentSettings({ engine, now, log })
  const people = createPeople({ client: clients.background, defaults: settings.manners, now })
  const answering = createAnswering({
    explain: content.explain,
    wayIn: content.wayIn,
    metrics,
    log,
    ...(deps.times?.answering && { times: deps.times.answering }),
  })
  const drawings = createDrawings()
  const intake =
    config.slack.intake.kind === 'http'
      ? httpIntake({ signingSecret: config.slack.intake.signingSecret, log })
      : socketIntake({
          appToken: config.slack.intake.appToken,
          apiUrl: config.slack.apiUrl,
          metrics,
          log,
          now,
        })

  // Bolt's own ways to authorize ask Slack (auth.test) before the first answer, and fail when Slack is down.
  const app = new App({
    receiver: intake.receiver,
    authorize: () => Promise.resolve({ botToken: config.slack.botToken }),
    convoStore: false,
    ignoreSelf: false,
    logger: slackLogger(log),
    clientOptions: {
      slackApiUrl: config.slack.apiUrl,
      rejectRateLimitedCalls: true,
      retryConfig: { retries: 0 },
    },
  })
  const openChannel = createChannels(clients.background)
  listen(app, { content, answering, people, settings, engine, messages, openChannel, drawings, log })

  const identity = keepIdentity(clients.background, log)
  let following: ReturnType<typeof follow> | undefined
  let draining = false
  const server = serve(intake, {
    registry: metrics.registry,
    readiness: () => ({
      ready: !draining && intake.ready(),
      details: {
        intake: config.slack.intake.kind,
        engine: settings.known() ? 'answered' : 'has not answered yet',
        slack: identity.state(),
        projecting: following?.holds() ?? false,
      },
    }),
  })

  function begin(term: Term) {
    void keepUserGroups({ client: clients.background, engine, settings: settings.get, log }, term.signal)
    return createProjection(
      {
        engine,
        settings: settings.get,
        views: content.views,
        mannersOf: (user) => people.meet(user, patientLookSeconds),
        messages,
        lanes,
        budgets,
        now,
        metrics,
        log,
      },
      term,
    )
  }

  return {
    metrics,

    async start() {
      await new Promise<void>((resolve, reject) => {
        server.once('error', reject)
        server.listen({ port: config.port, ...(config.host !== undefined && { host: config.host }) }, resolve)
      })
      settings.get().catch((error: unknown) => log.warn({ err: error }, 'the engine does not answer yet'))
      identity.start()
      intake.start()
      following = follow({
        engine,
        holder: `${hostname().slice(0, 40)}/${process.pid}/${randomUUID()}`,
        begin,
        lease,
        now,
        metrics,
        log,
      })
      const port = portOf(server)
      log.info({ port, intake: config.slack.intake.kind }, 'the bot is ready')
      return { port }
    },

    async stop() {
      draining = true
      const closed = new Promise((resolve) => server.close(resolve))
      await following?.stop()
      await Promise.all([answering.drain(drainSeconds), drawings.drain(drainSeconds / 2)])
      // What came while the last forms were filled.
      await answering.drain(lastDrainSeconds)
      intake.stop()
      identity.stop()
      server.closeAllConnections()
      await closed
    },
  }
}
