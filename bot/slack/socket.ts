import { WebSocket } from 'ws'
import { z } from 'zod'

/** docs.slack.dev/apis/events-api/using-socket-mode */
const Envelope = z.object({
  envelope_id: z.string(),
  payload: z.record(z.string(), z.unknown()),
  retry_attempt: z.number().optional(),
  retry_reason: z.string().optional(),
})
export type Envelope = z.infer<typeof Envelope>

const Control = z.object({ type: z.enum(['hello', 'disconnect']), reason: z.string().default('') })

export interface SocketEvents {
  /** Slack sends acts here from now on. */
  ready(): void
  /** `acknowledge` must be called within 3 s; it throws when the connection is gone. */
  received(envelope: Envelope, acknowledge: (payload?: object) => void): void
  /** Slack is about to close this connection: `warning`, `refresh_requested`, `too_many_websockets`, ... */
  leaving(reason: string): void
  closed(): void
}

export interface SocketTimes {
  pingSeconds: number
  /** Without a word from Slack for so long the connection counts as dead. */
  silenceSeconds: number
}

/** Slack pings every few seconds; a connection that died without a close is noticed by its silence. */
export const socketTimes: SocketTimes = { pingSeconds: 5, silenceSeconds: 20 }

const handshakeSeconds = 10
/** How long a peer that may be gone is waited for when closing. */
const closeSeconds = 1

/** One Socket Mode connection, from its URL to its end. `closed` is always the last event. */
export function openSocket(url: string, on: SocketEvents, times: SocketTimes): { close(): void } {
  const socket = new WebSocket(url, { handshakeTimeout: handshakeSeconds * 1000 })
  let heardAt = performance.now()
  const heard = (): void => void (heardAt = performance.now())

  const watchdog = setInterval(() => {
    if (performance.now() - heardAt > times.silenceSeconds * 1000) socket.terminate()
    else if (socket.readyState === WebSocket.OPEN) socket.ping()
  }, times.pingSeconds * 1000)

  socket.on('ping', heard)
  socket.on('pong', heard)
  socket.on('message', (data: Buffer) => {
    heard()
    const message = parseJson(data.toString())
    const control = Control.safeParse(message)
    if (control.success) {
      if (control.data.type === 'hello') on.ready()
      else on.leaving(control.data.reason)
      return
    }
    const envelope = Envelope.safeParse(message)
    if (envelope.success)
      on.received(envelope.data, (payload) => acknowledge(envelope.data.envelope_id, payload))
  })
  // What went wrong is followed by a close, which is all that matters.
  socket.on('error', () => {})
  socket.on('close', () => {
    clearInterval(watchdog)
    on.closed()
  })

  function acknowledge(envelopeId: string, payload?: object): void {
    if (socket.readyState !== WebSocket.OPEN) throw new Error('the connection the act came by is closed')
    socket.send(JSON.stringify({ envelope_id: envelopeId, ...(payload !== undefined && { payload }) }))
  }

  return {
    close() {
      socket.close()
      setTimeout(() => socket.terminate(), closeSeconds * 1000).unref()
    },
  }
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}
