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

/**
 * All orders changed since, each once. Pages are counted by offset, so an order that leaves the list meanwhile (a
 * cancelled one does) moves the next one past us: then the list is read again.
 */
export async function readOrders(
  mercadoLivre: Pick<MercadoLivre, 'orders'>,
  { sellerId, salesSince }: Pick<SaleQuery, 'sellerId' | 'salesSince'>,
  signal: AbortSignal,
): Promise<MercadoLivreOrder[]> {
  const orders = new Map<string, MercadoLivreOrder>()
  for (let pass = 0; pass < 3; pass += 1) {
    let expected: number | undefined
    let shrunk = false
    for (let offset = 0; expected === undefined || offset < expected;) {
      const page = orStop(
        await mercadoLivre.orders({ sellerId, changedSince: salesSince, offset }, { signal }),
      )
      for (const order of page.orders) orders.set(order.id, order)
      shrunk ||= expected !== undefined && page.total < expected
      expected = page.total
      offset += page.orders.length
      if (page.orders.length === 0) break
    }
    if (!shrunk) break
  }
  return [...orders.values()]
}
