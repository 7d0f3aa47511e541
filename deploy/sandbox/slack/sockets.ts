import { randomBytes, randomUUID } from 'node:crypto'
import type { IncomingMessage } from 'node:http'
import type { Duplex } from 'node:stream'
import { type WebSocket, WebSocketServer } from 'ws'
import { z } from 'zod'

export type Envelope = {
  type: 'slash_commands' | 'interactive' | 'events_api'
  payload: Record<string, unknown>
  accepts_response_payload: boolean
  retry_attempt?: number
  retry_reason?: string
}

export type Sockets = {
  /** A fresh one-use `ws://` address, as `apps.connections.open` gives it. */
  ticketUrl(): string
  upgrade(request: IncomingMessage, socket: Duplex, head: Buffer): void
  count(): number
  /** Sends to one connection and resolves with the payload of its acknowledgement. Never times out itself. */
  send(envelope: Envelope, signal: AbortSignal): Promise<unknown>
  /** Tells every open connection to leave; Slack closes those that have not gone after 10 seconds. */
  refresh(reason: 'warning' | 'refresh_requested'): void
  close(): void
}

/** docs.slack.dev/apis/events-api/using-socket-mode */
const maximumConnections = 10
const pingSeconds = 5
const closeAfterRefreshSeconds = 10
/** Seen in the hello of real connections (slackapi/bolt-js issue 1061). */
const connectionTimeSeconds = 18_060

const Acknowledgement = z.object({ envelope_id: z.string(), payload: z.unknown().optional() })

export function createSockets({
  appId,
  url,
  changed,
}: {
  appId: string
  url: () => string
  /** Called when a connection came or went. */
  changed: () => void
}): Sockets {
  const server = new WebSocketServer({ noServer: true })
  const tickets = new Set<string>()
  const open = new Set<WebSocket>()
  const leaving = new Set<WebSocket>()
  const waiting = new Map<string, (payload: unknown) => void>()
  let turn = 0

  const pings = setInterval(() => {
    for (const socket of open) socket.ping(`ping ${Date.now()}`)
  }, pingSeconds * 1000).unref()

  function welcome(socket: WebSocket): void {
    if (open.size >= maximumConnections) {
      socket.send(JSON.stringify({ type: 'disconnect', reason: 'too_many_websockets' }))
      socket.close()
      return
    }
    open.add(socket)
    socket.on('message', (data: Buffer) => receive(data.toString()))
    socket.on('close', () => {
      open.delete(socket)
      leaving.delete(socket)
      changed()
    })
    socket.on('error', () => socket.terminate())
    socket.send(JSON.stringify(hello(open.size, appId)))
    changed()
  }

  function receive(text: string): void {
    const acknowledgement = Acknowledgement.safeParse(parseJson(text))
    if (!acknowledgement.success) return
    const { envelope_id, payload } = acknowledgement.data
    waiting.get(envelope_id)?.(payload)
  }

  function nextConnection(): WebSocket | undefined {
    const staying = [...open].filter((socket) => !leaving.has(socket))
    const candidates = staying.length > 0 ? staying : [...open]
    return candidates[turn++ % Math.max(1, candidates.length)]
  }

  return {
    ticketUrl() {
      const ticket = randomBytes(16).toString('hex')
      tickets.add(ticket)
      return `${url().replace(/^http/, 'ws')}/socket/?ticket=${ticket}&app_id=${appId}`
    },

    upgrade(request, socket, head) {
      const { pathname, searchParams } = new URL(request.url ?? '/', 'http://localhost')
      if (!pathname.startsWith('/socket') || !tickets.delete(searchParams.get('ticket') ?? '')) {
        socket.end('HTTP/1.1 408 Request Timeout\r\nConnection: close\r\n\r\n')
        return
      }
      server.handleUpgrade(request, socket, head, welcome)
    },

    count: () => open.size,

    send(envelope, signal) {
      const connection = nextConnection()
      if (connection === undefined) return Promise.reject(new Error('no open connection'))
      const envelopeId = randomUUID()
      return new Promise((resolve, reject) => {
        const forget = () => waiting.delete(envelopeId)
        signal.addEventListener('abort', () => {
          forget()
          reject(new Error('no acknowledgement'))
        })
        waiting.set(envelopeId, (payload) => {
          forget()
          resolve(payload)
        })
        connection.send(JSON.stringify({ envelope_id: envelopeId, ...envelope }))
      })
    },

    refresh(reason) {
      for (const socket of open) {
        socket.send(JSON.stringify({ type: 'disconnect', reason, debug_info: { host: 'sandbox' } }))
        if (reason === 'warning') continue
        leaving.add(socket)
        setTimeout(() => socket.close(), closeAfterRefreshSeconds * 1000).unref()
      }
    },

    close() {
      clearInterval(pings)
      for (const socket of open) socket.terminate()
      server.close()
    },
  }
}

function hello(connections: number, appId: string): Record<string, unknown> {
  return {
    type: 'hello',
    num_connections: connections,
    debug_info: {
      host: 'sandbox',
      build_number: 1,
      approximate_connection_time: connectionTimeSeconds,
    },
    connection_info: { app_id: appId },
  }
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}
