import type { MiddlewareHandler } from 'hono'
import type { VendorEnv } from './faults.ts'

/** A call a stand-in was asked, as it answered it. */
export interface RecentCall {
  /** Milliseconds since the epoch. */
  at: number
  method: string
  path: string
  query: Record<string, string>
  status: number
}

const kept = 200

/** The newest calls, oldest first, for people to read. Calls that hang are noted once they end. */
export function createRecentCalls(now: () => number): {
  note: MiddlewareHandler<VendorEnv>
  all: () => readonly RecentCall[]
} {
  const calls: RecentCall[] = []
  return {
    note: async (c, next) => {
      const at = now()
      await next()
      calls.push({ at, method: c.req.method, path: c.req.path, query: c.req.query(), status: c.res.status })
      if (calls.length > kept) calls.shift()
    },
    all: () => calls,
  }
}
