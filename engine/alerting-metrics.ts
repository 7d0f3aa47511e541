import { pagingHealth } from '../db/heartbeats.ts'
import { alertingGauges, durationsSince } from '../db/incident-stats.ts'
import type { EngineContext } from './context.ts'

/**
 * Reads what the metrics say of alerting. Every engine counts what ended since it was first asked, wherever it
 * happened: take one engine's histogram, not the sum of all.
 */
export function alertingMetrics({
  pool,
  metrics,
}: Pick<EngineContext, 'pool' | 'metrics'>): () => Promise<void> {
  let since: string | null = null
  return async () => {
    const [{ incidents, pages }, { durations, until }, health] = await Promise.all([
      alertingGauges(pool),
      durationsSince(pool, since),
      pagingHealth(pool),
    ])
    since = until
    metrics.incidents.reset()
    for (const { level, state, count } of incidents) metrics.incidents.set({ level, state }, count)
    metrics.pages.reset()
    for (const { action, state, count } of pages) metrics.pages.set({ action, state }, count)
    metrics.timerLagSeconds.set(health.timerLagSeconds)
    metrics.outboxAgeSeconds.set(health.outboxAgeSeconds)
    for (const { level, kind, seconds } of durations) {
      const histogram =
        kind === 'acknowledge' ? metrics.incidentAcknowledgeSeconds : metrics.incidentResolveSeconds
      histogram.observe({ level }, seconds)
    }
  }
}
