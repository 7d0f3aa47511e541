import type { BlingProduct } from '../systems/bling.ts'
import type { Listing, Seller } from '../systems/mercado-livre.ts'
import type { ListingChange, Planned, Settled } from './items.ts'
import { linkListings } from './links.ts'
import { reason, type Reason } from './reasons.ts'

export type Field = ListingChange['field']

export type ComparisonInput = {
  products: readonly BlingProduct[]
  listings: readonly Listing[]
  fields: readonly Field[]
  stockModel: Seller['stockModel']
  /**
   * Units by listing that Mercado Livre has sold and Bling does not know of yet. Bling still counts them: without
   * taking them off, a sync would put sold units on sale again.
   */
  pendingUnits: ReadonlyMap<string, number>
  /** More units than a listing can show are shown as this many. */
  stockCap?: number
}

export type Comparison = {
  changes: Planned<ListingChange>[]
  settled: Settled[]
  unchanged: Record<Field, number>
}

type Verdict = 'unchanged' | ListingChange | Reason

/** What has to be written so that the listings say what Bling says, in the order of writing. Pure. */
export function compareListings(input: ComparisonInput): Comparison {
  const unchanged = { stock: 0, price: 0 }
  const changes: { sku: string; change: ListingChange }[] = []
  const settled: Settled[] = []
  for (const link of linkListings(input.products, input.listings)) {
    const { listing, sku } = link
    for (const field of input.fields) {
      const verdict = 'why' in link ? link.why : judge(input, { field, listing, product: link.product })
      if (verdict === 'unchanged') unchanged[field] += 1
      else if ('code' in verdict)
        settled.push({ key: keyOf(field, listing), sku, outcome: 'skipped', reason: verdict })
      else changes.push({ sku, change: verdict })
    }
  }
  return { changes: inOrderOfWriting(changes), settled, unchanged }
}

type Pair = { field: Field; listing: Listing; product: BlingProduct }

function judge(input: ComparisonInput, pair: Pair): Verdict {
  return pair.field === 'stock' ? judgeStock(input, pair) : judgePrice(pair)
}

function judgeStock(input: ComparisonInput, { listing, product }: Pair): Verdict {
  if (input.stockModel === 'warehouse') return reason('warehouse-stock')
  if (listing.logisticType === 'fulfillment') return reason('full')
  if (listing.hasVariations) return reason('variations')
  if (product.stock === null || listing.quantity === null) return reason('stock-unknown')
  const pending = input.pendingUnits.get(listing.id) ?? 0
  const to = Math.min(Math.max(Math.floor(product.stock) - pending, 0), input.stockCap ?? 99_999)
  if (to === listing.quantity) return 'unchanged'
  return closedToWriting(listing) ?? { field: 'stock', listingId: listing.id, from: listing.quantity, to }
}

function judgePrice({ listing, product }: Pair): Verdict {
  if (listing.hasVariations) return reason('variations')
  const to = cents(product.price ?? 0) / 100
  if (to <= 0 || listing.price === null) return reason('price-unknown')
  if (cents(listing.originalPrice ?? listing.price) === cents(to)) return 'unchanged'
  if (listing.tags.includes('dynamic_standard_price')) return reason('price-automation')
  if (listing.originalPrice !== null) return reason('promotion')
  return closedToWriting(listing) ?? { field: 'price', listingId: listing.id, from: listing.price, to }
}

/** A listing is written to while it is active, or paused for no other reason than having sold out. */
function closedToWriting({ status, subStatus }: Listing): Reason | undefined {
  if (subStatus.includes('paused_by_seller')) return reason('paused-by-seller')
  if (status === 'active' || (status === 'paused' && subStatus.includes('out_of_stock'))) return undefined
  return reason('listing-not-active', { status: [status, ...subStatus].join(', ') })
}

/**
 * Decreases first, since what they leave on sale may not exist; then what had sold out, then increases; prices last,
 * so that no listing has two writes at once.
 */
function inOrderOfWriting(
  changes: readonly { sku: string; change: ListingChange }[],
): Planned<ListingChange>[] {
  return changes
    .toSorted((one, other) => rank(one.change) - rank(other.change) || compareText(one.sku, other.sku))
    .map(({ sku, change }, position) => ({
      key: `${change.field}:${change.listingId}`,
      sku,
      position,
      change,
    }))
}

function rank({ field, from, to }: ListingChange): number {
  if (field === 'price') return 3
  if (to < from) return 0
  return from === 0 ? 1 : 2
}

function keyOf(field: Field, listing: Listing): string {
  return `${field}:${listing.id}`
}

function cents(amount: number): number {
  return Math.round(amount * 100)
}

function compareText(one: string, other: string): number {
  return one < other ? -1 : one > other ? 1 : 0
}
