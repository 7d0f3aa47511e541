import { afterEach, expect, test } from 'vitest'
import { inSituation, startShop, type Shop } from '../../deploy/sandbox/vendor/testing.ts'
import { readBothSides } from './read.ts'
import { testStep } from './testing.ts'

let shop: Shop
afterEach(() => shop.close())

test('reads every product and listing, with no more list calls than pages', async () => {
  shop = await startShop({ size: 1234 })
  const step = testStep()
  const { products, listings } = await readBothSides(
    shop.connect(),
    { sellerId: shop.catalogue.seller.id },
    step,
  )
  const inBling = shop.catalogue.products.flatMap(({ bling }) => bling)
  const inMercadoLivre = shop.catalogue.products.flatMap((product) => product.listings)
  expect(new Set(products.map(({ id }) => id))).toEqual(new Set(inBling.map(({ id }) => id)))
  expect(new Set(listings.map(({ id }) => id))).toEqual(new Set(inMercadoLivre.map(({ id }) => id)))
  expect([products.length, listings.length]).toEqual([inBling.length, inMercadoLivre.length])
  // One page beyond the last of each sign where it is full, and at most two asked for ahead of a late answer.
  expect(shop.vendor.bling.calls().byPath['GET /produtos']).toBeLessThanOrEqual(
    Math.ceil(inBling.length / 100) + 2 + 2,
  )
  const { byPath } = shop.vendor.mercadoLivre.calls()
  expect(byPath['GET /items']).toBeLessThanOrEqual(Math.ceil(inMercadoLivre.length / 100) * 5)
  expect(byPath['GET /users/:id/items/search']).toBe(Math.ceil(inMercadoLivre.length / 100) + 1)
  expect(step.seen.at(-1)).toEqual({
    done: products.length + listings.length,
    total: products.length + listings.length,
    unit: 'items',
  })
})

test('a page of listings whose answer is lost on the way is read again', async () => {
  shop = await startShop({ size: 400 })
  shop.vendor.mercadoLivre.fail({ method: 'GET', path: /scroll_id/, trouble: 'applied-then-500', times: 1 })
  const { listings } = await readBothSides(shop.connect(), { sellerId: shop.catalogue.seller.id }, testStep())
  const inMercadoLivre = shop.catalogue.products.flatMap((product) => product.listings)
  expect(listings.map(({ id }) => id).toSorted()).toEqual(inMercadoLivre.map(({ id }) => id).toSorted())
})

test('one SKU costs a handful of calls and reads both places a SKU may be', async () => {
  shop = await startShop()
  const { product, listing } = inSituation(shop.catalogue, 'custom-field-sku')
  const query = { sellerId: shop.catalogue.seller.id, sku: product.sku }
  const { products, listings } = await readBothSides(shop.connect(), query, testStep())
  expect(products.map(({ sku }) => sku)).toEqual([product.sku])
  expect(listings.map(({ id }) => id)).toEqual([listing.id])
  expect(shop.vendor.bling.calls().total + shop.vendor.mercadoLivre.calls().total).toBe(6)
})

test('when one side fails, the other is given up and the step says what to do', async () => {
  shop = await startShop({ size: 1000, requestsPerSecond: 40 })
  shop.vendor.bling.revoke()
  const { bling, mercadoLivre } = shop.connect()
  const given: (AbortSignal | undefined)[] = []
  const watched: typeof mercadoLivre = {
    ...mercadoLivre,
    scanListingIds: (query, options) => {
      given.push(options?.signal)
      return mercadoLivre.scanListingIds(query, options)
    },
  }
  const query = { sellerId: shop.catalogue.seller.id }
  await expect(readBothSides({ bling, mercadoLivre: watched }, query, testStep())).rejects.toMatchObject({
    code: 'sync-needs-credentials',
    values: { vendor: 'Bling', code: 'invalid_grant' },
    message: expect.stringContaining('Connect the account again'),
  })
  expect(new Set(given.map((signal) => signal?.aborted))).toEqual(new Set([true]))
})

test('a cancel ends the reading with its reason', async () => {
  shop = await startShop({ size: 1000, requestsPerSecond: 20 })
  const controller = new AbortController()
  const reading = readBothSides(
    shop.connect(),
    { sellerId: shop.catalogue.seller.id },
    testStep(controller.signal),
  )
  controller.abort(new Error('cancelled by Ana'))
  await expect(reading).rejects.toThrow('cancelled by Ana')
})
