/** A second more than PagerDuty counts by: calls are counted here when they begin, there when they arrive. */
export const windowSeconds = 61

/**
 * How many events of a routing key may begin now, when `recent` did within the window. A sixth is kept for critical
 * incidents: one that comes amid a storm of others does not wait for the window to pass.
 */
export function roomOf({ recent, limit }: { recent: number; limit: number }): {
  critical: number
  others: number
} {
  const left = Math.max(0, limit - recent)
  return { critical: left, others: Math.max(0, left - Math.floor(limit / 6)) }
}

/** When an event is tried again that was tried `attempts` times: 2, 4, 8 … 60 seconds, spread by a quarter. */
export function retrySeconds(attempts: number, random: number): number {
  return Math.min(60, 2 ** Math.max(1, attempts)) * (0.75 + random / 2)
}
