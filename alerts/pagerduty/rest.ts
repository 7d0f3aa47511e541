import { setTimeout as delay } from 'node:timers/promises'
import { api } from '@pagerduty/pdjs'
import { z } from 'zod'

/** `code`: PagerDuty's own number for the error. `isPassing`: the same call may work later. */
export type RestAnswer<T> =
  | { ok: true; value: T }
  | { ok: false; status: number | null; code: number | null; reason: string; isPassing: boolean }

export type Rest = ReturnType<typeof createRest>

const Incident = z.object({
  id: z.string(),
  title: z.string().nullish(),
  status: z.enum(['triggered', 'acknowledged', 'resolved']),
  alert_counts: z.object({ all: z.number() }).nullish(),
})
const Incidents = z.object({ incidents: z.array(Incident) })
const OneIncident = z.object({ incident: Incident })
const Alerts = z.object({
  alerts: z.array(z.object({ alert_key: z.string().nullish(), status: z.string().nullish() })),
})
const Notes = z.object({ notes: z.array(z.object({ content: z.string() })) })
const User = z.object({ id: z.string(), name: z.string().nullish(), email: z.string().nullish() })
const Subscription = z.object({
  id: z.string(),
  active: z.boolean().nullish(),
  delivery_method: z.object({ url: z.string().nullish(), temporarily_disabled: z.boolean().nullish() }),
})
export type Subscription = z.infer<typeof Subscription>
const Override = z.object({
  id: z.string(),
  start: z.string(),
  end: z.string(),
  user: z.object({ id: z.string() }),
})
/** One answer for each that was asked for: POST /schedules/{id}/overrides answers 201 to what it refuses, too. */
const MadeOverrides = z
  .array(
    z.object({
      status: z.number(),
      errors: z.array(z.string()).optional(),
      override: Override.partial(),
    }),
  )
  .min(1)
const ChangeEvents = z.object({
  change_events: z.array(
    z.object({
      routing_key: z.string().nullish(),
      custom_details: z.record(z.string(), z.unknown()).nullish(),
    }),
  ),
})
const OnCalls = z.object({
  oncalls: z.array(
    z.object({
      user: z.object({ id: z.string(), summary: z.string().nullish(), email: z.string().nullish() }),
      escalation_policy: z.object({ id: z.string(), summary: z.string().nullish() }),
      escalation_level: z.number(),
      schedule: z.object({ id: z.string(), summary: z.string().nullish() }).nullish(),
      start: z.string().nullish(),
      end: z.string().nullish(),
    }),
  ),
  more: z.boolean().nullish(),
})
export type OnCallEntry = z.infer<typeof OnCalls>['oncalls'][number]

const Failure = z.object({
  error: z.object({
    code: z.number().optional(),
    message: z.string().optional(),
    errors: z.array(z.string()).optional(),
  }),
})

interface Call {
  method: 'get' | 'put' | 'post' | 'delete'
  path: string
  query?: Record<string, string | string[]>
  body?: object
  from?: string
}

/**
 * PagerDuty's REST API through its own client, which has no deadline of its own (its `requestTimeout` aborts
 * nothing), takes any status for a success and rejects with a Response where it gets no JSON: all of that is dealt
 * with here. It sends again after a 429, three times; two seconds apart instead of its twenty.
 */
export function createRest(options: { url: string; token: string; deadlineMs?: number }) {
  const base = options.url.replace(/\/+$/, '')
  const deadlineMs = options.deadlineMs ?? 10_000

  const ask = async <T>(call: Call, schema: z.ZodType<T>): Promise<RestAnswer<T>> => {
    const done = new AbortController()
    try {
      const tooLate = delay(deadlineMs, null, { signal: done.signal, ref: false })
      const answer = await Promise.race([request(call, done.signal), tooLate])
      if (answer === null) return passing(null, 'PagerDuty does not answer in time')
      return understood(answer, schema)
    } catch (error) {
      return ofTrouble(error, schema)
    } finally {
      done.abort()
    }
  }
  const request = async (call: Call, signal: AbortSignal): Promise<{ status: number; data: unknown }> => {
    const { status, data } = await api({
      url: `${base}${call.path}`,
      method: call.method.toUpperCase(),
      token: options.token,
      ...(call.query ? { queryParameters: call.query } : {}),
      ...(call.body ? { data: call.body } : {}),
      headers: call.from === undefined ? {} : { From: call.from },
      requestTimeout: 0,
      signal,
      ...retryEvery2Seconds,
    } as Parameters<typeof api>[0] & { url: string })
    return { status, data }
  }
  return {
    incidentsByKey: async (key: string) =>
      await ask(
        { method: 'get', path: '/incidents', query: { incident_key: key, date_range: 'all' } },
        Incidents,
      ),
    incident: async (id: string) =>
      await ask({ method: 'get', path: `/incidents/${encodeURIComponent(id)}` }, OneIncident),
    /** At most 100; with `key` those of this key only. */
    alertsOf: async (incidentId: string, key?: string) =>
      await ask(
        {
          method: 'get',
          path: `/incidents/${encodeURIComponent(incidentId)}/alerts`,
          query: { limit: '100', ...(key === undefined ? {} : { alert_key: key }) },
        },
        Alerts,
      ),
    /** `from`: the e-mail address of a PagerDuty user, in whose name it is done. */
    setStatus: async (id: string, status: 'acknowledged' | 'resolved', from: string) =>
      await ask(
        {
          method: 'put',
          path: `/incidents/${encodeURIComponent(id)}`,
          from,
          body: { incident: { type: 'incident_reference', status } },
        },
        OneIncident,
      ),
    notesOf: async (incidentId: string) =>
      await ask({ method: 'get', path: `/incidents/${encodeURIComponent(incidentId)}/notes` }, Notes),
    addNote: async (incidentId: string, content: string, from: string) =>
      await ask(
        {
          method: 'post',
          path: `/incidents/${encodeURIComponent(incidentId)}/notes`,
          from,
          body: { note: { content } },
        },
        z.object({ note: z.object({ id: z.string() }) }),
      ),
    user: async (id: string) =>
      await ask({ method: 'get', path: `/users/${encodeURIComponent(id)}` }, z.object({ user: User })),
    /** Who is on call at some time of a span (at most 90 days ahead): one page of at most 100. */
    onCalls: async (query: {
      policy?: string
      schedule?: string
      since: Date
      until: Date
      offset: number
    }) =>
      await ask(
        {
          method: 'get',
          path: '/oncalls',
          query: {
            'include[]': ['users'],
            limit: '100',
            offset: String(query.offset),
            since: query.since.toISOString(),
            until: query.until.toISOString(),
            ...(query.policy === undefined ? {} : { 'escalation_policy_ids[]': [query.policy] }),
            ...(query.schedule === undefined ? {} : { 'schedule_ids[]': [query.schedule] }),
          },
        },
        OnCalls,
      ),
    /** Users whose name, or e-mail address, has these words in it. */
    users: async (words: string) =>
      await ask(
        { method: 'get', path: '/users', query: { query: words, limit: '100' } },
        z.object({ users: z.array(User) }),
      ),
    overridesOf: async (schedule: string, span: { since: Date; until: Date }) =>
      await ask(
        {
          method: 'get',
          path: overridesPath(schedule),
          query: { since: span.since.toISOString(), until: span.until.toISOString(), overflow: 'true' },
        },
        z.object({ overrides: z.array(Override) }),
      ),
    addOverride: async (schedule: string, override: { start: Date; end: Date; user: string }) => {
      const { start, end, user } = override
      const asked = {
        start: start.toISOString(),
        end: end.toISOString(),
        user: { id: user, type: 'user_reference' },
      }
      const body = { overrides: [asked] }
      return await ask({ method: 'post', path: overridesPath(schedule), body }, MadeOverrides)
    },
    /** One that has begun is cut off now. */
    removeOverride: async (schedule: string, id: string) =>
      await ask(
        { method: 'delete', path: `${overridesPath(schedule)}/${encodeURIComponent(id)}` },
        z.unknown(),
      ),
    /** At most 100 of a span, newest first. PagerDuty answers 400 to times that are not of this form. */
    changeEvents: async ({ since, until }: { since: Date; until: Date }) =>
      await ask(
        {
          method: 'get',
          path: '/change_events',
          query: { limit: '100', since: wholeSecond(since), until: wholeSecond(until) },
        },
        ChangeEvents,
      ),
    subscriptions: async () =>
      await ask(
        { method: 'get', path: '/webhook_subscriptions', query: { limit: '100' } },
        z.object({ webhook_subscriptions: z.array(Subscription) }),
      ),
    subscription: async (id: string) =>
      await ask(
        { method: 'get', path: `/webhook_subscriptions/${encodeURIComponent(id)}` },
        z.object({ webhook_subscription: Subscription }),
      ),
    enableSubscription: async (id: string) =>
      await ask(
        { method: 'post', path: `/webhook_subscriptions/${encodeURIComponent(id)}/enable`, body: {} },
        z.object({ webhook_subscription: Subscription }),
      ),
  }
}

const wholeSecond = (time: Date): string => `${time.toISOString().slice(0, 19)}Z`
const overridesPath = (schedule: string): string => `/schedules/${encodeURIComponent(schedule)}/overrides`

/** Not in pdjs's types, though its common.js reads it. */
const retryEvery2Seconds = { retryTimeout: 2_000 }

function understood<T>(answer: { status: number; data: unknown }, schema: z.ZodType<T>): RestAnswer<T> {
  const { status, data } = answer
  if (status >= 200 && status < 300) {
    const value = schema.safeParse(data)
    return value.success
      ? { ok: true, value: value.data }
      : passing(status, 'PagerDuty answers what is not expected')
  }
  const failure = Failure.safeParse(data)
  const error = failure.success ? failure.data.error : {}
  const said = error.errors && error.errors.length > 0 ? error.errors.join('; ') : error.message
  return {
    ok: false,
    status,
    code: error.code ?? null,
    reason: `PagerDuty answers ${status}${said === undefined ? '' : `: ${said.slice(0, 300)}`}`,
    isPassing: status === 429 || status >= 500,
  }
}

type Failed = Extract<RestAnswer<never>, { ok: false }>

const passing = (status: number | null, reason: string): Failed => ({
  ok: false,
  status,
  code: null,
  reason,
  isPassing: true,
})

/** What is no JSON, an empty answer too, comes as a rejected Response. */
function ofTrouble<T>(error: unknown, schema: z.ZodType<T>): RestAnswer<T> {
  if (typeof error === 'object' && error !== null && 'status' in error && typeof error.status === 'number') {
    if (error.status >= 200 && error.status < 300)
      return understood({ status: error.status, data: undefined }, schema)
    const isPassing = error.status >= 500 || error.status < 400
    return { ...passing(error.status, `PagerDuty answers ${error.status}`), isPassing }
  }
  return passing(null, 'PagerDuty cannot be reached')
}
