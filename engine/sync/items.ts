import { z } from 'zod'
import type { Reason } from './reasons.ts'

/** How an item ended. `unchanged`: both sides agreed already. `not-applied`: accepted by the vendor, and not done. */
export const outcomes = ['updated', 'created', 'unchanged', 'skipped', 'failed', 'not-applied'] as const
export type Outcome = (typeof outcomes)[number]

/** One field of one listing to be made equal to Bling. Prices in BRL. */
export const ListingChange = z.object({
  field: z.enum(['stock', 'price']),
  listingId: z.string(),
  from: z.number(),
  to: z.number(),
})
export type ListingChange = z.infer<typeof ListingChange>

/** A sale of Mercado Livre that Bling has to get: all its orders, if they were one cart. */
export const OrderDraft = z.object({
  /** Bling's `numeroLoja`: the pack's id, else the order's. */
  storeNumber: z.string(),
  /** YYYY-MM-DD in Brasília. */
  date: z.string(),
  items: z.array(
    z.object({
      productId: z.number(),
      sku: z.string(),
      title: z.string(),
      quantity: z.number(),
      unitPrice: z.number(),
    }),
  ),
  total: z.number(),
  billingInfoId: z.string(),
})
export type OrderDraft = z.infer<typeof OrderDraft>

/** An item to be written. */
export type Planned<Change> = {
  /** Unique within the list: the same item of a second reading has the same key. */
  key: string
  sku: string
  /** Items are written in this order. */
  position: number
  change: Change
}

/** An item that reading alone has settled. */
export type Settled = { key: string; sku: string; outcome: 'skipped' | 'failed'; reason: Reason }

export type SyncItem<Change> = Planned<Change> & { id: string }

export type ItemResult = { outcome: Outcome; reason?: Reason }

/** How many items are in which state; `planned` and `writing` are still to do. */
export type ItemCounts = Record<Outcome | 'planned' | 'writing', number>

/**
 * The durable list of what one job does to one kind of thing (its listings, or its orders). Every method is one
 * transaction; a worker that lost its lease is refused by throwing.
 */
export type SyncItems<Change> = {
  /**
   * Makes the list exactly this. Called again only while nothing has been written yet, when a dead worker left the
   * reading step open: then the new list replaces the old one.
   */
  plan: (items: readonly Planned<Change>[], settled: readonly Settled[]) => Promise<void>
  /** Items a dead worker left in `writing`: each may have been written or not. In order, all of them. */
  interrupted: () => Promise<SyncItem<Change>[]>
  /**
   * The next planned items in order, marked `writing` before it returns. Empty: none is left. One worker asks for two
   * batches at the same time: no item may be in both.
   */
  nextBatch: (size: number) => Promise<SyncItem<Change>[]>
  /** Records how an item ended. For an item that ended already it replaces the result. */
  finish: (id: string, result: ItemResult) => Promise<void>
  /** Items that ended `updated`, in the order of their ids, after this id (null: from the first). */
  updated: (afterId: string | null, size: number) => Promise<SyncItem<Change>[]>
  counts: () => Promise<ItemCounts>
}

/** What the functions here need of a running step. */
export type SyncStep = {
  signal: AbortSignal
  log: (line: string) => void
  progress: (progress: { done: number; total: number; unit: string }) => void
}
