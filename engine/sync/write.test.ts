import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { inSituation, startShop, type Shop } from '../../deploy/sandbox/vendor/testing.ts'
import type { Situation } from '../../deploy/sandbox/catalog.ts'
import type { ListingChange } from './items.ts'
import { planListings, reportLinks, type ListingQuery } from './listings.ts'
import { memoryItems, testStep } from './testing.ts'
import { verifyListings } from './verify.ts'
import { writeListings } from './write.ts'

let shop: Shop
beforeEach(async () => {
  shop = await startShop({ patience: { deadlineMs: 800 } })
})
afterEach(() => shop.close())

const everything = (): ListingQuery => ({
  fields: ['stock', 'price'],
  salesSince: new Date(Date.now() - 7 * 86_400_000),
  storeId: shop.vendor.bling.storeId,
})

async function planned(query: Partial<ListingQuery> = {}) {
  const items = memoryItems<ListingChange>()
  const plan = await planListings(shop.connect(), { ...everything(), ...query, items }, testStep())
  return { items, plan }
}

type Items = Awaited<ReturnType<typeof planned>>['items']

async function write(items: Items, step = testStep()): Promise<void> {
  await writeListings({ mercadoLivre: shop.connect().mercadoLivre, items }, step)
}

function rowOf(items: Items, sku: string, field = 'stock') {
  return items.rows().find((row) => row.sku === sku && row.key.startsWith(field))
}

function skuOf(situation: Situation): string {
  return inSituation(shop.catalogue, situation).product.sku
}

test('writes what differs and nothing else, each once, and a second sync has nothing to do', async () => {
  const { items, plan } = await planned()
  expect(plan.toWrite).toEqual({ stock: 5, price: 2 })
  const step = testStep()
  await write(items, step)
  expect(
    await verifyListings({ mercadoLivre: shop.connect().mercadoLivre, items, secondLookMs: 1 }, testStep()),
  ).toBe(0)
  expect(await items.counts()).toMatchObject({
    planned: 0,
    writing: 0,
    updated: 7,
    failed: 0,
    'not-applied': 0,
  })
  expect(step.seen.at(-1)).toEqual({ done: 7, total: 7, unit: 'items' })
  const effects = shop.vendor.mercadoLivre.effects()
  expect(effects.map(({ accepted, changed }) => [accepted, changed])).toEqual(Array(7).fill([1, 1]))
  expect(shop.vendor.mercadoLivre.item(skuOf('sold-out-in-bling'))).toMatchObject({
    quantity: 0,
    status: 'paused',
  })
  expect(shop.vendor.mercadoLivre.item(skuOf('back-in-stock'))).toMatchObject({ status: 'active' })
  expect((await planned()).plan.toWrite).toEqual({ stock: 0, price: 0 })
})

test('what is left alone says why', async () => {
  const { items } = await planned()
  const reasonOf = (situation: Situation, field = 'stock'): string | undefined =>
    rowOf(items, skuOf(situation), field)?.result?.reason?.code
  expect({
    unmapped: reasonOf('unmapped'),
    ambiguousListing: reasonOf('ambiguous-listing'),
    ambiguousProduct: reasonOf('ambiguous-product'),
    inactive: reasonOf('inactive-in-bling'),
    full: reasonOf('full'),
    paused: reasonOf('paused-by-seller'),
    review: reasonOf('under-review'),
    automation: reasonOf('price-automation', 'price'),
    promotion: reasonOf('promotion', 'price'),
    noSku: rowOf(items, '')?.result?.reason?.code,
  }).toEqual({
    unmapped: 'unmapped',
    ambiguousListing: 'ambiguous-listing',
    ambiguousProduct: 'ambiguous-product',
    inactive: 'inactive-in-bling',
    full: 'full',
    paused: 'paused-by-seller',
    review: 'listing-not-active',
    automation: 'price-automation',
    promotion: undefined,
    noSku: 'no-sku',
  })
})

test('one SKU alone; an unknown one is said to be unknown', async () => {
  const { plan } = await planned({ sku: skuOf('price-differs') })
  expect(plan).toMatchObject({ products: 1, listings: 1, toWrite: { stock: 0, price: 1 } })
  await expect(planned({ sku: 'NOPE' })).rejects.toMatchObject({
    code: 'unknown-sku',
    values: { sku: 'NOPE' },
  })
})

test('units sold a moment ago do not go on sale again', async () => {
  const sku = skuOf('equal')
  shop.vendor.mercadoLivre.sell(sku, 3)
  expect((await planned({ sku })).plan.toWrite).toEqual({ stock: 0, price: 0 })
})

test('nor units sold while the balances are read, even when Bling gets the order meanwhile', async () => {
  const { product } = inSituation(shop.catalogue, 'equal')
  const { bling, mercadoLivre } = shop.connect()
  let sold = false
  const selling: typeof bling = {
    ...bling,
    products: async (query, options) => {
      const found = await bling.products(query, options)
      if (!sold) shop.vendor.mercadoLivre.sell(product.sku, 3)
      sold = true
      return found
    },
  }
  const query = { ...everything(), sku: product.sku, items: memoryItems<ListingChange>() }
  expect((await planListings({ bling: selling, mercadoLivre }, query, testStep())).toWrite.stock).toBe(0)
})

test('links are reported and nothing is written', async () => {
  const items = memoryItems<ListingChange>()
  const report = await reportLinks(shop.connect(), { items }, testStep())
  expect(report).toEqual({
    linked: expect.any(Number),
    unmapped: 2,
    ambiguous: 3,
    other: 1,
    notListed: expect.any(Number),
  })
  expect(report.linked).toBeGreaterThan(280)
  expect(items.rows()).toHaveLength(6)
  expect(shop.vendor.mercadoLivre.effects()).toEqual([])
})

describe('a worker that dies', () => {
  test.each([0, 1, 4, 6])(
    'after %i finished items: the next one writes the rest, and nothing twice',
    async (survived) => {
      const { items } = await planned()
      let finished = 0
      const dying: Items = {
        ...items,
        finish: async (id, result) => {
          if (finished === survived) throw new Error('killed')
          finished += 1
          await items.finish(id, result)
        },
      }
      await expect(write(dying)).rejects.toThrow('killed')
      await write(items)
      expect(await items.counts()).toMatchObject({ planned: 0, writing: 0, updated: 7 })
      const effects = shop.vendor.mercadoLivre.effects()
      expect(effects.map(({ accepted }) => accepted)).toEqual(Array(7).fill(1))
    },
  )

  test('before it could write: what it had marked is read, found as it was, and written', async () => {
    const { items } = await planned()
    await items.nextBatch(5)
    await write(items)
    expect(await items.counts()).toMatchObject({ updated: 7 })
    expect(shop.vendor.mercadoLivre.effects().every(({ accepted }) => accepted === 1)).toBe(true)
  })
})

test('a sale between reading and writing is not written over', async () => {
  const { items } = await planned()
  const sku = skuOf('stock-higher-in-bling')
  shop.vendor.mercadoLivre.sell(sku, 1)
  await write(items)
  expect(rowOf(items, sku)?.result).toMatchObject({
    outcome: 'skipped',
    reason: { code: 'changed-meanwhile' },
  })
  expect((await planned({ sku })).items.rows()).toMatchObject([
    { planned: { change: { to: inSituation(shop.catalogue, 'stock-higher-in-bling').product.stock - 1 } } },
  ])
})

describe('a listing whose write goes wrong', () => {
  const sku = (): string => skuOf('stock-higher-in-bling')
  const accepted = (): number | undefined =>
    shop.vendor.mercadoLivre.effects().find((effect) => effect.sku === sku())?.accepted

  test.each([
    ['is locked once', 'conflict-once', { outcome: 'updated' }, 1],
    ['fails once', 'error-once', { outcome: 'updated' }, 1],
    ['is done, and the answer is an error', 'applied-but-500', { outcome: 'updated' }, 1],
    ['is refused', 'bad-data', { outcome: 'failed', reason: { code: 'vendor-refused' } }, undefined],
    ['always fails', 'error', { outcome: 'failed', reason: { code: 'vendor-failing' } }, undefined],
    ['is accepted and not done', 'accepted-not-applied', { outcome: 'not-applied' }, undefined],
  ] as const)('%s', async (_, trouble, result, writes) => {
    const { items } = await planned()
    shop.vendor.mercadoLivre.failItem(sku(), trouble)
    const step = testStep()
    await write(items, step)
    expect(rowOf(items, sku())?.result).toMatchObject(result)
    expect(accepted()).toBe(writes)
    expect(await items.counts()).toMatchObject({ planned: 0, writing: 0 })
    expect(step.lines.length).toBe(result.outcome === 'updated' ? 0 : 1)
  })

  test('got price automation since it was read: left alone, not failed', async () => {
    const { items } = await planned()
    shop.vendor.mercadoLivre.failItem(skuOf('price-differs'), 'price-automation')
    await write(items)
    expect(rowOf(items, skuOf('price-differs'), 'price')?.result).toMatchObject({
      outcome: 'skipped',
      reason: { code: 'price-automation' },
    })
  })
})

describe('a vendor that cannot be used', () => {
  test('revoked credentials stop the whole run at once, and what was not done is done after they are given again', async () => {
    const { items } = await planned()
    shop.vendor.mercadoLivre.revoke()
    const calls = shop.vendor.mercadoLivre.calls().total
    await expect(write(items)).rejects.toMatchObject({ code: 'sync-needs-credentials' })
    expect(shop.vendor.mercadoLivre.calls().total - calls).toBeLessThanOrEqual(3)
    expect(await items.counts()).toMatchObject({ failed: 0, updated: 0 })
    shop.tokens.mercadoLivre.set(shop.vendor.mercadoLivre.issueTokens())
    await write(items)
    expect(await items.counts()).toMatchObject({ updated: 7 })
  })

  test('a permission taken away stops it at the first refusal, not after all items', async () => {
    const equal = shop.catalogue.products.filter(({ situation }) => situation === 'equal').slice(60, 160)
    for (const { sku } of equal) shop.vendor.mercadoLivre.setItem(sku, { quantity: 500 })
    const { items } = await planned({ fields: ['stock'] })
    shop.vendor.mercadoLivre.fail({ method: 'PUT', trouble: { status: 403 } })
    await expect(write(items)).rejects.toMatchObject({ code: 'sync-needs-credentials' })
    expect(shop.vendor.mercadoLivre.calls().byPath['PUT /items/:id']).toBeLessThan(20)
    await write(items)
    expect(await items.counts()).toMatchObject({ updated: 105, failed: 0 })
    expect(shop.vendor.mercadoLivre.effects().every(({ changed }) => changed === 1)).toBe(true)
  })

  test('that goes down in the middle: the run stops, no item counts as failed, a retry does the rest once each', async () => {
    const { items } = await planned()
    shop.vendor.mercadoLivre.fail({ method: 'PUT', trouble: 'applied-then-500', times: 2 })
    shop.vendor.mercadoLivre.fail({
      method: 'GET',
      trouble: { status: 503 },
      times: Infinity,
      path: /items\?ids=[^,]*$|users/,
    })
    await expect(write(items)).rejects.toMatchObject({ code: 'sync-vendor-unavailable' })
    expect(await items.counts()).toMatchObject({ failed: 0, skipped: expect.any(Number) })
    shop.vendor.mercadoLivre.heal()
    await write(items)
    expect(await items.counts()).toMatchObject({ updated: 7, failed: 0 })
    expect(shop.vendor.mercadoLivre.effects().map(({ accepted }) => accepted)).toEqual(Array(7).fill(1))
  })

  test('that hangs is not waited for longer than the deadline, and writes nothing twice', async () => {
    const { items } = await planned()
    shop.vendor.mercadoLivre.fail({ method: 'PUT', trouble: 'applied-then-hang', times: 2 })
    await write(items)
    expect(await items.counts()).toMatchObject({ updated: 7 })
    expect(shop.vendor.mercadoLivre.effects().map(({ accepted }) => accepted)).toEqual(Array(7).fill(1))
  })

  test('that throttles everything for a while: it takes longer, and nothing fails', async () => {
    const { items } = await planned()
    shop.vendor.mercadoLivre.fail({ trouble: { status: 429 }, times: 4 })
    await write(items)
    expect(await items.counts()).toMatchObject({ updated: 7, failed: 0 })
  })
})

test('a cancel stops writing; a retry goes on from there', async () => {
  const { items } = await planned()
  const controller = new AbortController()
  const step = testStep(controller.signal)
  const cancelling: Items = {
    ...items,
    finish: async (id, result) => {
      await items.finish(id, result)
      controller.abort(new Error('cancelled by Ana'))
    },
  }
  await expect(write(cancelling, step)).rejects.toThrow('cancelled by Ana')
  await write(items)
  expect(await items.counts()).toMatchObject({ planned: 0, writing: 0, failed: 0 })
  expect(shop.vendor.mercadoLivre.effects().map(({ changed }) => changed)).toEqual(Array(7).fill(1))
})

describe('verification', () => {
  const verify = (items: Items): Promise<number> =>
    verifyListings({ mercadoLivre: shop.connect().mercadoLivre, items, secondLookMs: 1 }, testStep())

  test('what went back by itself is not applied', async () => {
    const { items } = await planned()
    await write(items)
    const { listing, product } = inSituation(shop.catalogue, 'stock-lower-in-bling')
    shop.vendor.mercadoLivre.setItem(product.sku, { quantity: listing.quantity })
    expect(await verify(items)).toBe(1)
    expect(rowOf(items, product.sku)?.result).toEqual({
      outcome: 'not-applied',
      reason: { code: 'not-applied', values: { now: listing.quantity, to: product.stock } },
    })
  })

  test('what has been sold since is applied', async () => {
    const { items } = await planned()
    await write(items)
    shop.vendor.mercadoLivre.sell(skuOf('back-in-stock'), 1)
    expect(await verify(items)).toBe(0)
  })
})
