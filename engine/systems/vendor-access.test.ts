import { afterEach, expect, test } from 'vitest'
import { app, startShop, type Shop } from '../../deploy/sandbox/vendor/testing.ts'
import { exchangeBlingCode } from './bling.ts'
import { exchangeMercadoLivreCode } from './mercado-livre.ts'
import { createAccess } from './vendor-access.ts'

let shop: Shop
afterEach(() => shop.close())

test('two processes whose token runs out at once renew it once, and both go on', async () => {
  shop = await startShop()
  const processes = [shop.connect(), shop.connect(), shop.connect()]
  for (const vendor of ['bling', 'mercadoLivre'] as const) shop.vendor[vendor].expireAccessTokens()
  const calls = processes.flatMap(({ bling, mercadoLivre }) => [
    bling.company(),
    bling.company(),
    mercadoLivre.seller(),
    mercadoLivre.seller(),
  ])
  for (const result of await Promise.all(calls)) expect(result).toMatchObject({ ok: true })
  expect(shop.vendor.bling.calls().tokens).toBe(1)
  expect(shop.vendor.mercadoLivre.calls().tokens).toBe(1)
})

test('within one process only one call asks the store', async () => {
  shop = await startShop()
  shop.vendor.bling.expireAccessTokens()
  const store = shop.tokens.bling
  const renewing = store.refreshExclusively
  let asked = 0
  store.refreshExclusively = (renew) => {
    asked += 1
    return renewing(renew)
  }
  const { bling } = shop.connect()
  await Promise.all([bling.company(), bling.company(), bling.company()])
  expect(asked).toBe(1)
})

test('a refusal that comes late takes the token that was renewed meanwhile', async () => {
  const soon = new Date(Date.now() + 3_600_000)
  const old = { accessToken: 'old', refreshToken: 'r1', expiresAt: soon }
  let asked = 0
  const access = createAccess({
    vendor: 'bling',
    store: {
      read: async () => old,
      refreshExclusively: async (renew) => {
        asked += 1
        return await renew(old)
      },
    },
    refresh: async () => ({ ok: true, value: { accessToken: 'new', refreshToken: 'r2', expiresAt: soon } }),
  })
  expect(await access.token()).toEqual({ ok: true, value: 'old' })
  expect(await access.renewed('old')).toEqual({ ok: true, value: 'new' })
  expect(await access.renewed('old')).toEqual({ ok: true, value: 'new' })
  expect(asked).toBe(1)
})

test('a token about to run out is renewed before it is used', async () => {
  shop = await startShop()
  const current = shop.tokens.bling.current()!
  shop.tokens.bling.set({ ...current, expiresAt: new Date(Date.now() + 30_000) })
  expect(await shop.connect().bling.company()).toMatchObject({ ok: true })
  expect(shop.tokens.bling.current()?.accessToken).not.toBe(current.accessToken)
  expect(shop.vendor.bling.calls().byPath).toEqual({
    'POST /oauth/token': 1,
    'GET /empresas/me/dados-basicos': 1,
  })
})

test('the new refresh token is stored before the new access token is used', async () => {
  shop = await startShop()
  shop.vendor.bling.expireAccessTokens()
  const { bling } = shop.connect()
  const old = shop.tokens.bling.current()?.refreshToken
  const used: (string | undefined)[] = []
  const store = shop.tokens.bling
  const renewing = store.refreshExclusively
  store.refreshExclusively = async (renew) => {
    const stored = await renewing(renew)
    used.push(shop.vendor.bling.calls().byPath['GET /empresas/me/dados-basicos']?.toString())
    return stored
  }
  await bling.company()
  expect(used).toEqual(['1'])
  expect(store.current()?.refreshToken).not.toBe(old)
})

test('a revoked authorisation stops the account: one token call in all, until somebody connects it again', async () => {
  shop = await startShop()
  shop.vendor.bling.revoke()
  const { bling } = shop.connect()
  const refused = { ok: false, failure: { kind: 'needs-credentials', code: 'invalid_grant' } }
  expect(await bling.company()).toMatchObject(refused)
  const calls = shop.vendor.bling.calls().total
  for (const result of await Promise.all([
    bling.company(),
    bling.company(),
    bling.products({ balance: 'zero' }),
  ]))
    expect(result).toMatchObject(refused)
  expect(shop.vendor.bling.calls().total).toBe(calls)
  shop.tokens.bling.set(shop.vendor.bling.issueTokens())
  expect(await bling.company()).toMatchObject({ ok: true })
})

test('a token endpoint that is down is not asked over and over, and the refresh token stays good', async () => {
  shop = await startShop()
  shop.vendor.bling.expireAccessTokens()
  shop.vendor.bling.fail({ path: /oauth/, trouble: { status: 503 }, times: 1 })
  const { bling } = shop.connect()
  expect(await bling.company()).toMatchObject({ ok: false, failure: { kind: 'retryable' } })
  expect(shop.vendor.bling.calls().tokens).toBe(1)
  expect(await shop.connect().bling.company()).toMatchObject({ ok: true })
})

test('an account that was never connected says so without a call', async () => {
  shop = await startShop()
  shop.tokens.bling.set(null)
  expect(await shop.connect().bling.company()).toMatchObject({
    ok: false,
    failure: { kind: 'needs-credentials', code: 'not-connected' },
  })
  expect(shop.vendor.bling.calls().total).toBe(0)
})

test('codes are exchanged once, and never again when the answer is lost', async () => {
  shop = await startShop()
  const bling = { ...app, url: shop.vendor.bling.url }
  expect(await exchangeBlingCode(bling, shop.vendor.bling.authorizationCode())).toMatchObject({ ok: true })
  shop.vendor.bling.fail({ path: /oauth/, trouble: 'applied-then-500' })
  expect(await exchangeBlingCode(bling, shop.vendor.bling.authorizationCode())).toMatchObject({ ok: false })
  expect(shop.vendor.bling.calls().tokens).toBe(2)
  const mercadoLivre = { ...app, url: shop.vendor.mercadoLivre.url }
  const code = shop.vendor.mercadoLivre.authorizationCode()
  const exchanged = await exchangeMercadoLivreCode(mercadoLivre, {
    code,
    redirectUri: 'https://plantao.example/',
  })
  expect(exchanged).toMatchObject({ ok: true, value: { refreshToken: expect.stringMatching(/^TG-/) } })
})

test('a token answer nobody can read is no token', async () => {
  shop = await startShop()
  shop.vendor.bling.expireAccessTokens()
  const stored = shop.tokens.bling.current()
  shop.vendor.bling.fail({ path: /oauth/, trouble: 'wrong-shape' })
  expect(await shop.connect().bling.company()).toMatchObject({ ok: false, failure: { kind: 'retryable' } })
  expect(shop.tokens.bling.current()).toEqual(stored)
})
