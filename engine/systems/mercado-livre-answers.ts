import { z } from 'zod'
import type { Complaint } from './vendor-failures.ts'

/** A listing of Mercado Livre in our words. `null` is what it did not say, which is never zero. */
export type Listing = {
  id: string
  title: string
  /** Attribute SELLER_SKU: where a SKU belongs. */
  sellerSku: string | null
  /** Internal data of the seller, where older listings keep their SKU. */
  customField: string | null
  /** BRL. */
  price: number | null
  /** The price before an active promotion; null where there is none. */
  originalPrice: number | null
  quantity: number | null
  status: string
  subStatus: string[]
  tags: string[]
  /** `fulfillment` is Full: the stock lies with Mercado Livre. */
  logisticType: string | null
  hasVariations: boolean
}

const texts = z
  .array(z.string())
  .nullish()
  .transform((list) => list ?? [])

export const Item = z
  .object({
    id: z.string().min(1),
    title: z.string().catch(''),
    price: z.number().nullish(),
    original_price: z.number().nullish(),
    available_quantity: z.number().int().nullish(),
    status: z.string(),
    sub_status: texts,
    seller_custom_field: z.string().nullish(),
    attributes: z
      .array(z.object({ id: z.string().nullish(), value_name: z.string().nullish().catch(null) }))
      .nullish(),
    tags: texts,
    shipping: z.object({ logistic_type: z.string().nullish() }).nullish(),
    variations: z.array(z.unknown()).nullish(),
  })
  .transform((item): Listing => ({
    id: item.id,
    title: item.title,
    sellerSku: item.attributes?.find(({ id }) => id === 'SELLER_SKU')?.value_name ?? null,
    customField: item.seller_custom_field ?? null,
    price: item.price ?? null,
    originalPrice: item.original_price ?? null,
    quantity: item.available_quantity ?? null,
    status: item.status,
    subStatus: item.sub_status,
    tags: item.tags,
    logisticType: item.shipping?.logistic_type ?? null,
    hasVariations: (item.variations?.length ?? 0) > 0,
  }))

/** What `attributes=` asks for: everything Item reads and nothing else. */
export const itemFields =
  'id,title,price,original_price,available_quantity,status,sub_status,seller_custom_field,attributes,tags,shipping,variations'

const Refused = z.object({
  code: z
    .number()
    .int()
    .refine((code) => code !== 200),
})
export const ItemList = z
  .array(z.union([z.object({ code: z.literal(200), body: Item }), Refused]))
  .transform((entries) => entries.flatMap((entry) => ('body' in entry ? [entry.body] : [])))

export const ItemSearch = z.object({
  results: z.array(z.string().min(1)),
  scroll_id: z.string().nullish(),
  paging: z.object({ total: z.number().int().nonnegative() }),
})

export const Me = z.object({ id: z.number().int(), nickname: z.string().catch(''), tags: texts })
export const Application = z.object({
  max_requests_per_hour: z.number().positive().nullish(),
  active: z.boolean().nullish(),
})

const identifier = z.union([z.number().int(), z.string().min(1)]).transform(String)

/** One order: one listing bought. The orders of one cart share a pack. */
export type MercadoLivreOrder = {
  id: string
  packId: string | null
  status: string
  tags: string[]
  /** When the sale took its units, ISO 8601; null before that. */
  closedAt: string | null
  items: { listingId: string; sku: string | null; title: string; quantity: number; unitPrice: number }[]
  billingInfoId: string | null
}

const OrderItem = z
  .object({
    item: z.object({
      id: z.string(),
      title: z.string().catch(''),
      seller_sku: z.string().nullish(),
      seller_custom_field: z.string().nullish(),
    }),
    quantity: z.number().int().positive(),
    unit_price: z.number().nonnegative(),
  })
  .transform(({ item, quantity, unit_price: unitPrice }) => ({
    listingId: item.id,
    sku: item.seller_sku?.trim() || item.seller_custom_field?.trim() || null,
    title: item.title,
    quantity,
    unitPrice,
  }))

const Order = z
  .object({
    id: identifier,
    pack_id: identifier.nullish(),
    status: z.string(),
    tags: texts,
    date_closed: z.string().nullish(),
    order_items: z.array(OrderItem).min(1),
    buyer: z.object({ billing_info: z.object({ id: identifier.nullish() }).nullish() }).nullish(),
  })
  .transform((order): MercadoLivreOrder => ({
    id: order.id,
    packId: order.pack_id ?? null,
    status: order.status,
    tags: order.tags,
    closedAt: order.date_closed ?? null,
    items: order.order_items,
    billingInfoId: order.buyer?.billing_info?.id ?? null,
  }))

export const OrderSearch = z.object({
  results: z.array(Order),
  paging: z.object({ total: z.number().int().nonnegative() }),
})

/** Fields are null while Mercado Livre is still working the buyer's data out. */
export const BillingInfo = z
  .object({
    buyer: z.object({
      billing_info: z.object({
        name: z.string().nullish(),
        last_name: z.string().nullish(),
        identification: z.object({ number: z.string().nullish() }).nullish(),
      }),
    }),
  })
  .transform(({ buyer: { billing_info: info } }) => ({
    name: [info.name, info.last_name]
      .filter((part) => part)
      .join(' ')
      .trim(),
    document: info.identification?.number?.replace(/\D/g, '') ?? '',
  }))

const ErrorAnswer = z.object({
  message: z.string().catch(''),
  error: z.string().catch(''),
  cause: z
    .array(
      z.object({
        code: z.union([z.string(), z.number()]).transform(String).catch(''),
        message: z.string().catch(''),
        references: texts.catch([]),
      }),
    )
    .catch([]),
})

const credentialErrors = [
  'invalid_grant',
  'invalid_client',
  'unauthorized_client',
  'unauthorized_application',
  'invalid_operator_user_id',
]

/** Reads Mercado Livre's error shape; `cause` says which field it means. */
export function mercadoLivreComplaint(body: unknown): Complaint | undefined {
  const parsed = ErrorAnswer.safeParse(body)
  if (!parsed.success) return undefined
  const { message, error, cause } = parsed.data
  const why = cause
    .map((one) => one.message)
    .filter((text) => text !== '')
    .join('; ')
  return {
    code: cause[0]?.code || error || 'unspecified',
    message: why || message,
    fields: cause.map((one) => ({ field: one.references[0] ?? one.code, problem: one.message })),
    credentials: credentialErrors.includes(error),
  }
}
