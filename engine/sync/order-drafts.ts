import type { BlingProduct } from '../systems/bling.ts'
import type { MercadoLivreOrder } from '../systems/mercado-livre.ts'
import type { OrderDraft, Planned, Settled } from './items.ts'
import { groupBySku, theOneProduct } from './links.ts'
import { reason, type Reason } from './reasons.ts'
import type { Sale } from './sales.ts'

export type OrderPlan = { drafts: Planned<OrderDraft>[]; settled: Settled[]; unchanged: number }

/** Which sales Bling has to get, and as what. Pure; `products` are those of the sales' SKUs. */
export function draftOrders(sales: readonly Sale[], products: readonly BlingProduct[]): OrderPlan {
  const bySku = groupBySku(products, ({ sku }) => sku)
  const plan: OrderPlan = { drafts: [], settled: [], unchanged: 0 }
  for (const sale of sales) {
    const { storeNumber } = sale
    const item = { key: `order:${storeNumber}`, sku: skusOf(sale).join(', ') }
    const verdict = sale.inBling === null ? draft(sale, bySku) : judgeKnown(sale, sale.inBling.productsTotal)
    if (verdict === 'unchanged') plan.unchanged += 1
    else if ('code' in verdict) plan.settled.push({ ...item, outcome: outcomeOf(verdict), reason: verdict })
    else plan.drafts.push({ ...item, position: plan.drafts.length, change: verdict })
  }
  return plan
}

export function skusOf(sale: Sale): string[] {
  return [...new Set(sale.orders.flatMap(({ items }) => items.map(({ sku }) => sku ?? '')))]
}

/** A cart may get another order after Bling has got the first ones. */
function judgeKnown(sale: Sale, inBling: number | null): Reason | 'unchanged' {
  const total = totalOf(sale.orders.filter(({ status }) => status === 'paid').flatMap(({ items }) => items))
  if (sale.orders.length < 2 || inBling === null || inBling >= total - 0.005) return 'unchanged'
  return reason('pack-grew', { inBling, total })
}

function draft(
  { storeNumber, orders }: Sale,
  bySku: ReadonlyMap<string, BlingProduct[]>,
): OrderDraft | Reason {
  const hindrance = orders.map(hindranceOf).find((found) => found !== undefined)
  if (hindrance !== undefined) return hindrance
  const [first] = orders
  const closedAt = first?.closedAt ?? null
  const billingInfoId = first?.billingInfoId ?? null
  if (closedAt === null || billingInfoId === null) return reason('buyer-unknown')
  const items: OrderDraft['items'] = []
  for (const item of orders.flatMap((order) => order.items)) {
    const { listingId, sku, title, quantity, unitPrice } = item
    if (sku === null) return reason('no-sku', { id: listingId })
    const link = theOneProduct(sku, bySku.get(sku) ?? [])
    if ('why' in link) return link.why
    items.push({ productId: link.product.id, sku, title, quantity, unitPrice })
  }
  return { storeNumber, date: dateInBrasilia(closedAt), items, total: totalOf(items), billingInfoId }
}

function hindranceOf({ status, tags }: MercadoLivreOrder): Reason | undefined {
  if (tags.includes('fraud_risk_detected')) return reason('fraud-risk')
  if (status !== 'paid') return reason('not-paid', { status })
  return tags.includes('unfulfilled') ? reason('refunded') : undefined
}

/** What a person has to put right in Bling counts as failed; what time or the buyer settles does not. */
function outcomeOf({ code }: Reason): 'failed' | 'skipped' {
  return ['fraud-risk', 'not-paid', 'refunded', 'buyer-unknown'].includes(code) ? 'skipped' : 'failed'
}

function totalOf(items: readonly { quantity: number; unitPrice: number }[]): number {
  return items.reduce((cents, item) => cents + Math.round(item.quantity * item.unitPrice * 100), 0) / 100
}

/** Bling's dates are Brazil's; a sale at 22:00 there is tomorrow's in UTC. */
function dateInBrasilia(moment: string): string {
  return new Intl.DateTimeFormat('sv-SE', { timeZone: 'America/Sao_Paulo' }).format(new Date(moment))
}
