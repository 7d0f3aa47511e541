import { createHmac } from 'node:crypto'
import type { Slack } from './slack.ts'
import type { Envelope } from './sockets.ts'

export type Delivery = {
  type: Envelope['type']
  payload: Record<string, unknown>
  retry?: { number: number; reason: string }
}

/** How the app answered. `error` is what Slack shows the person; `body` is JSON where the app sent JSON. */
export type Answer = {
  status: number
  body: unknown
  milliseconds: number
  timedOut: boolean
  error?: string
  /** The app asked not to be sent this event again (X-Slack-No-Retry). */
  noRetry?: true
}

/** Nothing was sent: Slack's client settled it by itself, or the app is not concerned. */
export const notDelivered: Answer = { status: 0, body: '', milliseconds: 0, timedOut: false }

/** docs.slack.dev/interactivity/handling-user-interaction: the app has 3 seconds. */
const acknowledgeSeconds = 3

/**
 * Hands one payload to the app, over Socket Mode when it has connections, else signed over HTTP.
 * With the `deliveries` lever the same bytes go out several times; the first copy's answer counts.
 */
export async function deliver(slack: Slack, delivery: Delivery): Promise<Answer> {
  const copies = delivery.type === 'events_api' ? 1 : slack.levers.deliveries
  const send = sender(slack, delivery)
  const answers = Array.from({ length: copies }, () => timed(send))
  const [first] = await Promise.all(answers)
  return first ?? notDelivered
}

/** Slack's request signature, version 0 (docs.slack.dev/authentication/verifying-requests-from-slack). */
export function sign(secret: string, timestampSeconds: number | string, rawBody: string): string {
  return `v0=${createHmac('sha256', secret).update(`v0:${timestampSeconds}:${rawBody}`).digest('hex')}`
}

type Send = (signal: AbortSignal) => Promise<Omit<Answer, 'milliseconds' | 'timedOut'>>

function sender(slack: Slack, delivery: Delivery): Send {
  if (slack.sockets.count() > 0) return (signal) => overSocket(slack, delivery, signal)
  const url = slack.requestUrl()
  if (url === undefined) return () => Promise.resolve({ status: 0, body: '', error: 'dispatch_failed' })
  const body = rawBody(delivery)
  const headers = signedHeaders(slack, delivery, body)
  return (signal) => overHttp(url, { method: 'POST', headers, body, signal })
}

async function timed(send: Send): Promise<Answer> {
  const start = performance.now()
  const signal = AbortSignal.timeout(acknowledgeSeconds * 1000)
  try {
    const answer = await send(signal)
    return { ...answer, milliseconds: performance.now() - start, timedOut: false }
  } catch {
    const error = signal.aborted ? 'operation_timeout' : 'dispatch_failed'
    return { status: 0, body: '', milliseconds: performance.now() - start, timedOut: signal.aborted, error }
  }
}

async function overSocket(
  slack: Slack,
  { type, payload, retry }: Delivery,
  signal: AbortSignal,
): ReturnType<Send> {
  const body = await slack.sockets.send(
    {
      type,
      payload,
      accepts_response_payload: type !== 'events_api',
      ...(retry && { retry_attempt: retry.number, retry_reason: retry.reason }),
    },
    signal,
  )
  return { status: 200, body: isEmpty(body) ? '' : body }
}

async function overHttp(url: string, request: RequestInit): ReturnType<Send> {
  const response = await fetch(url, request)
  const text = await response.text()
  return {
    status: response.status,
    body: parsed(text, response.headers.get('content-type') ?? ''),
    ...(response.headers.get('x-slack-no-retry') === '1' && { noRetry: true }),
    ...(response.status >= 500 && { error: 'http_service_error' }),
    ...(response.status >= 300 && response.status < 500 && { error: 'http_client_error' }),
  }
}

function rawBody({ type, payload }: Delivery): string {
  if (type === 'events_api') return JSON.stringify(payload)
  if (type === 'interactive') return new URLSearchParams({ payload: JSON.stringify(payload) }).toString()
  const form = new URLSearchParams()
  for (const [name, value] of Object.entries(payload)) form.set(name, String(value))
  return form.toString()
}

function signedHeaders(slack: Slack, { type, retry }: Delivery, body: string): Record<string, string> {
  const timestamp = String(Math.floor(slack.now().getTime() / 1000))
  return {
    'content-type': type === 'events_api' ? 'application/json' : 'application/x-www-form-urlencoded',
    'user-agent': 'Slackbot 1.0 (+https://api.slack.com/robots)',
    'x-slack-request-timestamp': timestamp,
    'x-slack-signature': sign(slack.keys.signingSecret, timestamp, body),
    ...(retry && { 'x-slack-retry-num': String(retry.number), 'x-slack-retry-reason': retry.reason }),
  }
}

function parsed(text: string, contentType: string): unknown {
  if (!contentType.includes('json') || text === '') return text
  try {
    return JSON.parse(text)
  } catch {
    return text
  }
}

/** Bolt acknowledges with `{}` where there is nothing to say. */
function isEmpty(body: unknown): boolean {
  return body == null || (typeof body === 'object' && Object.keys(body).length === 0)
}
