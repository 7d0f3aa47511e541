import { fc, test as property } from '@fast-check/vitest'
import { describe, expect, test } from 'vitest'
import { AlertingSettings } from './settings.ts'
import { isSilenced, suppression, type Quiet } from './suppress.ts'

const settings = AlertingSettings.parse({
  levels: [],
  escalation: [],
  inhibitions: [{ jobs: ['restore'], rules: ['system-down'] }],
  maintenance: { levels: [2, 3], environments: ['production'] },
})
const now = new Date('2026-07-06T05:00:00Z')
const later = (minutes: number): Date => new Date(now.getTime() + minutes * 60_000)
const quiet = (more: Partial<Quiet> = {}): Quiet => ({
  now,
  silences: [],
  maintenanceUntil: null,
  jobs: [],
  ...more,
})
const alert = {
  rule: 'system-down',
  level: 2,
  environment: 'production',
  labels: { alertname: 'SystemDown', pod: 'a' },
}
const silence = (id: number, minutes: number, matchers = [{ label: 'pod', value: 'a' }]) => ({
  id,
  matchers,
  endsAt: later(minutes),
})

describe('an alert', () => {
  test('is loud when nothing keeps it quiet', () => {
    expect(suppression(alert, quiet(), settings)).toBeNull()
  })

  test('is silenced by the silence that holds longest', () => {
    expect(
      suppression(alert, quiet({ silences: [silence(1, 5), silence(2, 60), silence(3, 10)] }), settings),
    ).toEqual({
      by: 'silence/2',
      lookAgainAt: later(60),
    })
  })

  test('is kept quiet by the maintenance window of its environment, by its level', () => {
    const window = quiet({ maintenanceUntil: later(240) })
    expect(suppression(alert, window, settings)).toEqual({ by: 'maintenance', lookAgainAt: later(240) })
    expect(suppression({ ...alert, level: 1 }, window, settings)).toBeNull()
    expect(suppression({ ...alert, environment: 'staging' }, window, settings)).toBeNull()
    expect(suppression({ ...alert, environment: null }, window, settings)).toBeNull()
  })

  test('is kept quiet by a job on its environment where a rule says so, and looked at again soon', () => {
    const job = (kind: string, environment: string | null) => quiet({ jobs: [{ id: 42, kind, environment }] })
    expect(suppression(alert, job('restore', 'production'), settings)).toEqual({
      by: 'job/42',
      lookAgainAt: later(0.25),
    })
    expect(suppression(alert, job('deploy', 'production'), settings)).toBeNull()
    expect(suppression(alert, job('restore', 'staging'), settings)).toBeNull()
    expect(suppression({ ...alert, rule: 'other' }, job('restore', 'production'), settings)).toBeNull()
    expect(suppression({ ...alert, environment: null }, job('restore', null), settings)).toBeNull()
  })
})

const labels = fc.dictionary(fc.string(), fc.string(), { maxKeys: 5 })

property.prop([labels, labels])('is silenced exactly by what it has all labels of', (own, more) => {
  const matchersOf = (given: Record<string, string>) =>
    Object.entries(given).map(([label, value]) => ({ label, value }))
  expect(isSilenced({ ...more, ...own }, matchersOf(own))).toBe(Object.keys(own).length > 0)
  expect(isSilenced(own, [...matchersOf(own), { label: 'not there', value: 'x' }])).toBe(
    own['not there'] === 'x',
  )
  expect(isSilenced(own, [])).toBe(false)
})
