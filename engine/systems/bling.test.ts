import { afterEach, beforeEach, expect, test } from 'vitest'
import { inSituation, startShop, type Shop } from '../../deploy/sandbox/vendor/testing.ts'
import type { Bling } from './bling.ts'

let shop: Shop
let bling: Bling
beforeEach(async () => {
  shop = await startShop()
  bling = shop.connect().bling
})
afterEach(() => shop.close())

const order = { date: '2026-09-21', storeNumber: '77', paymentMethodId: 3_100_002, total: 20.1 }

test('a product list shows one sign of balance, active or not, by SKU where asked', async () => {
  const { product } = inSituation(shop.catalogue, 'negative-stock')
  const [negative] = ((await bling.products({ balance: 'negative' })) as { value: unknown[] }).value
  expect(negative).toMatchObject({
    sku: product.sku,
    stock: -2,
    price: product.price,
    active: true,
    hasVariations: false,
  })
  const inactive = inSituation(shop.catalogue, 'inactive-in-bling').product.sku
  expect(await bling.products({ balance: 'positive', skus: [inactive] })).toMatchObject({
    ok: true,
    value: [{ sku: inactive, active: false }],
  })
  expect(await bling.products({ balance: 'zero', skus: [inactive] })).toEqual({ ok: true, value: [] })
})

test('what Bling leaves out is null, never zero', async () => {
  const row = { id: 5, nome: 'x', situacao: 'A', formato: 'S', tipo: 'P' }
  shop.vendor.bling.fail({ path: /produtos/, trouble: { status: 200, body: { data: [row] } } })
  expect(await bling.products({ balance: 'zero' })).toMatchObject({
    ok: true,
    value: [{ sku: '', stock: null, price: null }],
  })
})

test('a contact is found by document, however old; one made is found again', async () => {
  const document = shop.catalogue.orders[0]?.buyer.document ?? ''
  expect(await bling.contacts({ document })).toMatchObject({ ok: true, value: [{ id: 15_900_000_000 }] })
  const made = await bling.createContact({ name: 'Nova Loja Ltda', document: '12345678000195' })
  expect(await bling.contacts({ document: '12345678000195' })).toEqual({
    ok: true,
    value: [made.ok && made.value],
  })
  expect(shop.vendor.bling.effects().contacts).toMatchObject([{ tipo: 'J', nome: 'Nova Loja Ltda' }])
})

test('a sales order is made as Bling wants it and found by its store number', async () => {
  const { product } = inSituation(shop.catalogue, 'equal')
  const contact = await bling.createContact({ name: 'Ana', document: '12345678909' })
  const contactId = contact.ok ? contact.value.id : 0
  const item = {
    productId: product.bling[0]?.id ?? 0,
    sku: product.sku,
    title: product.name,
    quantity: 2,
    unitPrice: 10.05,
  }
  const made = await bling.createSalesOrder({
    ...order,
    storeId: shop.vendor.bling.storeId,
    contactId,
    items: [item],
  })
  expect(made).toMatchObject({ ok: true })
  expect(await bling.salesOrders({ storeNumbers: ['77', '78'] })).toMatchObject({
    ok: true,
    value: [{ storeNumber: '77', storeId: shop.vendor.bling.storeId, productsTotal: 20.1 }],
  })
})

test('a refusal carries the fields that say why', async () => {
  const item = { productId: 1, sku: 'X', title: 'x', quantity: 1, unitPrice: 20 }
  const refused = await bling.createSalesOrder({ ...order, storeId: null, contactId: 1, items: [item] })
  expect(refused).toMatchObject({
    ok: false,
    failure: { kind: 'bad-data', code: 'VALIDATION_ERROR', status: 400 },
  })
  expect(
    refused.ok ? [] : 'fields' in refused.failure && refused.failure.fields.map(({ field }) => field),
  ).toEqual(['contato.id', 'itens.produto.id', 'parcelas'])
})

test.each(['invalid_token', 'insufficient_scope', 'UNAUTHORIZED_ERROR'])(
  '%s means the account must be connected again',
  async (type) => {
    const body = { error: { type, message: 'Empresa inativa', description: '' } }
    shop.vendor.bling.fail({ path: /empresas/, trouble: { status: 400, body } })
    expect(await bling.company()).toMatchObject({
      ok: false,
      failure: { kind: 'needs-credentials', code: type },
    })
  },
)

test('the account, its channels and its ways of payment', async () => {
  expect(await bling.company()).toMatchObject({ value: { name: shop.catalogue.company.name } })
  expect(await bling.salesChannels()).toMatchObject({
    value: [{ id: shop.vendor.bling.storeId, kind: 'Api', enabled: true }],
  })
  expect(await bling.paymentMethods()).toMatchObject({
    value: [{}, { isDefault: true, active: true }, { active: false }],
  })
})
