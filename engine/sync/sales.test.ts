import { expect, test } from 'vitest'
import type { MercadoLivre, MercadoLivreOrder } from '../systems/mercado-livre.ts'
import { pendingUnits, readOrders, type Sale } from './sales.ts'

const signal = new AbortController().signal
const salesSince = new Date(Date.now() - 30 * 86_400_000)

function order(id: string, difference: Partial<MercadoLivreOrder> = {}): MercadoLivreOrder {
  const items = [{ listingId: 'MLB1', sku: 'A', title: 'x', quantity: 2, unitPrice: 1 }]
  return {
    id,
    packId: null,
    status: 'paid',
    tags: [],
    closedAt: '2026-09-21T12:00:00Z',
    items,
    billingInfoId: '9',
    ...difference,
  }
}

/** Orders at these moments, searched as Mercado Livre searches: nothing beyond an offset of 10,000. */
function searching(moments: readonly number[]): Pick<MercadoLivre, 'orders'> & { calls: () => number } {
  let calls = 0
  return {
    calls: () => calls,
    orders: async ({ changedSince, changedUntil, offset }) => {
      calls += 1
      if (offset + 50 > 10_000) throw new Error(`offset ${offset} is refused`)
      const within = moments.flatMap((at, index) =>
        at >= +changedSince && at <= +changedUntil ? [order(String(index))] : [],
      )
      return { ok: true, value: { orders: within.slice(offset, offset + 50), total: within.length } }
    },
  }
}

test('more orders than offsets reach are read in spans, each order once, with few calls more', async () => {
  const count = 25_000
  const moments = Array.from(
    { length: count },
    (_, index) => salesSince.getTime() + Math.floor(index ** 2 / 300),
  )
  const search = searching(moments)
  const found = await readOrders(search, { sellerId: 1, salesSince }, signal)
  expect(found).toHaveLength(count)
  expect(search.calls()).toBeLessThan(count / 50 + 40)
})

test('no orders cost one call', async () => {
  const search = searching([])
  expect(await readOrders(search, { sellerId: 1, salesSince }, signal)).toEqual([])
  expect(search.calls()).toBe(1)
})

test('pending are the units of sales Bling did not have, and of those that came since', () => {
  const sale = (id: string, inBling: Sale['inBling'], difference: Partial<MercadoLivreOrder> = {}): Sale => ({
    storeNumber: id,
    orders: [order(id, difference)],
    inBling,
  })
  const known = { id: 1, storeNumber: '1', storeId: null, productsTotal: 2 }
  const before = [
    sale('1', known),
    sale('2', null),
    sale('3', null, { closedAt: null }),
    sale('4', null, { status: 'cancelled' }),
  ]
  expect(pendingUnits(before, [])).toEqual(new Map([['MLB1', 2]]))
  expect(pendingUnits(before, [order('1'), order('2'), order('5')])).toEqual(new Map([['MLB1', 4]]))
})
