import {
  Application,
  BillingInfo,
  Item,
  itemFields,
  ItemList,
  ItemSearch,
  Me,
  mercadoLivreComplaint,
  OrderSearch,
  type Listing,
  type MercadoLivreOrder,
} from './mercado-livre-answers.ts'
import { createAccess, type Tokens, type TokenStore } from './vendor-access.ts'
import { mapResult, type VendorResult } from './vendor-failures.ts'
import { createVendorHttp, type Patience, type VendorCall } from './vendor-http.ts'
import { createLimiter } from './vendor-limiter.ts'
import { requestTokens } from './vendor-oauth.ts'

export type { Listing, MercadoLivreOrder } from './mercado-livre-answers.ts'

export type MercadoLivreApp = {
  /** As in https://api.mercadolibre.com. */
  url: string
  clientId: string
  clientSecret: string
}

export type MercadoLivreOptions = MercadoLivreApp & {
  tokens: TokenStore
  /** At most 25 (1,500 a minute per seller); an application's own quota is often 5 (18,000 an hour). */
  requestsPerSecond?: number
  /** How long the first 429 stops everything. */
  pauseMs?: number
  patience?: Patience
}

export type Seller = {
  id: number
  nickname: string
  /** `warehouse`: stock lies in several places and a listing's own quantity cannot be written. */
  stockModel: 'listing' | 'warehouse'
}

/** A listing's new value: one field a call. */
export type ListingUpdate = { quantity: number } | { price: number }

type Options = { signal?: AbortSignal | undefined }

export type MercadoLivre = {
  /** Proves that the account answers, and says how its stock is kept. */
  seller: (options?: Options) => Promise<VendorResult<Seller>>
  application: (id: string, options?: Options) => Promise<VendorResult<{ requestsPerHour: number | null }>>
  /** The seller's listing ids, 100 at a time; null as `scrollId` begins. An empty page is the end. */
  scanListingIds: (
    query: { sellerId: number; scrollId: string | null },
    options?: Options,
  ) => Promise<VendorResult<{ ids: string[]; scrollId: string | null; total: number }>>
  /** Ids of the listings with this SKU in either of the two places a SKU may be. */
  listingIdsBySku: (
    query: { sellerId: number; sku: string },
    options?: Options,
  ) => Promise<VendorResult<string[]>>
  /** Up to 20 listings; those that do not exist any more are left out. */
  listings: (ids: readonly string[], options?: Options) => Promise<VendorResult<Listing[]>>
  /**
   * Not repeatable blindly, although the value is absolute: a sale between the two would be put on sale again. After
   * `unknown-outcome` read the listing.
   */
  updateListing: (id: string, update: ListingUpdate, options?: Options) => Promise<VendorResult<Listing>>
  /**
   * Orders changed within this time, both ends included, oldest first, 50 a page. Cancelled ones are never among
   * them, and an offset beyond 10,000 is refused.
   */
  orders: (
    query: { sellerId: number; changedSince: Date; changedUntil: Date; offset: number },
    options?: Options,
  ) => Promise<VendorResult<{ orders: MercadoLivreOrder[]; total: number }>>
  /** Name and tax number of an order's buyer; empty while Mercado Livre is still working them out. */
  billingInfo: (id: string, options?: Options) => Promise<VendorResult<{ name: string; document: string }>>
}

export const listingsPerCall = 20
export const ordersPerPage = 50

/** Mercado Livre's API: Bearer tokens renewed as they run out, calls spaced, adaptive on its empty 429s. */
export function createMercadoLivre(options: MercadoLivreOptions): MercadoLivre {
  const { url, clientId, clientSecret, tokens, requestsPerSecond = 5, pauseMs, patience } = options
  const refresh = (refreshToken: string): Promise<VendorResult<Tokens>> =>
    askForTokens(options, { grant_type: 'refresh_token', refresh_token: refreshToken })
  const http = createVendorHttp({
    vendor: 'mercado-livre',
    baseUrl: url,
    access: createAccess({ vendor: 'mercado-livre', store: tokens, refresh }),
    limiter: createLimiter({ requestsPerSecond, ...(pauseMs === undefined ? {} : { pauseMs }) }),
    complaint: mercadoLivreComplaint,
    secrets: [clientId, clientSecret],
    patience,
  })
  const get = <T>(call: Pick<VendorCall<T>, 'path' | 'query' | 'answer'>, given?: Options) =>
    http.call({ method: 'GET', repeatable: true, ...call, signal: given?.signal })
  return {
    seller: async (given) =>
      mapResult(await get({ path: '/users/me', answer: Me }, given), ({ id, nickname, tags }) => ({
        id,
        nickname,
        stockModel: tags.includes('warehouse_management') ? 'warehouse' : 'listing',
      })),
    application: async (id, given) =>
      mapResult(
        await get({ path: `/applications/${encodeURIComponent(id)}`, answer: Application }, given),
        (application) => ({
          requestsPerHour: application.max_requests_per_hour ?? null,
        }),
      ),
    scanListingIds: async ({ sellerId, scrollId }, given) => {
      const query = { search_type: 'scan', limit: 100, scroll_id: scrollId ?? undefined }
      return mapResult(
        await get({ path: `/users/${sellerId}/items/search`, query, answer: ItemSearch }, given),
        (found) => ({
          ids: found.results,
          scrollId: found.scroll_id ?? null,
          total: found.paging.total,
        }),
      )
    },
    listingIdsBySku: async ({ sellerId, sku }, given) => {
      const path = `/users/${sellerId}/items/search`
      const byAttribute = await get(
        { path, query: { seller_sku: sku, limit: 100 }, answer: ItemSearch },
        given,
      )
      if (!byAttribute.ok) return byAttribute
      const byCustomField = await get({ path, query: { sku, limit: 100 }, answer: ItemSearch }, given)
      return mapResult(byCustomField, ({ results }) => [
        ...new Set([...byAttribute.value.results, ...results]),
      ])
    },
    listings: (ids, given) =>
      get({ path: '/items', query: { ids: ids.join(','), attributes: itemFields }, answer: ItemList }, given),
    updateListing: (id, update, given) =>
      http.call({
        method: 'PUT',
        path: `/items/${encodeURIComponent(id)}`,
        json: 'quantity' in update ? { available_quantity: update.quantity } : { price: update.price },
        repeatable: false,
        answer: Item,
        signal: given?.signal,
      }),
    orders: async ({ sellerId, changedSince, changedUntil, offset }, given) => {
      // `order.last_updated.from`, without "date_", is taken without a word and filters nothing.
      const within = {
        'order.date_last_updated.from': changedSince.toISOString(),
        'order.date_last_updated.to': changedUntil.toISOString(),
      }
      const query = { seller: sellerId, ...within, sort: 'date_asc', limit: ordersPerPage, offset }
      return mapResult(await get({ path: '/orders/search', query, answer: OrderSearch }, given), (found) => ({
        orders: found.results,
        total: found.paging.total,
      }))
    },
    billingInfo: (id, given) =>
      get({ path: `/orders/billing-info/MLB/${encodeURIComponent(id)}`, answer: BillingInfo }, given),
  }
}

/** Exchanges an authorisation code for the first tokens. Never call it twice with one code. */
export function exchangeMercadoLivreCode(
  app: MercadoLivreApp,
  grant: { code: string; redirectUri: string; codeVerifier?: string },
): Promise<VendorResult<Tokens>> {
  const verifier = grant.codeVerifier === undefined ? {} : { code_verifier: grant.codeVerifier }
  const form = {
    grant_type: 'authorization_code',
    code: grant.code,
    redirect_uri: grant.redirectUri,
    ...verifier,
  }
  return askForTokens(app, form)
}

/** The app goes into the body here; Mercado Livre knows no Basic header. */
function askForTokens(
  { url, clientId, clientSecret }: MercadoLivreApp,
  form: Record<string, string>,
): Promise<VendorResult<Tokens>> {
  return requestTokens({
    vendor: 'mercado-livre',
    url: new URL(`${url.replace(/\/$/, '')}/oauth/token`),
    form: { ...form, client_id: clientId, client_secret: clientSecret },
    deadlineMs: 20_000,
    complaint: mercadoLivreComplaint,
  })
}
