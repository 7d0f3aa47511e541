import { z } from 'zod'
import { countSyncItems, troubledSyncItems } from '../../db/sync-items.ts'
import { procedure, type RunningJob, type StepContext } from '../runner/procedure.ts'
import { ListingChange, OrderDraft } from '../sync/items.ts'
import { planListings, reportLinks, type LinkReport, type Vendors } from '../sync/listings.ts'
import { planOrders, writeOrders } from '../sync/orders.ts'
import { reasonSentence, type Reason } from '../sync/reasons.ts'
import { storedItems } from '../sync/stored-items.ts'
import { orStop } from '../sync/stopped.ts'
import { verifyListings } from '../sync/verify.ts'
import { writeListings } from '../sync/write.ts'
import type { Systems } from '../systems/index.ts'

const entities = ['products', 'stock', 'prices', 'orders', 'all'] as const
type Entity = (typeof entities)[number]

const Params = z.strictObject({
  entity: z.enum(entities).default('all'),
  sku: z.string().trim().min(1).max(100).optional(),
})
type Params = z.infer<typeof Params>

type Step = 'read-orders' | 'import-orders' | 'read-listings' | 'write' | 'verify' | 'summary'

/** Written by stored-items.ts, read back here. */
const StoredReason = z.custom<Reason>()

/** How far back sales are looked for. */
const salesDays = 30
const shownFailures = 20
const hour = 3600

/** Makes Mercado Livre's stock and prices equal to Bling's, and Bling's orders to Mercado Livre's, item by item. */
export const sync = ({ systems }: { systems: Systems }) =>
  procedure({
    kind: 'sync',
    params: Params,
    lock: () => 'sync',
    environment: () => null,
    freezable: false,
    steps: stepsOf,
    async plan({ entity, sku }, { signal }) {
      const vendors = { bling: systems.bling(), mercadoLivre: systems.mercadoLivre() }
      const seller = orStop(await vendors.mercadoLivre.seller({ signal }))
      const salesSince = new Date(Date.now() - salesDays * 24 * hour * 1_000).toISOString()
      const details = [
        { name: 'seller', value: seller.nickname },
        ...(sku === undefined ? [] : [{ name: 'sku', value: sku }]),
      ]
      return { change: { from: null, to: entity, details }, plan: { salesSince } }
    },
    async run(job, params, plan) {
      const vendors = { bling: systems.bling(), mercadoLivre: systems.mercadoLivre() }
      const query = {
        salesSince: new Date(plan.salesSince),
        storeId: null,
        ...(params.sku === undefined ? {} : { sku: params.sku }),
      }
      if (covers(params, 'orders')) await syncOrders(job, vendors, query)
      const links =
        covers(params, 'products') || fieldsOf(params).length > 0
          ? await syncListings(job, vendors, { ...query, params })
          : null
      return await job.step('summary', async (step) => await summary(step, job.id, links))
    },
  })

type Query = { salesSince: Date; storeId: number | null; sku?: string }
type Links = { links: LinkReport | null; unchanged: number }

/** Orders come first: units sold at Mercado Livre leave Bling's stock before stock is compared. */
async function syncOrders(job: RunningJob<Step>, vendors: Vendors, query: Query): Promise<void> {
  const list = { jobId: job.id, list: 'orders' }
  await job.step('read-orders', {
    timeoutSeconds: hour,
    run: async (step) =>
      await planOrders(vendors, { ...query, items: storedItems(step, list, OrderDraft) }, step),
  })
  await job.step('import-orders', {
    timeoutSeconds: 6 * hour,
    run: async (step) => {
      const items = storedItems(step, list, OrderDraft)
      await writeOrders({ ...vendors, items, storeId: query.storeId }, step)
    },
  })
}

async function syncListings(
  job: RunningJob<Step>,
  vendors: Vendors,
  query: Query & { params: Params },
): Promise<Links> {
  const list = { jobId: job.id, list: 'listings' }
  const fields = fieldsOf(query.params)
  const read = await job.step('read-listings', {
    timeoutSeconds: 2 * hour,
    run: async (step): Promise<Links> => {
      const items = storedItems(step, list, ListingChange)
      if (fields.length === 0)
        return { links: await reportLinks(vendors, { ...query, items }, step), unchanged: 0 }
      const { unchanged } = await planListings(vendors, { ...query, fields, items }, step)
      return { links: null, unchanged: unchanged.stock + unchanged.price }
    },
  })
  if (fields.length === 0) return read
  await job.step('write', {
    timeoutSeconds: 12 * hour,
    run: async (step) =>
      await writeListings({ ...vendors, items: storedItems(step, list, ListingChange) }, step),
  })
  await job.step('verify', {
    timeoutSeconds: hour,
    run: async (step) =>
      await verifyListings({ ...vendors, items: storedItems(step, list, ListingChange) }, step),
  })
  return read
}

async function summary(step: StepContext, jobId: number, listings: Links | null): Promise<unknown> {
  return await step.transaction(async (tx) => {
    const orders = await countSyncItems(tx, { jobId, list: 'orders' })
    const written = await countSyncItems(tx, { jobId, list: 'listings' })
    const counts: Record<string, number> = { unchanged: listings?.unchanged ?? 0 }
    for (const [outcome, count] of [...Object.entries(orders), ...Object.entries(written)]) {
      counts[outcome] = (counts[outcome] ?? 0) + count
    }
    const troubled = await troubledSyncItems(tx, jobId, shownFailures)
    const failures = troubled.map(({ sku, reason }) => {
      const why = StoredReason.parse(reason)
      return { sku, code: why.code, values: why.values, message: reasonSentence(why) }
    })
    return { counts, failures, ...(listings?.links ? { links: listings.links } : {}) }
  })
}

function stepsOf(params: Params): Step[] {
  return [
    ...(covers(params, 'orders') ? (['read-orders', 'import-orders'] as const) : []),
    ...(covers(params, 'products') || fieldsOf(params).length > 0 ? (['read-listings'] as const) : []),
    ...(fieldsOf(params).length > 0 ? (['write', 'verify'] as const) : []),
    'summary',
  ]
}

const covers = ({ entity }: Params, one: Entity): boolean => entity === 'all' || entity === one

function fieldsOf(params: Params): ('stock' | 'price')[] {
  return [
    ...(covers(params, 'stock') ? ['stock' as const] : []),
    ...(covers(params, 'prices') ? ['price' as const] : []),
  ]
}
