import { Hono } from 'hono'
import { z } from 'zod'
import type { VendorEnv } from '../vendor/faults.ts'
import { slidingWindow, type SlidingWindow } from '../vendor/windows.ts'
import type { Account, Service } from './account.ts'
import type { CallLog } from './call-log.ts'

const maximumBytes = 512 * 1024

const Link = z.object({ href: z.url(), text: z.string().optional() })
const Image = z.object({
  src: z.url({ protocol: /^https$/ }),
  href: z.string().optional(),
  alt: z.string().optional(),
})

/** api-schema, events-v2: what the schema asks for, and what its descriptions add. */
const Event = z
  .object({
    routing_key: z.string(),
    event_action: z.enum(['trigger', 'acknowledge', 'resolve']),
    dedup_key: z.string().min(1).max(255).optional(),
    client: z.string().optional(),
    client_url: z.url().optional(),
    links: z.array(Link).optional(),
    images: z.array(Image).optional(),
    payload: z
      .object({
        summary: z.string().min(1).max(1024),
        source: z.string().min(1),
        severity: z.enum(['critical', 'error', 'warning', 'info']),
        timestamp: z.iso.datetime({ offset: true }).optional(),
        component: z.string().optional(),
        group: z.string().optional(),
        class: z.string().optional(),
        custom_details: z.record(z.string(), z.unknown()).optional(),
      })
      .optional(),
  })
  .refine((event) => event.event_action !== 'trigger' || event.payload !== undefined, {
    message: "'payload' is missing or blank",
  })
  .refine((event) => event.event_action === 'trigger' || event.dedup_key !== undefined, {
    message: "'dedup_key' is missing or blank",
  })

const Change = z.object({
  routing_key: z.string(),
  payload: z.object({
    summary: z.string().min(1).max(1024),
    source: z.string().optional(),
    timestamp: z.iso.datetime({ offset: true }).optional(),
    custom_details: z.record(z.string(), z.unknown()).optional(),
  }),
  links: z.array(Link).optional(),
})

export interface EventsOptions {
  account: Account
  log: CallLog
  now(): number
  /** Calls per key in a sliding minute. */
  perMinute: number
  /** Whether what is accepted comes to nothing. */
  swallows(): boolean
}

/** Events API v2: accepted at once, worked on after. */
export function eventsApi(options: EventsOptions): Hono<VendorEnv> {
  const windows = new Map<string, SlidingWindow>()
  const admits = (key: string): boolean => {
    const window = windows.get(key) ?? slidingWindow(options.perMinute, 60_000)
    windows.set(key, window)
    return window.admit(options.now())
  }
  const serviceOf = (key: string): Service | Response => {
    const service = options.account.services.find(({ routingKey }) => routingKey === key)
    if (key.length !== 32 || !service) return invalid(["'routing_key' is invalid"])
    return admits(key) ? service : tooMany()
  }
  const api = new Hono<VendorEnv>()
  api.post('/v2/enqueue', async (c) => {
    const body = await readJson(c.req.raw)
    if (body instanceof Response) return options.log.answered(c, body)
    const parsed = Event.safeParse(body)
    if (!parsed.success) return options.log.answered(c, invalid(parsed.error.issues.map(said)), noted(body))
    const event = parsed.data
    const service = serviceOf(event.routing_key)
    if (service instanceof Response) return options.log.answered(c, service, noted(body))
    const dedupKey = event.dedup_key ?? crypto.randomUUID().replaceAll('-', '')
    if (!options.swallows()) {
      setImmediate(() => {
        if (event.event_action === 'acknowledge') options.account.acknowledgeAlert(service, dedupKey)
        else if (event.event_action === 'resolve') options.account.resolveAlert(service, dedupKey)
        else if (event.payload)
          options.account.trigger(service, {
            dedupKey,
            severity: event.payload.severity,
            summary: event.payload.summary,
            payload: event.payload,
            client: clientOf(event),
          })
      })
    }
    return options.log.answered(
      c,
      Response.json({ status: 'success', message: 'Event processed', dedup_key: dedupKey }, { status: 202 }),
      noted(body),
    )
  })
  api.post('/v2/change/enqueue', async (c) => {
    const body = await readJson(c.req.raw)
    if (body instanceof Response) return options.log.answered(c, body)
    const parsed = Change.safeParse(body)
    if (!parsed.success) return options.log.answered(c, invalid(parsed.error.issues.map(said)), noted(body))
    const service = serviceOf(parsed.data.routing_key)
    if (service instanceof Response) return options.log.answered(c, service, noted(body))
    options.account.change(parsed.data)
    const answer = Response.json({ status: 'success', message: 'Change event processed' }, { status: 202 })
    return options.log.answered(c, answer, noted(body))
  })
  return api
}

const clientOf = (event: z.infer<typeof Event>): { name: string; url?: string } | null =>
  event.client === undefined
    ? null
    : { name: event.client, ...(event.client_url === undefined ? {} : { url: event.client_url }) }

async function readJson(request: Request): Promise<unknown> {
  const bytes = await request.arrayBuffer()
  if (bytes.byteLength > maximumBytes) return new Response(null, { status: 413 })
  try {
    return JSON.parse(new TextDecoder().decode(bytes)) as unknown
  } catch {
    return invalid(['JSON is invalid'])
  }
}

const Noted = z
  .object({
    routing_key: z.string().optional(),
    event_action: z.string().optional(),
    dedup_key: z.string().optional(),
    payload: z.object({ severity: z.string().optional() }).optional(),
  })
  .catch({})

function noted(body: unknown) {
  const { routing_key, event_action, dedup_key, payload } = Noted.parse(body)
  return { routingKey: routing_key, action: event_action, dedupKey: dedup_key, severity: payload?.severity }
}

const said = (issue: z.core.$ZodIssue): string =>
  issue.path.length === 0 ? issue.message : `'${issue.path.join('.')}' is invalid: ${issue.message}`

const invalid = (errors: string[]): Response =>
  Response.json({ status: 'invalid event', message: 'Event object is invalid', errors }, { status: 400 })

const tooMany = (): Response =>
  Response.json(
    {
      status: 'throttle exceeded',
      message: 'Requests for this service are arriving too quickly.  Please retry later.',
      errors: ['Too many API calls at a time'],
    },
    { status: 429 },
  )
