import { Hono, type Context, type MiddlewareHandler } from 'hono'
import { z } from 'zod'
import type { VendorEnv } from '../vendor/faults.ts'
import { slidingWindow } from '../vendor/windows.ts'
import { reference, type Account, type Incident, type User } from './account.ts'
import type { CallLog } from './call-log.ts'
import {
  alreadyAcknowledged,
  alreadyResolved,
  cannotEscalate,
  invalidInput,
  notFound,
  rateLimited,
  restError,
  unauthorized,
} from './rest-errors.ts'
import { scheduleRoutes } from './rest-schedules.ts'
import { subscriptionRoutes } from './rest-subscriptions.ts'
import type { Subscriptions } from './subscriptions.ts'

export interface RestOptions {
  account: Account
  subscriptions: Subscriptions
  log: CallLog
  token: string
  now(): number
  perMinute: number
}

const Change = z.object({
  type: z.enum(['incident', 'incident_reference']),
  id: z.string().optional(),
  status: z.enum(['acknowledged', 'resolved']).optional(),
  escalation_level: z.number().int().min(1).optional(),
})

const UtcSecond = z.string().regex(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/)
const Span = z.object({ since: UtcSecond, until: UtcSecond })
const ChangeEvent = z.object({
  routing_key: z.string(),
  payload: z.object({
    summary: z.string(),
    timestamp: z.string().transform((time) => Date.parse(time)),
    custom_details: z.unknown(),
  }),
})
const changeJson = ({ routing_key, payload }: z.infer<typeof ChangeEvent>) => ({
  type: 'change_event',
  routing_key,
  ...payload,
  timestamp: new Date(payload.timestamp).toISOString(),
})

/** The part of the REST API v2 that Plantão uses. */
export function restApi(options: RestOptions): Hono<VendorEnv> {
  const { account } = options
  const api = new Hono<VendorEnv>()
  api.use(async (c, next) => {
    await next()
    options.log.answered(c, c.res)
  })
  api.use(authorized(options.token), limited(options))
  api.get('/incidents', (c) =>
    c.json(
      page(
        c,
        'incidents',
        incidentsFor(account, c).map((one) => incidentJson(account, one)),
      ),
    ),
  )
  api.get('/incidents/:id', (c) => {
    const incident = account.incident(c.req.param('id'))
    return incident ? c.json({ incident: incidentJson(account, incident) }) : notFound()
  })
  api.get('/incidents/:id/alerts', (c) => {
    const incident = account.incident(c.req.param('id'))
    if (!incident) return notFound()
    const key = c.req.query('alert_key')
    const found = account.alertsOf(incident.id).filter((one) => key === undefined || one.alertKey === key)
    const alerts = found.map((alert) => ({
      ...reference('alert', alert.id, alert.summary),
      type: 'alert',
      alert_key: alert.alertKey,
      status: alert.status,
      severity: alert.severity,
      created_at: alert.createdAt,
      suppressed: false,
      incident: reference('incident', incident.id, incident.title),
    }))
    return c.json(page(c, 'alerts', alerts))
  })
  api.put('/incidents', async (c) => {
    const body = z
      .object({ incidents: z.array(Change).min(1) })
      .safeParse(await c.req.json().catch(() => null))
    if (!body.success) return invalidInput('incidents is invalid')
    if (body.data.incidents.length > 250) return restError(413, 2001, 'Too many incidents')
    const by = sender(c, account)
    if (by instanceof Response) return by
    const changed: Incident[] = []
    for (const change of body.data.incidents) {
      const result = applyChange(account, { ...change, id: change.id ?? '' }, by)
      if (result instanceof Response) return result
      changed.push(result)
    }
    return c.json({ incidents: changed.map((one) => incidentJson(account, one)) })
  })
  api.put('/incidents/:id', async (c) => {
    const body = z.object({ incident: Change }).safeParse(await c.req.json().catch(() => null))
    if (!body.success) return invalidInput('incident is invalid')
    const by = sender(c, account)
    if (by instanceof Response) return by
    const result = applyChange(account, { ...body.data.incident, id: c.req.param('id') }, by)
    return result instanceof Response ? result : c.json({ incident: incidentJson(account, result) })
  })
  api.get('/incidents/:id/notes', (c) => {
    const incident = account.incident(c.req.param('id'))
    return incident ? c.json({ notes: incident.notes.map((note) => noteJson(account, note)) }) : notFound()
  })
  api.post('/incidents/:id/notes', async (c) => {
    const body = z
      .object({ note: z.object({ content: z.string().min(1).max(2000) }) })
      .safeParse(await c.req.json().catch(() => null))
    if (!body.success) return invalidInput('note.content is invalid')
    const by = sender(c, account)
    if (by instanceof Response) return by
    const incident = account.incident(c.req.param('id'))
    if (!incident) return notFound()
    return c.json({ note: noteJson(account, account.note(incident, by, body.data.note.content)) }, 201)
  })
  api.get('/users', (c) => {
    const query = (c.req.query('query') ?? '').toLowerCase()
    const users = account.users.filter(({ name, email }) => `${name} ${email}`.toLowerCase().includes(query))
    return c.json(page(c, 'users', users.map(userJson)))
  })
  api.get('/users/:id', (c) => {
    const user = account.user(c.req.param('id'))
    return user ? c.json({ user: userJson(user) }) : notFound()
  })
  api.get('/change_events', (c) => {
    const span = Span.safeParse({ since: c.req.query('since'), until: c.req.query('until') })
    if (!span.success) return invalidInput('since and until must be UTC: YYYY-MM-DDThh:mm:ssZ')
    const { since, until } = span.data
    const changes = z.array(ChangeEvent).parse(account.state.changes)
    const found = changes.filter(
      ({ payload: { timestamp: at } }) => at >= Date.parse(since) && at <= Date.parse(until),
    )
    return c.json(page(c, 'change_events', found.map(changeJson).toReversed()))
  })
  api.get('/oncalls', (c) => c.json(page(c, 'oncalls', onCalls(account, c, options.now()))))
  api.route('/', scheduleRoutes(account, options.now))
  api.route('/', subscriptionRoutes(options.subscriptions))
  api.notFound(() => notFound())
  return api
}

function authorized(token: string): MiddlewareHandler<VendorEnv> {
  return async (c, next) => {
    if (c.req.header('authorization') !== `Token token=${token}`) return unauthorized()
    if (!/application\/vnd\.pagerduty\+json;\s*version=2/.test(c.req.header('accept') ?? ''))
      return invalidInput('Accept header must be application/vnd.pagerduty+json;version=2')
    return await next()
  }
}

/** 960 a minute; the headers say how it stands, in seconds. */
function limited({ now, perMinute }: RestOptions): MiddlewareHandler<VendorEnv> {
  const window = slidingWindow(perMinute, 60_000)
  const used = slidingWindow(Infinity, 60_000)
  return async (c, next) => {
    const admitted = window.admit(now())
    if (admitted) await next()
    else c.res = rateLimited()
    const left = Math.max(0, perMinute - used.count(now()))
    c.res.headers.set('ratelimit-limit', String(perMinute))
    c.res.headers.set('ratelimit-remaining', String(left))
    c.res.headers.set('ratelimit-reset', '60')
  }
}

/** `From`: the e-mail address of a user of the account. */
function sender(c: Context, account: Account): User | Response {
  const from = c.req.header('from')
  if (from === undefined) return invalidInput('The From header is required')
  return account.users.find(({ email }) => email === from) ?? invalidInput('Requester User Not Found')
}

function applyChange(
  account: Account,
  change: z.infer<typeof Change> & { id: string },
  by: User,
): Incident | Response {
  const incident = account.incident(change.id)
  if (!incident) return notFound()
  if (incident.status === 'resolved') return alreadyResolved()
  if (change.escalation_level !== undefined && change.escalation_level > 1) return cannotEscalate()
  if (change.status === 'acknowledged') {
    if (incident.acknowledgers.some(({ user }) => user === by.id)) return alreadyAcknowledged()
    account.acknowledge(incident, by)
  }
  if (change.status === 'resolved') account.resolve(incident, by)
  return incident
}

function incidentsFor(account: Account, c: Context): Incident[] {
  const key = c.req.query('incident_key')
  const statuses = c.req.queries('statuses[]') ?? []
  return account
    .incidents()
    .filter((incident) => statuses.length === 0 || statuses.includes(incident.status))
    .filter(
      (incident) =>
        key === undefined || account.alertsOf(incident.id).some(({ alertKey }) => alertKey === key),
    )
}

/** Offset pages, 25 by default and 100 at most. */
function page(c: Context, name: string, all: unknown[]): Record<string, unknown> {
  const limit = Math.min(100, Math.max(1, Number(c.req.query('limit') ?? 25)))
  const offset = Math.max(0, Number(c.req.query('offset') ?? 0))
  return {
    [name]: all.slice(offset, offset + limit),
    limit,
    offset,
    total: null,
    more: offset + limit < all.length,
  }
}

const userJson = (user: User) => ({
  ...reference('user', user.id, user.name),
  type: 'user',
  name: user.name,
  email: user.email,
})

const noteJson = (account: Account, note: Incident['notes'][number]) => ({
  id: note.id,
  content: note.content,
  created_at: note.createdAt,
  user: reference('user', note.user, account.user(note.user)?.name ?? note.user),
})

/** An incident with child alerts, as Events API v2 makes them, has no incident_key. */
export function incidentJson(account: Account, incident: Incident) {
  const service = account.service(incident.serviceId)
  const alerts = account.alertsOf(incident.id)
  const open = alerts.filter(({ status }) => status === 'triggered').length
  return {
    ...reference('incident', incident.id, incident.title),
    type: 'incident',
    number: incident.number,
    incident_number: incident.number,
    title: incident.title,
    status: incident.status,
    urgency: incident.urgency,
    created_at: incident.createdAt,
    service: reference('service', incident.serviceId, service?.name ?? ''),
    escalation_policy: reference('escalation_policy', `EP${incident.serviceId}`, service?.name ?? ''),
    assignees: incident.assignees.map((id) => reference('user', id, account.user(id)?.name ?? id)),
    acknowledgements: incident.acknowledgers.map(({ user, at }) => ({
      at,
      acknowledger: reference('user', user, account.user(user)?.name ?? user),
    })),
    alert_counts: { all: alerts.length, triggered: open, resolved: alerts.length - open },
    teams: [],
    priority: null,
    resolve_reason: null,
  }
}

/** Without a schedule somebody is on call for good; by one from the beginning of a shift to its end. */
function onCalls(account: Account, c: Context, now: number) {
  const policies = c.req.queries('escalation_policy_ids[]') ?? []
  const wanted = c.req.queries('schedule_ids[]') ?? []
  const withUsers = (c.req.queries('include[]') ?? []).includes('users')
  const since = Date.parse(c.req.query('since') ?? new Date(now).toISOString())
  const until = Math.max(since + 1, Date.parse(c.req.query('until') ?? new Date(now).toISOString()))
  return account.services.flatMap((service) => {
    const policy = `EP${service.id}`
    const { schedule } = service
    if (policies.length > 0 && !policies.includes(policy)) return []
    if (wanted.length > 0 && (schedule === undefined || !wanted.includes(schedule))) return []
    const shifts =
      schedule === undefined
        ? service.users.map((user) => ({ user, start: null, end: null }))
        : account.schedules.shifts(schedule, { since, until })
    return shifts.flatMap(({ user: id, start, end }) => {
      const user = account.user(id)
      if (!user) return []
      return [
        {
          user: withUsers ? userJson(user) : reference('user', id, user.name),
          schedule:
            schedule === undefined
              ? null
              : reference('schedule', schedule, account.schedules.find(schedule)?.name ?? schedule),
          escalation_policy: reference('escalation_policy', policy, service.name),
          escalation_level: 1,
          start: start === null ? null : new Date(start).toISOString(),
          end: end === null ? null : new Date(end).toISOString(),
        },
      ]
    })
  })
}
