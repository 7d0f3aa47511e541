import { pagingHealth } from '../db/heartbeats.ts'
import { alertingGauges } from '../db/incident-stats.ts'
import type { EngineContext } from './context.ts'

/** Reads what the metrics say of alerting now; every engine says the same. */
export async function readAlertingMetrics({
  pool,
  metrics,
}: Pick<EngineContext, 'pool' | 'metrics'>): Promise<void> {
  const [{ incidents, pages }, health] = await Promise.all([alertingGauges(pool), pagingHealth(pool)])
  metrics.incidents.reset()
  for (const { level, state, count } of incidents) metrics.incidents.set({ level, state }, count)
  metrics.pages.reset()
  for (const { action, state, count } of pages) metrics.pages.set({ action, state }, count)
  metrics.timerLagSeconds.set(health.timerLagSeconds)
  metrics.outboxAgeSeconds.set(health.outboxAgeSeconds)
}
