import { mkdtemp } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, expect, test } from 'vitest'
import { sandboxCatalogue, type Situation } from '../catalog.ts'
import { startMercadoLivre, type MercadoLivreOptions, type SandboxMercadoLivre } from './mercado-livre.ts'

const app = { clientId: 'app', clientSecret: 'secret' }
const open: SandboxMercadoLivre[] = []
afterEach(() => Promise.all(open.splice(0).map((server) => server.close())))

async function start(options: Partial<MercadoLivreOptions> = {}): Promise<SandboxMercadoLivre> {
  const server = await startMercadoLivre({ port: 0, ...app, catalogue: sandboxCatalogue(300), ...options })
  open.push(server)
  return server
}

async function signedIn(options: Partial<MercadoLivreOptions> = {}) {
  const server = await start(options)
  const { accessToken } = server.issueTokens()
  const call = async (path: string, put?: unknown) => {
    const method = put === undefined ? {} : { method: 'PUT', body: JSON.stringify(put) }
    const response = await fetch(server.url + path, {
      ...method,
      headers: { authorization: `Bearer ${accessToken}` },
    })
    const text = await response.text()
    return { status: response.status, body: text === '' ? '' : JSON.parse(text) }
  }
  return { server, call }
}

const { products } = sandboxCatalogue(300)
function listingOf(situation: Situation) {
  const listing = products.find((product) => product.situation === situation)?.listings[0]
  if (listing === undefined) throw new Error(`no listing is ${situation}`)
  return listing
}

test('tokens: the app in the body, a refresh token once and only the last', async () => {
  const server = await start()
  const ask = async (form: Record<string, string>) => {
    const response = await fetch(`${server.url}/oauth/token`, {
      method: 'POST',
      body: new URLSearchParams(form),
    })
    return { status: response.status, body: JSON.parse(await response.text()) }
  }
  const { refreshToken } = server.issueTokens()
  const form = {
    grant_type: 'refresh_token',
    client_id: 'app',
    client_secret: 'secret',
    refresh_token: refreshToken,
  }
  expect((await ask({ ...form, client_secret: 'no' })).body.error).toBe('invalid_client')
  expect((await ask(form)).body).toMatchObject({ token_type: 'bearer', user_id: 303888594 })
  expect((await ask(form)).body).toMatchObject({ error: 'invalid_grant', status: 400 })
})

test('a scan gives every listing once, lives five minutes and takes no offset', async () => {
  let now = 1_790_000_000_000
  const { call } = await signedIn({ now: () => now })
  const search = '/users/303888594/items/search?search_type=scan&limit=100'
  const ids: string[] = []
  let scroll = ''
  for (;;) {
    const { body } = await call(`${search}${scroll}`)
    if (body.results.length === 0) break
    ids.push(...body.results)
    scroll = `&scroll_id=${encodeURIComponent(body.scroll_id)}`
  }
  expect(ids.toSorted()).toEqual(products.flatMap(({ listings }) => listings.map(({ id }) => id)).toSorted())
  expect((await call(`${search}&offset=5`)).status).toBe(400)
  const fresh = await call(search)
  now += 300_001
  expect((await call(`${search}&scroll_id=${encodeURIComponent(fresh.body.scroll_id)}`)).status).toBe(404)
  expect((await call('/users/1/items/search')).status).toBe(403)
  expect((await call('/users/303888594/items/search?offset=950&limit=100')).status).toBe(400)
})

test('a multiget takes twenty, answers each by itself and only the fields asked for', async () => {
  const { call } = await signedIn()
  const { id } = listingOf('equal')
  const { body } = await call(`/items?ids=${id},MLB1&attributes=id,price`)
  expect(body).toMatchObject([{ code: 200, body: { id } }, { code: 404 }])
  expect(Object.keys(body[0].body)).toEqual(['id', 'price'])
  expect((await call(`/items?ids=${Array.from({ length: 21 }, () => id).join(',')}`)).status).toBe(400)
})

test('the two places of a SKU are searched apart', async () => {
  const { call } = await signedIn()
  const { id, sku } = listingOf('custom-field-sku')
  const search = '/users/303888594/items/search'
  expect((await call(`${search}?seller_sku=${sku}`)).body.results).toEqual([])
  expect((await call(`${search}?sku=${sku}`)).body.results).toEqual([id])
})

test('stock writes pause a listing at zero and bring it back, unless the seller paused it', async () => {
  const { server, call } = await signedIn()
  const { id, sku } = listingOf('equal')
  expect((await call(`/items/${id}`, { available_quantity: 0 })).body).toMatchObject({
    status: 'paused',
    sub_status: ['out_of_stock'],
  })
  expect((await call(`/items/${id}`, { available_quantity: 4 })).body).toMatchObject({
    status: 'active',
    sub_status: [],
  })
  expect((await call(`/items/${id}`, { available_quantity: 4 })).status).toBe(200)
  expect(server.effects()).toMatchObject([{ sku, accepted: 3, changed: 2 }])
  const paused = listingOf('paused-by-seller')
  expect((await call(`/items/${paused.id}`, { available_quantity: 3 })).body.status).toBe('paused')
})

test('what a listing refuses: Full stock, closed, variations, wrong values', async () => {
  const { server, call } = await signedIn()
  expect((await call(`/items/${listingOf('full').id}`, { available_quantity: 1 })).body.cause[0].code).toBe(
    'item.available_quantity.not_modifiable',
  )
  for (const situation of ['closed', 'under-review', 'variations'] as const)
    expect((await call(`/items/${listingOf(situation).id}`, { available_quantity: 1 })).status).toBe(400)
  for (const wrong of [{ available_quantity: -1 }, { available_quantity: 1.5 }, { price: 0 }, { stock: 3 }])
    expect((await call(`/items/${listingOf('equal').id}`, wrong)).status).toBe(400)
  expect(server.effects()).toEqual([])
})

test('price automation: a price alone is refused, with another field it is ignored with a warning', async () => {
  const { server, call } = await signedIn()
  const { id, price } = listingOf('price-automation')
  expect((await call(`/items/${id}`, { price: 1 })).body).toMatchObject({
    status: 400,
    error: 'item.price.not_modifiable',
  })
  const both = await call(`/items/${id}`, { price: 1, available_quantity: 5 })
  expect(both).toMatchObject({
    status: 200,
    body: { price, warnings: [{ code: 'item.price.not_modifiable' }] },
  })
  expect(server.effects()).toMatchObject([{ changed: 1, writes: [{ field: 'available_quantity' }] }])
})

test('the levers of one listing: refused, locked once, failing once, applied but not said so', async () => {
  const { server, call } = await signedIn()
  const { id, sku } = listingOf('equal')
  const put = async (quantity: number) =>
    (await call(`/items/${id}`, { available_quantity: quantity })).status
  server.failItem(sku ?? '', 'conflict-once')
  expect([await put(41), await put(41)]).toEqual([409, 200])
  server.failItem(sku ?? '', 'error-once')
  expect([await put(42), await put(42)]).toEqual([500, 200])
  server.failItem(sku ?? '', 'applied-but-500')
  expect(await put(43)).toBe(500)
  expect(server.item(sku ?? '').quantity).toBe(43)
  server.failItem(sku ?? '', 'bad-data')
  expect(await put(44)).toBe(400)
  server.failItem(sku ?? '', 'accepted-not-applied')
  expect(await put(45)).toBe(200)
  expect(server.item(sku ?? '').quantity).toBe(43)
})

test('1,500 calls a minute pass; more get a 429 with nothing in it', async () => {
  let now = 1_790_000_000_000
  const { call } = await signedIn({ limitScale: 0.01, now: () => now })
  for (let calls = 0; calls < 15; calls += 1) expect((await call('/users/me')).status).toBe(200)
  expect(await call('/users/me')).toEqual({ status: 429, body: '' })
  now += 60_001
  expect((await call('/users/me')).status).toBe(200)
})

test("orders: filtered by their last update, never cancelled ones, with the buyer's tax number elsewhere", async () => {
  const { server, call } = await signedIn()
  const sold = server.sell('CAF-00000', 2)
  const since = encodeURIComponent(new Date(Date.now() - 3_600_000).toISOString())
  const search = '/orders/search?seller=303888594'
  const recent = await call(`${search}&order.date_last_updated.from=${since}&limit=50`)
  const all = await call(`${search}&order.last_updated.from=${since}&limit=50`)
  expect(recent.body.paging.total).toBeLessThan(all.body.paging.total)
  expect(recent.body.results.at(-1)).toMatchObject({
    id: sold.id,
    status: 'paid',
    order_items: [{ quantity: 2 }],
  })
  expect((await call(`${search}&limit=51`)).status).toBe(400)
  const { body } = await call(`/orders/${sold.id}`)
  const billing = await call(`/orders/billing-info/MLB/${body.buyer.billing_info.id}`)
  expect(billing.body.buyer.billing_info.identification.type).toBe('CPF')
})

test('a restart with the same state file keeps listings, orders and tokens', async () => {
  const stateFile = join(await mkdtemp(join(tmpdir(), 'mercado-livre-')), 'state.json')
  const first = await start({ stateFile })
  const tokens = first.issueTokens()
  first.setItem('CAF-00000', { quantity: 77 })
  const order = first.sell('CAF-00000', 1)
  await first.close()
  const second = await start({ stateFile })
  expect(second.item('CAF-00000').quantity).toBe(76)
  const headers = { authorization: `Bearer ${tokens.accessToken}` }
  expect((await fetch(`${second.url}/orders/${order.id}`, { headers })).status).toBe(200)
})
