import { createHmac } from 'node:crypto'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { alertsWorld, good, grafanaWebhookSecret } from './alerts-testing.ts'

let world: Awaited<ReturnType<typeof alertsWorld>>
beforeAll(async () => {
  world = await alertsWorld()
})
afterAll(async () => await world.close())
beforeEach(async () => await world.empty())

describe('Grafana’s signature', () => {
  const body = JSON.stringify(good.grafana)
  const sign = (text: string, secret = grafanaWebhookSecret) =>
    createHmac('sha256', secret).update(text).digest('hex')
  const signature = 'x-grafana-alerting-signature'
  const timestamp = 'x-grafana-alerting-timestamp'
  const now = () => String(Math.floor(Date.now() / 1_000))
  const post = async (headers: Record<string, string>, text = body, path = 'grafana') =>
    (await world.send(`/v1/alerts/${path}`, text, headers)).status

  test('stands for the token, with a timestamp or without', async () => {
    expect(await post({ [signature]: sign(body) })).toBe(200)
    expect(await post({ [signature]: sign(`${now()}:${body}`), [timestamp]: now() })).toBe(200)
  })

  test.each([
    ['of another secret', { [signature]: sign(body, 'another-secret-altogether') }],
    ['of another body', { [signature]: sign(`${body} `) }],
    ['that is no hex', { [signature]: 'zz' }],
    ['that is empty', { [signature]: '' }],
    ['that leaves its timestamp out', { [signature]: sign(body), [timestamp]: now() }],
    [
      'of an hour ago',
      { [signature]: sign(`${Number(now()) - 3_600}:${body}`), [timestamp]: String(Number(now()) - 3_600) },
    ],
    ['whose timestamp is none', { [signature]: sign(`x:${body}`), [timestamp]: 'x' }],
  ])('%s is refused', async (_, headers) => {
    expect(await post(headers)).toBe(401)
    expect(await world.stored()).toBe(0)
  })

  test('opens no other door', async () => {
    expect(await post({ [signature]: sign(body) }, body, 'alertmanager')).toBe(401)
    expect(await post({ [signature]: sign(body), authorization: 'Bearer wrong' })).toBe(401)
  })
})
