import { z } from 'zod'

/** What a tester may break. Null or absent means "as Slack is on a good day". */
export const LeverChange = z.object({
  /** How Web API calls and response_urls fail: too many requests, server error, no answer, connection reset. */
  down: z.enum(['429', '500', 'silent', 'reset']).nullable().optional(),
  /** Retry-After of `down: '429'`. */
  retryAfterSeconds: z.int().min(0).optional(),
  /** `down` only for this method ... */
  method: z.string().nullable().optional(),
  /** ... and only for this channel ... */
  channel: z.string().nullable().optional(),
  /** ... and only for the next so many calls that fit. */
  times: z.int().min(1).nullable().optional(),
  /** Multiplies Slack's rate limits. */
  budgetScale: z.number().positive().optional(),
  /** Every slash command and interaction reaches the app twice, byte for byte. */
  deliverTwice: z.boolean().optional(),
  /** The same with any number of copies. */
  deliveries: z.int().min(1).max(20).optional(),
})
export type LeverChange = z.infer<typeof LeverChange>

export type Levers = {
  down: '429' | '500' | 'silent' | 'reset' | null
  retryAfterSeconds: number
  method: string | null
  channel: string | null
  times: number | null
  budgetScale: number
  deliveries: number
}

export function untouchedLevers(): Levers {
  return {
    down: null,
    retryAfterSeconds: 1,
    method: null,
    channel: null,
    times: null,
    budgetScale: 1,
    deliveries: 1,
  }
}

/** Changes what the request names; a new `down` forgets the filters of the one before. */
export function pullLevers(levers: Levers, { deliverTwice, ...change }: LeverChange): void {
  if (change.down !== undefined) Object.assign(levers, { method: null, channel: null, times: null })
  if (deliverTwice !== undefined) levers.deliveries = deliverTwice ? 2 : 1
  Object.assign(levers, Object.fromEntries(Object.entries(change).filter(([, value]) => value !== undefined)))
}

/** The fault this call meets, if any; counts `times` down. */
export function nextFault(
  levers: Levers,
  call: { method: string; channel?: string | undefined },
): Levers['down'] {
  if (levers.down === null) return null
  if (levers.method !== null && levers.method !== call.method) return null
  if (levers.channel !== null && levers.channel !== call.channel) return null
  const fault = levers.down
  if (levers.times !== null && --levers.times === 0) Object.assign(levers, { down: null, times: null })
  return fault
}
