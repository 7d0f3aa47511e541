import {
  SlackError,
  WebAPIHTTPError,
  WebAPIPlatformError,
  WebAPIRateLimitedError,
  WebAPIRequestError,
} from '@slack/web-api'

/** How a call to Slack ended, as far as it decides what to do next. */
export type Outcome<Result> =
  | { kind: 'done'; result: Result }
  /** Too many calls: nothing happened, and the same call fits in so many seconds. */
  | { kind: 'limited'; retryAfterSeconds: number }
  /** Slack is in trouble. `happened`: whether the call may have taken effect all the same. */
  | { kind: 'down'; reason: string; happened: 'no' | 'maybe' }
  /** Slack said no, and will until something is changed. */
  | { kind: 'refused'; code: string; details: string[] }

/** Calls Slack and says how it ended. Never throws. */
export async function attempt<Result>(call: () => Promise<Result>): Promise<Outcome<Result>> {
  try {
    return { kind: 'done', result: await call() }
  } catch (error) {
    return outcomeOf(error)
  }
}

const retryAfterSecondsUnknown = 10

/** Codes with which Slack speaks of its own trouble, not of the call (docs.slack.dev/reference/methods/chat.postMessage). */
const troubles = [
  'fatal_error',
  'internal_error',
  'service_unavailable',
  'request_timeout',
  'team_added_to_org',
]

/** Before a connection stands, nothing can have happened. */
const neverConnected = [
  'ECONNREFUSED',
  'ENOTFOUND',
  'EAI_AGAIN',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'UND_ERR_CONNECT_TIMEOUT',
]

/** Sorts whatever Slack's client throws. What it does not know counts as trouble that may have taken effect. */
export function outcomeOf(error: unknown): Exclude<Outcome<never>, { kind: 'done' }> {
  if (error instanceof WebAPIRateLimitedError) return { kind: 'limited', retryAfterSeconds: error.retryAfter }
  if (error instanceof WebAPIPlatformError) return refusal(error)
  if (error instanceof WebAPIHTTPError) {
    return {
      kind: 'down',
      reason: `status ${error.statusCode}`,
      happened: error.statusCode < 500 ? 'no' : 'maybe',
    }
  }
  if (error instanceof WebAPIRequestError) {
    const code = networkCode(error.original)
    const happened = neverConnected.includes(code ?? '') ? 'no' : 'maybe'
    return { kind: 'down', reason: code ?? error.original.name, happened }
  }
  // A 429 without a usable Retry-After arrives as a bare Error (web-api 8.2.0, WebClient.makeRequest).
  if (!(error instanceof SlackError) && error instanceof Error && error.message.startsWith('Retry header')) {
    return { kind: 'limited', retryAfterSeconds: retryAfterSecondsUnknown }
  }
  return { kind: 'down', reason: error instanceof Error ? error.name : 'unknown', happened: 'maybe' }
}

function refusal({ data }: WebAPIPlatformError): Exclude<Outcome<never>, { kind: 'done' }> {
  const code = data.error
  if (code === 'ratelimited' || code === 'rate_limited' || code === 'message_limit_exceeded') {
    return {
      kind: 'limited',
      retryAfterSeconds: data.response_metadata?.retryAfter ?? retryAfterSecondsUnknown,
    }
  }
  if (troubles.includes(code)) return { kind: 'down', reason: code, happened: 'maybe' }
  // What is no JSON at all (a proxy's error page) arrives whole as the error code (web-api 8.2.0, buildResult).
  if (!/^[\w.:-]{1,80}$/.test(code))
    return { kind: 'down', reason: 'not an answer of Slack', happened: 'maybe' }
  return { kind: 'refused', code, details: data.response_metadata?.messages ?? [] }
}

/** fetch wraps the network's error: its code is in the cause, or in the first of several. */
function networkCode(error: unknown): string | undefined {
  if (error instanceof AggregateError) return networkCode(error.errors[0])
  if (!(error instanceof Error)) return undefined
  if ('code' in error && typeof error.code === 'string') return error.code
  return networkCode(error.cause)
}
