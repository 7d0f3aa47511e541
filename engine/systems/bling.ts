import {
  blingComplaint,
  Company,
  ContactList,
  Created,
  PaymentMethodList,
  ProductList,
  SalesChannelList,
  SalesOrderList,
  type BlingProduct,
  type BlingSalesOrder,
} from './bling-answers.ts'
import { createAccess, type Tokens, type TokenStore } from './vendor-access.ts'
import { mapResult, type VendorResult } from './vendor-failures.ts'
import { createVendorHttp, type Patience, type VendorCall } from './vendor-http.ts'
import { createLimiter } from './vendor-limiter.ts'
import { requestTokens } from './vendor-oauth.ts'

export type { BlingProduct, BlingSalesOrder } from './bling-answers.ts'

export type BlingApp = {
  /** With the version, as in https://api.bling.com.br/Api/v3. */
  url: string
  clientId: string
  clientSecret: string
}

export type BlingOptions = BlingApp & {
  tokens: TokenStore
  /** Bling allows an account 3, summed over all its apps. */
  requestsPerSecond?: number
  /** How long the first 429 stops everything. */
  pauseMs?: number
  patience?: Patience
}

/** The sign of the balance a product list is about: Bling shows only the positive ones unless asked. */
export const balances = { zero: 0, positive: 1, negative: 2 } as const
export type Balance = keyof typeof balances

export type NewSalesOrder = {
  /** YYYY-MM-DD in Brasília. */
  date: string
  storeNumber: string
  storeId: number | null
  contactId: number
  items: readonly { productId: number; sku: string; title: string; quantity: number; unitPrice: number }[]
  paymentMethodId: number
  /** BRL. Bling refuses the order unless this is the sum of its items. */
  total: number
}

type Options = { signal?: AbortSignal | undefined }

export type Bling = {
  /** The cheapest call there is: proves that the account answers. */
  company: (options?: Options) => Promise<VendorResult<{ id: string; name: string }>>
  salesChannels: (
    options?: Options,
  ) => Promise<VendorResult<{ id: number; name: string; kind: string; enabled: boolean }[]>>
  paymentMethods: (
    options?: Options,
  ) => Promise<VendorResult<{ id: number; active: boolean; isDefault: boolean }[]>>
  /** Products of one balance sign, active or not, up to 100 a page, pages from 1. A short page is the last. */
  products: (
    query: { balance: Balance; page?: number; skus?: readonly string[] },
    options?: Options,
  ) => Promise<VendorResult<BlingProduct[]>>
  /** Sales orders by their number in the store. The number is not unique in Bling. */
  salesOrders: (
    query: { storeNumbers: readonly string[] },
    options?: Options,
  ) => Promise<VendorResult<BlingSalesOrder[]>>
  /** Not repeatable: after `unknown-outcome` look the store number up. */
  createSalesOrder: (order: NewSalesOrder, options?: Options) => Promise<VendorResult<{ id: number }>>
  contacts: (query: { document: string }, options?: Options) => Promise<VendorResult<{ id: number }[]>>
  /** Not repeatable: after `unknown-outcome` look the document up. */
  createContact: (
    contact: { name: string; document: string },
    options?: Options,
  ) => Promise<VendorResult<{ id: number }>>
}

export const blingPageSize = 100

/**
 * Bling's API v3: Bearer tokens renewed as they run out, calls spaced to the account's 3 a second, adaptive on 429
 * (which carries no Retry-After). developer.bling.com.br
 */
export function createBling(options: BlingOptions): Bling {
  const { url, clientId, clientSecret, tokens, requestsPerSecond = 3, pauseMs, patience } = options
  const refresh = (refreshToken: string): Promise<VendorResult<Tokens>> =>
    askForTokens(options, { grant_type: 'refresh_token', refresh_token: refreshToken })
  const http = createVendorHttp({
    vendor: 'bling',
    baseUrl: url,
    headers: jwt,
    access: createAccess({ vendor: 'bling', store: tokens, refresh }),
    limiter: createLimiter({ requestsPerSecond, ...(pauseMs === undefined ? {} : { pauseMs }) }),
    complaint: blingComplaint,
    secrets: [clientId, clientSecret],
    patience,
  })
  const get = <T>(call: Pick<VendorCall<T>, 'path' | 'query' | 'answer'>, given?: Options) =>
    http.call({ method: 'GET', repeatable: true, ...call, signal: given?.signal })
  const create = async (path: string, json: unknown, given?: Options) =>
    mapResult(
      await http.call({
        method: 'POST',
        path,
        json,
        repeatable: false,
        answer: Created,
        signal: given?.signal,
      }),
      ({ data }) => data,
    )
  return {
    company: async (given) =>
      mapResult(await get({ path: '/empresas/me/dados-basicos', answer: Company }, given), ({ data }) => ({
        id: data.id,
        name: data.nome,
      })),
    salesChannels: async (given) =>
      mapResult(await get({ path: '/canais-venda', answer: SalesChannelList }, given), ({ data }) =>
        data.map((row) => ({ id: row.id, name: row.descricao, kind: row.tipo, enabled: row.situacao === 1 })),
      ),
    paymentMethods: async (given) =>
      mapResult(await get({ path: '/formas-pagamentos', answer: PaymentMethodList }, given), ({ data }) =>
        data.map((row) => ({ id: row.id, active: row.situacao !== 0, isDefault: row.padrao === 1 })),
      ),
    products: async ({ balance, page = 1, skus = [] }, given) => {
      // Criterion 5 is all; the default, 1, hides most. Both defaults were measured, not documented.
      const paging = { pagina: page, limite: blingPageSize, criterio: 5 }
      const query = { ...paging, filtroSaldoEstoque: balances[balance], 'codigos[]': skus }
      return mapResult(
        await get({ path: '/produtos', query, answer: ProductList }, given),
        ({ data }) => data,
      )
    },
    salesOrders: async ({ storeNumbers }, given) => {
      const query = { limite: blingPageSize, 'numerosLojas[]': storeNumbers }
      return mapResult(
        await get({ path: '/pedidos/vendas', query, answer: SalesOrderList }, given),
        ({ data }) => data,
      )
    },
    createSalesOrder: (order, given) => create('/pedidos/vendas', salesOrderBody(order), given),
    contacts: async ({ document }, given) => {
      // Criterion 1 is all; the default, 3, shows the last included only.
      const query = { criterio: 1, numeroDocumento: document }
      return mapResult(await get({ path: '/contatos', query, answer: ContactList }, given), ({ data }) =>
        data.filter((row) => digits(row.numeroDocumento ?? '') === document).map(({ id }) => ({ id })),
      )
    },
    createContact: ({ name, document }, given) => {
      const tipo = document.length === 14 ? 'J' : 'F'
      return create(
        '/contatos',
        { nome: name.slice(0, 120), tipo, situacao: 'A', numeroDocumento: document },
        given,
      )
    },
  }
}

/**
 * Exchanges an authorisation code for the first tokens. Never call it twice with one code: Bling takes the second
 * use of a code that still lives for theft and revokes the seller.
 */
export function exchangeBlingCode(app: BlingApp, code: string): Promise<VendorResult<Tokens>> {
  return askForTokens(app, { grant_type: 'authorization_code', code })
}

/** Opaque tokens are being withdrawn; this header asks for the new kind, on tokens and on data. */
const jwt = { 'enable-jwt': '1' }

/** The app goes into the Basic header: in the body Bling refuses it. */
function askForTokens(
  { url, clientId, clientSecret }: BlingApp,
  form: Record<string, string>,
): Promise<VendorResult<Tokens>> {
  const authorization = `Basic ${Buffer.from(`${clientId}:${clientSecret}`).toString('base64')}`
  return requestTokens({
    vendor: 'bling',
    url: new URL(`${url.replace(/\/$/, '')}/oauth/token`),
    headers: { ...jwt, authorization },
    form,
    deadlineMs: 20_000,
    complaint: blingComplaint,
  })
}

function salesOrderBody(order: NewSalesOrder) {
  return {
    data: order.date,
    dataSaida: order.date,
    dataPrevista: order.date,
    numeroLoja: order.storeNumber,
    ...(order.storeId === null ? {} : { loja: { id: order.storeId } }),
    contato: { id: order.contactId },
    itens: order.items.map((item) => ({
      codigo: item.sku,
      produto: { id: item.productId },
      descricao: item.title.slice(0, 120),
      quantidade: item.quantity,
      valor: item.unitPrice,
    })),
    parcelas: [
      { dataVencimento: order.date, valor: order.total, formaPagamento: { id: order.paymentMethodId } },
    ],
  }
}

function digits(text: string): string {
  return text.replace(/\D/g, '')
}
