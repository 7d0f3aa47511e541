import { Hono, type Context } from 'hono'
import type { VendorEnv } from '../vendor/faults.ts'
import { badRequest, notFound } from './errors.ts'
import type { MercadoLivreOrder, MercadoLivreWorld } from './world.ts'

export function orderRoutes(world: MercadoLivreWorld): Hono<VendorEnv> {
  const routes = new Hono<VendorEnv>()
  routes.get('/orders/search', (c) => {
    if (c.req.query('seller') !== String(world.seller.id))
      return badRequest('seller is required and must be the caller')
    const limit = Number(c.req.query('limit') ?? 50)
    const offset = Number(c.req.query('offset') ?? 0)
    if (!(limit >= 1 && limit <= 50) || offset + limit > 10_000) return badRequest('Invalid limit or offset')
    const orders = sorted(
      c,
      world.orders.filter((order) => isAskedFor(c, order)),
    )
    const paging = { total: orders.length, offset, limit }
    return c.json({
      query: '',
      results: orders.slice(offset, offset + limit).map((order) => orderBody(world, order)),
      paging,
    })
  })
  routes.get('/orders/billing-info/MLB/:id', (c) => {
    const order = world.orders.find(({ buyer }) => buyer.billingInfoId === c.req.param('id'))
    return order === undefined ? notFound('billing info') : c.json(billingInfo(order))
  })
  routes.get('/orders/:id', (c) => {
    const order = world.orders.find(({ id }) => String(id) === c.req.param('id'))
    return order === undefined ? notFound('Order') : c.json(orderBody(world, order))
  })
  return routes
}

/** The search never shows cancelled orders, and ignores filters it does not know (`order.last_updated.from`). */
function isAskedFor(c: Context, order: MercadoLivreOrder): boolean {
  const status = c.req.query('order.status')
  const from = c.req.query('order.date_last_updated.from')
  const to = c.req.query('order.date_last_updated.to')
  return (
    order.status !== 'cancelled' &&
    (status === undefined || order.status === status) &&
    (from === undefined || order.updatedAt >= Date.parse(from)) &&
    (to === undefined || order.updatedAt <= Date.parse(to))
  )
}

function sorted(c: Context, orders: MercadoLivreOrder[]): MercadoLivreOrder[] {
  const direction = c.req.query('sort') === 'date_desc' ? -1 : 1
  return orders.toSorted((one, other) => direction * (one.createdAt - other.createdAt || one.id - other.id))
}

function orderBody(world: MercadoLivreWorld, order: MercadoLivreOrder) {
  const { item, buyer } = order
  const listing = world.items.get(item.listingId)
  const attribute = listing?.skuIn === 'custom-field' ? null : item.sku
  const paid = order.status === 'paid'
  return {
    id: order.id,
    pack_id: order.packId,
    status: order.status,
    status_detail: null,
    date_created: new Date(order.createdAt).toISOString(),
    date_closed: new Date(order.createdAt).toISOString(),
    date_last_updated: new Date(order.updatedAt).toISOString(),
    order_items: [
      {
        item: {
          id: item.listingId,
          title: item.title,
          variation_id: null,
          seller_sku: attribute,
          seller_custom_field: attribute === null ? item.sku : null,
          user_product_id: listing?.userProductId ?? null,
        },
        quantity: item.quantity,
        unit_price: item.unitPrice,
        sale_fee: Math.round(item.unitPrice * 12) / 100,
        currency_id: 'BRL',
      },
    ],
    total_amount: item.quantity * item.unitPrice,
    currency_id: 'BRL',
    buyer: { id: buyer.id, nickname: `COMPRADOR${buyer.id}`, billing_info: { id: buyer.billingInfoId } },
    seller: { id: world.seller.id },
    payments: [
      {
        id: order.id * 3,
        transaction_amount: item.quantity * item.unitPrice,
        status: paid ? 'approved' : 'in_process',
      },
    ],
    shipping: { id: order.id + 7 },
    context: { channel: 'marketplace', site: 'MLB', flows: [] },
    tags: order.tags,
  }
}

/** The tax number may be missing while Mercado Livre is still processing it. */
function billingInfo({ buyer }: MercadoLivreOrder) {
  const identification = buyer.document === null ? null : { type: 'CPF', number: buyer.document }
  const address = {
    street_name: 'Rua das Acácias',
    street_number: '42',
    city_name: 'Curitiba',
    zip_code: '80000000',
  }
  return {
    site_id: 'MLB',
    buyer: {
      cust_id: buyer.id,
      billing_info: {
        name: buyer.document === null ? null : buyer.firstName,
        last_name: buyer.document === null ? null : buyer.lastName,
        identification,
        address: { ...address, state: { name: 'Paraná' }, country_id: 'BR' },
        attributes: { cust_type: 'CO' },
      },
    },
  }
}
