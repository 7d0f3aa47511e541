import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { BlingProduct } from '../systems/bling.ts'
import type { Listing } from '../systems/mercado-livre.ts'
import { compareListings, type Comparison, type ComparisonInput } from './compare.ts'

function product(difference: Partial<BlingProduct> = {}): BlingProduct {
  return {
    id: 1,
    sku: 'A',
    name: 'x',
    price: 10,
    stock: 5,
    active: true,
    hasVariations: false,
    ...difference,
  }
}

function listing(difference: Partial<Listing> = {}): Listing {
  return {
    id: 'MLB1',
    title: 'x',
    sellerSku: 'A',
    customField: null,
    price: 10,
    originalPrice: null,
    quantity: 5,
    status: 'active',
    subStatus: [],
    tags: [],
    logisticType: 'cross_docking',
    hasVariations: false,
    ...difference,
  }
}

function compare(
  products: readonly BlingProduct[],
  listings: readonly Listing[],
  difference: Partial<ComparisonInput> = {},
): Comparison {
  const usual = { fields: ['stock', 'price'], stockModel: 'listing', pendingUnits: new Map() } as const
  return compareListings({ products, listings, ...usual, ...difference })
}

/** What becomes of the stock and of the price of one listing: a change, the reason it is left alone, or `=`. */
function verdicts(
  products: readonly BlingProduct[],
  one: Listing,
  difference: Partial<ComparisonInput> = {},
) {
  const { changes, settled } = compare(products, [one], difference)
  return (['stock', 'price'] as const).map((field) => {
    const found = changes.find(({ change }) => change.field === field)
    const why = settled.find(({ key }) => key.startsWith(field))
    if (found !== undefined) return `${found.change.from}→${found.change.to}`
    return why === undefined ? '=' : why.reason.code
  })
}

test.each([
  ['equal on both sides', product(), listing(), ['=', '=']],
  ['other stock and price', product({ stock: 7, price: 12.5 }), listing(), ['5→7', '10→12.5']],
  ['fractions are rounded down', product({ stock: 7.9 }), listing(), ['5→7', '=']],
  ['less than nothing is nothing', product({ stock: -3 }), listing(), ['5→0', '=']],
  ['more than a listing can show', product({ stock: 1e6 }), listing(), ['5→99999', '=']],
  [
    'a balance that was not said',
    product({ stock: null, price: null }),
    listing(),
    ['stock-unknown', 'price-unknown'],
  ],
  [
    'a quantity that was not said',
    product(),
    listing({ quantity: null, price: null }),
    ['stock-unknown', 'price-unknown'],
  ],
  ['no price in Bling', product({ price: 0 }), listing(), ['=', 'price-unknown']],
  ['less than a cent', product({ price: 0.004 }), listing(), ['=', 'price-unknown']],
  ['prices are compared as cents', product({ price: 0.1 + 0.2 }), listing({ price: 0.3 }), ['=', '=']],
  [
    'the SKU in the old field',
    product(),
    listing({ sellerSku: null, customField: ' A ', quantity: 1 }),
    ['1→5', '='],
  ],
  [
    'the attribute before the old field',
    product(),
    listing({ sellerSku: 'B', customField: 'A' }),
    ['unmapped', 'unmapped'],
  ],
  ['another case is another SKU', product(), listing({ sellerSku: 'a' }), ['unmapped', 'unmapped']],
  ['no SKU at all', product({ sku: '' }), listing({ sellerSku: ' ' }), ['no-sku', 'no-sku']],
  ['inactive in Bling', product({ active: false }), listing(), ['inactive-in-bling', 'inactive-in-bling']],
  [
    'a parent of variations',
    product({ hasVariations: true }),
    listing(),
    ['parent-product', 'parent-product'],
  ],
  [
    'sold out, back in stock',
    product(),
    listing({ quantity: 0, status: 'paused', subStatus: ['out_of_stock'] }),
    ['0→5', '='],
  ],
  [
    'paused by the seller',
    product(),
    listing({ quantity: 1, price: 9, status: 'paused', subStatus: ['paused_by_seller'] }),
    ['paused-by-seller', 'paused-by-seller'],
  ],
  [
    'sold out and paused by the seller',
    product(),
    listing({ quantity: 0, status: 'paused', subStatus: ['out_of_stock', 'paused_by_seller'] }),
    ['paused-by-seller', '='],
  ],
  ['closed', product(), listing({ quantity: 1, status: 'closed' }), ['listing-not-active', '=']],
  ['Full', product(), listing({ quantity: 50, price: 9, logisticType: 'fulfillment' }), ['full', '9→10']],
  ['old variations', product(), listing({ quantity: 1, hasVariations: true }), ['variations', 'variations']],
  [
    'price automation',
    product(),
    listing({ price: 9, tags: ['dynamic_standard_price'] }),
    ['=', 'price-automation'],
  ],
  ['a promotion over the right price', product(), listing({ price: 8, originalPrice: 10 }), ['=', '=']],
  ['a promotion over another price', product(), listing({ price: 8, originalPrice: 9 }), ['=', 'promotion']],
])('%s', (_, inBling, listed, expected) => {
  expect(verdicts([inBling], listed)).toEqual(expected)
})

describe('links', () => {
  test('two active products with one SKU are not guessed between; an inactive one is no rival', () => {
    expect(verdicts([product(), product({ id: 2, stock: 9 })], listing())).toEqual([
      'ambiguous-product',
      'ambiguous-product',
    ])
    expect(verdicts([product(), product({ id: 2, stock: 9, active: false })], listing())).toEqual(['=', '='])
  })

  test('two listings with one SKU are not guessed between; a closed one is no rival', () => {
    const both = compare([product({ stock: 9 })], [listing(), listing({ id: 'MLB2' })])
    expect(both.changes).toEqual([])
    expect(both.settled.map(({ reason }) => reason.code)).toEqual(Array(4).fill('ambiguous-listing'))
    const closed = compare([product({ stock: 9 })], [listing(), listing({ id: 'MLB2', status: 'closed' })])
    expect(closed.changes.map(({ change }) => change.listingId)).toEqual(['MLB1'])
  })
})

test('units sold and not yet in Bling are taken off, so that they do not go on sale again', () => {
  const pendingUnits = new Map([['MLB1', 2]])
  expect(verdicts([product()], listing({ quantity: 3 }), { pendingUnits })).toEqual(['=', '='])
  expect(verdicts([product({ stock: 1 })], listing({ quantity: 3 }), { pendingUnits })).toEqual(['3→0', '='])
})

test('stock in several warehouses is left alone; prices are not', () => {
  expect(verdicts([product({ stock: 1, price: 1 })], listing(), { stockModel: 'warehouse' })).toEqual([
    'warehouse-stock',
    '10→1',
  ])
})

test('decreases come first, then what had sold out, then increases, then prices', () => {
  const wanted = { less: [5, 2], back: [0, 3], more: [5, 9], less2: [8, 0] }
  const products = Object.entries(wanted).map(([sku, [, stock]], id) =>
    product({ id, sku, stock: stock ?? 0, price: 11 }),
  )
  const listings = Object.entries(wanted).map(([sku, [quantity]], id) =>
    listing({ id: `MLB${id}`, sellerSku: sku, quantity: quantity ?? 0 }),
  )
  const { changes } = compare(products, listings)
  expect(changes.map(({ sku, change }) => `${change.field} ${sku}`)).toEqual([
    'stock less',
    'stock less2',
    'stock back',
    'stock more',
    'price back',
    'price less',
    'price less2',
    'price more',
  ])
  expect(changes.map(({ position }) => position)).toEqual([0, 1, 2, 3, 4, 5, 6, 7])
})

/** Mostly the usual, so that most listings get as far as being compared. */
function mostly<T>(usual: T, other: fc.Arbitrary<T>): fc.Arbitrary<T> {
  return fc.oneof({ weight: 6, arbitrary: fc.constant(usual) }, { weight: 1, arbitrary: other })
}

const skus = fc.constantFrom('A', ' A', 'B', 'b', 'C', 'D ', 'E', 'F', 'G', 'H', '')
const products = fc.array(
  fc.record({
    id: fc.nat(),
    sku: skus.map((sku) => sku.trim()),
    name: fc.string(),
    price: fc.option(fc.double({ noNaN: true, min: -10, max: 1e6 }), { freq: 8 }),
    stock: fc.option(fc.double({ noNaN: true, min: -10, max: 200_000 }), { freq: 8 }),
    active: mostly(true, fc.boolean()),
    hasVariations: mostly(false, fc.boolean()),
  }),
  { maxLength: 8 },
)
const ids = fc.constantFrom('MLB1', 'MLB2', 'MLB3', 'MLB4', 'MLB5')
const listings = fc.uniqueArray(
  fc.record({
    id: ids,
    title: fc.string(),
    sellerSku: fc.option(skus, { freq: 4 }),
    customField: fc.option(skus),
    price: fc.option(fc.double({ noNaN: true, min: 0, max: 1e6 }), { freq: 8 }),
    originalPrice: mostly(null, fc.option(fc.double({ noNaN: true, min: 0, max: 1e6 }))),
    quantity: fc.option(fc.nat(200_000), { freq: 8 }),
    status: mostly('active', fc.constantFrom('paused', 'closed', 'under_review', 'odd')),
    subStatus: mostly([], fc.subarray(['out_of_stock', 'paused_by_seller', 'held'])),
    tags: mostly([], fc.subarray(['dynamic_standard_price', 'other'])),
    logisticType: mostly(null, fc.constantFrom('fulfillment', 'cross_docking')),
    hasVariations: mostly(false, fc.boolean()),
  }),
  { selector: ({ id }) => id, minLength: 2 },
)
const pending = fc.dictionary(ids, fc.nat(20)).map((units) => new Map(Object.entries(units)))

test('every field of every listing ends in exactly one way', () => {
  fc.assert(
    fc.property(products, listings, pending, (some, others, pendingUnits) => {
      const { changes, settled, unchanged } = compare(some, others, { pendingUnits })
      const keys = [...changes, ...settled].map(({ key }) => key)
      expect(new Set(keys).size).toBe(keys.length)
      expect(keys.length + unchanged.stock + unchanged.price).toBe(others.length * 2)
    }),
  )
})

test('what is written is what the one active product with that SKU says', () => {
  let written = 0
  fc.assert(
    fc.property(products, listings, pending, (some, others, pendingUnits) => {
      const { changes } = compare(some, others, { pendingUnits })
      written += changes.length
      for (const { sku, change } of changes) {
        expect(sku).not.toBe('')
        expect(change.to).not.toBe(change.from)
        const sources = some.filter((candidate) => candidate.active && candidate.sku === sku)
        expect(sources).toHaveLength(1)
        const { stock, price } = sources[0]!
        const units = Math.floor(stock ?? NaN) - (pendingUnits.get(change.listingId) ?? 0)
        const expected = {
          stock: Math.min(Math.max(units, 0), 99_999),
          price: Number((price ?? NaN).toFixed(2)),
        }
        expect(change.to).toBeCloseTo(expected[change.field], 1)
        expect(change.to).toBeGreaterThanOrEqual(change.field === 'price' ? 0.01 : 0)
      }
    }),
    { numRuns: 1000 },
  )
  expect(written).toBeGreaterThan(50)
})

test('once the changes are made, nothing is left to change', () => {
  fc.assert(
    fc.property(products, listings, (some, others) => {
      const { changes } = compare(some, others)
      const written = others.map((one) => {
        const mine = changes.filter(({ change }) => change.listingId === one.id).map(({ change }) => change)
        const quantity = mine.find(({ field }) => field === 'stock')?.to ?? one.quantity
        const price = mine.find(({ field }) => field === 'price')?.to ?? one.price
        return { ...one, quantity, price }
      })
      expect(compare(some, written).changes).toEqual([])
    }),
    { numRuns: 500 },
  )
})
