import type { Bling } from '../systems/bling.ts'
import type { MercadoLivre } from '../systems/mercado-livre.ts'
import { StepFailure } from '../failures.ts'
import { compareListings, type Field } from './compare.ts'
import type { ListingChange, Settled, SyncItems, SyncStep } from './items.ts'
import { linkListings } from './links.ts'
import { readBothSides, type BothSides, type Scope } from './read.ts'
import { pendingUnits, readOrders, readSales } from './sales.ts'
import { orStop } from './stopped.ts'

export type Vendors = { bling: Bling; mercadoLivre: MercadoLivre }

export type ListingQuery = Scope & {
  fields: readonly Field[]
  /** Sales since then may have taken units that Bling does not know of. */
  salesSince: Date
  /** Bling's id of the store that Mercado Livre's sales belong to; null where Bling has only one. */
  storeId: number | null
}

/** What planning found, small enough for the journal; the items themselves are rows. */
export type ListingPlan = {
  products: number
  listings: number
  toWrite: Record<Field, number>
  unchanged: Record<Field, number>
  skipped: number
}

/**
 * First step of a sync of stock and prices: reads both sides, compares, and stores what has to be written. Changes
 * nothing outside; may be run again as long as its result is not journalled.
 */
export async function planListings(
  { bling, mercadoLivre }: Vendors,
  query: ListingQuery & { items: SyncItems<ListingChange> },
  step: SyncStep,
): Promise<ListingPlan> {
  const { fields } = query
  const seller = orStop(await mercadoLivre.seller({ signal: step.signal }))
  const within = { ...query, sellerId: seller.id }
  const { sides, pending } = fields.includes('stock')
    ? await readWithPendingSales({ bling, mercadoLivre }, within, step)
    : { sides: await readKnown({ bling, mercadoLivre }, within, step), pending: new Map<string, number>() }
  const comparison = compareListings({
    ...sides,
    fields,
    stockModel: seller.stockModel,
    pendingUnits: pending,
  })
  await query.items.plan(comparison.changes, comparison.settled)
  const toWrite = { stock: 0, price: 0 }
  for (const { change } of comparison.changes) toWrite[change.field] += 1
  const { unchanged, settled } = comparison
  step.log(`${sides.products.length} products of Bling, ${sides.listings.length} listings of Mercado Livre`)
  step.log(`to write: ${toWrite.stock} stock, ${toWrite.price} prices; left alone: ${settled.length}`)
  return {
    products: sides.products.length,
    listings: sides.listings.length,
    toWrite,
    unchanged,
    skipped: settled.length,
  }
}

/**
 * Both sides with the units that are sold and not in Bling's balances. Sales are looked at before and after: one
 * that reaches Bling meanwhile is then taken off twice, which sells less; never not at all, which sells too much.
 */
async function readWithPendingSales(
  vendors: Vendors,
  query: ListingQuery & { sellerId: number },
  step: SyncStep,
): Promise<{ sides: BothSides; pending: Map<string, number> }> {
  const startedAt = Date.now()
  const before = await readSales(vendors, query, step)
  const sides = await readKnown(vendors, query, step)
  // The vendor's clock is not ours.
  const salesSince = new Date(startedAt - 300_000)
  const since = await readOrders(vendors.mercadoLivre, { ...query, salesSince }, step.signal)
  return { sides, pending: pendingUnits(before, since) }
}

/** What `products` reports: how the listings are linked, and what is on one side only. */
export type LinkReport = {
  linked: number
  unmapped: number
  ambiguous: number
  other: number
  notListed: number
}

/** Reports which product each listing is, and writes nothing to either vendor. */
export async function reportLinks(
  { bling, mercadoLivre }: Vendors,
  query: Scope & { items: SyncItems<ListingChange> },
  step: SyncStep,
): Promise<LinkReport> {
  const seller = orStop(await mercadoLivre.seller({ signal: step.signal }))
  const { products, listings } = await readKnown(
    { bling, mercadoLivre },
    { ...query, sellerId: seller.id },
    step,
  )
  const report = { linked: 0, unmapped: 0, ambiguous: 0, other: 0, notListed: 0 }
  const settled: Settled[] = []
  const listed = new Set<string>()
  for (const link of linkListings(products, listings)) {
    listed.add(link.sku)
    if ('product' in link) report.linked += 1
    else {
      report[kindOf(link.why.code)] += 1
      settled.push({ key: `link:${link.listing.id}`, sku: link.sku, outcome: 'skipped', reason: link.why })
    }
  }
  report.notListed = products.filter(({ active, sku }) => active && !listed.has(sku)).length
  await query.items.plan([], settled)
  return report
}

function kindOf(code: string): 'unmapped' | 'ambiguous' | 'other' {
  if (code === 'unmapped' || code === 'no-sku') return 'unmapped'
  return code.startsWith('ambiguous') ? 'ambiguous' : 'other'
}

async function readKnown(
  vendors: Vendors,
  query: Scope & { sellerId: number },
  step: SyncStep,
): Promise<BothSides> {
  const sides = await readBothSides(vendors, query, step)
  if (query.sku === undefined || sides.products.length + sides.listings.length > 0) return sides
  const values = { sku: query.sku }
  throw new StepFailure(
    'unknown-sku',
    values,
    `Neither Bling nor Mercado Livre knows SKU ${query.sku}. Check the spelling: capitals count.`,
  )
}
