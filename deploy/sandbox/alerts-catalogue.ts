/** One text per language of the console. */
interface Words {
  'pt-BR': string
  en: string
}

export interface RunbookAlert {
  alertname: string
  /** As the runbook calls it. */
  name: Words
  summary: Words
  severity: 'critical' | 'high' | 'warning'
  labels?: Record<string, string>
}

/** The alerts the runbook names, as Prometheus would name them. */
export const runbookAlerts: readonly RunbookAlert[] = [
  {
    alertname: 'SystemDown',
    name: { 'pt-BR': 'Sistema indisponível > 5 min', en: 'System down > 5 min' },
    summary: {
      'pt-BR': 'O sistema não responde há 5 minutos',
      en: 'The system has not answered for 5 minutes',
    },
    severity: 'critical',
    labels: { job: 'blackbox' },
  },
  {
    alertname: 'ErrorRateAbove10Percent',
    name: { 'pt-BR': 'Error rate > 10 %', en: 'Error rate > 10 %' },
    summary: { 'pt-BR': 'Error rate de 14 %', en: 'Error rate at 14 %' },
    severity: 'critical',
    labels: { job: 'backend' },
  },
  {
    alertname: 'ErrorRateAbove5Percent',
    name: { 'pt-BR': 'Error rate > 5 %', en: 'Error rate > 5 %' },
    summary: { 'pt-BR': 'Error rate de 7 %', en: 'Error rate at 7 %' },
    severity: 'high',
    labels: { job: 'backend' },
  },
  {
    alertname: 'DatabaseDown',
    name: { 'pt-BR': 'Database down', en: 'Database down' },
    summary: { 'pt-BR': 'O PostgreSQL não aceita conexões', en: 'PostgreSQL accepts no connections' },
    severity: 'critical',
    labels: { job: 'postgres', instance: 'postgres-0:9187' },
  },
  {
    alertname: 'DataLoss',
    name: { 'pt-BR': 'Perda de dados', en: 'Data loss' },
    summary: { 'pt-BR': 'Faltam linhas na tabela orders', en: 'Rows are missing from the table orders' },
    severity: 'critical',
    labels: { job: 'postgres', instance: 'postgres-0:9187' },
  },
  {
    alertname: 'PerformanceDegraded',
    name: { 'pt-BR': 'Performance degradada', en: 'Degraded performance' },
    summary: { 'pt-BR': 'p95 de 1,8 s há 10 minutos', en: 'p95 at 1.8 s for 10 minutes' },
    severity: 'high',
    labels: { job: 'backend' },
  },
  {
    alertname: 'DiskAbove90Percent',
    name: { 'pt-BR': 'Disco > 90 %', en: 'Disk > 90 %' },
    summary: { 'pt-BR': 'Disco de postgres-0 em 93 %', en: 'Disk of postgres-0 at 93 %' },
    severity: 'high',
    labels: { job: 'node', instance: 'postgres-0:9100' },
  },
  {
    alertname: 'SyncFailing',
    name: { 'pt-BR': 'Sincronizações falhando', en: 'Failing syncs' },
    summary: { 'pt-BR': '12 % das sincronizações falham', en: '12 % of the syncs fail' },
    severity: 'high',
    labels: { job: 'worker', connector: 'mercado-livre' },
  },
  {
    alertname: 'CpuAbove80Percent',
    name: { 'pt-BR': 'Uso de recursos > 80 %', en: 'Resource use > 80 %' },
    summary: { 'pt-BR': 'CPU de backend-1 em 86 %', en: 'CPU of backend-1 at 86 %' },
    severity: 'warning',
    labels: { job: 'node', instance: 'backend-1:9100' },
  },
  {
    alertname: 'LatencyAbove2Seconds',
    name: { 'pt-BR': 'Latência elevada', en: 'High latency' },
    summary: { 'pt-BR': 'Latência de 2,4 s em /api/orders', en: 'Latency of 2.4 s at /api/orders' },
    severity: 'warning',
    labels: { job: 'backend', handler: '/api/orders' },
  },
  {
    alertname: 'SecuritySuspiciousLogins',
    name: { 'pt-BR': 'Alerta de segurança', en: 'Security alert' },
    summary: {
      'pt-BR': '40 logins recusados do mesmo endereço',
      en: '40 logins refused from one address',
    },
    severity: 'warning',
    labels: { job: 'backend' },
  },
]
