import { randomUUID } from 'node:crypto'
import { incidentDurations, type Lasted } from '../db/incident-stats.ts'
import { takeLease } from '../db/leases.ts'
import type { Pool } from '../db/pool.ts'

const bounds = [60, 300, 900, 1_800, 3_600, 7_200, 14_400, 43_200, 86_400]
/** Longer than between two scrapes, or engines would take turns. */
const leaseSeconds = 120

const histograms = [
  {
    kind: 'acknowledge',
    name: 'plantao_incident_acknowledge_seconds',
    help: 'How long it took until somebody acknowledged an incident, by level. One engine at a time shows it for all.',
  },
  {
    kind: 'resolve',
    name: 'plantao_incident_resolve_seconds',
    help: 'How long incidents took until their end, by level. One engine at a time shows it for all.',
  },
] as const

/**
 * Writes the histograms of how long incidents took, in Prometheus's text format: of all incidents ever, from their
 * rows, by the one engine that holds the lease. So their sum over engines is right, and no restart begins at zero.
 */
export function incidentDurationMetrics(pool: Pool): () => Promise<string> {
  const holder = randomUUID()
  return async () => {
    const lease = await takeLease(pool, { name: 'incident-durations', holder, seconds: leaseSeconds })
    if (lease === null) return ''
    const lasted = await incidentDurations(pool, bounds)
    return histograms
      .map(({ kind, ...named }) =>
        histogram(
          named,
          lasted.filter((one) => one.kind === kind),
        ),
      )
      .join('')
  }
}

/** https://prometheus.io/docs/instrumenting/exposition_formats/#histograms-and-summaries */
function histogram({ name, help }: { name: string; help: string }, lasted: readonly Lasted[]): string {
  const levels = [...new Set(lasted.map(({ level }) => level))]
  const lines = levels.flatMap((level) => {
    const ofLevel = lasted.filter((one) => one.level === level)
    const countOf = (some: readonly Lasted[]): number => some.reduce((sum, { count }) => sum + count, 0)
    const labels = `{level="${level}"}`
    return [
      ...bounds.map((bound, index) => {
        const within = ofLevel.filter((one) => one.within >= bounds.length - index)
        return `${name}_bucket{le="${bound}",level="${level}"} ${countOf(within)}`
      }),
      `${name}_bucket{le="+Inf",level="${level}"} ${countOf(ofLevel)}`,
      `${name}_sum${labels} ${ofLevel.reduce((sum, { seconds }) => sum + seconds, 0)}`,
      `${name}_count${labels} ${countOf(ofLevel)}`,
    ]
  })
  return [`# HELP ${name} ${help}`, `# TYPE ${name} histogram`, ...lines, ''].join('\n')
}
