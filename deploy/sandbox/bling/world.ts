import { z } from 'zod'
import type { Catalogue } from '../catalog.ts'
import { GrantsState } from '../vendor/grants.ts'

export type BlingProduct = {
  id: number
  codigo: string
  nome: string
  preco: number
  saldo: number
  situacao: 'A' | 'I'
  formato: 'S' | 'V' | 'E'
}

const Contact = z.object({ id: z.number(), nome: z.string(), numeroDocumento: z.string(), tipo: z.string() })
const Order = z.object({
  id: z.number(),
  numero: z.number(),
  numeroLoja: z.string(),
  lojaId: z.number().nullable(),
  data: z.string(),
  alteradoEm: z.string(),
  contatoId: z.number(),
  total: z.number(),
  itens: z.array(
    z.object({
      produtoId: z.number().nullable(),
      codigo: z.string(),
      descricao: z.string(),
      quantidade: z.number(),
      valor: z.number(),
    }),
  ),
})
export type BlingContact = z.infer<typeof Contact>
export type BlingOrder = z.infer<typeof Order>

/** What changed since the catalogue was made: all that has to be kept. */
export const BlingState = z.object({
  grants: GrantsState,
  startedAt: z.number(),
  stock: z.record(z.string(), z.number()),
  contacts: z.array(Contact),
  orders: z.array(Order),
})
export type BlingState = z.infer<typeof BlingState>

export type BlingWorld = {
  products: Map<number, BlingProduct>
  contacts: BlingContact[]
  orders: BlingOrder[]
  startedAt: number
  company: Catalogue['company']
  stock: (id: number, balance: number) => void
  snapshot: () => Omit<BlingState, 'grants'>
}

export const store = {
  id: 204_871_555,
  descricao: 'Mercado Livre',
  tipo: 'Api',
  agrupador: 4,
  situacao: 1,
} as const

/** Bling's side of the catalogue, with what an earlier run changed in it. */
export function blingWorld(
  catalogue: Catalogue,
  startedAt: number,
  saved: BlingState | undefined,
): BlingWorld {
  const products = new Map<number, BlingProduct>()
  for (const { bling, sku, name, price, stock } of catalogue.products) {
    for (const { id, active } of bling) {
      const saldo = saved?.stock[String(id)] ?? stock
      const row = { id, codigo: sku, nome: name, preco: price, saldo, formato: 'S' } as const
      products.set(id, { ...row, situacao: active ? 'A' : 'I' })
    }
  }
  const changed: Record<string, number> = { ...saved?.stock }
  const start = saved?.startedAt ?? startedAt
  const contacts = saved?.contacts ?? knownContacts(catalogue)
  const orders = saved?.orders ?? knownOrders(catalogue, contacts, start)
  return {
    products,
    contacts,
    orders,
    startedAt: start,
    company: catalogue.company,
    stock(id, balance) {
      const product = products.get(id)
      if (product === undefined) throw new Error(`Bling has no product ${id}`)
      product.saldo = balance
      changed[String(id)] = balance
    },
    snapshot: () => ({ startedAt: start, stock: changed, contacts, orders }),
  }
}

/** A moment as Bling writes it: Brasília time. */
export function blingTime(milliseconds: number): string {
  return new Date(milliseconds - 3 * 3_600_000).toISOString().slice(0, 19).replace('T', ' ')
}

function knownContacts(catalogue: Catalogue): BlingContact[] {
  return catalogue.orders
    .filter((order) => order.inBling && order.buyer.document !== null)
    .map(({ buyer }, index) => ({
      id: 15_900_000_000 + index,
      nome: `${buyer.firstName} ${buyer.lastName}`,
      numeroDocumento: buyer.document ?? '',
      tipo: 'F',
    }))
}

function knownOrders(catalogue: Catalogue, contacts: BlingContact[], startedAt: number): BlingOrder[] {
  const bySku = new Map(catalogue.products.map((product) => [product.sku, product.bling[0]?.id ?? null]))
  return catalogue.orders
    .filter((order) => order.inBling)
    .map(({ item, buyer, ...order }, index) => ({
      id: 21_000_000_000 + index,
      numero: 1000 + index,
      numeroLoja: String(order.packId ?? order.id),
      lojaId: store.id,
      data: blingTime(startedAt - order.minutesAgo * 60_000).slice(0, 10),
      alteradoEm: blingTime(startedAt - order.minutesAgo * 60_000),
      contatoId: contacts.find(({ numeroDocumento }) => numeroDocumento === buyer.document)?.id ?? 0,
      total: item.quantity * item.unitPrice,
      itens: [
        {
          produtoId: bySku.get(item.sku) ?? null,
          codigo: item.sku,
          descricao: item.title,
          quantidade: item.quantity,
          valor: item.unitPrice,
        },
      ],
    }))
}
