import { fc, test as property } from '@fast-check/vitest'
import { describe, expect, test } from 'vitest'
import { placeAlerts, stormKey, type Firing, type Place } from './group.ts'

const alert = (more: Partial<Firing> = {}): Firing => ({
  rule: 'r',
  level: 2,
  title: 'It burns',
  environment: 'production',
  groupKey: 'r/production',
  previousIncident: null,
  ...more,
})
const nothing = { incidents: [], rates: [] }
const storm = stormKey({ level: 2, environment: 'production' })

describe('the place of an alert', () => {
  test('is the incident of its last episode, then that of its group, then a new one', () => {
    const incidents = [
      { id: 1, groupKey: 'a', level: 2 },
      { id: 2, groupKey: 'b', level: 2 },
    ]
    const alerts = [
      alert({ groupKey: 'b', previousIncident: 1 }),
      alert({ groupKey: 'b', previousIncident: 9 }),
      alert({ groupKey: 'c' }),
    ]
    expect(placeAlerts(alerts, { incidents, rates: [] }, 5)).toEqual([
      { incident: 1 },
      { incident: 2 },
      { open: 'c', isStorm: false },
    ])
  })

  test('in a storm that goes on is its incident', () => {
    const rates = [{ level: 2, environment: 'production', incidents: 0, isStorm: true }]
    const incidents = [{ id: 7, groupKey: storm, level: 2 }]
    expect(placeAlerts([alert()], { incidents, rates }, 5)).toEqual([{ incident: 7 }])
    expect(placeAlerts([alert({ level: 1 })], { incidents, rates }, 5)).toEqual([
      { open: 'r/production', isStorm: false },
    ])
  })
})

const firings = fc.array(
  fc
    .record({
      level: fc.integer({ min: 1, max: 3 }),
      group: fc.nat(30),
      environment: fc.constantFrom(null, 'production', 'staging'),
    })
    .map(({ level, group, environment }) =>
      alert({ level, environment, groupKey: `g${group}/${environment}` }),
    ),
  { maxLength: 200 },
)
const opened = (places: readonly Place[], isStorm: boolean): string[] => [
  ...new Set(places.flatMap((place) => ('open' in place && place.isStorm === isStorm ? [place.open] : []))),
]

property.prop([firings, fc.integer({ min: 1, max: 6 })])(
  'every alert has one; few are opened of a level and environment',
  (alerts, limit) => {
    const places = placeAlerts(alerts, nothing, limit)
    expect(places).toHaveLength(alerts.length)
    expect(Object.keys(places)).toHaveLength(alerts.length)
    const scopes = new Set(alerts.map(stormKey))
    expect(opened(places, true).length).toBeLessThanOrEqual(scopes.size)
    expect(opened(places, false).length).toBeLessThanOrEqual(limit * scopes.size)
  },
)

property.prop([firings])('alerts of a group that is opened by itself are all in it', (alerts) => {
  const places = placeAlerts(alerts, nothing, 1_000)
  places.forEach((place, index) => expect(place).toEqual({ open: alerts[index]?.groupKey, isStorm: false }))
})
