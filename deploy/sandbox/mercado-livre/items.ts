import { randomBytes } from 'node:crypto'
import { Hono, type Context } from 'hono'
import type { VendorEnv } from '../vendor/faults.ts'
import { badRequest, mercadoLivreError, notFound } from './errors.ts'
import type { MercadoLivreItem, MercadoLivreWorld } from './world.ts'

type Items = { world: MercadoLivreWorld; now: () => number }

export function itemRoutes({ world, now }: Items): Hono<VendorEnv> {
  const routes = new Hono<VendorEnv>()
  const scans = new Map<string, { ids: string[]; expiresAt: number }>()
  routes.get('/users/:user/items/search', (c) => {
    if (c.req.param('user') !== String(world.seller.id)) return forbidden()
    const limit = Number(c.req.query('limit') ?? 50)
    if (!(limit >= 1 && limit <= 100)) return badRequest('limit must be between 1 and 100')
    if (c.req.query('search_type') === 'scan') return scan(c, { limit, ids: found(c, world), scans, now })
    const offset = Number(c.req.query('offset') ?? 0)
    if (offset + limit > 1000)
      return badRequest('Invalid limit and offset: more than 1000 results need search_type=scan')
    const ids = found(c, world)
    return c.json(
      searchAnswer(world, { limit, offset, total: ids.length }, ids.slice(offset, offset + limit)),
    )
  })
  routes.get('/items', (c) => {
    const ids = (c.req.query('ids') ?? '').split(',').filter((id) => id !== '')
    if (ids.length < 1 || ids.length > 20) return badRequest('ids must hold between 1 and 20 elements')
    return c.json(
      ids.map((id) => multigetEntry(world.items.get(id), { id, attributes: c.req.query('attributes') })),
    )
  })
  return routes
}

type Scan = {
  limit: number
  ids: string[]
  scans: Map<string, { ids: string[]; expiresAt: number }>
  now: () => number
}

/** A scroll lives five minutes and knows no offset; its end is an empty page. */
function scan(c: Context, { limit, ids, scans, now }: Scan): Response {
  if (c.req.query('offset') !== undefined) return badRequest('offset is not allowed with search_type=scan')
  const given = c.req.query('scroll_id')
  const open = given === undefined ? { ids, expiresAt: 0 } : scans.get(given)
  if (given !== undefined && (open === undefined || open.expiresAt <= now())) return notFound('scroll_id')
  if (given !== undefined) scans.delete(given)
  const left = open?.ids ?? []
  const scrollId = randomBytes(24).toString('base64')
  scans.set(scrollId, { ids: left.slice(limit), expiresAt: now() + 300_000 })
  const paging = { limit, offset: 0, total: ids.length }
  const results = left.slice(0, limit)
  return c.json({
    seller_id: c.req.param('user'),
    paging,
    results,
    scroll_id: results.length === 0 ? null : scrollId,
  })
}

/** `seller_sku` looks at the attribute, `sku` at the old custom field: two fields that know nothing of each other. */
function found(c: Context, world: MercadoLivreWorld): string[] {
  const attribute = c.req.query('seller_sku')
  const custom = c.req.query('sku')
  const status = c.req.query('status')
  return [...world.items.values()]
    .filter((item) => attribute === undefined || (item.skuIn === 'attribute' && item.sku === attribute))
    .filter((item) => custom === undefined || (item.skuIn === 'custom-field' && item.sku === custom))
    .filter((item) => status === undefined || item.status === status)
    .map(({ id }) => id)
}

function searchAnswer(
  world: MercadoLivreWorld,
  paging: { limit: number; offset: number; total: number },
  results: string[],
) {
  return {
    seller_id: String(world.seller.id),
    query: null,
    paging,
    results,
    orders: [],
    available_orders: [],
  }
}

function multigetEntry(
  item: MercadoLivreItem | undefined,
  asked: { id: string; attributes: string | undefined },
) {
  if (item === undefined) {
    const message = `Item with id ${asked.id} not found`
    return { code: 404, body: { id: asked.id, message, error: 'not_found', status: 404, cause: [] } }
  }
  const whole = itemBody(item)
  const names = asked.attributes?.split(',')
  if (names === undefined) return { code: 200, body: whole }
  return {
    code: 200,
    body: Object.fromEntries(Object.entries(whole).filter(([name]) => names.includes(name))),
  }
}

/** An item as its owner sees it. */
export function itemBody(item: MercadoLivreItem) {
  const sku =
    item.skuIn === 'attribute' && item.sku !== null
      ? [{ id: 'SELLER_SKU', name: 'SKU', value_name: item.sku }]
      : []
  return {
    id: item.id,
    site_id: 'MLB',
    title: item.title,
    price: item.price,
    base_price: item.price,
    original_price: item.originalPrice,
    currency_id: 'BRL',
    available_quantity: item.quantity,
    status: item.status,
    sub_status: item.subStatus,
    seller_custom_field: item.skuIn === 'custom-field' ? item.sku : null,
    user_product_id: item.userProductId,
    attributes: [{ id: 'BRAND', name: 'Marca', value_name: 'Plantão' }, ...sku],
    tags: item.tags,
    shipping: { mode: 'me2', logistic_type: item.logisticType, free_shipping: item.price >= 79 },
    variations: item.hasVariations
      ? [{ id: 177_000_001, available_quantity: item.quantity, price: item.price }]
      : [],
    last_updated: new Date(item.lastUpdated).toISOString(),
  }
}

function forbidden(): Response {
  return mercadoLivreError(403, {
    message: 'At least one policy returned UNAUTHORIZED.',
    error: 'PA_UNAUTHORIZED_RESULT_FROM_POLICIES',
  })
}
