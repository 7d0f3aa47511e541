import { setTimeout as wait } from 'node:timers/promises'
import type { Listing, MercadoLivre } from '../systems/mercado-livre.ts'
import type { ListingChange, SyncItem, SyncItems, SyncStep } from './items.ts'
import { reason } from './reasons.ts'
import { readNow, valueOf } from './write.ts'

type Verification = {
  mercadoLivre: Pick<MercadoLivre, 'listings'>
  items: SyncItems<ListingChange>
  /** A listing may show its new value a little later; after this long it is looked at again. Default 2,000. */
  secondLookMs?: number
}

const batchSize = 200

/**
 * Reads every item that was written once more: accepted writes that did not come to be end as `not-applied`.
 * Returns how many those are.
 */
export async function verifyListings(
  { mercadoLivre, items, secondLookMs = 2000 }: Verification,
  step: SyncStep,
): Promise<number> {
  const counts = await items.counts()
  let looked = 0
  let notApplied = 0
  let after: string | null = null
  for (;;) {
    const batch: SyncItem<ListingChange>[] = await items.updated(after, batchSize)
    const last = batch.at(-1)
    if (last === undefined) return notApplied
    after = last.id
    const doubtful = differing(batch, await readNow(mercadoLivre, batch, step.signal))
    if (doubtful.length > 0) await wait(secondLookMs, undefined, { signal: step.signal })
    const now = await readNow(mercadoLivre, doubtful, step.signal)
    for (const item of differing(doubtful, now)) {
      const listing = now.get(item.change.listingId)
      const value = listing === undefined ? null : valueOf(listing, item.change.field)
      const values = { now: value ?? '?', to: item.change.to }
      await items.finish(item.id, { outcome: 'not-applied', reason: reason('not-applied', values) })
      notApplied += 1
    }
    looked += batch.length
    step.progress({ done: looked, total: Math.max(looked, counts.updated), unit: 'items' })
  }
}

function differing(
  items: readonly SyncItem<ListingChange>[],
  now: ReadonlyMap<string, Listing>,
): SyncItem<ListingChange>[] {
  return items.filter(({ change }) => {
    const listing = now.get(change.listingId)
    return listing === undefined || !hasCome(change, valueOf(listing, change.field))
  })
}

/** Fewer than were written, and not what was there before: some have been sold since. */
function hasCome({ field, from, to }: ListingChange, now: number | null): boolean {
  return now === to || (field === 'stock' && now !== null && now < to && now !== from)
}
