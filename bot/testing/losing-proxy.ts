import { createServer, request } from 'node:http'
import type { AddressInfo } from 'node:net'

/**
 * Stands between the bot and Slack and loses answers: the call reaches Slack and takes effect, the bot hears nothing.
 */
export interface LosingProxy {
  apiUrl: string
  /** Loses the answers of the next so many calls of a method. */
  lose(method: string, times: number): void
  close(): Promise<void>
}

export async function startLosingProxy(slackUrl: string): Promise<LosingProxy> {
  const losses = new Map<string, number>()
  const server = createServer((incoming, outgoing) => {
    const method = (incoming.url ?? '').split('/').at(-1) ?? ''
    const left = losses.get(method) ?? 0
    if (left > 0) losses.set(method, left - 1)
    const forwarded = request(
      new URL(incoming.url ?? '/', slackUrl),
      { method: incoming.method ?? 'GET', headers: incoming.headers },
      (answer) => {
        if (left > 0) {
          answer.resume().on('end', () => outgoing.socket?.resetAndDestroy())
          return
        }
        outgoing.writeHead(answer.statusCode ?? 502, answer.headers)
        answer.pipe(outgoing)
      },
    )
    forwarded.on('error', () => outgoing.socket?.resetAndDestroy())
    incoming.pipe(forwarded)
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return {
    apiUrl: `http://127.0.0.1:${(server.address() as AddressInfo).port}/api/`,
    lose: (method, times) => void losses.set(method, times),
    close: () =>
      new Promise((resolve) => {
        server.closeAllConnections()
        server.close(() => resolve())
      }),
  }
}
