import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { app, startShop, type Shop } from '../../deploy/sandbox/vendor/testing.ts'
import type { Trouble } from '../../deploy/sandbox/vendor/faults.ts'
import { createBling } from './bling.ts'

let shop: Shop
beforeEach(async () => {
  shop = await startShop({ patience: { deadlineMs: 800 } })
})
afterEach(() => shop.close())

const readable: Trouble[] = [
  { status: 500 },
  { status: 503, body: { error: 'x' } },
  { status: 302 },
  'reset',
  'hang',
  'html',
  'truncated',
  'wrong-shape',
  'huge',
  { status: 200, body: [] },
  { status: 206, body: { data: [] } },
]

describe.each(readable.map((trouble) => [trouble]))('an answer spoilt by %j', (trouble) => {
  test('a call that may be repeated is, and succeeds', async () => {
    const { bling } = shop.connect()
    shop.vendor.bling.fail({ trouble, path: /produtos/ })
    expect(await bling.products({ balance: 'zero' })).toMatchObject({ ok: true })
    expect(shop.vendor.bling.calls().byPath['GET /produtos']).toBe(2)
  })

  test('one that creates something is not, and says that it cannot know', async () => {
    const { bling } = shop.connect()
    shop.vendor.bling.fail({ trouble, method: 'POST' })
    const created = await bling.createContact({ name: 'Ana', document: '12345678909' })
    expect(created).toMatchObject({ ok: false, failure: { kind: 'unknown-outcome', vendor: 'bling' } })
    expect(shop.vendor.bling.calls().byPath['POST /contatos']).toBe(1)
  })
})

test('a vendor that stays down ends in a retryable failure after so many attempts', async () => {
  shop.vendor.mercadoLivre.setDown(true)
  const { mercadoLivre } = shop.connect()
  expect(await mercadoLivre.seller()).toMatchObject({
    ok: false,
    failure: { kind: 'retryable', status: 503 },
  })
  expect(shop.vendor.mercadoLivre.calls().total).toBe(5)
})

test('a vendor that cannot be reached: even a creation may be repeated', async () => {
  const { bling } = shop.connect()
  await shop.vendor.bling.close()
  const created = await bling.createContact({ name: 'Ana', document: '12345678909' })
  expect(created).toMatchObject({
    ok: false,
    failure: { kind: 'retryable', code: 'network', message: 'ECONNREFUSED' },
  })
})

test('a storm of 429s costs time, not attempts', async () => {
  const storm = await startShop({ patience: { retries: 1 } })
  storm.vendor.bling.fail({ path: /produtos/, trouble: { status: 429 }, times: 4 })
  const { bling } = storm.connect()
  const results = await Promise.all([
    bling.products({ balance: 'zero' }),
    bling.products({ balance: 'negative' }),
  ])
  expect(results.map(({ ok }) => ok)).toEqual([true, true])
  expect(storm.vendor.bling.calls().byPath['GET /produtos']).toBe(6)
  await storm.close()
})

test('too fast for the vendor: it slows down by itself until the calls pass', async () => {
  const slow = await startShop({ limitScale: 20, requestsPerSecond: 200 })
  const { bling } = slow.connect()
  const results = await Promise.all(Array.from({ length: 100 }, () => bling.company()))
  expect(results.every(({ ok }) => ok)).toBe(true)
  const { refused, banned, total } = slow.vendor.bling.calls()
  expect({ banned, total }).toEqual({ banned: false, total: 100 + refused })
  expect(refused).toBeGreaterThan(0)
  expect(refused).toBeLessThan(100)
  await slow.close()
})

test('a spent day ends at once: waiting would not help', async () => {
  const body = {
    error: { type: 'TOO_MANY_REQUESTS', message: '', description: '', limit: 120_000, period: 'day' },
  }
  shop.vendor.bling.fail({ trouble: { status: 429, body }, times: Infinity })
  const { bling } = shop.connect()
  expect(await bling.company()).toMatchObject({ ok: false, failure: { kind: 'throttled', period: 'day' } })
  expect(shop.vendor.bling.calls().total).toBe(1)
})

test('a cancel ends the call at once with its reason, in whatever it waits for', async () => {
  const { bling, mercadoLivre } = shop.connect()
  const controller = new AbortController()
  const { signal } = controller
  shop.vendor.bling.setHang(true)
  shop.vendor.mercadoLivre.fail({ trouble: { status: 429 }, times: Infinity })
  const calls = [bling.company({ signal }), mercadoLivre.seller({ signal })]
  const ended = Promise.all(calls.map((call) => expect(call).rejects.toThrow('the operator cancelled')))
  controller.abort(new Error('the operator cancelled'))
  await ended
  await expect(bling.company({ signal })).rejects.toThrow('the operator cancelled')
})

test('what a vendor says is shortened, and our secrets in it are not repeated', async () => {
  const token = shop.tokens.mercadoLivre.current()?.accessToken
  const message = `bad ${token} of ${app.clientSecret} ${'x'.repeat(5000)}`
  shop.vendor.mercadoLivre.fail({ trouble: { status: 400, body: { message, error: 'bad_request' } } })
  const result = await shop.connect().mercadoLivre.seller()
  const said = JSON.stringify(result)
  expect(result).toMatchObject({ ok: false, failure: { kind: 'bad-data', code: 'bad_request' } })
  expect(said).not.toContain(token)
  expect(said).not.toContain(app.clientSecret)
  expect(said.length).toBeLessThan(600)
})

test('a redirect is not followed: the token would go with it', async () => {
  const elsewhere = await startShop()
  const door = createServer((_, response) => {
    response.writeHead(307, { location: `${elsewhere.vendor.bling.url}/empresas/me/dados-basicos` }).end()
  })
  await once(door.listen(0, '127.0.0.1'), 'listening')
  const { port } = door.address() as AddressInfo
  const options = {
    ...app,
    url: `http://127.0.0.1:${port}`,
    tokens: shop.tokens.bling,
    patience: { retries: 0 },
  }
  expect(await createBling(options).company()).toMatchObject({ ok: false, failure: { status: 307 } })
  expect(elsewhere.vendor.bling.calls().total).toBe(0)
  door.close()
  await elsewhere.close()
})
