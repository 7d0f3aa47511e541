/** Why an item was left alone or failed: a stable code and the values its sentence is made with. */
export type Reason = { code: ReasonCode; values: Record<string, string | number> }

/** Each reason as an English sentence for the log; Slack has its own per language. `{name}` is a value. */
const sentences = {
  unmapped: 'Bling has no product with SKU {sku}.',
  'no-sku': '{id} has no SKU: fill it in at Mercado Livre.',
  'ambiguous-listing': '{count} listings share SKU {sku}: give each its own.',
  'ambiguous-product': '{count} products of Bling share SKU {sku}: give each its own.',
  'inactive-in-bling': 'The product is inactive in Bling.',
  'parent-product': 'In Bling this SKU is the parent of variations, which holds no stock of its own.',
  'stock-unknown': 'The vendor did not say how many there are.',
  'price-unknown': 'The vendor did not say a price.',
  variations: 'The listing has variations of the old kind, which are not written yet.',
  full: 'The stock lies with Mercado Livre (Full).',
  'warehouse-stock': 'The seller keeps stock in several warehouses, which are not written yet.',
  'price-automation': 'Mercado Livre sets the price itself (price automation).',
  promotion: 'A promotion is running: writing the price would end it.',
  'paused-by-seller': 'The seller paused the listing.',
  'listing-not-active': 'The listing is {status}.',
  'listing-gone': 'The listing does not exist any more.',
  'changed-meanwhile': 'It changed from {from} to {now} since it was read; the next sync looks at it afresh.',
  'vendor-refused': 'Refused ({code}): {message}',
  'vendor-failing': 'It keeps failing with {code}; nothing was changed.',
  'unknown-outcome': 'No answer came back ({code}), and it cannot be told whether it was done.',
  'not-applied': 'Accepted, but it still shows {now} instead of {to}.',
  'fraud-risk': 'Mercado Livre suspects fraud: do not ship.',
  refunded: 'The buyer has been refunded.',
  'not-paid': 'It is not paid yet ({status}).',
  'buyer-unknown': "The buyer's tax number is not known yet.",
  'pack-grew': 'Bling has this cart with {inBling}, and it has grown to {total}: complete it in Bling.',
} as const

export type ReasonCode = keyof typeof sentences

export function reason(code: ReasonCode, values: Reason['values'] = {}): Reason {
  return { code, values }
}

/** The English sentence of a reason. Values may be text from a vendor: escape it where it is shown. */
export function reasonSentence({ code, values }: Reason): string {
  return sentences[code].replaceAll(/\{(\w+)\}/g, (_, name: string) => String(values[name] ?? '?'))
}
