import type { Logger } from 'pino'
import type { Metrics } from '../metrics.ts'
import type { Outcome } from './outcome.ts'
import { type Envelope, openSocket, type SocketTimes, socketTimes } from './socket.ts'

export interface SocketsDeps {
  /** A new address from apps.connections.open, good for one connection. */
  newUrl(): Promise<Outcome<string>>
  received: (envelope: Envelope, acknowledge: (payload?: object) => void) => void
  now: () => number
  metrics: Metrics
  log: Logger
  times?: SocketTimes
}

export interface Sockets {
  /** How many connections Slack can send acts by. */
  listening(): number
  /** Closes them all; acts that are under way can no longer be acknowledged. */
  stop(): void
}

interface Connection {
  close(): void
  state: 'opening' | 'listening' | 'leaving'
}

/** Slack sends each act by any one of an app's connections, at most 10. */
const wanted = 2
const longestBackoffSeconds = 30
const refusedAgainSeconds = 60

/**
 * Two Socket Mode connections, so that while Slack replaces one the other hears: the stock client (socket-mode 3.1.0)
 * has one, and was deaf for 5 s at every refresh. A connection that is asked to leave stays until Slack closes it,
 * because an act may still be on its way by it.
 */
export function keepSockets(deps: SocketsDeps): Sockets {
  const { metrics, log, now } = deps
  const connections = new Set<Connection>()
  let timer: NodeJS.Timeout | undefined
  let asking = false
  let failures = 0
  let stopped = false
  let deafSince: number | null = null
  let heardOnce = false

  const count = (...states: Connection['state'][]): number =>
    [...connections].filter(({ state }) => states.includes(state)).length
  const listening = (): number => count('listening', 'leaving')

  function ensure(): void {
    if (stopped || asking || timer !== undefined || count('opening', 'listening') >= wanted) return
    asking = true
    void open().finally(() => {
      asking = false
      ensure()
    })
  }

  async function open(): Promise<void> {
    const outcome = await deps.newUrl()
    if (stopped) return
    if (outcome.kind !== 'done') {
      later(pauseAfter(outcome))
      return
    }
    const connection: Connection = { state: 'opening', close: () => {} }
    connections.add(connection)
    const socket = openSocket(
      outcome.result,
      {
        ready() {
          failures = 0
          become(connection, 'listening')
        },
        received: deps.received,
        leaving(reason) {
          log.info({ reason }, 'Slack asks a connection to leave')
          if (reason === 'link_disabled')
            log.error('Socket Mode is switched off in the settings of the Slack app')
          if (reason === 'too_many_websockets' || reason === 'link_disabled') later(refusedAgainSeconds)
          become(connection, 'leaving')
        },
        closed() {
          if (connection.state === 'opening') later(backoff())
          connections.delete(connection)
          changed()
        },
      },
      deps.times ?? socketTimes,
    )
    connection.close = () => socket.close()
  }

  function become(connection: Connection, state: Connection['state']): void {
    connection.state = state
    changed()
  }

  function changed(): void {
    const open = listening()
    metrics.socketConnections.set(open)
    if (open > 0) {
      if (deafSince !== null) metrics.deafSeconds.inc((now() - deafSince) / 1000)
      deafSince = null
      heardOnce = true
    } else if (heardOnce && !stopped) deafSince ??= now()
    ensure()
  }

  function pauseAfter(outcome: Exclude<Outcome<string>, { kind: 'done' }>): number {
    if (outcome.kind === 'limited') return outcome.retryAfterSeconds
    if (outcome.kind === 'down') return backoff()
    log.error(
      { code: outcome.code },
      'Slack opens no connection: check SLACK_APP_TOKEN and its scope connections:write',
    )
    return refusedAgainSeconds
  }

  function backoff(): number {
    return Math.min(2 ** failures++, longestBackoffSeconds)
  }

  function later(seconds: number): void {
    clearTimeout(timer)
    timer = setTimeout(() => {
      timer = undefined
      ensure()
    }, seconds * 1000)
  }

  ensure()
  return {
    listening,
    stop() {
      stopped = true
      clearTimeout(timer)
      for (const connection of connections) connection.close()
    },
  }
}
