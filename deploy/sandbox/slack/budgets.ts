/**
 * Slack's rate limits (docs.slack.dev/apis/web-api/rate-limits), taken at their strictest: never more calls in
 * any window than the documented number, although Slack says "50+" and forgives small bursts.
 */

export type Tier = 1 | 2 | 3 | 4 | 'posting' | 'unlimited'

/** At most `limit` calls with this key in any `seconds`. */
export type Window = { key: string; limit: number; seconds: number }

/** When calls were made, per window key, in milliseconds, oldest first. */
export type Spent = Map<string, number[]>

const tiers = {
  // "1+ per minute, a small amount of burst behavior is tolerated": two overlapping Socket Mode connections and
  // their refresh must fit, a loop of reconnects must not
  1: { limit: 5, seconds: 300 },
  2: { limit: 20, seconds: 60 },
  3: { limit: 50, seconds: 60 },
  4: { limit: 100, seconds: 60 },
} as const

/** The windows a call has to fit into. `scale` multiplies Slack's numbers. */
export function windowsFor(call: {
  method: string
  tier: Tier
  channel?: string | undefined
  scale: number
}): Window[] {
  const { method, tier, scale } = call
  if (tier === 'unlimited') return []
  if (tier !== 'posting')
    return [{ key: method, limit: scaled(tiers[tier].limit, scale), seconds: tiers[tier].seconds }]
  return [
    // about one a second per channel, short bursts tolerated
    { key: `${method} ${call.channel ?? ''}`, limit: scaled(5, scale), seconds: 5 },
    // "several hundred messages per minute" per workspace
    { key: method, limit: scaled(300, scale), seconds: 60 },
  ]
}

/**
 * Spends one call in all windows and answers 0, or spends nothing and answers the whole seconds to wait
 * (Slack's Retry-After).
 */
export function spend(spent: Spent, windows: Window[], nowMilliseconds: number): number {
  const waits = windows.map((window) => wait(spent.get(window.key) ?? [], window, nowMilliseconds))
  const longest = Math.max(0, ...waits)
  if (longest === 0) for (const { key, limit } of windows) remember(spent, { key, limit }, nowMilliseconds)
  return Math.ceil(longest / 1000)
}

function wait(calls: number[], window: Window, nowMilliseconds: number): number {
  const blocking = calls.at(-window.limit)
  if (blocking === undefined) return 0
  return Math.max(0, blocking + window.seconds * 1000 - nowMilliseconds)
}

function remember(
  spent: Spent,
  { key, limit }: Pick<Window, 'key' | 'limit'>,
  nowMilliseconds: number,
): void {
  const calls = spent.get(key) ?? []
  calls.push(nowMilliseconds)
  if (calls.length > 2 * limit) calls.splice(0, calls.length - limit)
  spent.set(key, calls)
}

function scaled(limit: number, scale: number): number {
  return Math.max(1, Math.floor(limit * scale))
}
