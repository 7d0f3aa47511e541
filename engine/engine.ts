import { setMaxListeners } from 'node:events'
import { serve, type ServerType } from '@hono/node-server'
import { pino, type Logger } from 'pino'
import { startOnCallNotices } from '../alerts/on-call/announce.ts'
import { startPager } from '../alerts/pager/pager.ts'
import { cancelChannel, changeChannel } from '../db/announcements.ts'
import { guestNames } from '../db/grants.ts'
import { alertingChannel } from '../db/incident-timers.ts'
import { listen, type Listener } from '../db/listen.ts'
import { migrate } from '../db/migrate.ts'
import { createPool } from '../db/pool.ts'
import { createAlerting, startAlerting } from './alerting.ts'
import { secretsOf, webhookSecrets, type EngineConfig } from './config.ts'
import type { EngineContext } from './context.ts'
import { frozenEnvironments } from './freezes.ts'
import { createApi } from './http/api.ts'
import { startIntake } from './intake.ts'
import { createMetrics } from './metrics.ts'
import { displayName } from './people.ts'
import { onCallOf } from './on-call.ts'
import { createProcedures } from './procedures/index.ts'
import { pagerContext, pagerDutyOf, rosterOfPagerDuty } from './pagerduty.ts'
import { openBell } from './queue.ts'
import { redactor } from './redact.ts'
import { loadRunbook } from './runbook-file.ts'
import { keepReconciling } from './runner/reconcile.ts'
import { lookAtJob, type WorkerDeps } from './runner/worker.ts'
import { startSchedules } from './schedules.ts'
import { createSystems } from './systems/index.ts'

export interface Engine {
  port: number
  context: EngineContext
  /** Takes nothing new, lets go of what runs so that another engine carries on, closes. */
  close(): Promise<void>
}

/** Starts the engine: schema, queue, runner, schedules, HTTP. Ready when this resolves. */
export async function startEngine(
  config: EngineConfig,
  logger: Logger = createLogger(config),
): Promise<Engine> {
  const runbookFile = await loadRunbook(config.PLANTAO_CONFIG)
  const pool = createPool(config.DATABASE_URL, { max: config.JOB_CONCURRENCY + 12 })
  await migrate(config.DATABASE_URL)
  const runbook = { ...runbookFile, guests: await guestNames(pool) }
  const listener = await listen(config.DATABASE_URL, [changeChannel, cancelChannel, alertingChannel])
  const bell = await openBell({ databaseUrl: config.DATABASE_URL, redisUrl: config.REDIS_URL, logger })
  const redact = redactor(secretsOf(config), runbook.redact)
  const metrics = createMetrics()
  const systems = createSystems({ config, runbook, pool })
  const procedures = createProcedures({ config, runbook, pool, systems })
  const pagerduty = pagerDutyOf(config)
  const onCall = onCallOf({ pool, runbook, logger, ...rosterOfPagerDuty(pagerduty) })
  await onCall.roster()
  const context: EngineContext = {
    pool,
    runbook,
    procedures,
    bell,
    notifications: listener.events,
    alerting: createAlerting({ runbook, onCall, pagerduty }),
    onCall,
    releases: systems.releases,
    backups: systems.backups,
    redact,
    metrics,
    logger,
  }
  const stopping = new AbortController()
  setMaxListeners(0, stopping.signal)
  const worker: WorkerDeps = {
    pool,
    procedures,
    bell,
    redact,
    logger,
    owner: config.owner,
    stopping: stopping.signal,
    leaseSeconds: config.JOB_LEASE_SECONDS,
    nameOf: (person) => displayName(runbook, person),
    frozenEnvironments: async () => await frozenEnvironments(pool, runbook),
    onCancel: onCancel(listener.events),
    onStep: ({ name, outcome, seconds }) => metrics.stepSeconds.observe({ step: name, outcome }, seconds),
  }
  await bell.answer(async (jobId) => await answerRing(worker, jobId), config.JOB_CONCURRENCY)
  const stopReconciling = keepReconciling({ pool, bell, everySeconds: config.RECONCILE_SECONDS, logger })
  const stopSchedules = startSchedules(context)
  const onCallNotices = startOnCallNotices({ ...context, gapNoticeHours: runbook.onCall.gapNoticeHours })
  const stopIntake = startIntake(context)
  const stopAlerting = startAlerting(context)
  const pager = startPager(pagerContext(context, pagerduty))
  const { server, port } = await openServer(context, config)
  logger.info({ port, owner: config.owner }, 'engine ready')
  return {
    port,
    context,
    async close() {
      stopping.abort()
      await closeServer(server)
      await stopSchedules()
      await stopAlerting()
      await pager.close()
      await stopIntake()
      await onCallNotices.stop()
      await stopReconciling()
      await bell.close()
      await listener.close()
      await pool.end()
    },
  }
}

export const createLogger = (config: Pick<EngineConfig, 'LOG_LEVEL'>): Logger =>
  pino({ level: config.LOG_LEVEL, name: 'engine', redact: ['*.authorization', '*.password', '*.token'] })

/** A ring that cannot be answered now is rung again by the reconciler. */
async function answerRing(worker: WorkerDeps, jobId: number): Promise<void> {
  await lookAtJob(worker, jobId).catch((error: Error) => {
    worker.logger.warn({ jobId, reason: error.message }, 'could not look at the job now')
  })
}

const onCancel =
  (events: Listener['events']): WorkerDeps['onCancel'] =>
  (jobId, wake) => {
    const hear = (channel: string, payload: string): void => {
      if (channel === cancelChannel && payload === String(jobId)) wake()
    }
    events.on('notification', hear)
    events.on('gap', wake)
    return () => {
      events.off('notification', hear)
      events.off('gap', wake)
    }
  }

async function openServer(
  context: EngineContext,
  config: EngineConfig,
): Promise<{ server: ServerType; port: number }> {
  const api = createApi(context, config.ENGINE_TOKEN, {
    alertsToken: config.ALERTS_TOKEN,
    grafanaWebhookSecret: config.GRAFANA_WEBHOOK_SECRET,
    pagerDutyWebhookSecrets: webhookSecrets(config.PAGERDUTY_WEBHOOK_SECRET),
  })
  return await new Promise((resolve, reject) => {
    const server = serve(
      { fetch: api.fetch, port: config.ENGINE_PORT, hostname: config.ENGINE_HOST },
      ({ port }) => resolve({ server, port }),
    )
    server.once('error', reject)
  })
}

async function closeServer(server: ServerType): Promise<void> {
  await new Promise<void>((resolve) => {
    server.close(() => resolve())
    if ('closeAllConnections' in server) server.closeAllConnections()
  })
}
