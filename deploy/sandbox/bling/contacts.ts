import { Hono } from 'hono'
import { z } from 'zod'
import type { VendorEnv } from '../vendor/faults.ts'
import { invalid, type BlingFieldError } from './errors.ts'
import { page } from './paging.ts'
import type { BlingContact, BlingWorld } from './world.ts'

const NewContact = z.object({
  nome: z.string().min(1).max(120),
  tipo: z.enum(['F', 'J', 'E']),
  situacao: z.enum(['A', 'E', 'I', 'S']),
  numeroDocumento: z
    .string()
    .transform((text) => text.replace(/\D/g, ''))
    .refine((digits) => [0, 11, 14].includes(digits.length)),
})

export function contactRoutes(world: BlingWorld, created: (contact: BlingContact) => void): Hono<VendorEnv> {
  const routes = new Hono<VendorEnv>()
  routes.get('/contatos', (c) => {
    const document = c.req.query('numeroDocumento')?.replace(/\D/g, '')
    // 1 all, 3 last included: the default hides most of them.
    const from = (c.req.query('criterio') ?? '3') === '1' ? 0 : Math.floor(world.contacts.length * 0.9)
    const rows = world.contacts
      .slice(from)
      .filter((contact) => document === undefined || contact.numeroDocumento === document)
    return c.json({ data: page(c, rows).map(contactRow) })
  })
  routes.post('/contatos', async (c) => {
    const parsed = NewContact.safeParse(await c.req.json().catch(() => undefined))
    if (!parsed.success) return invalid('Não foi possível salvar o contato', contactErrors(parsed.error))
    const { nome, tipo, numeroDocumento } = parsed.data
    const contact = { id: 15_950_000_000 + world.contacts.length, nome, tipo, numeroDocumento }
    world.contacts.push(contact)
    created(contact)
    return c.json({ data: { id: contact.id } }, 201)
  })
  return routes
}

function contactRow({ id, nome, numeroDocumento }: BlingContact) {
  return { id, nome, codigo: '', situacao: 'A', numeroDocumento, telefone: '', celular: '' }
}

function contactErrors(error: z.ZodError): BlingFieldError[] {
  return error.issues.map((issue) => ({
    code: 3,
    msg: 'O campo é obrigatório ou inválido',
    element: issue.path.join('.'),
    namespace: 'CONTATOS',
  }))
}
