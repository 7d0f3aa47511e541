import { Hono } from 'hono'
import { sandboxCatalogue, type Catalogue } from '../catalog.ts'
import { createFaults, type Fault, type VendorEnv } from '../vendor/faults.ts'
import { createGrants, type IssuedTokens } from '../vendor/grants.ts'
import { createRecentCalls, type RecentCall } from '../vendor/recent-calls.ts'
import { serveOnLoopback } from '../vendor/serve.ts'
import { openStateFile } from '../vendor/state-file.ts'
import { notFound } from './errors.ts'
import { itemRoutes } from './items.ts'
import { mercadoLivreLimits } from './limits.ts'
import { appToken, bearer, tokenRoute } from './oauth.ts'
import { orderRoutes } from './orders.ts'
import { updateRoute, type ItemTrouble, type Write } from './update-item.ts'
import {
  MercadoLivreState,
  mercadoLivreWorld,
  quantityChange,
  type MercadoLivreItem,
  type MercadoLivreOrder,
} from './world.ts'

export type MercadoLivreOptions = {
  port: number
  clientId: string
  clientSecret: string
  catalogue?: Catalogue
  /** Milliseconds since the epoch. */
  now?: () => number
  /** Multiplies the counts of every limit. */
  limitScale?: number
  /** Keeps listings, orders and tokens over restarts. */
  stateFile?: string
}

/** What was written to one listing: every accepted write, and how many of them changed something. */
export type ItemEffects = {
  itemId: string
  sku: string | null
  accepted: number
  changed: number
  writes: Write[]
}

export type SandboxMercadoLivre = {
  url: string
  close: () => Promise<void>
  /** Tokens as if the seller had just authorised the app. */
  issueTokens: () => IssuedTokens
  authorizationCode: () => string
  expireAccessTokens: () => void
  /** The seller takes the authorisation back. */
  revoke: () => void
  fail: (fault: Fault) => void
  /** Makes one listing's writes fail; `price-automation` lasts, the `once` kinds and `applied-but-500` do not. */
  failItem: (sku: string, trouble: ItemTrouble | 'price-automation') => void
  setDown: (down: boolean) => void
  setHang: (hang: boolean) => void
  heal: () => void
  /** A buyer buys: an order appears and the listing has fewer units. Each buyer is somebody new unless given. */
  sell: (sku: string, quantity: number, buyerId?: number) => MercadoLivreOrder
  /** An order is cancelled: the search shows it no more. */
  cancel: (orderId: number) => void
  item: (sku: string) => Readonly<MercadoLivreItem>
  /** Sets what the listing shows behind everybody's back; it counts for no effect. */
  setItem: (
    sku: string,
    difference: Partial<Pick<MercadoLivreItem, 'quantity' | 'price' | 'status' | 'subStatus'>>,
  ) => void
  effects: () => ItemEffects[]
  recentCalls: () => readonly RecentCall[]
  calls: () => { total: number; refused: number; tokens: number; byPath: Record<string, number> }
}

/** Mercado Livre's API on the loopback interface, with the rules its documentation states. */
export async function startMercadoLivre(options: MercadoLivreOptions): Promise<SandboxMercadoLivre> {
  const now = options.now ?? Date.now
  const file = openStateFile(options.stateFile, MercadoLivreState)
  const world = mercadoLivreWorld(options.catalogue ?? sandboxCatalogue(), now, file.saved)
  const save = (): void => file.save({ grants: grants.state(), ...world.snapshot() })
  const userId = world.seller.id
  const grants = createGrants({
    lifetimeSeconds: 21_600,
    accessToken: () => appToken(userId),
    now,
    saved: file.saved?.grants,
    changed: save,
  })
  const limits = mercadoLivreLimits({ scale: options.limitScale ?? 1, now })
  const faults = createFaults()
  const outage = createFaults()
  const troubles = new Map<string, ItemTrouble>()
  const writes: Write[] = []
  const byPath: Record<string, number> = {}
  const recent = createRecentCalls(now)

  const app = new Hono<VendorEnv>()
  app.use(recent.note)
  app.use(async (c, next) => {
    const path = `${c.req.method} ${c.req.path.replace(/\/(MLB)?\d+/, '/:id')}`
    byPath[path] = (byPath[path] ?? 0) + 1
    await next()
  })
  app.use(outage.middleware, faults.middleware)
  app.route('/', tokenRoute({ ...options, userId, grants }))
  app.use(limits.requests, bearer(grants))
  app.get('/users/me', (c) => c.json(me(world.seller)))
  app.get('/applications/:id', (c) => c.json(application(c.req.param('id'), limits.perHour)))
  app.route('/', itemRoutes({ world, now }))
  app.route('/', updateRoute({ world, troubles, wrote: (write) => writes.push(write), saved: save }))
  app.route('/', orderRoutes(world))
  app.notFound((c) => notFound(c.req.path))
  const server = await serveOnLoopback(app, options.port)

  return {
    url: server.url,
    close: server.close,
    issueTokens: grants.issue,
    authorizationCode: grants.code,
    expireAccessTokens: grants.expireAccess,
    revoke: grants.revoke,
    fail: faults.add,
    failItem(sku, trouble) {
      const item = world.bySku(sku)
      if (trouble === 'price-automation')
        world.change(item, { tags: [...item.tags, 'dynamic_standard_price'] })
      else troubles.set(item.id, trouble)
    },
    setDown(down) {
      outage.clear()
      if (down) outage.add({ trouble: { status: 503 }, times: Infinity })
    },
    setHang(hang) {
      outage.clear()
      if (hang) outage.add({ trouble: 'hang', times: Infinity })
    },
    heal() {
      outage.clear()
      faults.clear()
      troubles.clear()
    },
    sell(sku, quantity, buyerId = 7000 + world.orders.length) {
      const item = world.bySku(sku)
      world.change(item, quantityChange(item, item.quantity - quantity))
      const order = orderOf(item, { quantity, number: world.orders.length, at: now(), buyerId })
      world.orders.push(order)
      save()
      return order
    },
    cancel(orderId) {
      const order = world.orders.find(({ id }) => id === orderId)
      if (order === undefined) throw new Error(`Mercado Livre has no order ${orderId}`)
      Object.assign(order, { status: 'cancelled', updatedAt: now() })
      save()
    },
    item: (sku) => world.bySku(sku),
    setItem(sku, difference) {
      world.change(world.bySku(sku), difference)
      save()
    },
    effects: () => effectsOf(writes),
    recentCalls: recent.all,
    calls: () => ({
      total: Object.values(byPath).reduce((total, calls) => total + calls, 0),
      refused: limits.refusals(),
      tokens: byPath['POST /oauth/token'] ?? 0,
      byPath: { ...byPath },
    }),
  }
}

function me(seller: Catalogue['seller']) {
  return {
    id: seller.id,
    nickname: seller.nickname,
    site_id: 'MLB',
    user_type: 'normal',
    tags: ['normal', 'user_product_seller'],
    status: { site_status: 'active' },
  }
}

function application(id: string, perHour: number) {
  return {
    id: Number(id),
    site_id: 'MLB',
    active: true,
    max_requests_per_hour: perHour,
    certification_status: 'not_certified',
  }
}

function orderOf(
  item: MercadoLivreItem,
  sale: { quantity: number; number: number; at: number; buyerId: number },
): MercadoLivreOrder {
  const buyer = sale.buyerId
  return {
    id: 2_000_010_800_000_000 + sale.number,
    packId: null,
    status: 'paid',
    tags: ['paid', 'not_delivered'],
    createdAt: sale.at,
    updatedAt: sale.at,
    item: {
      listingId: item.id,
      sku: item.sku?.trim() ?? '',
      title: item.title,
      quantity: sale.quantity,
      unitPrice: item.price,
    },
    buyer: {
      id: buyer,
      firstName: 'Carla',
      lastName: 'Duarte',
      document: `1112223${buyer}`,
      billingInfoId: `68${buyer}`,
    },
  }
}

function effectsOf(writes: readonly Write[]): ItemEffects[] {
  const byItem = new Map<string, ItemEffects>()
  for (const write of writes) {
    const { itemId, sku } = write
    const effects = byItem.get(itemId) ?? { itemId, sku, accepted: 0, changed: 0, writes: [] }
    effects.accepted += 1
    if (write.from !== write.to) effects.changed += 1
    effects.writes.push(write)
    byItem.set(itemId, effects)
  }
  return [...byItem.values()]
}
