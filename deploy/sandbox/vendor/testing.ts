import { createBling, type Bling } from '../../../engine/systems/bling.ts'
import { createMercadoLivre, type MercadoLivre } from '../../../engine/systems/mercado-livre.ts'
import type { Tokens, TokenStore } from '../../../engine/systems/vendor-access.ts'
import type { Patience } from '../../../engine/systems/vendor-http.ts'
import { startBling, type SandboxBling } from '../bling/bling.ts'
import {
  sandboxCatalogue,
  type Catalogue,
  type CatalogueListing,
  type CatalogueProduct,
  type Situation,
} from '../catalog.ts'
import { startMercadoLivre, type SandboxMercadoLivre } from '../mercado-livre/mercado-livre.ts'

export const app = { clientId: 'plantao', clientSecret: 'very-secret' }

export type Shop = {
  catalogue: Catalogue
  vendor: { bling: SandboxBling; mercadoLivre: SandboxMercadoLivre }
  tokens: { bling: MemoryTokens; mercadoLivre: MemoryTokens }
  /** Connectors of a process of its own: they share nothing but the stored tokens. */
  connect: () => { bling: Bling; mercadoLivre: MercadoLivre }
  close: () => Promise<void>
}

type ShopOptions = { size?: number; limitScale?: number; requestsPerSecond?: number; patience?: Patience }

/** Both stand-ins over one catalogue, with connected accounts: their rules, a hundred times as fast. */
export async function startShop(options: ShopOptions = {}): Promise<Shop> {
  const { size = 300, limitScale = 100, requestsPerSecond = 280, patience } = options
  const catalogue = sandboxCatalogue(size)
  const bling = await startBling({ port: 0, ...app, catalogue, limitScale })
  const mercadoLivre = await startMercadoLivre({
    port: 0,
    ...app,
    catalogue: sandboxCatalogue(size),
    limitScale,
  })
  const tokens = {
    bling: memoryTokens(bling.issueTokens()),
    mercadoLivre: memoryTokens(mercadoLivre.issueTokens()),
  }
  const how = {
    ...app,
    requestsPerSecond,
    pauseMs: 50,
    patience: { retryDelayMs: 5, deadlineMs: 2000, ...patience },
  }
  return {
    catalogue,
    vendor: { bling, mercadoLivre },
    tokens,
    connect: () => ({
      bling: createBling({ url: bling.url, tokens: tokens.bling, ...how }),
      mercadoLivre: createMercadoLivre({ url: mercadoLivre.url, tokens: tokens.mercadoLivre, ...how }),
    }),
    close: async () => {
      await Promise.all([bling.close(), mercadoLivre.close()])
    },
  }
}

/** The first product of a catalogue in this situation, with its first listing. */
export function inSituation(
  catalogue: Catalogue,
  situation: Situation,
): { product: CatalogueProduct; listing: CatalogueListing } {
  const product = catalogue.products.find((known) => known.situation === situation)
  const listing = product?.listings[0]
  if (product === undefined || listing === undefined) throw new Error(`no listed product is ${situation}`)
  return { product, listing }
}

export type MemoryTokens = TokenStore & { current: () => Tokens | null; set: (tokens: Tokens | null) => void }

/** A token store in memory that serves several connectors as one row of a database serves several processes. */
export function memoryTokens(first: Tokens | null): MemoryTokens {
  let stored = first
  let queue: Promise<unknown> = Promise.resolve()
  return {
    current: () => stored,
    set: (tokens) => {
      stored = tokens
    },
    read: async () => await queue.then(() => stored),
    refreshExclusively(renew) {
      const turn = queue.then(async () => {
        if (stored === null) throw new Error('no tokens to renew')
        stored = await renew(stored)
        return stored
      })
      queue = turn.catch(() => undefined)
      return turn
    },
  }
}
