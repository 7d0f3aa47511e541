import pLimit from 'p-limit'
import { listingsPerCall, type Listing, type MercadoLivre } from '../systems/mercado-livre.ts'
import type { VendorFailure } from '../systems/vendor-failures.ts'
import type { ItemResult, ListingChange, SyncItem, SyncItems, SyncStep } from './items.ts'
import { followProgress } from './progress.ts'
import { chunks } from './read.ts'
import { reason, reasonSentence } from './reasons.ts'
import { orStop, stopFor } from './stopped.ts'

type Writing = {
  mercadoLivre: Pick<MercadoLivre, 'listings' | 'updateListing' | 'seller'>
  items: SyncItems<ListingChange>
  /** Calls on their way at a time. Default 8: at 25 calls a second that hides 300 ms of waiting. */
  concurrency?: number
}

/** One reading call's worth: the less time between reading and writing, the fewer sales fall in between. */
const batchSize = listingsPerCall
const attempts = 3

/**
 * Writes the planned changes, each item at most once whatever dies in between: items a dead worker left open are
 * read before anything is written, and every item is written only while it still shows what the plan saw. Throws
 * StepFailure when a vendor cannot be used at all; items not finished then stay to be done.
 */
export async function writeListings(
  { mercadoLivre, items, concurrency = 8 }: Writing,
  step: SyncStep,
): Promise<void> {
  const progress = await followProgress(items, step)
  const limit = pLimit(concurrency)
  const stopping = new AbortController()
  const signal = AbortSignal.any([step.signal, stopping.signal])
  const stopOthers = (error: unknown): never => {
    stopping.abort(error)
    throw error
  }
  const writeBatch = async (batch: SyncItem<ListingChange>[], interrupted: boolean): Promise<void> => {
    const now = await readNow(mercadoLivre, batch, signal)
    const writeItem = async (item: SyncItem<ListingChange>): Promise<void> => {
      signal.throwIfAborted()
      const seen = { listing: now.get(item.change.listingId), interrupted }
      const result = beforeWriting(item.change, seen) ?? (await writeOne(mercadoLivre, item.change, signal))
      await items.finish(item.id, result)
      progress.finished()
      if (result.reason !== undefined)
        step.log(`${item.sku} ${item.change.field}: ${reasonSentence(result.reason)}`)
    }
    const writes = batch.map((item) => limit(writeItem, item).catch(stopOthers))
    await Promise.allSettled(writes)
    await Promise.all(writes)
  }
  const writeAll = async (): Promise<void> => {
    for (;;) {
      const batch = await items.nextBatch(batchSize)
      if (batch.length === 0) return
      await writeBatch(batch, false)
    }
  }
  await writeBatch(await items.interrupted(), true)
  // Two at a time, so that one batch is read while the other is written.
  const lanes = [writeAll(), writeAll()].map((lane) => lane.catch(stopOthers))
  await Promise.allSettled(lanes)
  await Promise.all(lanes)
}

/** The listings as they are now: one call for twenty, 5 % more calls than writing blindly. */
export async function readNow(
  mercadoLivre: Pick<MercadoLivre, 'listings'>,
  items: readonly SyncItem<ListingChange>[],
  signal: AbortSignal,
): Promise<Map<string, Listing>> {
  const ids = [...new Set(items.map(({ change }) => change.listingId))]
  const answers = await Promise.all(
    chunks(ids, listingsPerCall).map((chunk) => mercadoLivre.listings(chunk, { signal })),
  )
  return new Map(answers.flatMap(orStop).map((listing) => [listing.id, listing]))
}

export function valueOf(listing: Listing, field: ListingChange['field']): number | null {
  return field === 'stock' ? listing.quantity : listing.price
}

type Seen = { listing: Listing | undefined; interrupted: boolean }

/** What needs no write any more; undefined: the listing still shows what the plan saw. */
function beforeWriting(change: ListingChange, { listing, interrupted }: Seen): ItemResult | undefined {
  if (listing === undefined) return { outcome: 'failed', reason: reason('listing-gone') }
  const now = valueOf(listing, change.field)
  if (now === change.to) return { outcome: interrupted ? 'updated' : 'unchanged' }
  return now === change.from ? undefined : changedMeanwhile(change, now)
}

/** A sale, or somebody else's write: `to` was computed for another listing than this one is now. */
function changedMeanwhile({ from }: ListingChange, now: number | null): ItemResult {
  return { outcome: 'skipped', reason: reason('changed-meanwhile', { from, now: now ?? '?' }) }
}

async function writeOne(
  mercadoLivre: Writing['mercadoLivre'],
  change: ListingChange,
  signal: AbortSignal,
): Promise<ItemResult> {
  let lost: VendorFailure | undefined
  for (let attempt = 1; attempt <= attempts; attempt += 1) {
    const update = change.field === 'stock' ? { quantity: change.to } : { price: change.to }
    const written = await mercadoLivre.updateListing(change.listingId, update, { signal })
    if (written.ok) return afterWriting(change, written.value)
    if (written.failure.kind !== 'unknown-outcome') return await failed(mercadoLivre, written.failure, signal)
    lost = written.failure
    // Repeating blindly could put a unit back on sale that was sold since the first attempt.
    const looked = await mercadoLivre.listings([change.listingId], { signal })
    if (!looked.ok) throw stopFor(looked.failure)
    const settled = beforeWriting(change, { listing: looked.value[0], interrupted: true })
    if (settled !== undefined) return settled
  }
  return { outcome: 'failed', reason: reason('vendor-failing', { code: lost?.code ?? '' }) }
}

/** A 200 is not enough: Mercado Livre may take a write and ignore it. */
function afterWriting(change: ListingChange, now: Listing): ItemResult {
  const value = valueOf(now, change.field)
  if (value === change.to) return { outcome: 'updated' }
  return { outcome: 'not-applied', reason: reason('not-applied', { now: value ?? '?', to: change.to }) }
}

const automatedPrice = 'item.price.not_modifiable'

async function failed(
  mercadoLivre: Pick<MercadoLivre, 'seller'>,
  failure: VendorFailure,
  signal: AbortSignal,
): Promise<ItemResult> {
  const { code, message } = failure
  if (failure.kind === 'bad-data' && code === automatedPrice)
    return { outcome: 'skipped', reason: reason('price-automation') }
  if (failure.kind === 'bad-data')
    return { outcome: 'failed', reason: reason('vendor-refused', { code, message }) }
  if (failure.kind !== 'retryable') throw stopFor(failure)
  // Is it this listing, or the whole vendor? A call that needs nothing tells.
  orStop(await mercadoLivre.seller({ signal }))
  return { outcome: 'failed', reason: reason('vendor-failing', { code }) }
}
