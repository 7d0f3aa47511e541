import { mkdtemp } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, expect, test } from 'vitest'
import { sandboxCatalogue } from '../catalog.ts'
import { startBling, type BlingOptions, type SandboxBling } from './bling.ts'

const catalogue = sandboxCatalogue(300)
const app = { clientId: 'app', clientSecret: 'secret' }
const open: SandboxBling[] = []
afterEach(() => Promise.all(open.splice(0).map((bling) => bling.close())))

async function start(options: Partial<BlingOptions> = {}): Promise<SandboxBling> {
  const bling = await startBling({ port: 0, ...app, catalogue, limitScale: 100, ...options })
  open.push(bling)
  return bling
}

async function signedIn(options: Partial<BlingOptions> = {}) {
  const bling = await start(options)
  const { accessToken } = bling.issueTokens()
  const call = async (path: string, body?: unknown) => {
    const method = body === undefined ? {} : { method: 'POST', body: JSON.stringify(body) }
    const response = await fetch(bling.url + path, {
      ...method,
      headers: { authorization: `Bearer ${accessToken}` },
    })
    const text = await response.text()
    return {
      status: response.status,
      headers: response.headers,
      body: text.startsWith('{') ? JSON.parse(text) : text,
    }
  }
  return { bling, call }
}

async function token(bling: SandboxBling, form: Record<string, string>, basic = 'app:secret') {
  const authorization = `Basic ${Buffer.from(basic).toString('base64')}`
  const body = new URLSearchParams(form)
  const response = await fetch(`${bling.url}/oauth/token`, {
    method: 'POST',
    headers: { authorization },
    body,
  })
  return { status: response.status, body: JSON.parse(await response.text()) }
}

test('a refresh token works once, its successor works, and access lasts six hours', async () => {
  let now = 1_790_000_000_000
  const bling = await start({ now: () => now })
  const first = bling.issueTokens()
  const second = await token(bling, { grant_type: 'refresh_token', refresh_token: first.refreshToken })
  expect(second.body).toMatchObject({ expires_in: 21_600, token_type: 'Bearer' })
  expect(second.body.access_token.length).toBeGreaterThan(1500)
  const again = await token(bling, { grant_type: 'refresh_token', refresh_token: first.refreshToken })
  expect(again).toMatchObject({ status: 400, body: { error: { type: 'invalid_grant' } } })
  const company = (): Promise<Response> =>
    fetch(`${bling.url}/empresas/me/dados-basicos`, {
      headers: { authorization: `Bearer ${second.body.access_token}` },
    })
  expect((await company()).status).toBe(200)
  now += 21_600_000
  expect((await company()).status).toBe(401)
})

test('the app belongs in the Basic header, and a code used twice costs the authorisation', async () => {
  const bling = await start()
  const inBody = { grant_type: 'authorization_code', code: 'x', client_id: 'app', client_secret: 'secret' }
  expect((await token(bling, inBody, 'app:wrong')).body.error.type).toBe('invalid_client')
  const code = bling.authorizationCode()
  const tokens = await token(bling, { grant_type: 'authorization_code', code })
  expect(tokens.status).toBe(200)
  expect((await token(bling, { grant_type: 'authorization_code', code })).status).toBe(400)
  const { refresh_token } = tokens.body
  expect((await token(bling, { grant_type: 'refresh_token', refresh_token })).body.error.type).toBe(
    'invalid_grant',
  )
})

test('three calls a second pass; the fourth is told the limit and its period, and no Retry-After', async () => {
  let now = 1_790_000_000_000
  const { call } = await signedIn({ limitScale: 1, now: () => now })
  for (const _ of [1, 2, 3]) expect((await call('/empresas/me/dados-basicos')).status).toBe(200)
  const refused = await call('/empresas/me/dados-basicos')
  expect(refused).toMatchObject({
    status: 429,
    body: { error: { type: 'TOO_MANY_REQUESTS', limit: 3, period: 'second' } },
  })
  expect(refused.headers.get('retry-after')).toBeNull()
  now += 1001
  expect((await call('/empresas/me/dados-basicos')).status).toBe(200)
})

test('a spent day is refused until the next', async () => {
  let now = Date.parse('2026-09-21T23:50:00-03:00')
  const { call } = await signedIn({ limitScale: 1 / 40_000, now: () => now })
  const statuses: number[] = []
  for (let calls = 0; calls < 4; calls += 1) {
    statuses.push((await call('/produtos')).status)
    now += 1001
  }
  expect(statuses).toEqual([200, 200, 200, 429])
  expect((await call('/produtos')).body.error).toMatchObject({ type: 'TOO_MANY_REQUESTS', period: 'day' })
  now += 15 * 60_000
  expect((await call('/produtos')).status).toBe(200)
})

test('300 errors in ten seconds ban the address for ten minutes', async () => {
  let now = 1_790_000_000_000
  const { bling, call } = await signedIn({ limitScale: 1, now: () => now })
  await Promise.all(Array.from({ length: 310 }, () => call('/produtos')))
  now += 1001
  expect((await call('/produtos')).status).toBe(403)
  expect(bling.calls().banned).toBe(true)
  now += 10 * 60_000
  expect((await call('/produtos')).status).toBe(200)
})

test('the defaults of the product list hide products; asking for all signs of balance shows them', async () => {
  const { call } = await signedIn()
  const skus = async (query: string): Promise<string[]> => {
    const found: string[] = []
    for (let pagina = 1; ; pagina += 1) {
      const { body } = await call(`/produtos?${query}&pagina=${pagina}&limite=500`)
      found.push(...body.data.map((row: { codigo: string }) => row.codigo))
      if (body.data.length < 100) return found
    }
  }
  const all = catalogue.products.flatMap((product) => product.bling.map(() => product))
  expect((await skus('')).length).toBeLessThan(all.length / 1.8)
  const positive = await skus('criterio=5')
  const zero = await skus('criterio=5&filtroSaldoEstoque=0')
  const negative = await skus('criterio=5&filtroSaldoEstoque=2')
  expect([...positive, ...zero, ...negative].toSorted()).toEqual(all.map(({ sku }) => sku).toSorted())
  expect(zero.length).toBeGreaterThan(3)
  expect(negative).toHaveLength(1)
})

test('balances leave out what is not positive unless asked, and want ids', async () => {
  const { call } = await signedIn()
  const soldOut = catalogue.products.find(({ situation }) => situation === 'sold-out-in-bling')
  const id = soldOut?.bling[0]?.id
  expect((await call('/estoques/saldos')).status).toBe(400)
  expect((await call(`/estoques/saldos?idsProdutos[]=${id}`)).body.data).toEqual([])
  expect((await call(`/estoques/saldos?idsProdutos[]=${id}&filtroSaldoEstoque=0`)).body.data).toMatchObject([
    { produto: { id }, saldoVirtualTotal: 0 },
  ])
})

test('a sales order is checked as Bling checks it, reserves its units, and its store number is not unique', async () => {
  const { bling, call } = await signedIn()
  const product = catalogue.products[0]
  const contact = await call('/contatos', {
    nome: 'Ana',
    tipo: 'F',
    situacao: 'A',
    numeroDocumento: '123.456.789-09',
  })
  const item = { produto: { id: product?.bling[0]?.id }, descricao: 'x', quantidade: 2, valor: 10.05 }
  const order = {
    data: '2026-09-21',
    numeroLoja: '77',
    contato: contact.body.data,
    itens: [item],
    parcelas: [{ dataVencimento: '2026-09-21', valor: 20.1, formaPagamento: { id: 3_100_002 } }],
  }
  const wrongTotal = { ...order, parcelas: [{ ...order.parcelas[0], valor: 20 }] }
  expect((await call('/pedidos/vendas', wrongTotal)).body.error.fields).toMatchObject([{ code: 22 }])
  expect((await call('/pedidos/vendas', { ...order, contato: { id: 1 } })).status).toBe(400)
  expect((await call('/pedidos/vendas', { ...order, itens: [] })).status).toBe(400)
  expect(bling.effects().orders).toHaveLength(0)
  expect((await call('/pedidos/vendas', order)).status).toBe(201)
  expect((await call('/pedidos/vendas', order)).status).toBe(201)
  expect((await call('/pedidos/vendas?numerosLojas[]=77')).body.data).toHaveLength(2)
  expect(bling.effects().orders).toHaveLength(2)
  expect(bling.stockOf(product?.sku ?? '')).toBe((product?.stock ?? 0) - 4)
  expect((await call('/pedidos/vendas?dataInicial=2025-01-01&dataFinal=2026-02-01')).status).toBe(400)
})

test('contacts by document: the default criterion hides the older ones', async () => {
  const { call } = await signedIn()
  const document = catalogue.orders[0]?.buyer.document
  expect((await call(`/contatos?numeroDocumento=${document}`)).body.data).toEqual([])
  expect((await call(`/contatos?criterio=1&numeroDocumento=${document}`)).body.data).toHaveLength(1)
})

test('a restart with the same state file keeps orders, balances and tokens', async () => {
  const stateFile = join(await mkdtemp(join(tmpdir(), 'bling-')), 'bling.json')
  const first = await start({ stateFile })
  const tokens = first.issueTokens()
  first.setStock('CAF-00000', 3)
  await first.close()
  const second = await start({ stateFile })
  expect(second.stockOf('CAF-00000')).toBe(3)
  const headers = { authorization: `Bearer ${tokens.accessToken}` }
  expect((await fetch(`${second.url}/depositos`, { headers })).status).toBe(200)
})

test('faults answer once each, and an applied one has done its work', async () => {
  const { bling, call } = await signedIn()
  bling.fail({ method: 'POST', path: /contatos/, trouble: 'applied-then-500' })
  const contact = { nome: 'Ana', tipo: 'F', situacao: 'A', numeroDocumento: '' }
  expect((await call('/contatos', contact)).status).toBe(500)
  expect(bling.effects().contacts).toHaveLength(1)
  expect((await call('/contatos', contact)).status).toBe(201)
  bling.setDown(true)
  expect((await call('/produtos')).status).toBe(503)
  bling.heal()
  bling.fail({ trouble: 'html' })
  expect((await call('/produtos')).body).toContain('<html>')
  bling.fail({ trouble: 'reset' })
  await expect(call('/produtos')).rejects.toThrow('fetch failed')
})
