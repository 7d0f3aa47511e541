import { createHash } from 'node:crypto'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { Duplex } from 'node:stream'
import { pino } from 'pino'
import { expect, onTestFinished, test } from 'vitest'
import { createMetrics } from '../metrics.ts'
import type { Outcome } from './outcome.ts'
import type { Envelope } from './socket.ts'
import { keepSockets } from './sockets.ts'

const log = pino({ level: 'silent' })

test('keeps two connections, and takes acts by either', async () => {
  const server = await startServer()
  const { sockets, received } = keep(server)
  await expect.poll(() => sockets.listening()).toBe(2)
  for (const peer of server.peers) peer.send({ envelope_id: 'e1', payload: { command: '/ops' } })
  await expect.poll(() => received.length).toBe(2)
  expect(received[0]).toEqual({ envelope_id: 'e1', payload: { command: '/ops' } })
})

test('a connection that is asked to leave stays until its successor hears and Slack closes it', async () => {
  const server = await startServer()
  const { sockets, received } = keep(server)
  await expect.poll(() => sockets.listening()).toBe(2)
  const old = [...server.peers]
  for (const peer of old) peer.send({ type: 'disconnect', reason: 'refresh_requested' })
  await expect.poll(() => server.peers.length).toBe(4)
  old[0]?.send({ envelope_id: 'late', payload: {} })
  await expect.poll(() => received.length).toBe(1)
  for (const peer of old) peer.drop()
  await expect.poll(() => sockets.listening()).toBe(2)
})

test('connections that are lost are replaced, and the time without any is counted', async () => {
  const server = await startServer()
  const { sockets, metrics } = keep(server)
  await expect.poll(() => sockets.listening()).toBe(2)
  for (const peer of server.peers) peer.drop()
  await expect.poll(() => server.peers.length).toBe(4)
  await expect.poll(() => sockets.listening()).toBe(2)
  const { values } = await metrics.deafSeconds.get()
  expect(values[0]?.value).toBeGreaterThan(0)
})

test('a connection that has gone silent is given up and replaced', async () => {
  const server = await startServer()
  const { sockets } = keep(server)
  await expect.poll(() => sockets.listening()).toBe(2)
  // The server answers no ping: to the bot both connections look dead.
  await expect.poll(() => server.peers.length, { timeout: 5000 }).toBeGreaterThanOrEqual(4)
  await expect.poll(() => server.peers.slice(0, 2).every((peer) => peer.isClosed())).toBe(true)
})

test('Slack’s Retry-After is kept before the next connection is asked for', async () => {
  const server = await startServer()
  const outcomes: Outcome<string>[] = [
    { kind: 'done', result: server.url },
    { kind: 'limited', retryAfterSeconds: 0.3 },
  ]
  const { sockets, asked } = keep(server, outcomes)
  await expect.poll(() => sockets.listening()).toBe(2)
  expect((asked[2] ?? 0) - (asked[1] ?? 0)).toBeGreaterThanOrEqual(290)
})

test('after stopping nothing is opened any more', async () => {
  const server = await startServer()
  const { sockets, asked } = keep(server)
  await expect.poll(() => sockets.listening()).toBe(2)
  sockets.stop()
  await expect.poll(() => server.peers.every((peer) => peer.isClosed())).toBe(true)
  expect(asked).toHaveLength(2)
})

function keep(server: SocketServer, outcomes: Outcome<string>[] = []) {
  const metrics = createMetrics()
  const received: Envelope[] = []
  const asked: number[] = []
  const sockets = keepSockets({
    newUrl() {
      asked.push(performance.now())
      return Promise.resolve(outcomes.shift() ?? { kind: 'done', result: server.url })
    },
    received: (envelope) => void received.push(envelope),
    now: Date.now,
    metrics,
    log,
    times: { pingSeconds: 0.05, silenceSeconds: 0.6 },
  })
  onTestFinished(() => sockets.stop())
  return { sockets, metrics, received, asked }
}

interface Peer {
  send(message: object): void
  drop(): void
  isClosed(): boolean
}

interface SocketServer {
  url: string
  /** Every connection there was, oldest first. */
  peers: Peer[]
}

/** A server that speaks just enough WebSocket to send: it says hello, and then never answers anything. */
async function startServer(): Promise<SocketServer> {
  const peers: Peer[] = []
  const server: Server = createServer()
  server.on('upgrade', (request, socket: Duplex) => {
    const key = `${request.headers['sec-websocket-key']}258EAFA5-E914-47DA-95CA-C5AB0DC85B11`
    const accept = createHash('sha1').update(key).digest('base64')
    socket.write(
      `HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Accept: ${accept}\r\n\r\n`,
    )
    let closed = false
    socket.on('error', () => {})
    socket.on('end', () => (closed = true))
    socket.on('close', () => (closed = true))
    socket.on('data', (frame: Buffer) => {
      if ((frame[0] ?? 0) === 0x88) socket.end()
    })
    const peer: Peer = {
      send(message) {
        const text = Buffer.from(JSON.stringify(message))
        socket.write(Buffer.concat([Buffer.from([0x81, text.length]), text]))
      },
      drop: () => void socket.destroy(),
      isClosed: () => closed,
    }
    peers.push(peer)
    peer.send({ type: 'hello' })
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  onTestFinished(() => {
    for (const peer of peers) peer.drop()
    server.close()
  })
  return { url: `ws://127.0.0.1:${(server.address() as AddressInfo).port}/`, peers }
}
