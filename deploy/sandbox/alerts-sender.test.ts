import { createServer } from 'node:http'
import { once } from 'node:events'
import type { AddressInfo } from 'node:net'
import { expect, onTestFinished, test } from 'vitest'
import { z } from 'zod'
import { createAlertsSender } from './alerts-sender.ts'
import { storm } from './alerts-storm.ts'

const Webhook = z.object({
  version: z.literal('4'),
  status: z.string(),
  alerts: z.array(
    z.object({
      status: z.string(),
      fingerprint: z.string(),
      startsAt: z.string(),
      endsAt: z.string(),
      labels: z.record(z.string(), z.string()),
    }),
  ),
})

/** Takes webhooks as an engine would, after it has refused as often as `failures` says. */
async function receiver(failures: number[] = []) {
  const taken: z.infer<typeof Webhook>[] = []
  const tokens: unknown[] = []
  const server = createServer((request, response) => {
    const chunks: Buffer[] = []
    request.on('data', (chunk: Buffer) => chunks.push(chunk))
    request.on('end', () => {
      tokens.push(request.headers.authorization)
      const status = failures.shift() ?? 200
      if (status === 200) taken.push(Webhook.parse(JSON.parse(Buffer.concat(chunks).toString())))
      response.writeHead(status).end(JSON.stringify({ incidents: [taken.length] }))
    })
  }).listen(0, '127.0.0.1')
  await once(server, 'listening')
  onTestFinished(() => void server.close())
  const { port } = server.address() as AddressInfo
  const sender = createAlertsSender({ url: `http://127.0.0.1:${port}`, token: 'secret' })
  return { taken, tokens, sender }
}

const alert = { labels: { alertname: 'DatabaseDown', environment: 'production' }, summary: 'down' }
const never = '0001-01-01T00:00:00Z'

test('an alert fires, fires on, and is over, as one episode; later it is another', async () => {
  const { taken, tokens, sender } = await receiver()
  expect(await sender.fire([alert])).toEqual([1])
  await sender.fire([alert])
  await sender.heal([alert])
  await sender.fire([alert])
  const [first, repeated, over, again] = taken.map(({ alerts }) => alerts[0])
  expect(taken.map(({ status }) => status)).toEqual(['firing', 'firing', 'resolved', 'firing'])
  expect([first?.endsAt, repeated?.startsAt, over?.startsAt]).toEqual([
    never,
    first?.startsAt,
    first?.startsAt,
  ])
  expect(Date.parse(over?.endsAt ?? '')).toBeGreaterThanOrEqual(Date.parse(first?.startsAt ?? ''))
  expect(Date.parse(again?.startsAt ?? '')).toBeGreaterThanOrEqual(Date.parse(over?.endsAt ?? ''))
  expect(new Set(taken.flatMap(({ alerts }) => alerts.map(({ fingerprint }) => fingerprint))).size).toBe(1)
  expect(new Set(tokens)).toEqual(new Set(['Bearer secret']))
})

test('what the engine cannot take now is sent again, what it refuses is not', async () => {
  const busy = await receiver([503, 500])
  expect(await busy.sender.fire([alert])).toEqual([1])
  expect(busy.tokens).toHaveLength(3)
  const refusing = await receiver([400])
  await expect(refusing.sender.fire([alert])).rejects.toThrow('400')
  expect(refusing.tokens).toHaveLength(1)
})

test('time that passes makes what fires older, and only that', async () => {
  const { taken, sender } = await receiver()
  await sender.fire([alert])
  sender.passTime(60_000)
  await sender.heal([alert])
  const [fired, over] = taken.map(({ alerts }) => alerts[0])
  expect(Date.parse(fired?.startsAt ?? '') - Date.parse(over?.startsAt ?? '')).toBe(60_000)
})

test('a storm comes 50 at a time, with one alert that matters, and all of it passes', async () => {
  const { taken, sender } = await receiver()
  await sender.fire(storm(1_000, 'production'))
  expect(taken.map(({ alerts }) => alerts.length)).toEqual(Array.from({ length: 20 }, () => 50))
  const fired = taken.flatMap(({ alerts }) => alerts)
  expect(new Set(fired.map(({ fingerprint }) => fingerprint)).size).toBe(1_000)
  expect(fired.filter(({ labels }) => labels['alertname'] === 'DatabaseDown')).toHaveLength(1)
  expect(await sender.healAll()).toBe(1_000)
  expect(taken.slice(20).every(({ status }) => status === 'resolved')).toBe(true)
})
