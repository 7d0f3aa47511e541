import { code, say } from '../mrkdwn.ts'
import type { SyncReasonTexts } from '../pt-BR/sync-reasons.ts'

export const syncReasons: SyncReasonTexts = {
  unmapped: (values) => say`Bling has no product with the SKU ${code(values.text('sku'))}`,
  'no-sku': (values) => say`${code(values.text('id'))} has no SKU; fill it in at Mercado Livre`,
  'ambiguous-listing': (values) => say`${values.text('count')} listings share this SKU; give each its own`,
  'ambiguous-product': (values) =>
    say`${values.text('count')} products of Bling share this SKU; give each its own`,
  'inactive-in-bling': () => say`the product is inactive in Bling`,
  'parent-product': () => say`in Bling this SKU is the parent of variations and holds no stock of its own`,
  'stock-unknown': () => say`nobody said how many there are`,
  'price-unknown': () => say`nobody said the price`,
  variations: () => say`the listing has variations of the old kind, which are not written yet`,
  full: () => say`the stock lies with Mercado Livre (Full)`,
  'warehouse-stock': () => say`the stock is in several warehouses, which are not written yet`,
  'price-automation': () => say`Mercado Livre sets the price itself (price automation)`,
  promotion: () => say`a promotion is running, and changing the price would end it`,
  'paused-by-seller': () => say`the seller paused the listing`,
  'listing-not-active': (values) => say`the listing is ${code(values.text('status'))}`,
  'listing-gone': () => say`the listing does not exist any more`,
  'changed-meanwhile': (values) =>
    say`it changed from ${values.text('from')} to ${values.text('now')} meanwhile; the next sync looks again`,
  'vendor-refused': (values) => say`refused (${values.text('code')}): ${values.text('message')}`,
  'vendor-failing': (values) => say`it keeps failing with ${values.text('code')}; nothing was changed`,
  'unknown-outcome': (values) =>
    say`no answer came back (${values.text('code')}), and it cannot be told whether it was done`,
  'not-applied': (values) =>
    say`accepted, but it still shows ${values.text('now')} instead of ${values.text('to')}`,
  'fraud-risk': () => say`Mercado Livre suspects fraud: do not ship`,
  refunded: () => say`the buyer has been refunded`,
  'not-paid': (values) => say`it is not paid yet (${values.text('status')})`,
  'buyer-unknown': () => say`the buyer's tax number is not known yet`,
  'pack-grew': (values) =>
    say`Bling has this cart with ${values.text('inBling')}, and it has grown to ${values.text('total')}; complete it there`,
}
