import { setTimeout as wait } from 'node:timers/promises'
import pLimit from 'p-limit'
import type { Bling, BlingProduct, Balance } from '../systems/bling.ts'
import type { VendorFailure, VendorResult } from '../systems/vendor-failures.ts'
import type { ItemResult, OrderDraft, SyncItem, SyncItems, SyncStep } from './items.ts'
import type { Vendors } from './listings.ts'
import { draftOrders, skusOf } from './order-drafts.ts'
import { followProgress } from './progress.ts'
import { chunks, type Scope } from './read.ts'
import { reason, reasonSentence } from './reasons.ts'
import { findSalesOrders, readSales, type Sale } from './sales.ts'
import { orStop, stopFor } from './stopped.ts'

export type OrderQuery = Scope & { salesSince: Date; storeId: number | null }

/** What planning found, small enough for the journal. */
export type OrderSummary = { sales: number; toCreate: number; unchanged: number; skipped: number }

/** First step of a sync of orders: finds the sales Bling has not got. Changes nothing outside. */
export async function planOrders(
  { bling, mercadoLivre }: Vendors,
  query: OrderQuery & { items: SyncItems<OrderDraft> },
  step: SyncStep,
): Promise<OrderSummary> {
  const seller = orStop(await mercadoLivre.seller({ signal: step.signal }))
  const all = await readSales({ bling, mercadoLivre }, { ...query, sellerId: seller.id }, step)
  const sales = query.sku === undefined ? all : all.filter((sale) => skusOf(sale).includes(query.sku ?? ''))
  const missing = sales.filter(({ inBling }) => inBling === null)
  const products = await readProductsOf(bling, missing, step.signal)
  const { drafts, settled, unchanged } = draftOrders(sales, products)
  await query.items.plan(drafts, settled)
  step.log(`${sales.length} sales, ${drafts.length} of them to be created in Bling`)
  return { sales: sales.length, toCreate: drafts.length, unchanged, skipped: settled.length }
}

/** The products of these sales, whatever the sign of their balance: a sold-out product is sold too. */
async function readProductsOf(
  bling: Pick<Bling, 'products'>,
  sales: readonly Sale[],
  signal: AbortSignal,
): Promise<BlingProduct[]> {
  const products: BlingProduct[] = []
  const signs: readonly Balance[] = ['positive', 'zero', 'negative']
  // A third of a page of SKUs: each may be there more than once, and all must fit one page.
  for (const skus of chunks([...new Set(sales.flatMap(skusOf))], 30)) {
    for (const balance of signs) products.push(...orStop(await bling.products({ balance, skus }, { signal })))
  }
  return products
}

type OrderWriting = Vendors & {
  items: SyncItems<OrderDraft>
  storeId: number | null
  /** How long an order may take to show after an answer was lost. Default 5,000. */
  settleMs?: number
}

const batchSize = 20

/**
 * Creates the planned sales orders in Bling, each once. Bling takes the same store number twice without a word, so
 * the number is looked up before every creation, and again whenever an answer is lost.
 */
export async function writeOrders(writing: OrderWriting, step: SyncStep): Promise<void> {
  const { bling, items, storeId } = writing
  const progress = await followProgress(items, step)
  const paymentMethodId = await choosePaymentMethod(bling, step.signal)
  const contacts = new Map<string, Promise<VendorResult<{ id: number }>>>()
  const limit = pLimit(3)
  let stopped: unknown
  const writeBatch = async (batch: SyncItem<OrderDraft>[], interrupted: boolean): Promise<void> => {
    const storeNumbers = batch.map(({ change }) => change.storeNumber)
    const known = await findSalesOrders(bling, { storeNumbers, storeId }, step.signal)
    const writeItem = async (item: SyncItem<OrderDraft>): Promise<void> => {
      if (stopped !== undefined) return
      const result: ItemResult = known.has(item.change.storeNumber)
        ? { outcome: interrupted ? 'created' : 'unchanged' }
        : await create(writing, item.change, { signal: step.signal, contacts, paymentMethodId })
      await items.finish(item.id, result)
      progress.finished()
      if (result.reason !== undefined)
        step.log(`order ${item.change.storeNumber}: ${reasonSentence(result.reason)}`)
    }
    // Those on their way are waited for: a creation whose answer nobody hears is an unknown outcome.
    await Promise.all(
      batch.map((item) =>
        limit(writeItem, item).catch((error: unknown) => {
          stopped ??= error
        }),
      ),
    )
    if (stopped !== undefined) throw stopped
  }
  await writeBatch(await items.interrupted(), true)
  for (;;) {
    const batch = await items.nextBatch(batchSize)
    if (batch.length === 0) return
    await writeBatch(batch, false)
  }
}

async function choosePaymentMethod(
  bling: Pick<Bling, 'paymentMethods'>,
  signal: AbortSignal,
): Promise<number> {
  const active = orStop(await bling.paymentMethods({ signal })).filter((method) => method.active)
  const chosen = active.find((method) => method.isDefault) ?? active[0]
  if (chosen !== undefined) return chosen.id
  const details = {
    vendor: 'bling',
    status: null,
    code: 'no-payment-method',
    message: 'no active payment method',
  } as const
  throw stopFor({ ...details, kind: 'bad-data', fields: [] })
}

type Creation = {
  signal: AbortSignal
  contacts: Map<string, Promise<VendorResult<{ id: number }>>>
  paymentMethodId: number
}

async function create(writing: OrderWriting, draft: OrderDraft, creation: Creation): Promise<ItemResult> {
  const { bling, mercadoLivre, storeId } = writing
  const { signal, contacts, paymentMethodId } = creation
  const buyer = await mercadoLivre.billingInfo(draft.billingInfoId, { signal })
  if (!buyer.ok) return refused(buyer.failure)
  const { document, name } = buyer.value
  if (document === '' || name === '') return { outcome: 'skipped', reason: reason('buyer-unknown') }
  // Two orders of one new buyer must not make two contacts.
  const contact = contacts.get(document) ?? ensureContact(writing, buyer.value, signal)
  contacts.set(document, contact)
  const found = await contact
  if (!found.ok) return refused(found.failure)
  const { date, storeNumber, items, total } = draft
  const order = { date, storeNumber, storeId, contactId: found.value.id, items, paymentMethodId, total }
  const created = await createOnce({
    create: () => bling.createSalesOrder(order, { signal }),
    find: async () => {
      const known = await findSalesOrders(bling, { storeNumbers: [storeNumber], storeId }, signal)
      return { ok: true, value: known.get(storeNumber) }
    },
    settle: () => wait(writing.settleMs ?? 5000, undefined, { signal }),
  })
  return created.ok ? { outcome: 'created' } : refused(created.failure)
}

async function ensureContact(
  { bling, settleMs }: OrderWriting,
  buyer: { name: string; document: string },
  signal: AbortSignal,
): Promise<VendorResult<{ id: number }>> {
  const find = async (): Promise<VendorResult<{ id: number } | undefined>> => {
    const found = await bling.contacts({ document: buyer.document }, { signal })
    return found.ok ? { ok: true, value: found.value[0] } : found
  }
  const known = await find()
  if (!known.ok) return known
  if (known.value !== undefined) return { ok: true, value: known.value }
  return await createOnce({
    create: () => bling.createContact(buyer, { signal }),
    find,
    settle: () => wait(settleMs ?? 5000, undefined, { signal }),
  })
}

type Once = {
  create: () => Promise<VendorResult<{ id: number }>>
  find: () => Promise<VendorResult<{ id: number } | undefined>>
  settle: () => Promise<void>
}

/** Creates what has a key of ours. A lost answer is followed by looking twice, then by one more attempt. */
async function createOnce({ create: attempt, find, settle }: Once): Promise<VendorResult<{ id: number }>> {
  const first = await attempt()
  if (first.ok || first.failure.kind !== 'unknown-outcome') return first
  for (const look of [1, 2]) {
    if (look === 2) await settle()
    const found = await find()
    if (!found.ok) return found
    if (found.value !== undefined) return { ok: true, value: found.value }
  }
  const second = await attempt()
  if (second.ok || second.failure.kind !== 'unknown-outcome') return second
  await settle()
  const found = await find()
  if (!found.ok) return found
  return found.value === undefined ? second : { ok: true, value: found.value }
}

/** What one order failed with; whatever is not about this order ends the step. */
function refused(failure: VendorFailure): ItemResult {
  const { code, message } = failure
  if (failure.kind === 'bad-data')
    return { outcome: 'failed', reason: reason('vendor-refused', { code, message }) }
  if (failure.kind === 'unknown-outcome')
    return { outcome: 'failed', reason: reason('unknown-outcome', { code }) }
  throw stopFor(failure)
}
