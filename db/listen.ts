import { EventEmitter } from 'node:events'
import pg from 'pg'

export interface Listener {
  /** Emits `notification` with its channel and payload, and `gap` when some may have been missed. */
  events: EventEmitter<{ notification: [channel: string, payload: string]; gap: [] }>
  close(): Promise<void>
}

const reconnectDelayMs = 500

/** Listens on a connection of its own; reconnects for ever and says when it was deaf. */
export async function listen(databaseUrl: string, channels: readonly string[]): Promise<Listener> {
  const events: Listener['events'] = new EventEmitter()
  events.setMaxListeners(0)
  let closed = false
  let client: pg.Client | null = null
  let retry: NodeJS.Timeout | undefined

  const connect = async (): Promise<void> => {
    const next = new pg.Client({
      connectionString: databaseUrl,
      keepAlive: true,
      connectionTimeoutMillis: 5_000,
      application_name: 'plantao-listen',
    })
    next.on('notification', ({ channel, payload }) => events.emit('notification', channel, payload ?? ''))
    next.on('error', () => undefined) // `end` follows and reconnects
    next.on('end', () => closed || later())
    try {
      await next.connect()
      for (const channel of channels) await next.query(`listen ${pg.escapeIdentifier(channel)}`)
      client = next
      events.emit('gap')
    } catch {
      await next.end().catch(() => undefined)
      later()
    }
  }
  const later = (): void => {
    if (closed) return
    clearTimeout(retry)
    retry = setTimeout(() => void connect(), reconnectDelayMs)
  }

  await connect()
  return {
    events,
    async close() {
      closed = true
      clearTimeout(retry)
      await client?.end().catch(() => undefined)
    },
  }
}
