import type { MiddlewareHandler } from 'hono'
import type { VendorEnv } from '../vendor/faults.ts'
import { slidingWindow } from '../vendor/windows.ts'

export type MercadoLivreLimits = {
  /** 1,500 a minute per seller, answered with an empty 429, and the application's own requests an hour. */
  requests: MiddlewareHandler<VendorEnv>
  perHour: number
  refusals: () => number
}

/** `scale` multiplies the counts, so that a test may run under the same rules without waiting. */
export function mercadoLivreLimits({ scale, now }: { scale: number; now: () => number }): MercadoLivreLimits {
  const perHour = 18_000 * scale
  const minute = slidingWindow(1500 * scale, 60_000)
  const hour = slidingWindow(perHour, 3_600_000)
  let refusals = 0
  return {
    async requests(_c, next) {
      const inHour = hour.admit(now())
      if (inHour && minute.admit(now())) return await next()
      refusals += 1
      if (inHour) return new Response(null, { status: 429 })
      return Response.json(
        { message: 'local_rate_limited', error: 'local_rate_limited', status: 429 },
        { status: 429 },
      )
    },
    perHour,
    refusals: () => refusals,
  }
}
