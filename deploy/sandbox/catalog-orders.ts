import type { CatalogueListing, CatalogueProduct } from './catalog.ts'

export type CatalogueOrder = {
  id: number
  /** Orders of one cart share a pack. */
  packId: number | null
  minutesAgo: number
  status: 'paid' | 'cancelled' | 'payment_in_process'
  tags: string[]
  item: { listingId: string; sku: string; title: string; quantity: number; unitPrice: number }
  buyer: CatalogueBuyer
  /** Whether Bling has its sales order already. Where it has not, Bling still counts the units sold. */
  inBling: boolean
}

export type CatalogueBuyer = {
  id: number
  firstName: string
  lastName: string
  /** CPF, digits only; null while Mercado Livre is still working it out. */
  document: string | null
  billingInfoId: string
}

const known = 40

/**
 * The orders of the shop: older ones that both sides know, and the newest, which Bling has not got yet: six plain
 * ones, a cart of two, one that smells of fraud, one whose buyer has no tax number yet, one not paid. Each order
 * has taken its units from its listing.
 */
export function catalogueOrders(products: readonly CatalogueProduct[]): CatalogueOrder[] {
  const sellable = products.filter(
    (product) => product.situation === 'equal' && product.listings.length === 1,
  )
  const old = sellable
    .slice(0, known)
    .map((product, index) => orderOf(product, { index, minutesAgo: 30 * (known - index) + 600 }))
  const fresh = sellable.slice(known, known + freshOrders.length).map((product, index) => {
    const order = orderOf(product, { index: known + index, minutesAgo: 6 * (freshOrders.length - index) })
    return takeFromListing(product, { ...order, inBling: false, ...freshOrders[index]?.(order) })
  })
  return [...old, ...fresh]
}

type Difference = (order: CatalogueOrder) => Partial<CatalogueOrder>

const plain: Difference = () => ({})
const inCart: Difference = (order) => ({
  packId: 2_000_007_777_000_001,
  buyer: {
    ...order.buyer,
    id: 901,
    firstName: 'Beatriz',
    document: documentOf(901),
    billingInfoId: '677487519924850901',
  },
})
const freshOrders: readonly Difference[] = [
  plain,
  plain,
  inCart,
  inCart,
  plain,
  (order) => ({ tags: [...order.tags, 'fraud_risk_detected'] }),
  plain,
  (order) => ({ buyer: { ...order.buyer, document: null } }),
  plain,
  () => ({ status: 'payment_in_process' }),
  plain,
]

const firstNames = ['Ana', 'João', 'Márcia', 'Pedro', 'Júlia', 'Otávio', 'Lívia', 'Rafael'] as const
const lastNames = ['Souza', 'Araújo', 'Conceição', 'Nunes', 'Guimarães', 'Prado'] as const

function orderOf(
  product: CatalogueProduct,
  { index, minutesAgo }: { index: number; minutesAgo: number },
): CatalogueOrder {
  const listing = product.listings[0]
  return {
    id: 2_000_010_733_430_000 + index,
    packId: null,
    minutesAgo,
    status: 'paid',
    tags: ['paid', 'not_delivered'],
    item: {
      listingId: listing?.id ?? '',
      sku: product.sku,
      title: product.name,
      quantity: 1 + (index % 2),
      unitPrice: listing?.price ?? product.price,
    },
    buyer: {
      id: 500 + index,
      firstName: firstNames[index % firstNames.length] ?? 'Ana',
      lastName: lastNames[index % lastNames.length] ?? 'Souza',
      document: documentOf(500 + index),
      billingInfoId: String(677_487_519_924_000n + BigInt(index)),
    },
    inBling: true,
  }
}

function takeFromListing(product: CatalogueProduct, order: CatalogueOrder): CatalogueOrder {
  const listing: CatalogueListing | undefined = product.listings[0]
  if (listing !== undefined) listing.quantity -= order.item.quantity
  return order
}

/** A CPF that passes its own check digits, as both vendors demand. */
function documentOf(seed: number): string {
  const digits = Array.from(String(100_000_000 + seed * 7919), Number)
  for (const length of [9, 10]) {
    const sum = digits
      .slice(0, length)
      .reduce((total, digit, place) => total + digit * (length + 1 - place), 0)
    digits.push(((sum * 10) % 11) % 10)
  }
  return digits.join('')
}
