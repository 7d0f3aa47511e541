import { z } from 'zod'
import type { Catalogue, CatalogueListing } from '../catalog.ts'
import type { CatalogueOrder } from '../catalog-orders.ts'
import { GrantsState } from '../vendor/grants.ts'

const Changeable = z.object({
  quantity: z.number(),
  price: z.number(),
  status: z.enum(['active', 'paused', 'closed', 'under_review']),
  subStatus: z.array(z.string()),
  tags: z.array(z.string()),
})
export type MercadoLivreItem = CatalogueListing & { lastUpdated: number }

const Order = z.object({
  id: z.number(),
  packId: z.number().nullable(),
  status: z.string(),
  tags: z.array(z.string()),
  createdAt: z.number(),
  updatedAt: z.number(),
  item: z.object({
    listingId: z.string(),
    sku: z.string(),
    title: z.string(),
    quantity: z.number(),
    unitPrice: z.number(),
  }),
  buyer: z.object({
    id: z.number(),
    firstName: z.string(),
    lastName: z.string(),
    document: z.string().nullable(),
    billingInfoId: z.string(),
  }),
})
export type MercadoLivreOrder = z.infer<typeof Order>

/** What changed since the catalogue was made: all that has to be kept. */
export const MercadoLivreState = z.object({
  grants: GrantsState,
  items: z.record(z.string(), Changeable),
  orders: z.array(Order),
})
export type MercadoLivreState = z.infer<typeof MercadoLivreState>

export type MercadoLivreWorld = {
  seller: Catalogue['seller']
  items: Map<string, MercadoLivreItem>
  orders: MercadoLivreOrder[]
  change: (item: MercadoLivreItem, difference: Partial<MercadoLivreItem>) => void
  bySku: (sku: string) => MercadoLivreItem
  snapshot: () => Omit<MercadoLivreState, 'grants'>
}

/** Mercado Livre's side of the catalogue, with what an earlier run changed in it. */
export function mercadoLivreWorld(
  catalogue: Catalogue,
  now: () => number,
  saved?: MercadoLivreState,
): MercadoLivreWorld {
  const startedAt = now()
  const items = new Map<string, MercadoLivreItem>()
  for (const listing of catalogue.products.flatMap((product) => product.listings))
    items.set(listing.id, { ...listing, ...saved?.items[listing.id], lastUpdated: startedAt })
  const changed: MercadoLivreState['items'] = { ...saved?.items }
  const orders = saved?.orders ?? catalogue.orders.map((order) => orderFrom(order, startedAt))
  return {
    seller: catalogue.seller,
    items,
    orders,
    change(item, difference) {
      Object.assign(item, difference, { lastUpdated: now() })
      changed[item.id] = Changeable.parse(item)
    },
    bySku(sku) {
      const item = [...items.values()].find((known) => known.sku?.trim() === sku)
      if (item === undefined) throw new Error(`Mercado Livre has no listing with SKU ${sku}`)
      return item
    },
    snapshot: () => ({ items: changed, orders }),
  }
}

/** Selling out pauses a listing by itself; stock brings it back unless the seller paused it. */
export function quantityChange(item: MercadoLivreItem, quantity: number): Partial<MercadoLivreItem> {
  const sellerPaused = item.subStatus.includes('paused_by_seller')
  if (quantity === 0 && !sellerPaused) return { quantity, status: 'paused', subStatus: ['out_of_stock'] }
  if (quantity > 0 && item.subStatus.includes('out_of_stock') && !sellerPaused)
    return { quantity, status: 'active', subStatus: [] }
  return { quantity }
}

function orderFrom(order: CatalogueOrder, startedAt: number): MercadoLivreOrder {
  const at = startedAt - order.minutesAgo * 60_000
  const { id, packId, status, tags, item, buyer } = order
  return { id, packId, status, tags, item, buyer, createdAt: at, updatedAt: at }
}
