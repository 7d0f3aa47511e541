import type { SandboxAlert } from './alerts-sender.ts'

/**
 * What a data centre going dark sounds like: `count` alerts of which nearly all are noise of their own kind and place,
 * and somewhere in the middle the one that matters, a database that is down.
 */
export function storm(count: number, environment: string): SandboxAlert[] {
  const alerts = Array.from({ length: count }, (_, index) => noise(index, environment))
  alerts[Math.floor(count / 2)] = {
    labels: { alertname: 'DatabaseDown', severity: 'critical', environment, instance: 'storm-database:9187' },
    summary: 'PostgreSQL: connection refused',
  }
  return alerts
}

const kinds = [
  { alertname: 'LatencyAbove2Seconds', severity: 'warning', label: 'handler', summary: 'Latency above 2 s' },
  { alertname: 'CpuAbove80Percent', severity: 'warning', label: 'instance', summary: 'CPU above 80 %' },
  { alertname: 'DiskAbove90Percent', severity: 'high', label: 'instance', summary: 'Disk above 90 %' },
  { alertname: 'SyncFailing', severity: 'high', label: 'shard', summary: 'Syncs are failing' },
  {
    alertname: 'PodCrashLooping',
    severity: 'warning',
    label: 'pod',
    summary: 'Pod restarts again and again',
  },
] as const

function noise(index: number, environment: string): SandboxAlert {
  const kind = kinds[index % kinds.length] ?? kinds[0]
  const place = `storm-${Math.floor(index / kinds.length)}`
  return {
    labels: { alertname: kind.alertname, severity: kind.severity, environment, [kind.label]: place },
    summary: kind.summary,
  }
}
