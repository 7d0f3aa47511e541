import { Hono } from 'hono'
import { sandboxCatalogue, type Catalogue } from '../catalog.ts'
import { createFaults, type Fault, type VendorEnv } from '../vendor/faults.ts'
import { createGrants, type IssuedTokens } from '../vendor/grants.ts'
import { createRecentCalls, type RecentCall } from '../vendor/recent-calls.ts'
import { serveOnLoopback } from '../vendor/serve.ts'
import { openStateFile } from '../vendor/state-file.ts'
import { accountRoutes } from './account.ts'
import { contactRoutes } from './contacts.ts'
import { notFound } from './errors.ts'
import { blingLimits } from './limits.ts'
import { bearer, longToken, tokenRoute } from './oauth.ts'
import { orderRoutes } from './orders.ts'
import { productRoutes } from './products.ts'
import { BlingState, blingWorld, store, type BlingContact, type BlingOrder } from './world.ts'

export type BlingOptions = {
  port: number
  clientId: string
  clientSecret: string
  catalogue?: Catalogue
  /** Milliseconds since the epoch. */
  now?: () => number
  /** Multiplies the counts of every limit and ban. */
  limitScale?: number
  /** Keeps orders, contacts, balances and tokens over restarts. */
  stateFile?: string
}

export type SandboxBling = {
  /** The API's base address, as `BLING_API_URL` takes it. */
  url: string
  storeId: number
  close: () => Promise<void>
  /** Tokens as if the seller had just authorised the app. */
  issueTokens: () => IssuedTokens
  authorizationCode: () => string
  expireAccessTokens: () => void
  /** The seller takes the authorisation back. */
  revoke: () => void
  fail: (fault: Fault) => void
  setDown: (down: boolean) => void
  setHang: (hang: boolean) => void
  heal: () => void
  /** Sells or finds units behind everybody's back. */
  setStock: (sku: string, balance: number) => void
  stockOf: (sku: string) => number
  effects: () => { orders: BlingOrder[]; contacts: BlingContact[] }
  recentCalls: () => readonly RecentCall[]
  calls: () => {
    total: number
    refused: number
    banned: boolean
    tokens: number
    byPath: Record<string, number>
  }
}

/** Bling's API v3 on the loopback interface, with the rules of its documentation and those people have measured. */
export async function startBling(options: BlingOptions): Promise<SandboxBling> {
  const now = options.now ?? Date.now
  const file = openStateFile(options.stateFile, BlingState)
  const world = blingWorld(options.catalogue ?? sandboxCatalogue(), now(), file.saved)
  const save = (): void => file.save({ grants: grants.state(), ...world.snapshot() })
  const grants = createGrants({
    lifetimeSeconds: 21_600,
    accessToken: longToken,
    now,
    saved: file.saved?.grants,
    changed: save,
  })
  const limits = blingLimits({ scale: options.limitScale ?? 1, now })
  const faults = createFaults()
  const outage = createFaults()
  const effects: { orders: BlingOrder[]; contacts: BlingContact[] } = { orders: [], contacts: [] }
  const byPath: Record<string, number> = {}
  const recent = createRecentCalls(now)

  const api = new Hono<VendorEnv>()
  api.use(recent.note)
  api.use(async (c, next) => {
    const path = `${c.req.method} ${c.req.path.replace('/Api/v3', '').replace(/\/\d+/, '/:id')}`
    byPath[path] = (byPath[path] ?? 0) + 1
    await next()
  })
  api.use(outage.middleware, limits.bans, faults.middleware)
  api.route('/', tokenRoute({ ...options, grants }))
  api.use(limits.requests, bearer(grants))
  api.route('/', accountRoutes(world))
  api.route('/', productRoutes(world))
  api.route(
    '/',
    contactRoutes(world, (contact) => {
      effects.contacts.push(contact)
      save()
    }),
  )
  api.route(
    '/',
    orderRoutes({
      world,
      now,
      created: (order) => {
        effects.orders.push(order)
        save()
      },
    }),
  )
  const app = new Hono<VendorEnv>().route('/Api/v3', api)
  app.notFound(() => notFound())
  const server = await serveOnLoopback(app, options.port)

  const idsOf = (sku: string): number[] =>
    [...world.products.values()].filter((row) => row.codigo === sku).map(({ id }) => id)
  return {
    url: `${server.url}/Api/v3`,
    storeId: store.id,
    close: server.close,
    issueTokens: grants.issue,
    authorizationCode: grants.code,
    expireAccessTokens: grants.expireAccess,
    revoke: grants.revoke,
    fail: faults.add,
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
      limits.lift()
    },
    setStock(sku, balance) {
      for (const id of idsOf(sku)) world.stock(id, balance)
      save()
    },
    stockOf: (sku) => world.products.get(idsOf(sku)[0] ?? 0)?.saldo ?? NaN,
    effects: () => effects,
    recentCalls: recent.all,
    calls: () => ({
      total: Object.values(byPath).reduce((total, calls) => total + calls, 0),
      refused: limits.refusals(),
      banned: limits.banned(),
      tokens: byPath['POST /oauth/token'] ?? 0,
      byPath: { ...byPath },
    }),
  }
}
