import { catalogueOrders, type CatalogueOrder } from './catalog-orders.ts'

/** Why a product of the catalogue is interesting; most are `equal` on both sides. */
export type Situation = (typeof situations)[number]['situation'] | 'equal'

export type CatalogueProduct = {
  situation: Situation
  sku: string
  name: string
  /** What Bling says: BRL, and units that may be fractional or negative. */
  price: number
  stock: number
  bling: BlingSide[]
  listings: CatalogueListing[]
}

export type BlingSide = { id: number; active: boolean }

export type CatalogueListing = {
  id: string
  userProductId: string
  title: string
  sku: string | null
  skuIn: 'attribute' | 'custom-field'
  price: number
  /** The price before an active promotion; null where there is none. */
  originalPrice: number | null
  quantity: number
  status: 'active' | 'paused' | 'closed' | 'under_review'
  subStatus: string[]
  tags: string[]
  logisticType: 'cross_docking' | 'fulfillment'
  hasVariations: boolean
}

export type Catalogue = {
  company: { id: string; name: string; cnpj: string; email: string }
  seller: { id: number; nickname: string; applicationId: number }
  products: CatalogueProduct[]
  orders: CatalogueOrder[]
}

/**
 * The shop that Bling, Mercado Livre and the sandbox's own database all tell about. Always the same for the same
 * size: product n is what its number says. From 300 products on, every situation occurs at least once.
 */
export function sandboxCatalogue(size = 3000): Catalogue {
  const products = Array.from({ length: size }, (_, index) => productAt(index))
  return {
    company: {
      id: '436c56a5679921f5f13a3d6433561773',
      name: 'Casa Plantão Comércio Ltda',
      cnpj: '12.345.678/0001-95',
      email: 'financeiro@casaplantao.example',
    },
    seller: { id: 303888594, nickname: 'CASAPLANTAO', applicationId: 5555737222442288 },
    products,
    orders: catalogueOrders(products),
  }
}

/** The first rule that fits a product's number wins; the numbers are primes so that they rarely meet. */
const situations = [
  { every: 307, at: 7, situation: 'stock-higher-in-bling' },
  { every: 311, at: 9, situation: 'stock-lower-in-bling' },
  { every: 313, at: 11, situation: 'sold-out-in-bling' },
  { every: 317, at: 15, situation: 'back-in-stock' },
  { every: 601, at: 13, situation: 'negative-stock' },
  { every: 211, at: 17, situation: 'price-differs' },
  { every: 401, at: 19, situation: 'fractional-stock' },
  { every: 53, at: 21, situation: 'not-listed' },
  { every: 601, at: 23, situation: 'unmapped' },
  { every: 607, at: 25, situation: 'no-sku' },
  { every: 701, at: 27, situation: 'ambiguous-listing' },
  { every: 709, at: 29, situation: 'ambiguous-product' },
  { every: 503, at: 31, situation: 'price-automation' },
  { every: 509, at: 33, situation: 'promotion' },
  { every: 499, at: 35, situation: 'paused-by-seller' },
  { every: 487, at: 37, situation: 'full' },
  { every: 491, at: 39, situation: 'closed' },
  { every: 521, at: 41, situation: 'under-review' },
  { every: 523, at: 43, situation: 'inactive-in-bling' },
  { every: 541, at: 45, situation: 'untrimmed-sku' },
  { every: 547, at: 47, situation: 'variations' },
  { every: 557, at: 49, situation: 'more-than-a-listing-holds' },
  { every: 29, at: 3, situation: 'custom-field-sku' },
  { every: 37, at: 5, situation: 'sold-out-on-both' },
] as const

const nouns = [
  ['CAF', 'Cafeteira Italiana'],
  ['PAN', 'Panela Antiaderente'],
  ['FAC', 'Jogo de Facas'],
  ['GAR', 'Garrafa Térmica'],
  ['LUM', 'Luminária de Mesa'],
  ['TOA', 'Toalha de Banho'],
  ['TAP', 'Tapete de Sala'],
  ['ORG', 'Organizador de Gavetas'],
  ['FRI', 'Frigideira de Ferro'],
  ['COP', 'Conjunto de Copos'],
  ['ALM', 'Almofada Decorativa'],
  ['REL', 'Relógio de Parede'],
] as const
const kinds = ['Compacta', 'Premium', 'Clássica', 'Reforçada', 'Dobrável'] as const
const colours = ['Azul', 'Preta', 'Branca', 'Vermelha', 'Verde', 'Cinza', 'Bege'] as const

function productAt(index: number): CatalogueProduct {
  const situation: Situation = situations.find(({ every, at }) => index % every === at)?.situation ?? 'equal'
  const [prefix, noun] = pick(nouns, index)
  const sku = `${prefix}-${String(index).padStart(5, '0')}`
  const name = `${noun} ${pick(kinds, index + Math.floor(index / 12))} ${pick(colours, index)}`
  const price = Math.round(1990 + ((index * 37) % 480) * 100) / 100
  const stock = blingStock(situation, index)
  const product = { situation, sku, name, price, stock, bling: blingSide(situation, index) }
  return { ...product, listings: listingsOf(product, index) }
}

function blingStock(situation: Situation, index: number): number {
  switch (situation) {
    case 'sold-out-in-bling':
    case 'sold-out-on-both':
      return 0
    case 'negative-stock':
      return -2
    case 'fractional-stock':
      return 7.5
    case 'more-than-a-listing-holds':
      return 150_000
    default:
      return 8 + ((index * 13) % 60)
  }
}

function blingSide(situation: Situation, index: number): BlingSide[] {
  const id = 16_000_000_000 + index * 10
  if (situation === 'unmapped') return []
  if (situation === 'ambiguous-product')
    return [
      { id, active: true },
      { id: id + 1, active: true },
    ]
  return [{ id, active: situation !== 'inactive-in-bling' }]
}

function listingsOf(product: Omit<CatalogueProduct, 'listings'>, index: number): CatalogueListing[] {
  const { situation, sku, name, price, stock } = product
  if (situation === 'not-listed') return []
  const listed = Math.min(Math.max(Math.floor(stock), 0), 99_999)
  const soldOut = { quantity: 0, status: 'paused', subStatus: ['out_of_stock'] } as const
  const equal: CatalogueListing = {
    id: `MLB${3_400_000_000 + index * 10}`,
    userProductId: `MLBU${700_000_000 + index}`,
    title: name,
    sku,
    skuIn: 'attribute',
    price,
    originalPrice: null,
    quantity: listed,
    status: 'active',
    subStatus: [],
    tags: ['good_quality_picture', 'immediate_payment', 'cart_eligible'],
    logisticType: 'cross_docking',
    hasVariations: false,
    ...(listed === 0 ? { ...soldOut, subStatus: [...soldOut.subStatus] } : {}),
  }
  return [{ ...equal, ...differenceOf(situation, equal) }, ...secondListing(situation, equal)]
}

/** What the listing has otherwise than a listing that is equal to Bling. */
function differenceOf(situation: Situation, equal: CatalogueListing): Partial<CatalogueListing> {
  const cheaper = Math.round(equal.price * 90) / 100
  switch (situation) {
    case 'stock-higher-in-bling':
      return { quantity: equal.quantity - 3 }
    case 'stock-lower-in-bling':
      return { quantity: equal.quantity + 5 }
    case 'sold-out-in-bling':
    case 'negative-stock':
      return { quantity: 4, status: 'active', subStatus: [] }
    case 'back-in-stock':
      return { quantity: 0, status: 'paused', subStatus: ['out_of_stock'] }
    case 'price-differs':
      return { price: cheaper }
    case 'price-automation':
      return { price: cheaper, tags: [...equal.tags, 'dynamic_standard_price'] }
    case 'promotion':
      return { price: cheaper, originalPrice: equal.price }
    case 'no-sku':
      return { sku: null }
    case 'untrimmed-sku':
      return { sku: `${equal.sku ?? ''} ` }
    case 'custom-field-sku':
      return { skuIn: 'custom-field' }
    case 'paused-by-seller':
      return { quantity: equal.quantity + 2, status: 'paused', subStatus: ['paused_by_seller'] }
    case 'closed':
      return { quantity: equal.quantity + 2, status: 'closed' }
    case 'under-review':
      return { quantity: equal.quantity + 2, status: 'under_review', subStatus: ['held'] }
    case 'full':
      return { quantity: equal.quantity + 20, logisticType: 'fulfillment' }
    case 'variations':
      return { quantity: equal.quantity + 1, hasVariations: true }
    default:
      return {}
  }
}

function secondListing(situation: Situation, equal: CatalogueListing): CatalogueListing[] {
  if (situation !== 'ambiguous-listing') return []
  const id = `MLB${Number(equal.id.slice(3)) + 1}`
  return [{ ...equal, id, quantity: equal.quantity + 1 }]
}

function pick<const T extends readonly [unknown, ...unknown[]]>(choices: T, index: number): T[number] {
  return choices[index % choices.length] ?? choices[0]
}
