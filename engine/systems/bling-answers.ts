import { z } from 'zod'
import type { Complaint } from './vendor-failures.ts'

/** A product of Bling in our words. `null` is what Bling did not say, which is never zero. */
export type BlingProduct = {
  id: number
  sku: string
  name: string
  /** BRL. */
  price: number | null
  /** Virtual balance: what can be sold, over all deposits. May be fractional or negative. */
  stock: number | null
  active: boolean
  /** A parent of variations carries no stock of its own. */
  hasVariations: boolean
}

const Product = z
  .object({
    id: z.number().int(),
    nome: z.string().catch(''),
    codigo: z.string().nullish(),
    preco: z.number().nullish(),
    estoque: z.object({ saldoVirtualTotal: z.number().nullish() }).nullish(),
    situacao: z.string(),
    formato: z.string(),
  })
  .transform((row): BlingProduct => ({
    id: row.id,
    sku: (row.codigo ?? '').trim(),
    name: row.nome,
    price: row.preco ?? null,
    stock: row.estoque?.saldoVirtualTotal ?? null,
    active: row.situacao === 'A',
    hasVariations: row.formato === 'V',
  }))

/** A sales order as the list shows it. */
export type BlingSalesOrder = {
  id: number
  storeNumber: string
  storeId: number | null
  productsTotal: number | null
}

const SalesOrder = z
  .object({
    id: z.number().int(),
    numeroLoja: z.string().nullish(),
    totalProdutos: z.number().nullish(),
    loja: z.object({ id: z.number().int().nullish() }).nullish(),
  })
  .transform((row): BlingSalesOrder => ({
    id: row.id,
    storeNumber: row.numeroLoja ?? '',
    storeId: row.loja?.id ?? null,
    productsTotal: row.totalProdutos ?? null,
  }))

export const ProductList = z.object({ data: z.array(Product) })
export const SalesOrderList = z.object({ data: z.array(SalesOrder) })
export const ContactList = z.object({
  data: z.array(
    z.object({ id: z.number().int(), nome: z.string().catch(''), numeroDocumento: z.string().nullish() }),
  ),
})
export const Created = z.object({ data: z.object({ id: z.number().int() }) })
export const Company = z.object({ data: z.object({ id: z.string(), nome: z.string() }) })
export const SalesChannelList = z.object({
  data: z.array(
    z.object({
      id: z.number().int(),
      descricao: z.string().catch(''),
      tipo: z.string(),
      situacao: z.number().int(),
    }),
  ),
})
export const PaymentMethodList = z.object({
  data: z.array(
    z.object({
      id: z.number().int(),
      descricao: z.string().catch(''),
      situacao: z.number().int().nullish(),
      padrao: z.number().int().nullish(),
    }),
  ),
})

const ErrorAnswer = z.object({
  error: z.object({
    type: z.string(),
    message: z.string().catch(''),
    description: z.string().catch(''),
    period: z.string().optional().catch(undefined),
    fields: z
      .array(z.object({ element: z.string().catch(''), msg: z.string().catch('') }))
      .nullish()
      .catch([]),
  }),
})

/** OAuth's words for a dead authorisation and Bling's own for a dead account ("Empresa inativa"). */
const credentialErrors = [
  'invalid_token',
  'invalid_grant',
  'invalid_client',
  'insufficient_scope',
  'UNAUTHORIZED',
  'UNAUTHORIZED_ERROR',
  'UNAUTHENTICATED',
  'INVALID_APIKEY_ERROR',
  'FORBIDDEN',
]

/** Reads Bling's error envelope. */
export function blingComplaint(body: unknown): Complaint | undefined {
  const parsed = ErrorAnswer.safeParse(body)
  if (!parsed.success) return undefined
  const { type, message, description, fields, period } = parsed.data.error
  const problems = (fields ?? []).map(({ element, msg }) => ({ field: element, problem: msg }))
  const why = problems.map(({ field, problem }) => `${field}: ${problem}`).join('; ')
  return {
    code: type,
    message: why || description || message,
    fields: problems,
    credentials: credentialErrors.includes(type),
    ...(period === 'day' ? { period } : {}),
  }
}
