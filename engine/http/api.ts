import { timingSafeEqual, createHash } from 'node:crypto'
import { bodyLimit } from 'hono/body-limit'
import { createMiddleware } from 'hono/factory'
import { requestId } from 'hono/request-id'
import { countHomeViewers } from '../../db/home.ts'
import { countJobs } from '../../db/jobs.ts'
import { readAlertingMetrics } from '../alerting-metrics.ts'
import type { EngineContext } from '../context.ts'
import { Refusal } from '../failures.ts'
import { environmentsLately } from '../home.ts'
import { incidentDurationMetrics } from '../incident-durations.ts'
import { accessRoutes } from './access.ts'
import { alertRoutes, type AlertsSecrets } from './alerts.ts'
import { changeRoutes } from './changes.ts'
import { environmentRoutes } from './environments.ts'
import { freezeRoutes } from './freezes.ts'
import { homeRoutes } from './home.ts'
import { incidentReportRoutes } from './incident-reports.ts'
import { incidentRoutes } from './incidents.ts'
import { jobRoutes } from './jobs.ts'
import { pagerDutyWebhookRoutes, type PagerDutySecrets } from './pagerduty-webhook.ts'
import { peopleRoutes } from './people.ts'
import { onCallRoutes } from './on-call.ts'
import { planRoutes } from './plans.ts'
import { postmortemFileRoutes } from './postmortem-file.ts'
import { answerProblem } from './problem.ts'
import { createRouter, type Env } from './router.ts'
import { silenceRoutes } from './silences.ts'
import { slackRoutes } from './slack.ts'
import { storable } from './storable.ts'

const maximumBodyBytes = 256 * 1024

export type Api = ReturnType<typeof createApi>

/** The engine's HTTP face. Everything under /v1 needs the bearer token, but what others deliver has secrets of its own. */
export function createApi(
  context: EngineContext,
  token: string,
  secrets: AlertsSecrets & PagerDutySecrets = {},
) {
  const app = createRouter()
  app.use(requestId())
  app.use(measured(context))
  app.route('/', alertRoutes(context, secrets))
  app.route('/', pagerDutyWebhookRoutes(context, secrets))
  app.use(
    '/v1/*',
    bodyLimit({
      maxSize: maximumBodyBytes,
      onError: () => {
        throw new Refusal(
          'body-too-large',
          { maximumBodyBytes },
          `The body is larger than ${maximumBodyBytes} bytes.`,
        )
      },
    }),
  )
  app.use('/v1/*', authenticated(token), storable)
  app.onError((error, c) => answerProblem(c, error, context.logger))
  app.notFound((c) =>
    answerProblem(
      c,
      new Refusal('not-found', {}, 'There is nothing here. /openapi.json lists what there is.'),
      context.logger,
    ),
  )
  app.get('/healthz', (c) => c.text('ok'))
  app.get('/readyz', async (c) => {
    await context.pool.query('select 1')
    return c.text('ready')
  })
  const durations = incidentDurationMetrics(context.pool)
  app.get('/metrics', async (c) => {
    context.metrics.jobs.reset()
    for (const { kind, state, count } of await countJobs(context.pool))
      context.metrics.jobs.set({ kind, state }, count)
    context.metrics.homeViewers.set(await countHomeViewers(context.pool))
    await readAlertingMetrics(context)
    return c.text((await context.metrics.registry.metrics()) + (await durations()))
  })
  app.doc31('/openapi.json', {
    openapi: '3.1.0',
    info: {
      title: 'Plantão engine',
      version: '1',
      description: 'Every /v1 route needs `Authorization: Bearer ENGINE_TOKEN`.',
    },
  })
  const lately = environmentsLately(context)
  return app
    .route('/', jobRoutes(context))
    .route('/', planRoutes(context))
    .route('/', environmentRoutes(context))
    .route('/', freezeRoutes(context))
    .route('/', incidentRoutes(context))
    .route('/', incidentReportRoutes(context))
    .route('/', silenceRoutes(context))
    .route('/', onCallRoutes(context))
    .route('/', postmortemFileRoutes(context))
    .route('/', peopleRoutes(context))
    .route('/', homeRoutes(context, lately))
    .route('/', accessRoutes(context))
    .route('/', slackRoutes(context))
    .route('/', changeRoutes(context, lately))
}

function authenticated(token: string) {
  const digest = (text: string): Buffer => createHash('sha256').update(text).digest()
  const expected = digest(token)
  return createMiddleware<Env>(async function authenticate(c, next) {
    const given = c.req.header('authorization')?.match(/^Bearer (.+)$/)?.[1] ?? ''
    if (!timingSafeEqual(digest(given), expected)) {
      throw new Refusal('unauthorized', {}, 'Send the engine token: Authorization: Bearer ENGINE_TOKEN.')
    }
    await next()
  })
}

function measured(context: EngineContext) {
  return createMiddleware<Env>(async function measure(c, next) {
    const startedAt = performance.now()
    await next()
    const labels = { method: c.req.method, route: c.req.routePath, status: String(c.res.status) }
    context.metrics.requestSeconds.observe(labels, (performance.now() - startedAt) / 1_000)
  })
}
