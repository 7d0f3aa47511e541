import type { HttpBindings } from '@hono/node-server'
import type { Context, MiddlewareHandler } from 'hono'

export type VendorEnv = { Bindings: HttpBindings }

/**
 * What goes wrong with a call. `applied-…`: the vendor did what it was asked and the answer is lost or wrong, so
 * that the caller cannot know.
 */
export type Trouble =
  | { status: number; body?: unknown }
  | 'applied-then-500'
  | 'applied-then-hang'
  | 'hang'
  | 'reset'
  | 'html'
  | 'truncated'
  | 'wrong-shape'
  | 'huge'

export type Fault = {
  trouble: Trouble
  method?: string
  /** Tested against path and query. */
  path?: RegExp
  /** How many calls it spoils; 1 by default, Infinity until cleared. */
  times?: number
}

export type Faults = {
  add: (fault: Fault) => void
  clear: () => void
  middleware: MiddlewareHandler<VendorEnv>
}

/** The levers that make a stand-in misbehave on the wire, first added first used. */
export function createFaults(): Faults {
  let faults: { fault: Fault; left: number }[] = []
  return {
    add: (fault) => faults.push({ fault, left: fault.times ?? 1 }),
    clear: () => {
      faults = []
    },
    middleware: async (c, next) => {
      const found = faults.find(({ fault, left }) => left > 0 && fits(fault, c))
      if (found === undefined) return await next()
      found.left -= 1
      const { trouble } = found.fault
      if (trouble === 'applied-then-500' || trouble === 'applied-then-hang') await next()
      return await answerOf(trouble, c)
    },
  }
}

function fits(fault: Fault, c: Context): boolean {
  const { pathname, search } = new URL(c.req.url)
  if (fault.method !== undefined && fault.method !== c.req.method) return false
  return fault.path === undefined || fault.path.test(pathname + search)
}

async function answerOf(trouble: Trouble, c: Context<VendorEnv>): Promise<Response> {
  switch (trouble) {
    case 'hang':
    case 'applied-then-hang':
      await callerGone(c)
      return new Response(null, { status: 504 })
    case 'reset':
      c.env.incoming.socket.destroy()
      return new Response(null, { status: 504 })
    case 'applied-then-500':
      return replacement(c, Response.json({ message: 'internal error', status: 500 }, { status: 500 }))
    case 'html':
      return new Response('<html><body>Estamos em manutenção</body></html>', {
        headers: { 'content-type': 'text/html' },
      })
    case 'truncated':
      return new Response('{"data":[{"id":1,"codigo":"CA', {
        headers: { 'content-type': 'application/json' },
      })
    case 'wrong-shape':
      return Response.json({ data: { nome: null, id: '__proto__' }, results: 7 })
    case 'huge':
      return new Response(`{"data":[],"padding":"${'x'.repeat(40_000_000)}"}`, {
        headers: { 'content-type': 'application/json' },
      })
    default:
      return trouble.body === undefined
        ? new Response(null, { status: trouble.status })
        : Response.json(trouble.body, { status: trouble.status })
  }
}

/** Hono keeps the response of the handler that ran before; it must go for another to be sent. */
function replacement(c: Context<VendorEnv>, response: Response): Response {
  c.res = undefined
  c.res = response
  return response
}

function callerGone(c: Context<VendorEnv>): Promise<void> {
  return new Promise((resolve) => {
    if (c.env.incoming.socket.destroyed) resolve()
    else c.env.incoming.socket.once('close', () => resolve())
  })
}
