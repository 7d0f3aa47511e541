import type { Context } from 'hono'

/** One call as it came in and was answered. Calls that an outage swallowed have the outage's status, or 0 for none. */
export interface Call {
  at: number
  method: string
  path: string
  status: number
  routingKey?: string | undefined
  action?: string | undefined
  dedupKey?: string | undefined
  severity?: string | undefined
}

export type CallLog = ReturnType<typeof createCallLog>

const kept = 50_000

/** Every call of the outside, newest last. */
export function createCallLog(now: () => number) {
  const calls: Call[] = []
  const known = new WeakSet<Request>()
  const add = (call: Omit<Call, 'at'>): void => {
    calls.push({ at: now(), ...call })
    if (calls.length > kept) calls.splice(0, calls.length - kept)
  }
  return {
    calls,
    /** Notes the call once, however many look at it. */
    answered(c: Context, response: Response, details: Partial<Call> = {}): Response {
      if (known.has(c.req.raw)) return response
      known.add(c.req.raw)
      add({ method: c.req.method, path: c.req.path, status: response.status, ...details })
      return response
    },
  }
}
