import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { inSituation, startShop, type Shop } from '../../deploy/sandbox/vendor/testing.ts'
import type { ListingChange, OrderDraft } from './items.ts'
import { planListings } from './listings.ts'
import { planOrders, writeOrders, type OrderQuery } from './orders.ts'
import { memoryItems, testStep } from './testing.ts'

let shop: Shop
beforeEach(async () => {
  shop = await startShop({ patience: { deadlineMs: 800 } })
})
afterEach(() => shop.close())

const salesSince = new Date(Date.now() - 7 * 86_400_000)

async function planned(query: Partial<OrderQuery> = {}) {
  const items = memoryItems<OrderDraft>()
  const plan = await planOrders(
    shop.connect(),
    { salesSince, storeId: shop.vendor.bling.storeId, items, ...query },
    testStep(),
  )
  return { items, plan }
}

type Items = Awaited<ReturnType<typeof planned>>['items']

async function write(items: Items, step = testStep()): Promise<void> {
  const { storeId } = shop.vendor.bling
  await writeOrders({ ...shop.connect(), items, storeId, settleMs: 1 }, step)
}

/** How often each store number was created in Bling. */
function created(): Record<string, number> {
  const counts: Record<string, number> = {}
  for (const { numeroLoja } of shop.vendor.bling.effects().orders)
    counts[numeroLoja] = (counts[numeroLoja] ?? 0) + 1
  return counts
}

function expectEachOnce(orders: number): void {
  expect(Object.values(created())).toEqual(Array(orders).fill(1))
}

test('what Bling has not got is created once, a cart as one order, and a second sync finds nothing', async () => {
  const { items, plan } = await planned()
  expect(plan).toEqual({ sales: 50, toCreate: 8, unchanged: 40, skipped: 2 })
  const step = testStep()
  await write(items, step)
  expectEachOnce(7)
  expect(created()).toHaveProperty('2000007777000001', 1)
  expect(await items.counts()).toMatchObject({ planned: 0, writing: 0, created: 7, skipped: 3, failed: 0 })
  expect(step.lines).toEqual([expect.stringContaining('tax number is not known yet')])
  expect((await planned()).plan).toMatchObject({ toCreate: 1, unchanged: 47 })
})

test('the orders carry the store, the products, the totals and one contact a buyer', async () => {
  const { items } = await planned()
  await write(items)
  const cart = shop.vendor.bling.effects().orders.find(({ numeroLoja }) => numeroLoja === '2000007777000001')
  const sold = shop.catalogue.orders.filter(({ packId }) => packId !== null)
  expect(cart).toMatchObject({
    lojaId: shop.vendor.bling.storeId,
    itens: sold.map(({ item }) => ({ codigo: item.sku, quantidade: item.quantity })),
  })
  expect(cart?.total).toBeCloseTo(
    sold.reduce((total, { item }) => total + item.quantity * item.unitPrice, 0),
    2,
  )
  const documents = shop.vendor.bling.effects().contacts.map(({ numeroDocumento }) => numeroDocumento)
  expect(new Set(documents).size).toBe(documents.length)
})

test('two orders of one new buyer make one contact', async () => {
  const { sku } = inSituation(shop.catalogue, 'equal').product
  for (let sold = 0; sold < 3; sold += 1) shop.vendor.mercadoLivre.sell(sku, 1, 8000)
  await write((await planned({ sku })).items)
  expectEachOnce(3)
  expect(shop.vendor.bling.effects().contacts).toHaveLength(1)
})

test('after the orders, stock is equal: what was sold is off on both sides', async () => {
  const { items } = await planned()
  await write(items)
  const listings = memoryItems<ListingChange>()
  const query = {
    fields: ['stock'] as const,
    salesSince,
    storeId: shop.vendor.bling.storeId,
    items: listings,
  }
  expect((await planListings(shop.connect(), query, testStep())).toWrite).toEqual({ stock: 5, price: 0 })
})

test('one SKU alone', async () => {
  const { sku } = inSituation(shop.catalogue, 'equal').product
  const order = shop.vendor.mercadoLivre.sell(sku, 1)
  const { items } = await planned({ sku })
  await write(items)
  expect(created()).toEqual({ [String(order.id)]: 1 })
})

describe('a worker that dies', () => {
  test.each([0, 1, 3, 6])(
    'after %i finished orders: the next one creates the rest, and none twice',
    async (survived) => {
      const { items } = await planned()
      let finished = 0
      const dying: Items = {
        ...items,
        finish: async (id, result) => {
          if (finished >= survived) throw new Error('killed')
          finished += 1
          await items.finish(id, result)
        },
      }
      await expect(write(dying)).rejects.toThrow('killed')
      await write(items)
      expectEachOnce(7)
      expect(await items.counts()).toMatchObject({ planned: 0, writing: 0, created: 7 })
    },
  )
})

describe('an answer that is lost', () => {
  test.each([
    ['the order was created', { method: 'POST', path: /pedidos/, trouble: 'applied-then-500' }],
    [
      'the order was created, and nothing ever answered',
      { method: 'POST', path: /pedidos/, trouble: 'applied-then-hang' },
    ],
    ['the order was not created', { method: 'POST', path: /pedidos/, trouble: { status: 500 } }],
    ['the connection broke', { method: 'POST', path: /pedidos/, trouble: 'reset' }],
    ['the answer was nonsense', { method: 'POST', path: /pedidos/, trouble: 'html' }],
    ['the contact was created', { method: 'POST', path: /contatos/, trouble: 'applied-then-500' }],
    ['the contact was not created', { method: 'POST', path: /contatos/, trouble: { status: 500 } }],
  ] as const)('%s: looked up first, and created once', async (_, fault) => {
    const { items } = await planned()
    shop.vendor.bling.fail({ ...fault, times: 2 })
    await write(items)
    expectEachOnce(7)
    const documents = shop.vendor.bling.effects().contacts.map(({ numeroDocumento }) => numeroDocumento)
    expect(new Set(documents).size).toBe(documents.length)
    expect(await items.counts()).toMatchObject({ created: 7, failed: 0 })
  })

  test('again and again: the order fails, and says that it cannot be known', async () => {
    const { items } = await planned()
    shop.vendor.bling.fail({ method: 'POST', path: /pedidos/, trouble: { status: 500 }, times: Infinity })
    await write(items)
    expect(await items.counts()).toMatchObject({ created: 0, failed: 7 })
    expect(items.rows().find(({ state }) => state === 'failed')?.result?.reason?.code).toBe('unknown-outcome')
  })
})

test('an order Bling refuses fails with Bling’s own reason; the others are created', async () => {
  const { items } = await planned()
  const fields = [{ code: 3, msg: 'O campo é obrigatório', element: 'contato.id', namespace: 'VENDAS' }]
  const body = { error: { type: 'VALIDATION_ERROR', message: 'x', description: 'x', fields } }
  shop.vendor.bling.fail({ method: 'POST', path: /pedidos/, trouble: { status: 400, body } })
  await write(items)
  expectEachOnce(6)
  expect(items.rows().find(({ state }) => state === 'failed')?.result?.reason).toEqual({
    code: 'vendor-refused',
    values: { code: 'VALIDATION_ERROR', message: 'contato.id: O campo é obrigatório' },
  })
})

test('revoked credentials stop it at once; given again, the rest is created', async () => {
  const { items } = await planned()
  shop.vendor.bling.revoke()
  const calls = shop.vendor.bling.calls().total
  await expect(write(items)).rejects.toMatchObject({
    code: 'sync-needs-credentials',
    values: { vendor: 'Bling' },
  })
  expect(shop.vendor.bling.calls().total - calls).toBeLessThanOrEqual(2)
  shop.tokens.bling.set(shop.vendor.bling.issueTokens())
  await write(items)
  expectEachOnce(7)
})

test('a permission taken away stops it at the first refusal, not after all orders', async () => {
  const { sku } = inSituation(shop.catalogue, 'equal').product
  for (let sold = 0; sold < 15; sold += 1) shop.vendor.mercadoLivre.sell(sku, 1, 8000)
  const { items } = await planned({ sku })
  shop.vendor.bling.fail({ method: 'POST', path: /pedidos/, trouble: { status: 403 } })
  await expect(write(items)).rejects.toMatchObject({ code: 'sync-needs-credentials' })
  expect(shop.vendor.bling.calls().byPath['POST /pedidos/vendas']).toBeLessThan(8)
  await write(items)
  expectEachOnce(15)
})

test('a list that shrinks while it is read is read again, so that no sale is passed over', async () => {
  const skus = shop.catalogue.products.filter(({ situation }) => situation === 'equal').map(({ sku }) => sku)
  for (let sold = 0; sold < 60; sold += 1) shop.vendor.mercadoLivre.sell(skus[sold % 20] ?? '', 1)
  const { bling, mercadoLivre } = shop.connect()
  const cancelling: typeof mercadoLivre = {
    ...mercadoLivre,
    orders: async (query, options) => {
      const page = await mercadoLivre.orders(query, options)
      if (query.offset === 0) shop.vendor.mercadoLivre.cancel(shop.catalogue.orders[0]?.id ?? 0)
      return page
    },
  }
  const items = memoryItems<OrderDraft>()
  const plan = await planOrders(
    { bling, mercadoLivre: cancelling },
    { salesSince, storeId: null, items },
    testStep(),
  )
  expect(plan.toCreate).toBe(68)
})
