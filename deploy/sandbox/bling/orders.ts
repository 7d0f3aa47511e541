import { Hono, type Context } from 'hono'
import { z } from 'zod'
import type { VendorEnv } from '../vendor/faults.ts'
import { paymentMethods } from './account.ts'
import { invalid, type BlingFieldError } from './errors.ts'
import { page, queryList } from './paging.ts'
import { blingTime, type BlingOrder, type BlingWorld } from './world.ts'

const day = z.string().regex(/^\d{4}-\d{2}-\d{2}$/)
const reference = z.object({ id: z.number().int() })
const NewOrder = z.object({
  data: day,
  numeroLoja: z.string().default(''),
  loja: reference.optional(),
  contato: reference,
  itens: z
    .array(
      z.object({
        codigo: z.string().default(''),
        produto: reference.optional(),
        descricao: z.string().min(1),
        quantidade: z.number().positive(),
        valor: z.number().nonnegative(),
      }),
    )
    .min(1),
  parcelas: z.array(z.object({ dataVencimento: day, valor: z.number(), formaPagamento: reference })).min(1),
})
type NewOrder = z.infer<typeof NewOrder>

type Orders = { world: BlingWorld; now: () => number; created: (order: BlingOrder) => void }

export function orderRoutes({ world, now, created }: Orders): Hono<VendorEnv> {
  const routes = new Hono<VendorEnv>()
  routes.get('/pedidos/vendas', (c) => {
    const range = dateRange(c)
    if (range === 'too-long') return longerThanAYear()
    const rows = world.orders.filter((order) => isAskedFor(c, order) && range.holds(order.data))
    return c.json({ data: page(c, rows).map((order) => orderRow(world, order)) })
  })
  routes.post('/pedidos/vendas', async (c) => {
    const parsed = NewOrder.safeParse(await c.req.json().catch(() => undefined))
    if (!parsed.success) return refused(parsed.error.issues.map(({ path }) => required(path.join('.'))))
    const wrong = mistakes(world, parsed.data)
    if (wrong.length > 0) return refused(wrong)
    const order = orderFrom(parsed.data, world, now())
    world.orders.push(order)
    for (const item of order.itens) reserve(world, item)
    created(order)
    return c.json({ data: { id: order.id, alertas: [] } }, 201)
  })
  return routes
}

/** A number that another order carries already is taken without a word: Bling does not keep it unique. */
function mistakes(world: BlingWorld, order: NewOrder): BlingFieldError[] {
  const wrong: BlingFieldError[] = []
  if (!world.contacts.some(({ id }) => id === order.contato.id)) wrong.push(required('contato.id'))
  if (order.itens.some((item) => item.produto !== undefined && !world.products.has(item.produto.id)))
    wrong.push(required('itens.produto.id'))
  if (order.parcelas.some((part) => !paymentMethods.some(({ id }) => id === part.formaPagamento.id)))
    wrong.push(required('parcelas.formaPagamento.id'))
  if (cents(order.parcelas.map(({ valor }) => valor)) !== cents([totalOf(order)]))
    wrong.push({
      code: 22,
      msg: 'O somatório das parcelas difere do total da venda',
      element: 'parcelas',
      namespace: 'VENDAS',
    })
  return wrong
}

function orderFrom(order: NewOrder, world: BlingWorld, now: number): BlingOrder {
  return {
    id: 21_500_000_000 + world.orders.length,
    numero: 1000 + world.orders.length,
    numeroLoja: order.numeroLoja,
    lojaId: order.loja?.id ?? null,
    data: order.data,
    alteradoEm: blingTime(now),
    contatoId: order.contato.id,
    total: totalOf(order),
    itens: order.itens.map((item) => ({
      produtoId: item.produto?.id ?? null,
      codigo: item.codigo,
      descricao: item.descricao,
      quantidade: item.quantidade,
      valor: item.valor,
    })),
  }
}

/** An open order reserves its units: the virtual balance falls at once. */
function reserve(world: BlingWorld, item: BlingOrder['itens'][number]): void {
  const product = item.produtoId === null ? undefined : world.products.get(item.produtoId)
  if (product !== undefined) world.stock(product.id, product.saldo - item.quantidade)
}

function isAskedFor(c: Context, order: BlingOrder): boolean {
  const numbers = queryList(c, 'numerosLojas')
  const store = c.req.query('idLoja')
  const since = c.req.query('dataAlteracaoInicial')
  return (
    (numbers.length === 0 || numbers.includes(order.numeroLoja)) &&
    (store === undefined || store === String(order.lojaId)) &&
    (since === undefined || order.alteradoEm >= since)
  )
}

function dateRange(c: Context): { holds: (date: string) => boolean } | 'too-long' {
  const from = c.req.query('dataInicial') ?? ''
  const to = c.req.query('dataFinal') ?? '9999-12-31'
  const days = (Date.parse(to) - Date.parse(from)) / 86_400_000
  if (from !== '' && c.req.query('dataFinal') !== undefined && days > 366) return 'too-long'
  return { holds: (date) => date >= from && date <= to }
}

function orderRow(world: BlingWorld, order: BlingOrder) {
  const contact = world.contacts.find(({ id }) => id === order.contatoId)
  return {
    id: order.id,
    numero: order.numero,
    numeroLoja: order.numeroLoja,
    data: order.data,
    dataSaida: order.data,
    dataPrevista: order.data,
    totalProdutos: order.total,
    total: order.total,
    contato: {
      id: order.contatoId,
      nome: contact?.nome ?? '',
      tipoPessoa: contact?.tipo ?? 'F',
      numeroDocumento: contact?.numeroDocumento ?? '',
    },
    situacao: { id: 6, valor: 0 },
    loja: { id: order.lojaId ?? 0 },
  }
}

function totalOf(order: NewOrder): number {
  return order.itens.reduce((total, item) => total + item.quantidade * item.valor, 0)
}

function cents(amounts: number[]): number {
  return Math.round(amounts.reduce((total, amount) => total + amount, 0) * 100)
}

function required(element: string): BlingFieldError {
  return { code: 3, msg: 'O campo é obrigatório ou inválido', element, namespace: 'VENDAS' }
}

function refused(fields: BlingFieldError[]): Response {
  return invalid('Não foi possível salvar a venda', fields)
}

function longerThanAYear(): Response {
  return invalid('Intervalo de datas inválido', [
    {
      code: 2,
      msg: 'O intervalo entre as datas não pode ser maior que um ano',
      element: 'dataInicial',
      namespace: 'VENDAS',
    },
  ])
}
