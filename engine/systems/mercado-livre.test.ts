import { afterEach, beforeEach, expect, test } from 'vitest'
import { inSituation, startShop, type Shop } from '../../deploy/sandbox/vendor/testing.ts'
import type { MercadoLivre } from './mercado-livre.ts'

let shop: Shop
let mercadoLivre: MercadoLivre
beforeEach(async () => {
  shop = await startShop()
  mercadoLivre = shop.connect().mercadoLivre
})
afterEach(() => shop.close())

test('the seller, how the stock is kept, and the application’s own quota', async () => {
  const { seller } = shop.catalogue
  expect(await mercadoLivre.seller()).toEqual({
    ok: true,
    value: { id: seller.id, nickname: 'CASAPLANTAO', stockModel: 'listing' },
  })
  const body = { id: seller.id, nickname: 'x', tags: ['warehouse_management'] }
  shop.vendor.mercadoLivre.fail({ trouble: { status: 200, body } })
  expect(await mercadoLivre.seller()).toMatchObject({ value: { stockModel: 'warehouse' } })
  expect(await mercadoLivre.application('5555')).toEqual({ ok: true, value: { requestsPerHour: 1_800_000 } })
})

test('a listing in our words, wherever its SKU is; one that is gone is left out', async () => {
  const equal = inSituation(shop.catalogue, 'equal').listing
  const custom = inSituation(shop.catalogue, 'custom-field-sku').listing
  expect(await mercadoLivre.listings([equal.id, 'MLB1', custom.id])).toMatchObject({
    ok: true,
    value: [
      { id: equal.id, sellerSku: equal.sku, customField: null, price: equal.price, status: 'active' },
      { id: custom.id, sellerSku: null, customField: custom.sku },
    ],
  })
  for (const { id, sku } of [equal, custom])
    expect(
      await mercadoLivre.listingIdsBySku({ sellerId: shop.catalogue.seller.id, sku: sku ?? '' }),
    ).toEqual({ ok: true, value: [id] })
})

test('a write answers with the listing as it is now, or with why not', async () => {
  const { listing } = inSituation(shop.catalogue, 'equal')
  expect(await mercadoLivre.updateListing(listing.id, { quantity: 3 })).toMatchObject({
    ok: true,
    value: { quantity: 3 },
  })
  const automated = inSituation(shop.catalogue, 'price-automation').listing
  expect(await mercadoLivre.updateListing(automated.id, { price: 3 })).toMatchObject({
    ok: false,
    failure: { kind: 'bad-data', code: 'item.price.not_modifiable' },
  })
})

test('a locked listing is tried again: nothing had been written', async () => {
  const { listing } = inSituation(shop.catalogue, 'equal')
  shop.vendor.mercadoLivre.failItem(listing.sku ?? '', 'conflict-once')
  expect(await mercadoLivre.updateListing(listing.id, { quantity: 3 })).toMatchObject({ ok: true })
  expect(shop.vendor.mercadoLivre.effects()).toMatchObject([{ accepted: 1 }])
})

test('orders since a moment, with what was bought and where the buyer’s data are', async () => {
  const sold = shop.vendor.mercadoLivre.sell(inSituation(shop.catalogue, 'equal').product.sku, 2)
  const within = { changedSince: new Date(Date.now() - 60_000), changedUntil: new Date() }
  expect(
    await mercadoLivre.orders({ sellerId: shop.catalogue.seller.id, ...within, offset: 0 }),
  ).toMatchObject({
    ok: true,
    value: {
      total: 1,
      orders: [
        { id: String(sold.id), packId: null, status: 'paid', items: [{ sku: sold.item.sku, quantity: 2 }] },
      ],
    },
  })
  expect(await mercadoLivre.billingInfo(sold.buyer.billingInfoId)).toEqual({
    ok: true,
    value: { name: 'Carla Duarte', document: sold.buyer.document },
  })
})

test('a policy that refuses means credentials, not bad data', async () => {
  expect(await mercadoLivre.listingIdsBySku({ sellerId: 1, sku: 'x' })).toMatchObject({
    ok: false,
    failure: { kind: 'needs-credentials', code: 'PA_UNAUTHORIZED_RESULT_FROM_POLICIES' },
  })
})
