import { code, say } from '../mrkdwn.ts'
import type { Sentence, Values } from './problems.ts'

const reasons = {
  unmapped: (values: Values) => say`o Bling não tem produto com o SKU ${code(values.text('sku'))}`,
  'no-sku': (values: Values) => say`${code(values.text('id'))} está sem SKU; preencha no Mercado Livre`,
  'ambiguous-listing': (values: Values) =>
    say`${values.text('count')} anúncios têm o mesmo SKU; dê um a cada um`,
  'ambiguous-product': (values: Values) =>
    say`${values.text('count')} produtos do Bling têm o mesmo SKU; dê um a cada um`,
  'inactive-in-bling': () => say`o produto está inativo no Bling`,
  'parent-product': () => say`no Bling este SKU é o pai de variações e não tem estoque próprio`,
  'stock-unknown': () => say`não foi informado quanto há em estoque`,
  'price-unknown': () => say`não foi informado o preço`,
  variations: () => say`o anúncio tem variações do tipo antigo, que ainda não são escritas`,
  full: () => say`o estoque está com o Mercado Livre (Full)`,
  'warehouse-stock': () => say`o estoque está em vários depósitos, o que ainda não é escrito`,
  'price-automation': () => say`o Mercado Livre define o preço sozinho (automação de preço)`,
  promotion: () => say`há uma promoção ativa, e mudar o preço acabaria com ela`,
  'paused-by-seller': () => say`o vendedor pausou o anúncio`,
  'listing-not-active': (values: Values) => say`o anúncio está ${code(values.text('status'))}`,
  'listing-gone': () => say`o anúncio não existe mais`,
  'changed-meanwhile': (values: Values) =>
    say`mudou de ${values.text('from')} para ${values.text('now')} nesse meio tempo; a próxima sincronização olha de novo`,
  'vendor-refused': (values: Values) => say`recusado (${values.text('code')}): ${values.text('message')}`,
  'vendor-failing': (values: Values) => say`continua falhando com ${values.text('code')}; nada foi alterado`,
  'unknown-outcome': (values: Values) =>
    say`não veio resposta (${values.text('code')}), e não dá para saber se foi feito`,
  'not-applied': (values: Values) =>
    say`foi aceito, mas ainda mostra ${values.text('now')} em vez de ${values.text('to')}`,
  'fraud-risk': () => say`o Mercado Livre suspeita de fraude: não envie`,
  refunded: () => say`o dinheiro foi devolvido ao comprador`,
  'not-paid': (values: Values) => say`ainda não foi pago (${values.text('status')})`,
  'buyer-unknown': () => say`ainda não se sabe o CPF ou CNPJ do comprador`,
  'pack-grew': (values: Values) =>
    say`no Bling este carrinho tem ${values.text('inBling')}, e cresceu para ${values.text('total')}; complete lá`,
} satisfies Record<string, Sentence>

export type SyncReasonTexts = Record<keyof typeof reasons, Sentence>

/** Why an item of a sync was left alone or failed, by code: half a sentence after its SKU. */
export const syncReasons: SyncReasonTexts = reasons
