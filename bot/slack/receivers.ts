import { createServer, type RequestListener, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { type App, HTTPReceiver, type Receiver } from '@slack/bolt'
import type { Logger } from 'pino'
import { z } from 'zod'
import { type Operations, operationsRoute } from '../health.ts'
import type { Metrics } from '../metrics.ts'
import { createClient, slackLogger } from './clients.ts'
import { attempt } from './outcome.ts'
import { keepSockets, type Sockets } from './sockets.ts'

/** A way for Slack's requests to reach Bolt. */
export interface Intake {
  receiver: Receiver
  /** What of an HTTP request on the bot's port is Slack's; undefined: nothing. */
  slackRoute(method: string, path: string): RequestListener | undefined
  start(): void
  /** Whether Slack can reach this bot. */
  ready(): boolean
  stop(): void
}

/** More than Slack sends: a form is at most 250 kB (docs.slack.dev/surfaces/modals). */
const bodyLimitBytes = 1024 * 1024
const requestPath = '/slack/events'

/** Signed requests over HTTP: Bolt checks the raw body's signature and its age, 5 minutes at most. */
export function httpIntake({ signingSecret, log }: { signingSecret: string; log: Logger }): Intake {
  const receiver = new HTTPReceiver({
    signingSecret,
    endpoints: [requestPath],
    bodyLimit: bodyLimitBytes,
    logger: slackLogger(log),
  })
  return {
    receiver,
    slackRoute: (method, path) =>
      method === 'POST' && path === requestPath ? receiver.requestListener : undefined,
    start: () => {},
    ready: () => true,
    stop: () => {},
  }
}

const Opened = z.object({ url: z.url() })
const openTimeoutSeconds = 10

/** Socket Mode: no address that Slack can reach is needed. */
export function socketIntake(deps: {
  appToken: string
  apiUrl: string
  metrics: Metrics
  log: Logger
  now: () => number
}): Intake {
  const { appToken: token, apiUrl, metrics, log, now } = deps
  const client = createClient({ token, apiUrl, log }, openTimeoutSeconds)
  let app: App | undefined
  let sockets: Sockets | undefined
  return {
    receiver: {
      init: (initialised) => void (app = initialised),
      start: () => Promise.resolve(),
      stop: () => Promise.resolve(),
    },
    slackRoute: () => undefined,
    start() {
      sockets = keepSockets({
        newUrl: () => attempt(async () => Opened.parse(await client.apps.connections.open({})).url),
        received({ payload, retry_attempt, retry_reason }, acknowledge) {
          const ack = (response?: unknown): Promise<void> => {
            if (response === undefined || response === '') acknowledge()
            else acknowledge(typeof response === 'string' ? { text: response } : Object(response))
            return Promise.resolve()
          }
          const retry = {
            ...(retry_attempt !== undefined && { retryNum: retry_attempt }),
            ...(retry_reason !== undefined && { retryReason: retry_reason }),
          }
          app
            ?.processEvent({ body: payload, ack, ...retry })
            .catch((error: unknown) =>
              log.error({ err: error }, 'an act that came by Socket Mode was not handled'),
            )
        },
        metrics,
        log,
        now,
      })
    },
    ready: () => (sockets?.listening() ?? 0) > 0,
    stop: () => sockets?.stop(),
  }
}

/** The bot's one HTTP server: health and metrics always, Slack's requests where they come over HTTP. */
export function serve(intake: Intake, operations: Operations): Server {
  const server = createServer((request, response) => {
    const path = (request.url ?? '').split('?', 1)[0] ?? ''
    const route = intake.slackRoute(request.method ?? '', path) ?? operationsRoute(path, operations)
    if (route === undefined) response.writeHead(404).end()
    else route(request, response)
  })
  server.requestTimeout = 10_000
  // Longer than a load balancer keeps a connection, so that it never sends into one that is being closed.
  server.keepAliveTimeout = 75_000
  return server
}

export function portOf(server: Server): number {
  return (server.address() as AddressInfo).port
}
