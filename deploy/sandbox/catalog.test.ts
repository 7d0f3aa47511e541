import { expect, test } from 'vitest'
import { sandboxCatalogue } from './catalog.ts'

test('the same size gives the same shop, and a larger one begins with the smaller', () => {
  expect(sandboxCatalogue(300)).toEqual(sandboxCatalogue(300))
  expect(sandboxCatalogue(3000).products[17]).toEqual(sandboxCatalogue(300).products[17])
})

test('every situation occurs in a small shop, and a few dozen products of the full one differ', () => {
  const small = new Set(sandboxCatalogue(300).products.map(({ situation }) => situation))
  expect(small.size).toBe(25)
  const { products } = sandboxCatalogue()
  const differing = products.filter(
    ({ situation, listings, stock, price }) =>
      !['closed', 'full', 'paused-by-seller', 'under-review', 'variations', 'ambiguous-listing'].includes(
        situation,
      ) &&
      listings.some(
        (listing) =>
          listing.quantity < Math.floor(stock) ||
          listing.quantity > Math.max(stock, 0) ||
          listing.price !== price,
      ),
  )
  expect(differing.length).toBeGreaterThan(24)
  expect(differing.length).toBeLessThan(120)
})

test('ids and SKUs are those of one product only, but where the situation says otherwise', () => {
  const { products } = sandboxCatalogue()
  const listings = products.flatMap((product) => product.listings)
  expect(new Set(listings.map(({ id }) => id)).size).toBe(listings.length)
  expect(new Set(products.map(({ sku }) => sku)).size).toBe(products.length)
})

test('orders that Bling does not know have taken their units from their listings', () => {
  const { orders, products } = sandboxCatalogue()
  const missing = orders.filter(({ inBling }) => !inBling)
  expect(missing).toHaveLength(11)
  for (const { item } of missing) {
    const product = products.find(({ sku }) => sku === item.sku)
    expect(product?.listings[0]?.quantity).toBe((product?.stock ?? 0) - item.quantity)
  }
})
