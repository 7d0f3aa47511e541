import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { setTimeout as delay } from 'node:timers/promises'
import { getRequestListener, type HttpBindings } from '@hono/node-server'
import { Hono } from 'hono'
import { notifiesEverybody } from './broadcasts.ts'
import { type Call, createCallLog } from './calls.ts'
import { controlRoutes } from './control.ts'
import { verifyRequestUrl } from './events.ts'
import { untouchedLevers } from './levers.ts'
import { app, freshState } from './people.ts'
import { createPersonsClient, type PersonsClient } from './persons-client.ts'
import { responseRoutes } from './response-urls.ts'
import type { Slack } from './slack.ts'
import { createSockets } from './sockets.ts'
import type { Message } from './state.ts'
import { saveSoon, type Store } from './store.ts'
import { createTriggers } from './triggers.ts'
import { webApi } from './web-api/api.ts'
import { fileRoutes } from './web-api/files.ts'

export type SlackOptions = {
  /** 0 (the default) takes any free port. Always bound to 127.0.0.1. */
  port?: number
  botToken: string
  appToken: string
  signingSecret: string
  /** Where the app takes commands, interactions and events; also settable later. Not used over Socket Mode. */
  requestUrl?: string
  /** The scopes the app is installed with; absent: all there are. */
  scopes?: readonly string[]
  /** The slash commands it was installed with; absent: whatever is typed. */
  commands?: readonly string[]
  store?: Store
  now?: () => Date
  /** How to wait between the retries of an event; real time unless a test says otherwise. */
  wait?: (seconds: number) => Promise<void>
}

export type SlackStandIn = PersonsClient & {
  url: string
  /** What a WebClient takes as `slackApiUrl`. */
  apiUrl: string
  setRequestUrl: (url: string | undefined) => void
  /** Slack's url_verification handshake with `requestUrl`. */
  verifyRequestUrl: () => Promise<boolean>
  messages: (channel: string) => Message[]
  ephemerals: (user: string) => Message[]
  /** Messages of the app, seen by all or by one, that notify everybody. */
  broadcasts: () => Message[]
  calls: () => Call[]
  /** Calls of a method; with an outcome (`ok` or an error code) only those. */
  countOf: (method: string, outcome?: string) => number
  socketCount: () => number
  refreshSockets: (reason?: 'warning' | 'refresh_requested') => void
  /** Calls the listener after every change; answers how to stop. */
  onChange: (listener: () => void) => () => void
  /** Resolves with the first thing `check` finds, looking again after every change. */
  until: <Found>(check: () => Found | undefined | false, timeoutSeconds?: number) => Promise<Found>
  close: () => Promise<void>
}

/** Starts a stand-in for Slack on loopback that enforces Slack's own rules. */
export async function startSlack(options: SlackOptions): Promise<SlackStandIn> {
  const state = (await options.store?.load()) ?? freshState()
  const listeners = new Set<() => void>()
  const closing = new AbortController()
  const now = options.now ?? (() => new Date())
  const saver = options.store && saveSoon(options.store, state)
  let requestUrl = options.requestUrl
  let revision = 0
  let url = ''

  const notify = () => {
    revision += 1
    for (const listener of listeners) listener()
  }

  const slack: Slack = {
    state,
    keys: options,
    scopes: options.scopes,
    commands: options.commands,
    levers: untouchedLevers(),
    spent: new Map(),
    triggers: createTriggers(now),
    sockets: createSockets({ appId: app.appId, url: () => url, changed: notify }),
    log: createCallLog(notify),
    now,
    wait:
      options.wait ?? ((seconds) => delay(seconds * 1000, undefined, { ref: false, signal: closing.signal })),
    url: () => url,
    requestUrl: () => requestUrl,
    changed() {
      saver?.changed()
      notify()
    },
  }

  const onChange = (listener: () => void) => {
    listeners.add(listener)
    return () => void listeners.delete(listener)
  }
  const client = createPersonsClient(slack)
  const routes = new Hono<{ Bindings: HttpBindings }>()
    .route('/', webApi(slack))
    .route('/', responseRoutes(slack))
    .route('/', fileRoutes(slack))
    .route('/', controlRoutes(slack, client, { revision: () => revision, onChange }))
  const server = createServer(getRequestListener(routes.fetch))
  server.on('upgrade', (request, socket, head) => slack.sockets.upgrade(request, socket, head))
  url = await listen(server, options.port ?? 0)

  return {
    ...client,
    url,
    apiUrl: `${url}/api/`,
    setRequestUrl: (next) => void (requestUrl = next),
    verifyRequestUrl: () => verifyRequestUrl(slack),
    messages: (channel) => state.messages[channel] ?? [],
    ephemerals: (user) => state.ephemerals.filter((message) => message.visibleTo === user),
    broadcasts: () =>
      [...Object.values(state.messages).flat(), ...state.ephemerals].filter(
        (message) => message.bot_id === app.botId && notifiesEverybody(message),
      ),
    calls: () => slack.log.all(),
    countOf: (method, outcome) => slack.log.countOf(method, outcome),
    socketCount: () => slack.sockets.count(),
    refreshSockets: (reason = 'refresh_requested') => slack.sockets.refresh(reason),
    onChange,
    until: (check, timeoutSeconds = 10) => until(check, { onChange, timeoutSeconds }),
    async close() {
      closing.abort()
      slack.sockets.close()
      server.closeAllConnections()
      await new Promise((resolve) => server.close(resolve))
      await saver?.finish()
    },
  }
}

function listen(server: Server, port: number): Promise<string> {
  return new Promise((resolve, reject) => {
    server.once('error', reject)
    server.listen(port, '127.0.0.1', () =>
      resolve(`http://127.0.0.1:${(server.address() as AddressInfo).port}`),
    )
  })
}

function until<Found>(
  check: () => Found | undefined | false,
  { onChange, timeoutSeconds }: { onChange: (listener: () => void) => () => void; timeoutSeconds: number },
): Promise<Found> {
  return new Promise((resolve, reject) => {
    const look = () => {
      const found = check()
      if (found === undefined || found === false) return
      clearTimeout(timer)
      stop()
      resolve(found)
    }
    const timer = setTimeout(() => {
      stop()
      reject(new Error(`Slack stand-in: not seen within ${timeoutSeconds} s: ${check.toString()}`))
    }, timeoutSeconds * 1000)
    const stop = onChange(look)
    look()
  })
}
