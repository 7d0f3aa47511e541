import pRetry from 'p-retry'
import type { z } from 'zod'
import type { Access } from './vendor-access.ts'
import { exchange, type Exchange, type HttpRequest } from './vendor-exchange.ts'
import {
  failureOf,
  failureWithoutAnswer,
  type Complaint,
  type Vendor,
  type VendorFailure,
  type VendorResult,
} from './vendor-failures.ts'
import type { Limiter } from './vendor-limiter.ts'

export type VendorCall<T> = {
  method: 'GET' | 'POST' | 'PUT'
  path: string
  query?: Record<string, string | number | readonly (string | number)[] | undefined>
  json?: unknown
  /** Whether doing it twice does no harm; calls that are not repeatable end in `unknown-outcome`, not in a retry. */
  repeatable: boolean
  answer: z.ZodType<T>
  signal?: AbortSignal | undefined
}

export type VendorHttp = { call: <T>(call: VendorCall<T>) => Promise<VendorResult<T>> }

/** How patient the calls are; everything has the default that suits production. */
export type Patience = {
  /** One attempt, from connecting to the last byte. Default 20,000. */
  deadlineMs?: number
  /** Further attempts after a retryable failure. Default 4. */
  retries?: number
  /** Before the first further attempt; doubles, with jitter. Default 500. */
  retryDelayMs?: number
  /** How long a call keeps trying in all, throttling included. Default 120,000. */
  totalMs?: number
}

type VendorHttpOptions = {
  vendor: Vendor
  baseUrl: string
  headers?: Record<string, string>
  access: Access
  limiter: Limiter
  /** Reads the vendor's error shape; undefined where the body is not one. */
  complaint: (body: unknown) => Complaint | undefined
  /** Never shown, not even when the vendor repeats them in an error. */
  secrets: readonly string[]
  patience?: Patience | undefined
}

/**
 * The way to one vendor's API: spaced, with a deadline, a renewed token where the old one is refused, repeated only
 * where that is safe, every answer checked. Rejects only with the reason of the caller's signal.
 */
export function createVendorHttp(options: VendorHttpOptions): VendorHttp {
  const { retries = 4, retryDelayMs = 500, totalMs = 120_000 } = options.patience ?? {}
  return {
    async call(call) {
      try {
        const value = await pRetry(() => attempt(options, call), {
          retries,
          minTimeout: retryDelayMs,
          maxTimeout: 30_000,
          maxRetryTime: totalMs,
          randomize: true,
          ...(call.signal === undefined ? {} : { signal: call.signal }),
          // The limiter makes a throttled call wait; that is no failed attempt.
          shouldConsumeRetry: ({ error }) =>
            !(error instanceof CallFailed && error.failure.kind === 'throttled'),
          shouldRetry: ({ error }) => error instanceof CallFailed && isWorthRepeating(error.failure),
        })
        return { ok: true, value }
      } catch (error) {
        call.signal?.throwIfAborted()
        if (error instanceof CallFailed) return { ok: false, failure: error.failure }
        throw error
      }
    },
  }
}

class CallFailed extends Error {
  readonly failure: VendorFailure

  constructor(failure: VendorFailure) {
    super(failure.code)
    this.name = 'CallFailed'
    this.failure = failure
  }
}

function isWorthRepeating(failure: VendorFailure): boolean {
  return failure.kind === 'retryable' || (failure.kind === 'throttled' && failure.period === 'moment')
}

async function attempt<T>(options: VendorHttpOptions, call: VendorCall<T>): Promise<T> {
  const token = orFail(await options.access.token())
  const first = await send(options, call, token)
  if (first.kind !== 'answered' || first.status !== 401)
    return read(options, call, { exchanged: first, token })
  const renewed = orFail(await options.access.renewed(token))
  const second = await send(options, call, renewed)
  return read(options, call, { exchanged: second, token: renewed })
}

function orFail<T>(result: VendorResult<T>): T {
  if (result.ok) return result.value
  throw new CallFailed(result.failure)
}

async function send<T>(options: VendorHttpOptions, call: VendorCall<T>, token: string): Promise<Exchange> {
  const ticket = await options.limiter.take(call.signal)
  const exchanged = await exchange(httpRequest(options, call, token))
  if (exchanged.kind === 'answered') {
    if (exchanged.status === 429) options.limiter.refused(ticket)
    else options.limiter.accepted(ticket)
  }
  return exchanged
}

function httpRequest<T>(options: VendorHttpOptions, call: VendorCall<T>, token: string): HttpRequest {
  const json = call.json === undefined ? undefined : JSON.stringify(call.json)
  return {
    method: call.method,
    url: urlOf(options.baseUrl, call),
    headers: {
      accept: 'application/json',
      authorization: `Bearer ${token}`,
      ...(json === undefined ? {} : { 'content-type': 'application/json' }),
      ...options.headers,
    },
    deadlineMs: options.patience?.deadlineMs ?? 20_000,
    signal: call.signal,
    ...(json === undefined ? {} : { body: json }),
  }
}

function urlOf<T>(baseUrl: string, { path, query = {} }: VendorCall<T>): URL {
  const url = new URL(baseUrl.replace(/\/$/, '') + path)
  for (const [name, value] of Object.entries(query)) {
    for (const one of [value].flat()) if (one !== undefined) url.searchParams.append(name, String(one))
  }
  return url
}

type Received = { exchanged: Exchange; token: string }

function read<T>(options: VendorHttpOptions, call: VendorCall<T>, { exchanged, token }: Received): T {
  const { vendor } = options
  const { repeatable } = call
  if (exchanged.kind === 'no-answer')
    throw new CallFailed(failureWithoutAnswer({ vendor, repeatable, ...exchanged }))
  const { status, body, readable } = exchanged
  if (status >= 200 && status < 300 && status !== 206) {
    const parsed = readable ? call.answer.safeParse(body) : undefined
    if (parsed?.success === true) return parsed.data
    throw new CallFailed(unexpected(vendor, repeatable, parsed?.error))
  }
  const said = options.complaint(body)
  const message = withoutSecrets(said?.message ?? '', [token, ...options.secrets]).slice(0, 300)
  const complaint = { code: `http-${status}`, fields: [], ...said, message }
  throw new CallFailed(failureOf({ vendor, status, repeatable, complaint }))
}

/** A success we cannot read: something that is not the vendor answered, or the vendor changed its API. */
function unexpected(vendor: Vendor, repeatable: boolean, error: z.ZodError | undefined): VendorFailure {
  const issue = error?.issues[0]
  const message = issue === undefined ? 'the answer is not JSON' : `${issue.path.join('.')}: ${issue.message}`
  return failureWithoutAnswer({
    vendor,
    repeatable,
    code: 'unexpected-answer',
    message,
    delivered: 'unknown',
  })
}

function withoutSecrets(text: string, secrets: readonly string[]): string {
  return secrets
    .filter((secret) => secret !== '')
    .reduce((left, secret) => left.replaceAll(secret, '***'), text)
}
