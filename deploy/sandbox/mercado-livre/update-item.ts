import { Hono } from 'hono'
import { z } from 'zod'
import type { VendorEnv } from '../vendor/faults.ts'
import { mercadoLivreError, notFound, notModifiable } from './errors.ts'
import { itemBody } from './items.ts'
import { quantityChange, type MercadoLivreItem, type MercadoLivreWorld } from './world.ts'

const Update = z.strictObject({
  available_quantity: z.number().int().min(0).max(99_999).optional(),
  price: z.number().positive().optional(),
  status: z.enum(['active', 'paused', 'closed']).optional(),
})
type Update = z.infer<typeof Update>

/** What a seller's listing does when it is written to, as set by the levers. */
export type ItemTrouble =
  'bad-data' | 'conflict-once' | 'error-once' | 'error' | 'applied-but-500' | 'accepted-not-applied'

export type Write = {
  itemId: string
  sku: string | null
  field: 'available_quantity' | 'price'
  from: number
  to: number
}

type Updates = {
  world: MercadoLivreWorld
  troubles: Map<string, ItemTrouble>
  wrote: (write: Write) => void
  saved: () => void
}

/** PUT /items/{id}: one item a call; there is no bulk write. */
export function updateRoute({ world, troubles, wrote, saved }: Updates): Hono<VendorEnv> {
  const routes = new Hono<VendorEnv>()
  routes.put('/items/:id', async (c) => {
    const item = world.items.get(c.req.param('id'))
    if (item === undefined) return notFound(`Item with id ${c.req.param('id')}`)
    const parsed = Update.safeParse(await c.req.json().catch(() => undefined))
    if (!parsed.success) return invalid(parsed.error)
    const trouble = troubles.get(item.id)
    const early = refusalBefore(trouble) ?? refusalFor(item, parsed.data)
    if (early !== undefined) {
      if (trouble === 'conflict-once' || trouble === 'error-once') troubles.delete(item.id)
      return early
    }
    const priceIgnored = parsed.data.price !== undefined && item.tags.includes('dynamic_standard_price')
    if (trouble !== 'accepted-not-applied') apply(world, item, { update: parsed.data, priceIgnored, wrote })
    saved()
    if (trouble === 'applied-but-500') {
      troubles.delete(item.id)
      return internalError()
    }
    return c.json({ ...itemBody(item), ...(priceIgnored ? { warnings: [priceWarning] } : {}) })
  })
  return routes
}

function refusalBefore(trouble: ItemTrouble | undefined): Response | undefined {
  switch (trouble) {
    case 'conflict-once':
      return mercadoLivreError(409, { message: 'item optimistic locking error', error: 'conflict' })
    case 'error-once':
    case 'error':
      return internalError()
    case 'bad-data':
      return notModifiable('item', 'The item has an attribute that must be completed: GTIN')
    default:
      return undefined
  }
}

/**
 * What an item refuses. Price automation: since 2026-03-18 a price alone is refused, and with other fields it is
 * ignored with a warning (developers.mercadolivre, automatizações de preços).
 */
function refusalFor(item: MercadoLivreItem, update: Update): Response | undefined {
  if (item.status === 'closed' || item.status === 'under_review')
    return notModifiable('item', `Cannot update item ${item.id} [status:${item.status}, has_bids:false]`)
  if (update.available_quantity !== undefined && item.logisticType === 'fulfillment')
    return notModifiable('available_quantity', 'available_quantity is not modifiable on fulfillment items')
  if (item.hasVariations && (update.available_quantity ?? update.price) !== undefined)
    return notModifiable(
      'available_quantity',
      'available_quantity and price belong to the variations of this item',
    )
  const onlyPrice =
    update.price !== undefined && update.available_quantity === undefined && update.status === undefined
  if (onlyPrice && item.tags.includes('dynamic_standard_price'))
    return mercadoLivreError(400, { message: priceWarning.message, error: priceWarning.code })
  return undefined
}

const priceWarning = {
  department: 'items',
  cause_id: 502,
  code: 'item.price.not_modifiable',
  message: 'Cannot modify price on items with dynamic pricing',
  references: ['item.price'],
}

type Application = { update: Update; priceIgnored: boolean; wrote: (write: Write) => void }

function apply(
  world: MercadoLivreWorld,
  item: MercadoLivreItem,
  { update, priceIgnored, wrote }: Application,
): void {
  const { available_quantity: quantity, price, status } = update
  const written = { itemId: item.id, sku: item.sku }
  if (quantity !== undefined) {
    wrote({ ...written, field: 'available_quantity', from: item.quantity, to: quantity })
    world.change(item, quantityChange(item, quantity))
  }
  if (price !== undefined && !priceIgnored) {
    wrote({ ...written, field: 'price', from: item.price, to: price })
    world.change(item, { price })
  }
  if (status !== undefined)
    world.change(item, { status, subStatus: status === 'paused' ? ['paused_by_seller'] : [] })
}

function internalError(): Response {
  return mercadoLivreError(500, { message: 'internal_error', error: 'internal_error' })
}

function invalid(error: z.ZodError): Response {
  return mercadoLivreError(400, {
    message: 'Validation error',
    error: 'validation_error',
    cause: error.issues.map((issue) => ({
      department: 'items',
      cause_id: 100,
      type: 'error',
      code: `item.${issue.path.join('.') || 'field'}.invalid`,
      message: issue.message,
      references: [`item.${issue.path.join('.')}`],
    })),
  })
}
