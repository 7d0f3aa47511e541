import { createServer } from 'node:http'
import type { Server } from 'node:http'
import type { AddressInfo } from 'node:net'

import { afterEach, beforeEach, expect, test } from 'vitest'

import { checkHealth, HealthCheckFailed } from './health-checks.ts'

let server: Server
let answers: (number | 'nothing')[]
let asked: number
let base: string
const lines: string[] = []

beforeEach(async () => {
  asked = 0
  lines.length = 0
  server = createServer((_, response) => {
    const answer = answers[Math.min(asked, answers.length - 1)]
    asked += 1
    if (answer === 'nothing' || answer === undefined) return
    response.writeHead(answer, answer === 302 ? { location: '/login' } : {}).end('x'.repeat(100))
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  base = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
})
afterEach(() => {
  server.closeAllConnections()
  server.close()
})

function effort(attempts = 3, signal = new AbortController().signal) {
  return { signal, attempts, waitSeconds: 0.01, log: (line: string) => void lines.push(line) }
}

function check(name = 'backend', timeoutSeconds = 5) {
  return { name, url: `${base}/health`, expectStatus: 200, timeoutSeconds }
}

test('lists every check that passes', async () => {
  answers = [200]
  const results = await checkHealth([check('backend'), check('frontend')], effort())
  expect(results).toMatchObject([
    { name: 'backend', healthy: true, came: 'HTTP 200' },
    { name: 'frontend', healthy: true, came: 'HTTP 200' },
  ])
})

test('gives an application that is still starting another chance', async () => {
  answers = [503, 503, 200]
  const results = await checkHealth([check()], effort())
  expect(results).toMatchObject([{ healthy: true }])
  expect(lines).toContain('backend: HTTP 503 instead of 200; trying again')
})

test('fails with which check and what came, and keeps the others', async () => {
  answers = [503]
  const failure: unknown = await checkHealth([check()], effort(2)).catch((error: unknown) => error)
  expect(failure).toBeInstanceOf(HealthCheckFailed)
  expect(String(failure)).toContain(
    `1 of 1 health checks failed: backend (${base}/health): HTTP 503 instead of 200`,
  )
  expect(failure).toMatchObject({
    code: 'health-check-failed',
    values: { failed: 'backend' },
    results: [{ healthy: false }],
  })
  expect(asked).toBe(2)
})

test('takes a redirect for what it is', async () => {
  answers = [302]
  await expect(checkHealth([check()], effort(1))).rejects.toThrow('HTTP 302 instead of 200')
})

test('does not wait for ever for an answer', async () => {
  answers = ['nothing']
  await expect(checkHealth([check('backend', 0.05)], effort(1))).rejects.toThrow('no answer within 0.05 s')
})

test('says that nothing listens there', async () => {
  const nobody = { name: 'backend', url: 'http://127.0.0.1:9/', expectStatus: 200, timeoutSeconds: 5 }
  await expect(checkHealth([nobody], effort(1))).rejects.toThrow(/backend .*no connection/)
})

test('stops when it is cancelled', async () => {
  answers = ['nothing']
  const cancel = new AbortController()
  server.once('request', () => cancel.abort(new Error('cancelled by pedro')))
  await expect(checkHealth([check()], effort(3, cancel.signal))).rejects.toThrow('cancelled by pedro')
})
