import type { Bling, BlingSalesOrder } from '../systems/bling.ts'
import type { MercadoLivre, MercadoLivreOrder } from '../systems/mercado-livre.ts'
import type { SyncStep } from './items.ts'
import { chunks } from './read.ts'
import { orStop } from './stopped.ts'

/** One sale: an order, or all orders of one cart, and what Bling has of it. */
export type Sale = {
  /** What Bling calls it: the pack's id, else the order's. */
  storeNumber: string
  orders: MercadoLivreOrder[]
  /** Null: Bling has no sales order with this number. */
  inBling: BlingSalesOrder | null
}

export type SaleQuery = { sellerId: number; salesSince: Date; storeId: number | null }

/** The sales that changed since, each with its sales order in Bling if there is one. */
export async function readSales(
  { bling, mercadoLivre }: { bling: Pick<Bling, 'salesOrders'>; mercadoLivre: Pick<MercadoLivre, 'orders'> },
  query: SaleQuery,
  { signal }: Pick<SyncStep, 'signal'>,
): Promise<Sale[]> {
  const orders = await readOrders(mercadoLivre, query, signal)
  const packs = new Map<string, MercadoLivreOrder[]>()
  for (const order of orders) {
    const storeNumber = order.packId ?? order.id
    packs.set(storeNumber, [...(packs.get(storeNumber) ?? []), order])
  }
  const known = await findSalesOrders(
    bling,
    { storeNumbers: [...packs.keys()], storeId: query.storeId },
    signal,
  )
  return [...packs].map(([storeNumber, sold]) => ({
    storeNumber,
    orders: sold,
    inBling: known.get(storeNumber) ?? null,
  }))
}

/** Bling's sales orders by store number, those of other stores left out: their numbers may be the same. */
export async function findSalesOrders(
  bling: Pick<Bling, 'salesOrders'>,
  { storeNumbers, storeId }: { storeNumbers: readonly string[]; storeId: number | null },
  signal: AbortSignal,
): Promise<Map<string, BlingSalesOrder>> {
  const found = new Map<string, BlingSalesOrder>()
  // Half a page of numbers: one that is there twice must not push another off the page.
  for (const chunk of chunks(storeNumbers, 50)) {
    for (const order of orStop(await bling.salesOrders({ storeNumbers: chunk }, { signal }))) {
      if (storeId === null || order.storeId === storeId) found.set(order.storeNumber, order)
    }
  }
  return found
}

/**
 * Units by listing that were sold and that Bling's balances, read after `before`, cannot be trusted to know of: sales
 * that were not in Bling then, and orders that have come since.
 */
export function pendingUnits(
  before: readonly Sale[],
  since: readonly MercadoLivreOrder[],
): Map<string, number> {
  const seen = new Set(before.flatMap((sale) => sale.orders.map(({ id }) => id)))
  const unknown = before.filter(({ inBling }) => inBling === null).flatMap((sale) => sale.orders)
  const units = new Map<string, number>()
  for (const order of [...unknown, ...since.filter(({ id }) => !seen.has(id))]) {
    if (order.closedAt === null || order.status === 'cancelled') continue
    for (const { listingId, quantity } of order.items)
      units.set(listingId, (units.get(listingId) ?? 0) + quantity)
  }
  return units
}

/** All orders changed since, each once. */
export async function readOrders(
  mercadoLivre: Pick<MercadoLivre, 'orders'>,
  { sellerId, salesSince }: Pick<SaleQuery, 'sellerId' | 'salesSince'>,
  signal: AbortSignal,
): Promise<MercadoLivreOrder[]> {
  // Whatever changes while we read belongs to the next sync; a minute for the vendor's clock.
  const span = { from: salesSince.getTime(), until: Date.now() + 60_000 }
  const found = await readSpan({ mercadoLivre, sellerId, signal }, span)
  return [...new Map(found.map((order) => [order.id, order])).values()]
}

type Reader = { mercadoLivre: Pick<MercadoLivre, 'orders'>; sellerId: number; signal: AbortSignal }
type Span = { from: number; until: number }

/** Below the offset that Mercado Livre refuses, with room for orders that come while we read. */
const mostOfOneSpan = 9000

/**
 * Pages are counted by offset, so an order that leaves the list meanwhile (a cancelled one does) moves the next one
 * past us: then the span is read again. A span that holds more than offsets reach is read in halves.
 */
async function readSpan(
  { mercadoLivre, sellerId, signal }: Reader,
  span: Span,
): Promise<MercadoLivreOrder[]> {
  const within = { sellerId, changedSince: new Date(span.from), changedUntil: new Date(span.until) }
  const orders: MercadoLivreOrder[] = []
  for (let pass = 1; pass <= 3; pass += 1) {
    let shrunk = false
    let read = 0
    for (let total = Infinity; read < total;) {
      const page = orStop(await mercadoLivre.orders({ ...within, offset: read }, { signal }))
      if (page.total > mostOfOneSpan && span.until - span.from > 60_000)
        return await readHalves({ mercadoLivre, sellerId, signal }, span)
      orders.push(...page.orders)
      shrunk ||= page.total < total && total !== Infinity
      total = page.orders.length === 0 ? 0 : page.total
      read += page.orders.length
    }
    if (!shrunk) break
  }
  return orders
}

async function readHalves(reader: Reader, { from, until }: Span): Promise<MercadoLivreOrder[]> {
  const middle = Math.floor((from + until) / 2)
  const older = await readSpan(reader, { from, until: middle })
  return [...older, ...(await readSpan(reader, { from: middle, until }))]
}
