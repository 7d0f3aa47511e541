import pLimit from 'p-limit'
import { blingPageSize, type Balance, type Bling, type BlingProduct } from '../systems/bling.ts'
import { listingsPerCall, type Listing, type MercadoLivre } from '../systems/mercado-livre.ts'
import type { SyncStep } from './items.ts'
import { skuOf } from './links.ts'
import { orStop } from './stopped.ts'

type Reading = { signal: AbortSignal; onRead: (count: number, total?: number) => void }

/** One SKU to look at, or all of them. */
export type Scope = { sku?: string | undefined }

export type BothSides = { products: BlingProduct[]; listings: Listing[] }

/** Reads Bling's products and Mercado Livre's listings side by side: their limits are apart. */
export async function readBothSides(
  vendors: {
    bling: Pick<Bling, 'products'>
    mercadoLivre: Pick<MercadoLivre, 'scanListingIds' | 'listingIdsBySku' | 'listings'>
  },
  query: Scope & { sellerId: number },
  step: SyncStep,
): Promise<BothSides> {
  let read = 0
  let expected = 0
  const onRead = (count: number, total = 0): void => {
    read += count
    // Bling does not say how many products it has: as many as there are listings is the best guess.
    expected = Math.max(expected, total * 2)
    step.progress({ done: read, total: Math.max(read, expected), unit: 'items' })
  }
  return await together(step.signal, async (signal) => {
    const [products, listings] = await Promise.all([
      readProducts(vendors.bling, query, { signal, onRead }),
      readListings(vendors.mercadoLivre, query, { signal, onRead }),
    ])
    step.progress({ done: read, total: read, unit: 'items' })
    return { products, listings }
  })
}

/**
 * All products by list calls alone: SKU, price and total balance of a hundred in one. A pass for each sign of the
 * balance, since Bling shows one sign at a time; most are positive, so that pass alone asks ahead of the answers.
 */
async function readProducts(
  bling: Pick<Bling, 'products'>,
  { sku }: Scope,
  reading: Reading,
): Promise<BlingProduct[]> {
  const skus = sku === undefined ? [] : [sku]
  const pass = (balance: Balance, ahead: number): Promise<BlingProduct[]> =>
    readPages((page, signal) => bling.products({ balance, page, skus }, { signal }).then(orStop), {
      ...reading,
      ahead,
    })
  const passes = await Promise.all([
    pass('positive', sku === undefined ? 3 : 1),
    pass('zero', 1),
    pass('negative', 1),
  ])
  // A product whose balance changes sign meanwhile may be seen twice, or not at all; then it is not written.
  return [...new Map(passes.flat().map((product) => [product.id, product])).values()]
}

type Pages = Reading & { ahead: number }

/** Pages in order until one is short, with up to `ahead` of them asked for at a time. */
async function readPages<T>(
  ask: (page: number, signal: AbortSignal) => Promise<T[]>,
  { signal, onRead, ahead }: Pages,
): Promise<T[]> {
  const rows: T[] = []
  await together(signal, async (asking, stop) => {
    const asked: Promise<T[]>[] = []
    const askNext = (page: number): void => {
      const answer = ask(page, asking)
      // Those asked for beyond the end are given up; nobody waits for them.
      answer.catch(() => undefined)
      asked.push(answer)
    }
    for (let page = 1; page <= ahead; page += 1) askNext(page)
    for (let page = 1; ; page += 1) {
      const found = (await asked.shift()) ?? []
      rows.push(...found)
      onRead(found.length)
      if (found.length < blingPageSize) return stop()
      askNext(page + ahead)
    }
  })
  return rows
}

type ListingPage = { ids: string[]; scrollId: string | null; total: number }

/** How often a scan is begun before its failure is everybody's. */
const mostScans = 3

async function readListings(
  mercadoLivre: Pick<MercadoLivre, 'scanListingIds' | 'listingIdsBySku' | 'listings'>,
  { sku, sellerId }: Scope & { sellerId: number },
  { signal, onRead }: Reading,
): Promise<Listing[]> {
  const limit = pLimit(6)
  const seen = new Set<string>()
  const batches: Promise<Listing[]>[] = []
  const fetchAll = (ids: readonly string[], total: number): void => {
    const fresh = ids.filter((id) => !seen.has(id))
    for (const id of fresh) seen.add(id)
    for (const chunk of chunks(fresh, listingsPerCall)) {
      const batch = limit(async () => orStop(await mercadoLivre.listings(chunk, { signal })))
      batches.push(batch)
      batch.then((listings) => onRead(listings.length, total)).catch(() => undefined)
    }
  }
  if (sku !== undefined) {
    const ids = orStop(await mercadoLivre.listingIdsBySku({ sellerId, sku }, { signal }))
    fetchAll(ids, ids.length)
    return (await Promise.all(batches)).flat().filter((listing) => skuOf(listing) === sku)
  }
  let scrollId: string | null = null
  for (let scans = 1; ;) {
    const answer = await mercadoLivre.scanListingIds({ sellerId, scrollId }, { signal })
    // Where the answer with a page was lost on the way, asking again finds that page no more.
    if (!answer.ok && answer.failure.status === 404 && scrollId !== null && scans < mostScans) {
      scans += 1
      scrollId = null
      continue
    }
    const page: ListingPage = orStop(answer)
    fetchAll(page.ids, page.total)
    if (page.ids.length === 0 || page.scrollId === null) break
    scrollId = page.scrollId
  }
  return (await Promise.all(batches)).flat()
}

/** Runs calls that belong together: when one fails, the others are stopped before the failure goes on. */
async function together<T>(
  signal: AbortSignal,
  run: (signal: AbortSignal, stop: () => void) => Promise<T>,
): Promise<T> {
  const stopping = new AbortController()
  const stop = (): void => stopping.abort(new Error('not needed any more'))
  try {
    return await run(AbortSignal.any([signal, stopping.signal]), stop)
  } finally {
    stop()
  }
}

export function chunks<T>(list: readonly T[], size: number): T[][] {
  return Array.from({ length: Math.ceil(list.length / size) }, (_, index) =>
    list.slice(index * size, (index + 1) * size),
  )
}
