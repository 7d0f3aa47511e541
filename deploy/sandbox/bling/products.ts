import { Hono, type Context } from 'hono'
import type { VendorEnv } from '../vendor/faults.ts'
import { blingError } from './errors.ts'
import { page, queryList } from './paging.ts'
import type { BlingProduct, BlingWorld } from './world.ts'

const deposit = { id: 14_886_000_001, descricao: 'Depósito Geral' } as const

export function productRoutes(world: BlingWorld): Hono<VendorEnv> {
  const routes = new Hono<VendorEnv>()
  routes.get('/produtos', (c) => {
    const rows = [...world.products.values()].filter(
      (product) => meetsCriterion(c, product, world) && isAskedFor(c, product) && hasBalance(c, product),
    )
    return c.json({ data: page(c, rows).map(productRow) })
  })
  routes.get('/estoques/saldos', (c) => {
    const ids = queryList(c, 'idsProdutos')
    if (ids.length === 0) return idsMissing()
    const rows = ids.map((id) => world.products.get(Number(id))).filter((product) => product !== undefined)
    return c.json({ data: rows.filter((product) => hasBalance(c, product)).map(balanceRow) })
  })
  routes.get('/depositos', (c) =>
    c.json({ data: [{ ...deposit, situacao: 1, padrao: true, desconsiderarSaldo: false }] }),
  )
  return routes
}

/** 1 last included (the default, which hides most products), 2 active, 3 inactive, 4 deleted, 5 all. */
function meetsCriterion(c: Context, product: BlingProduct, world: BlingWorld): boolean {
  switch (c.req.query('criterio') ?? '1') {
    case '1':
      return product.id >= lastIncluded(world)
    case '2':
      return product.situacao === 'A'
    case '3':
      return product.situacao === 'I'
    case '5':
      return true
    default:
      return false
  }
}

function lastIncluded(world: BlingWorld): number {
  const ids = [...world.products.keys()]
  return ids[Math.floor(ids.length / 2)] ?? 0
}

function isAskedFor(c: Context, product: BlingProduct): boolean {
  const ids = queryList(c, 'idsProdutos')
  const codes = queryList(c, 'codigos')
  return (
    (ids.length === 0 || ids.includes(String(product.id))) &&
    (codes.length === 0 || codes.includes(product.codigo))
  )
}

/** 0 zero, 1 positive, 2 negative. The default is 1: who does not ask for the others never sees them. */
function hasBalance(c: Context, { saldo }: BlingProduct): boolean {
  switch (c.req.query('filtroSaldoEstoque') ?? '1') {
    case '0':
      return saldo === 0
    case '1':
      return saldo > 0
    case '2':
      return saldo < 0
    default:
      return false
  }
}

function productRow(product: BlingProduct) {
  return {
    id: product.id,
    nome: product.nome,
    codigo: product.codigo,
    preco: product.preco,
    precoCusto: Math.round(product.preco * 60) / 100,
    estoque: { saldoVirtualTotal: product.saldo },
    tipo: 'P',
    situacao: product.situacao,
    formato: product.formato,
    descricaoCurta: '',
    imagemURL: '',
  }
}

function balanceRow(product: BlingProduct) {
  return {
    produto: { id: product.id, codigo: product.codigo },
    saldoFisicoTotal: product.saldo,
    saldoVirtualTotal: product.saldo,
    depositos: [{ id: deposit.id, saldoFisico: product.saldo, saldoVirtual: product.saldo }],
  }
}

function idsMissing(): Response {
  return blingError(400, {
    type: 'MISSING_REQUIRED_FIELD_ERROR',
    message: 'Parâmetro obrigatório não informado',
    description: 'O parâmetro idsProdutos é obrigatório.',
    fields: [{ code: 4, msg: 'O parâmetro é obrigatório', element: 'idsProdutos', namespace: 'ESTOQUES' }],
  })
}
