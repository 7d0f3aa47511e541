import { pagingHealth } from '../db/heartbeats.ts'
import type { Pool } from '../db/pool.ts'
import type { AlertingSettings } from './settings.ts'

const deadlineSeconds = 10

export type HeartbeatOutcome = { sent: true } | { sent: false; reason: string }

/**
 * Asks the outside monitor's address, but only while paging works: the escalation is on time and the outbox is being
 * sent. When it no longer hears of us it raises the alarm in our place. Throws where the monitor cannot be reached.
 */
export async function sendHeartbeat(
  pool: Pool,
  settings: NonNullable<AlertingSettings['outwardHeartbeat']>,
): Promise<HeartbeatOutcome> {
  const { timerLagSeconds, outboxAgeSeconds } = await pagingHealth(pool)
  if (timerLagSeconds > settings.timerLagSeconds) {
    return { sent: false, reason: `escalation is ${Math.round(timerLagSeconds)} s late` }
  }
  if (outboxAgeSeconds > settings.outboxAgeSeconds) {
    return { sent: false, reason: `the oldest page has waited for ${Math.round(outboxAgeSeconds)} s` }
  }
  const response = await fetch(settings.url, { signal: AbortSignal.timeout(deadlineSeconds * 1_000) })
  await response.body?.cancel()
  if (!response.ok) throw new Error(`the outside monitor answered ${response.status}`)
  return { sent: true }
}
