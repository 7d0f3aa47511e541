import type { Context, MiddlewareHandler } from 'hono'
import type { VendorEnv } from '../vendor/faults.ts'
import { slidingWindow } from '../vendor/windows.ts'
import { blingError } from './errors.ts'

const minute = 60_000

export type BlingLimits = {
  /** 3 a second and 120,000 a day per account, over all apps; the answer has no Retry-After. */
  requests: MiddlewareHandler<VendorEnv>
  /** Bans the caller's address: 300 errors or 600 requests in 10 s (10 min), 20 token calls in 60 s (60 min). */
  bans: MiddlewareHandler<VendorEnv>
  lift: () => void
  refusals: () => number
  banned: () => boolean
}

/**
 * The limits as developer.bling.com.br/limites prints them. `scale` multiplies the counts, so that a test may run
 * under the same rules without waiting; the bans only widen with it.
 */
export function blingLimits({ scale, now }: { scale: number; now: () => number }): BlingLimits {
  const perSecond = 3 * scale
  const perDay = 120_000 * scale
  const banScale = Math.max(1, scale)
  const second = slidingWindow(perSecond, 1000)
  const errors = slidingWindow(Infinity, 10_000)
  const requests = slidingWindow(Infinity, 10_000)
  const tokens = slidingWindow(Infinity, minute)
  let day = { number: 0, used: 0 }
  let bannedUntil = 0
  let refusals = 0

  const ban = (minutes: number): void => {
    bannedUntil = Math.max(bannedUntil, now() + minutes * minute)
  }
  return {
    async requests(_c, next) {
      const today = Math.floor((now() - 3 * 60 * minute) / (24 * 60 * minute))
      if (day.number !== today) day = { number: today, used: 0 }
      const spent = day.used >= perDay ? ('day' as const) : second.admit(now()) ? null : ('second' as const)
      if (spent === null) {
        day.used += 1
        return await next()
      }
      refusals += 1
      return tooMany(spent, spent === 'day' ? perDay : perSecond)
    },
    async bans(c, next) {
      if (bannedUntil > now()) return new Response('<html><body>403 Forbidden</body></html>', { status: 403 })
      if (requests.count(now()) > 600 * banScale) ban(10)
      if (isTokenCall(c) && tokens.count(now()) > 20 * banScale) ban(60)
      await next()
      if (c.res.status >= 400 && errors.count(now()) > 300 * banScale) ban(10)
      return undefined
    },
    lift: () => {
      bannedUntil = 0
    },
    refusals: () => refusals,
    banned: () => bannedUntil > now(),
  }
}

function isTokenCall(c: Context): boolean {
  return c.req.path.endsWith('/oauth/token')
}

function tooMany(period: 'second' | 'day', limit: number): Response {
  const said = period === 'second' ? 'por segundo' : 'por dia'
  return blingError(429, {
    type: 'TOO_MANY_REQUESTS',
    message: 'Limite de requisições atingido.',
    description: `O limite de requisições ${said} foi atingido, tente novamente mais tarde.`,
    limit,
    period,
  })
}
