import { createHash, timingSafeEqual } from 'node:crypto'
import { createRoute, z } from '@hono/zod-openapi'
import { bodyLimit } from 'hono/body-limit'
import { createMiddleware } from 'hono/factory'
import { hear } from '../../alerts/heartbeats.ts'
import { intakeQueue } from '../../alerts/intake-queue.ts'
import { receive } from '../../alerts/receive.ts'
import { remembering } from '../../alerts/remember.ts'
import { readAlertmanager } from '../../alerts/sources/alertmanager.ts'
import { DeliveryUnreadable, type Delivery } from '../../alerts/sources/delivery.ts'
import {
  isSignedByGrafana,
  readGrafana,
  signatureHeader,
  timestampHeader,
} from '../../alerts/sources/grafana.ts'
import { readGeneric } from '../../alerts/sources/generic.ts'
import { databaseTime } from '../../db/heartbeats.ts'
import type { EngineContext } from '../context.ts'
import { Refusal } from '../failures.ts'
import { intakeDeps } from '../intake.ts'
import { invalidRequest } from './problem.ts'
import { createRouter, jsonAnswer, problems, type Env } from './router.ts'

/** What senders prove themselves with. Absent: nobody can. */
export interface AlertsSecrets {
  /** The bearer token of all senders. */
  alertsToken?: string | undefined
  /** Grafana may sign instead. */
  grafanaWebhookSecret?: string | undefined
}

/** A group of 10,000 alerts has about 10 MB. */
const maximumBodyBytes = 16 * 1024 * 1024

const readers = { alertmanager: readAlertmanager, grafana: readGrafana, generic: readGeneric }
type SourceName = keyof typeof readers

const tags = ['alerts']
const Taken = z
  .object({
    accepted: z.number(),
    /** The incidents these alerts are in; alerts that are kept quiet are in none. */
    incidents: z.array(z.number()),
    /** Alerts of the delivery that could not be read; the others were taken. */
    refused: z.array(z.object({ index: z.number(), field: z.string(), message: z.string() })),
    /** So many the sender had left out. */
    truncated: z.number(),
  })
  .openapi('TakenAlerts')

const deliver = createRoute({
  method: 'post',
  path: '/v1/alerts/{source}',
  tags,
  request: { params: z.object({ source: z.string() }) },
  responses: { 200: jsonAnswer('What was taken in', Taken), ...problems },
})
const beat = createRoute({
  method: 'post',
  path: '/v1/heartbeats/{name}',
  tags,
  request: { params: z.object({ name: z.string() }) },
  responses: { 200: jsonAnswer('Heard', z.object({ heard: z.string() })), ...problems },
})

/**
 * The way in for alerts and heartbeats, with a token of its own: the systems that send them need not be able to do
 * anything else. A 4xx is the sender's fault alone, because no sender tries again after one.
 */
export function alertRoutes(context: EngineContext, secrets: AlertsSecrets) {
  const deps = intakeDeps(context)
  const receiving = { ...deps, takeIn: intakeQueue(deps), redact: remembering(context.redact) }
  const router = createRouter()
  router.use('/v1/alerts/*', mayDeliver(secrets), sized)
  router.use('/v1/heartbeats/*', mayDeliver(secrets), sized)
  return router
    .openapi(deliver, async (c) => {
      const source = knownSource(c.req.valid('param').source)
      const body = new Uint8Array(await c.req.arrayBuffer())
      if (!c.req.header('authorization'))
        await requireSignature(c.req.raw.headers, body, { context, secrets })
      const delivery = read(source, body, receiving.redact)
      const { incidents } = await receive(receiving, delivery)
      count(context, delivery)
      const { alerts, refused, truncated } = delivery
      return c.json({ accepted: alerts.length, incidents, refused, truncated }, 200)
    })
    .openapi(beat, async (c) => {
      const { name } = c.req.valid('param')
      const { heartbeats } = context.alerting.settings
      const watched = heartbeats.find((one) => one.name === name)
      if (!watched) {
        const known = heartbeats.map((one) => one.name)
        throw new Refusal(
          'not-found',
          { name, known },
          `No heartbeat ${name} is expected. Known: ${known.join(', ')}.`,
        )
      }
      await hear(deps, watched)
      return c.json({ heard: name }, 200)
    })
}

/** The bearer token, or for Grafana a signature, which is checked once the body is read. */
function mayDeliver({ alertsToken, grafanaWebhookSecret }: AlertsSecrets) {
  return createMiddleware<Env>(async function authenticateSender(c, next) {
    const isSigned =
      grafanaWebhookSecret !== undefined &&
      c.req.path.endsWith('/grafana') &&
      c.req.header('authorization') === undefined &&
      c.req.header(signatureHeader) !== undefined
    if (!isSigned) requireToken(c.req.header('authorization'), alertsToken)
    await next()
  })
}

function requireToken(header: string | undefined, alertsToken: string | undefined): void {
  if (alertsToken === undefined) {
    const detail =
      'ALERTS_TOKEN is not set at the engine: alerts cannot be taken. Set it there and send again.'
    throw new Refusal('unavailable', {}, detail)
  }
  const given = header?.match(/^Bearer (.+)$/i)?.[1] ?? ''
  const digest = (text: string): Buffer => createHash('sha256').update(text).digest()
  if (timingSafeEqual(digest(given), digest(alertsToken))) return
  throw new Refusal('unauthorized', {}, 'Send the token for alerts: Authorization: Bearer ALERTS_TOKEN.')
}

async function requireSignature(
  headers: Headers,
  body: Uint8Array,
  { context, secrets }: { context: EngineContext; secrets: AlertsSecrets },
): Promise<void> {
  const signature = headers.get(signatureHeader) ?? ''
  const timestamp = headers.get(timestampHeader) ?? undefined
  const secret = secrets.grafanaWebhookSecret ?? ''
  const now = await databaseTime(context.pool)
  if (secret !== '' && isSignedByGrafana(body, { signature, timestamp }, { secret, now })) return
  throw new Refusal(
    'unauthorized',
    { header: signatureHeader },
    `${signatureHeader} does not fit the body and GRAFANA_WEBHOOK_SECRET, or ${timestampHeader} is more than 5 minutes off.`,
  )
}

/** What says how long it is need not be counted: making a stream of every body took an eighth of the intake's time. */
const sized = createMiddleware<Env>(async function sizeOf(c, next) {
  const length = Number(c.req.header('content-length') ?? Number.POSITIVE_INFINITY)
  const isWhole = c.req.header('transfer-encoding') === undefined
  if (isWhole && length <= maximumBodyBytes) return await next()
  return await counted(c, next)
})

const counted = bodyLimit({
  maxSize: maximumBodyBytes,
  onError: () => {
    throw new Refusal(
      'body-too-large',
      { maximumBodyBytes },
      `The body is larger than ${maximumBodyBytes} bytes. Send fewer alerts at a time (Alertmanager: max_alerts).`,
    )
  },
})

function knownSource(name: string): SourceName {
  const names = Object.keys(readers) as SourceName[]
  const known = names.find((one) => one === name)
  if (known) return known
  throw new Refusal(
    'not-found',
    { source: name },
    `Alerts are taken from ${names.join(', ')}; ${name} is none of them.`,
  )
}

function read(source: SourceName, body: Uint8Array, redact: (text: string) => string): Delivery {
  try {
    return readers[source](JSON.parse(new TextDecoder().decode(body)), redact)
  } catch (error) {
    if (error instanceof DeliveryUnreadable) throw invalidRequest(error, 'body')
    if (error instanceof SyntaxError) {
      throw new Refusal('invalid-request', { field: 'body' }, `body: expected JSON (${error.message}).`)
    }
    throw error
  }
}

function count({ metrics }: EngineContext, { source, alerts, refused, truncated }: Delivery): void {
  metrics.alerts.inc({ source, outcome: 'accepted' }, alerts.length)
  metrics.alerts.inc({ source, outcome: 'refused' }, refused.length)
  metrics.alerts.inc({ source, outcome: 'truncated' }, truncated)
}
