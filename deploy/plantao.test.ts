import { describe, expect, test } from 'vitest'
import { loadRunbook } from '../engine/runbook-file.ts'

const runbook = await loadRunbook('deploy/plantao.yaml')

describe('the default runbook file', () => {
  test('has what the operations runbook says of the environments', () => {
    expect(Object.entries(runbook.environments).map(([name, { url }]) => [name, url])).toEqual([
      ['development', 'https://dev.ml-bling-sync.com'],
      ['staging', 'https://staging.ml-bling-sync.com'],
      ['production', 'https://app.ml-bling-sync.com'],
    ])
    expect(runbook.environments['production']?.resources).toEqual({
      frontend: { instances: 2, cpu: 2, memoryGb: 4 },
      backend: { instances: 3, cpu: 4, memoryGb: 8 },
      worker: { instances: 2, cpu: 2, memoryGb: 4 },
      database: { instances: 1, cpu: 8, memoryGb: 16, diskGb: 500 },
      cache: { instances: 1, cpu: 2, memoryGb: 4 },
    })
    expect(runbook.environments['staging']?.resources).toEqual({
      frontend: { instances: 1, cpu: 1, memoryGb: 2 },
      backend: { instances: 1, cpu: 2, memoryGb: 4 },
      worker: { instances: 1, cpu: 1, memoryGb: 2 },
      database: { instances: 1, cpu: 2, memoryGb: 4, diskGb: 100 },
      cache: { instances: 1, cpu: 1, memoryGb: 2 },
    })
  })

  test('has what the operations runbook says of recovery, alerts and escalation', () => {
    expect(runbook.recovery).toEqual({
      rtoMinutes: 240,
      rpoMinutes: 60,
      backupEveryHours: 6,
      keepBackupsDays: 30,
    })
    const shown = ({ name, above }: (typeof runbook.dashboards)[number]['alerts'][number]): string =>
      above ? `${name} > ${above.value} ${above.unit}` : name
    expect(
      runbook.alerting.levels.map((it) => [it.level, it.respondMinutes, ...it.conditions.map(shown)]),
    ).toEqual([
      [
        1,
        0,
        'Sistema indisponível > 5 minutes',
        'Error rate > 10 percent',
        'Database down',
        'Perda de dados',
      ],
      [
        2,
        30,
        'Performance degradada',
        'Error rate > 5 percent',
        'Disco > 90 percent',
        'Sincronizações falhando',
      ],
      [3, 120, 'Uso de recursos > 80 percent', 'Latência elevada', 'Alertas de segurança'],
    ])
    expect(runbook.dashboards.map((it) => [it.link, ...it.alerts.map(shown)])).toEqual([
      ['dashboard-system', 'Uso > 80 percent', 'Disco > 90 percent'],
      ['dashboard-application', 'Error rate > 5 percent', 'Latência > 2 seconds'],
      ['dashboard-business', 'Sincronizações falhando > 10 percent'],
    ])
    expect(runbook.alerting.escalation.map((it) => [it.level, it.who, it.respondMinutes])).toEqual([
      [1, 'Engineer on-call', 15],
      [2, 'Tech Lead', 30],
      [3, 'CTO', 60],
      [4, 'CEO', 120],
    ])
  })

  test('has the people of the operations runbook', () => {
    expect(
      runbook.people.slice(0, 3).map(({ name, title, phone, email }) => [name, title, phone, email]),
    ).toEqual([
      ['João Silva', 'Tech Lead', '+55 11 99999-1111', 'joao@company.com'],
      ['Maria Santos', 'DevOps Engineer', '+55 11 99999-2222', 'maria@company.com'],
      ['Pedro Costa', 'SRE', '+55 11 99999-3333', 'pedro@company.com'],
    ])
  })
})
