import { expect, test } from 'vitest'
import type { BlingProduct } from '../systems/bling.ts'
import type { MercadoLivreOrder } from '../systems/mercado-livre.ts'
import { draftOrders } from './order-drafts.ts'
import type { Sale } from './sales.ts'

function product(difference: Partial<BlingProduct> = {}): BlingProduct {
  return {
    id: 1,
    sku: 'A',
    name: 'x',
    price: 10,
    stock: 0,
    active: true,
    hasVariations: false,
    ...difference,
  }
}

function order(difference: Partial<MercadoLivreOrder> = {}): MercadoLivreOrder {
  return {
    id: '2000',
    packId: null,
    status: 'paid',
    tags: ['paid'],
    closedAt: '2026-09-22T01:30:00.000Z',
    items: [{ listingId: 'MLB1', sku: 'A', title: 'x', quantity: 3, unitPrice: 0.1 }],
    billingInfoId: '9',
    ...difference,
  }
}

function sale(orders: MercadoLivreOrder[], productsTotal?: number): Sale {
  const inBling = { id: 1, storeNumber: '2000', storeId: null, productsTotal: productsTotal ?? null }
  return { storeNumber: '2000', orders, inBling: productsTotal === undefined ? null : inBling }
}

test('a sale becomes an order of the day it was in Brazil, its total exact to the cent', () => {
  const { drafts } = draftOrders([sale([order()])], [product()])
  expect(drafts).toMatchObject([
    {
      key: 'order:2000',
      sku: 'A',
      change: { date: '2026-09-21', total: 0.3, items: [{ productId: 1, quantity: 3 }] },
    },
  ])
})

test('the orders of one cart become one order', () => {
  const other = order({
    id: '2001',
    items: [{ listingId: 'MLB2', sku: 'B', title: 'y', quantity: 1, unitPrice: 5 }],
  })
  const { drafts } = draftOrders([sale([order(), other])], [product(), product({ id: 2, sku: 'B' })])
  expect(drafts).toMatchObject([
    { sku: 'A, B', change: { total: 5.3, items: [{ productId: 1 }, { productId: 2 }] } },
  ])
})

test.each([
  ['suspected fraud', order({ tags: ['fraud_risk_detected'] }), 'skipped', 'fraud-risk'],
  ['not paid', order({ status: 'payment_in_process' }), 'skipped', 'not-paid'],
  ['refunded', order({ tags: ['paid', 'unfulfilled'] }), 'skipped', 'refunded'],
  ['a buyer not known yet', order({ billingInfoId: null }), 'skipped', 'buyer-unknown'],
  [
    'no SKU',
    order({ items: [{ listingId: 'MLB1', sku: null, title: 'x', quantity: 1, unitPrice: 1 }] }),
    'failed',
    'no-sku',
  ],
  [
    'a SKU Bling does not know',
    order({ items: [{ listingId: 'MLB1', sku: 'Z', title: 'x', quantity: 1, unitPrice: 1 }] }),
    'failed',
    'unmapped',
  ],
])('%s: no order, and why', (_, one, outcome, code) => {
  const plan = draftOrders([sale([one])], [product()])
  expect(plan).toMatchObject({ drafts: [], settled: [{ outcome, reason: { code } }], unchanged: 0 })
})

test('one suspicious order keeps its whole cart back', () => {
  const plan = draftOrders(
    [sale([order(), order({ id: '2001', tags: ['fraud_risk_detected'] })])],
    [product()],
  )
  expect(plan).toMatchObject({ drafts: [], settled: [{ reason: { code: 'fraud-risk' } }] })
})

test('a sale Bling has is left alone, unless its cart has grown', () => {
  expect(draftOrders([sale([order()], 0.3)], []).unchanged).toBe(1)
  expect(draftOrders([sale([order(), order({ id: '2001' })], 0.6)], []).unchanged).toBe(1)
  expect(draftOrders([sale([order(), order({ id: '2001' })], 0.3)], [])).toMatchObject({
    unchanged: 0,
    settled: [{ outcome: 'failed', reason: { code: 'pack-grew', values: { inBling: 0.3, total: 0.6 } } }],
  })
})
