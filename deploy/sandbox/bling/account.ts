import { Hono } from 'hono'
import type { VendorEnv } from '../vendor/faults.ts'
import { queryList } from './paging.ts'
import { store, type BlingWorld } from './world.ts'

export const paymentMethods = [
  { id: 3_100_001, descricao: 'Dinheiro', tipoPagamento: 1, situacao: 1, padrao: 0 },
  { id: 3_100_002, descricao: 'Mercado Pago', tipoPagamento: 18, situacao: 1, padrao: 1 },
  { id: 3_100_003, descricao: 'Boleto', tipoPagamento: 15, situacao: 0, padrao: 0 },
] as const

export function accountRoutes(world: BlingWorld): Hono<VendorEnv> {
  const routes = new Hono<VendorEnv>()
  routes.get('/empresas/me/dados-basicos', (c) => {
    const { id, name, cnpj, email } = world.company
    return c.json({ data: { id, nome: name, cnpj, email, dataContrato: '2024-12-31' } })
  })
  routes.get('/canais-venda', (c) => {
    const types = queryList(c, 'tipos')
    const fits =
      (types.length === 0 || types.includes(store.tipo)) &&
      [undefined, String(store.situacao)].includes(c.req.query('situacao')) &&
      [undefined, String(store.agrupador)].includes(c.req.query('agrupador'))
    const { id, descricao, tipo, situacao } = store
    return c.json({ data: fits ? [{ id, descricao, tipo, situacao }] : [] })
  })
  routes.get('/formas-pagamentos', (c) =>
    c.json({
      data: paymentMethods.map((method) => ({ ...method, fixa: false, finalidade: 2, juros: 0, multa: 0 })),
    }),
  )
  return routes
}
