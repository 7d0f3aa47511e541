import { createServer, type IncomingHttpHeaders, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { type Logger, LogLevel, WebClient, type WebClientOptions } from '@slack/web-api'
import { onTestFinished } from 'vitest'
import { type SlackOptions, type SlackStandIn, startSlack } from './server.ts'

/** A stand-in that ends with the test. Its clock stands still: a slow machine must not spend a trigger's 3 seconds. */
export async function slackForTest(options: Partial<SlackOptions> = {}): Promise<SlackStandIn> {
  const slack = await startSlack({
    botToken: 'xoxb-sandbox',
    appToken: 'xapp-sandbox',
    signingSecret: 'sandbox-signing-secret',
    now: clockForTest().now,
    ...options,
  })
  onTestFinished(() => slack.close())
  return slack
}

/** Slack's own client, without its retries: a test wants to see each answer. */
export function clientFor(
  slack: SlackStandIn,
  options: WebClientOptions = {},
  token = 'xoxb-sandbox',
): WebClient {
  return new WebClient(token, {
    slackApiUrl: slack.apiUrl,
    logger: silentLogger,
    retryConfig: { retries: 0 },
    rejectRateLimitedCalls: true,
    ...options,
  })
}

/** Slack's error code of a call that must fail. */
export async function errorOf(call: Promise<unknown>): Promise<{ error: string; messages: string[] }> {
  try {
    await call
  } catch (thrown) {
    const { data } = thrown as { data?: { error: string; response_metadata?: { messages?: string[] } } }
    if (data !== undefined) return { error: data.error, messages: data.response_metadata?.messages ?? [] }
    throw thrown
  }
  throw new Error('the call succeeded')
}

export type Received = { headers: IncomingHttpHeaders; body: string }
export type AppForTest = { url: string; received: Received[] }

/** An app's HTTP address that keeps what it is sent, and answers as the test says (by default 200, empty). */
export async function appForTest(
  answer: (request: Received, response: ServerResponse) => void = (_request, response) => response.end(),
): Promise<AppForTest> {
  const received: Received[] = []
  const server = createServer((request, response) => {
    void readBody(request).then((body) => {
      const taken = { headers: request.headers, body }
      received.push(taken)
      answer(taken, response)
    })
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  onTestFinished(() => {
    server.closeAllConnections()
    server.close()
  })
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/slack/events`, received }
}

/** The payload of a delivery, whatever way it was encoded. */
export function payloadOf(received: Received | undefined): Record<string, never> {
  if (received === undefined) throw new Error('nothing was received')
  if (received.headers['content-type'] === 'application/json') return JSON.parse(received.body)
  const form = new URLSearchParams(received.body)
  return JSON.parse(form.get('payload') ?? JSON.stringify(Object.fromEntries(form)))
}

/** A clock that stands still until it is moved. */
export function clockForTest(): { now: () => Date; advance: (seconds: number) => void } {
  let milliseconds = Date.now()
  return {
    now: () => new Date(milliseconds),
    advance: (seconds) => void (milliseconds += seconds * 1000),
  }
}

export const operator = 'U0OPERATOR'
export const opsAlerts = 'C0OPSALERTS'

/** The client logs what it also throws. */
const quiet = () => undefined
export const silentLogger: Logger = {
  debug: quiet,
  info: quiet,
  warn: quiet,
  error: quiet,
  setLevel: quiet,
  setName: quiet,
  getLevel: () => LogLevel.ERROR,
}

async function readBody(request: IncomingMessage): Promise<string> {
  let body = ''
  for await (const chunk of request) body += String(chunk)
  return body
}
