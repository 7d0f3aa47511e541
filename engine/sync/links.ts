import type { BlingProduct } from '../systems/bling.ts'
import type { Listing } from '../systems/mercado-livre.ts'
import { reason, type Reason } from './reasons.ts'

export type Link = { listing: Listing; sku: string } & ({ product: BlingProduct } | { why: Reason })

/**
 * Which product of Bling each listing is: the one with exactly the same SKU, trimmed. Where there is none, or more
 * than one on either side, it is not guessed.
 */
export function linkListings(products: readonly BlingProduct[], listings: readonly Listing[]): Link[] {
  const productsBySku = groupBySku(products, ({ sku }) => sku)
  // A closed listing that was put up again keeps its SKU: it is no rival.
  const open = listings.filter(({ status }) => status !== 'closed')
  const listingsBySku = groupBySku(open, skuOf)
  return listings.map((listing) => {
    const sku = skuOf(listing)
    const rivals = listingsBySku.get(sku) ?? []
    if (sku === '') return { listing, sku, why: reason('no-sku', { id: listing.id }) }
    if (rivals.length > 1 && listing.status !== 'closed')
      return { listing, sku, why: reason('ambiguous-listing', { sku, count: rivals.length }) }
    return { listing, sku, ...theOneProduct(sku, productsBySku.get(sku) ?? []) }
  })
}

/** The only active product with this SKU, or why there is none. */
export function theOneProduct(
  sku: string,
  found: readonly BlingProduct[],
): { product: BlingProduct } | { why: Reason } {
  const active = found.filter((product) => product.active)
  const [only] = active
  if (active.length > 1) return { why: reason('ambiguous-product', { sku, count: active.length }) }
  if (only === undefined)
    return { why: found.length === 0 ? reason('unmapped', { sku }) : reason('inactive-in-bling', { sku }) }
  return only.hasVariations ? { why: reason('parent-product', { sku }) } : { product: only }
}

/** SELLER_SKU, and only where it is empty the old custom field. */
export function skuOf({ sellerSku, customField }: Listing): string {
  return sellerSku?.trim() || customField?.trim() || ''
}

export function groupBySku<T>(things: readonly T[], sku: (thing: T) => string): Map<string, T[]> {
  const groups = new Map<string, T[]>()
  for (const thing of things) {
    const group = groups.get(sku(thing))
    if (group === undefined) groups.set(sku(thing), [thing])
    else group.push(thing)
  }
  return groups
}
