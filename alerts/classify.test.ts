import { readFile } from 'node:fs/promises'
import { fc, test as property } from '@fast-check/vitest'
import { describe, expect, test } from 'vitest'
import { parse } from 'yaml'
import { z } from 'zod'
import { classifier, severityLevel, type Classify } from './classify.ts'
import { AlertingSettings } from './settings.ts'

const environments = ['development', 'staging', 'production']
const settings = (rules: unknown[] = []) => AlertingSettings.parse({ levels: [], escalation: [], rules })
const of = (classify: Classify, labels: Record<string, string>, title = 'It burns') =>
  classify({ source: 'alertmanager', fingerprint: 'f', labels, title })

const file: unknown = parse(await readFile('deploy/plantao.yaml', 'utf8'))
const defaults = z.object({ alerting: AlertingSettings }).parse(file).alerting
const byDefault = classifier(defaults, environments)

describe('the default runbook file', () => {
  test.each([
    ['system down > 5 min', { alertname: 'SystemDown' }, 1, 'Sistema indisponível'],
    ['error rate > 10 %', { alertname: 'ErrorRateAbove10Percent' }, 1, 'Error rate acima de 10 %'],
    [
      'error rate > 10 %, told by its severity',
      { alertname: 'HighErrorRate', severity: 'critical' },
      1,
      'Error rate acima de 10 %',
    ],
    ['database down', { alertname: 'DatabaseDown' }, 1, 'Database down'],
    ['data loss', { alertname: 'DataLoss' }, 1, 'Perda de dados'],
    ['degraded performance', { alertname: 'PerformanceDegraded' }, 2, 'Performance degradada'],
    ['error rate > 5 %', { alertname: 'HighErrorRate', severity: 'warning' }, 2, 'Error rate acima de 5 %'],
    ['disk > 90 %', { alertname: 'DiskAbove90Percent' }, 2, 'Disco acima de 90 %'],
    ['failing syncs', { alertname: 'SyncFailing' }, 2, 'Sincronizações falhando'],
    ['resource use > 80 %', { alertname: 'CpuAbove80Percent' }, 3, 'Uso de recursos acima de 80 %'],
    ['latency', { alertname: 'LatencyAbove2Seconds' }, 3, 'Latência elevada'],
    ['security', { alertname: 'SecurityScanFailed' }, 3, 'It burns'],
  ])('knows %s', (_, labels, level, title) => {
    expect(of(byDefault, { ...labels, environment: 'production' })).toMatchObject({
      level,
      title,
      environment: 'production',
    })
  })

  test('has one incident for an error rate that rises from 5 to 10 %, one per environment', () => {
    const key = (alertname: string, environment: string) => of(byDefault, { alertname, environment }).groupKey
    expect(key('ErrorRateHigh', 'production')).toBe(key('ErrorRateCritical', 'production'))
    expect(key('ErrorRateHigh', 'staging')).not.toBe(key('ErrorRateCritical', 'production'))
  })

  test('has a rule for each condition it lists', () => {
    const levels = defaults.levels.map(({ level, conditions }) => [level, conditions.length])
    const titles = (level: number) =>
      new Set(defaults.rules.filter((rule) => rule.level === level).map((rule) => rule.title))
    for (const [level = 0, count = 0] of levels) expect(titles(level).size).toBeGreaterThanOrEqual(count)
  })
})

describe('a rule', () => {
  const rule = { name: 'r', level: 1, title: 'R' }

  test.each([
    [{ a: 'x' }, { a: 'x', b: 'y' }, true],
    [{ a: 'x', b: 'y' }, { a: 'x' }, false],
    [{ a: ['x', 'y'] }, { a: 'y' }, true],
    [{ a: { matches: 'x+' } }, { a: 'xx' }, true],
    [{ a: { matches: 'x' } }, { a: 'xx' }, false],
    [{ a: { matches: 'x|y' } }, { a: 'xy' }, false],
    [{ a: { matches: '' } as unknown as string }, { a: '' }, false],
    [{}, {}, true],
  ])('with %j matches %j: %s', (when, labels, expected) => {
    const parsed = AlertingSettings.safeParse({ levels: [], escalation: [], rules: [{ ...rule, when }] })
    const found = parsed.success ? of(classifier(parsed.data, []), labels).rule : 'unmatched'
    expect(found).toBe(expected ? 'r' : 'unmatched')
  })

  test('that comes first decides', () => {
    const classify = classifier(
      settings([
        { ...rule, when: { a: 'x' } },
        { ...rule, name: 's', level: 2 },
      ]),
      [],
    )
    expect(of(classify, { a: 'x' }).rule).toBe('r')
    expect(of(classify, {}).rule).toBe('s')
  })

  test('tells its incidents apart by the labels it names, whatever stands in them', () => {
    const classify = classifier(settings([{ ...rule, groupBy: ['a', 'b'] }]), [])
    const keys = [{ a: '1', b: '2' }, { a: '1/2' }, { b: '1/2' }, { a: '1', b: '' }, {}].map(
      (labels) => of(classify, labels as Record<string, string>).groupKey,
    )
    expect(new Set(keys).size).toBe(keys.length)
  })
})

const labelSets = fc.dictionary(fc.string({ maxLength: 20 }), fc.string({ unit: 'binary', maxLength: 400 }), {
  maxKeys: 6,
})

property.prop([labelSets, fc.string()])(
  'whatever an alert is, it has a level, and an index takes its key',
  (labels, title) => {
    const classified = of(byDefault, labels, title)
    expect([1, 2, 3]).toContain(classified.level)
    expect(classified.groupKey.length).toBeLessThan(300)
    expect([null, ...environments]).toContain(classified.environment)
  },
)

property.prop([labelSets])('the order of labels means nothing', (labels) => {
  const turned = Object.fromEntries(Object.entries(labels).toReversed())
  expect(of(byDefault, turned)).toEqual(of(byDefault, labels))
})

test.each([
  ['critical', 1],
  [' Critical ', 1],
  ['high', 2],
  ['error', 2],
  ['major', 2],
  ['warning', 3],
  ['info', 3],
  ['whatever', 2],
  [undefined, 2],
])('a severity of %s is level %d', (severity, level) => {
  expect(severityLevel(severity)).toBe(level)
})
