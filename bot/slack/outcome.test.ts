import { createServer, type RequestListener, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { pino } from 'pino'
import { afterEach, expect, test } from 'vitest'
import { createClient } from './clients.ts'
import { attempt } from './outcome.ts'

let server: Server | undefined
afterEach(() => {
  server?.closeAllConnections()
  server?.close()
  server = undefined
})

const happened = (kind: 'no' | 'maybe') => ({ kind: 'down', happened: kind })

test.each<[string, RequestListener, object]>([
  ['ok', json(200, { ok: true }), { kind: 'done' }],
  ['a 429', json(429, { ok: false }, { 'retry-after': '7' }), { kind: 'limited', retryAfterSeconds: 7 }],
  ['a 429 that does not say how long', json(429, { ok: false }), { kind: 'limited', retryAfterSeconds: 10 }],
  ['ratelimited with status 200', json(200, { ok: false, error: 'ratelimited' }), { kind: 'limited' }],
  [
    'a refusal',
    json(200, { ok: false, error: 'channel_not_found' }),
    { kind: 'refused', code: 'channel_not_found' },
  ],
  ['trouble inside Slack', json(200, { ok: false, error: 'internal_error' }), happened('maybe')],
  ['a page of a proxy', (_, response) => response.end('<html>Please log in</html>'), happened('maybe')],
  ['status 404', json(404, {}), happened('no')],
  ['status 500', json(500, {}), happened('maybe')],
  ['status 503', json(503, {}), happened('maybe')],
  ['a reset', (request) => request.socket.resetAndDestroy(), happened('maybe')],
  ['half an answer', halfAnAnswer, happened('maybe')],
])('%s', async (_, listener, expected) => {
  expect(await outcomeOfPosting(await listen(listener))).toMatchObject(expected)
})

test('silence', async () => {
  expect(await outcomeOfPosting(await listen(() => {}), 0.3)).toMatchObject(happened('maybe'))
})

test('nobody listens: nothing can have happened', async () => {
  const url = await listen(() => {})
  server?.close()
  expect(await outcomeOfPosting(url)).toEqual({ kind: 'down', reason: 'ECONNREFUSED', happened: 'no' })
})

test('the blocks that Slack found wrong are kept', async () => {
  const refused = {
    ok: false,
    error: 'invalid_blocks',
    response_metadata: { messages: ['[ERROR] too long'] },
  }
  expect(await outcomeOfPosting(await listen(json(200, refused)))).toEqual({
    kind: 'refused',
    code: 'invalid_blocks',
    details: ['[ERROR] too long'],
  })
})

/** A short patience is for who never answers: on a busy machine others take longer. */
function outcomeOfPosting(url: string, patienceSeconds = 20) {
  const client = createClient(
    { token: 'xoxb-1', apiUrl: url, log: pino({ level: 'silent' }) },
    patienceSeconds,
  )
  return attempt(() => client.chat.postMessage({ channel: 'C1', text: 'hello' }))
}

async function listen(listener: RequestListener): Promise<string> {
  server = createServer(listener)
  await new Promise<void>((resolve) => server?.listen(0, '127.0.0.1', resolve))
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}/api/`
}

function json(status: number, body: unknown, headers: Record<string, string> = {}): RequestListener {
  return (_, response) => {
    response.writeHead(status, { 'content-type': 'application/json', ...headers }).end(JSON.stringify(body))
  }
}

function halfAnAnswer(...[, response]: Parameters<RequestListener>): void {
  response.writeHead(200, { 'content-length': '1000' }).write('{"ok":')
  setTimeout(() => response.destroy(), 50)
}
