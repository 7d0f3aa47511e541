import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { activeWindows, maintenanceWindow, nextWindows } from './freeze-windows.ts'

const timeZone = 'America/Sao_Paulo'
const weekend = {
  name: 'Weekend',
  environments: ['production', 'staging'],
  starts: '0 18 * * 5',
  minutes: 3720,
}
const night = { name: 'Night', environments: ['production'], starts: '0 22 * * *', minutes: 480 }
const runbook = { timeZone, freezeWindows: [weekend, night] }
const names = (now: string): string[] =>
  activeWindows(runbook, new Date(now)).map(({ name, environment }) => `${name} ${environment}`)

describe('the windows that hold', () => {
  test.each([
    ['just before the first second', '2026-07-03T20:59:59.999Z', []],
    ['at the first second', '2026-07-03T21:00:00Z', ['Weekend production', 'Weekend staging']],
    ['inside', '2026-07-04T15:00:00Z', ['Weekend production', 'Weekend staging']],
    [
      'where two overlap',
      '2026-07-05T03:00:00Z',
      ['Weekend production', 'Weekend staging', 'Night production'],
    ],
    ['just before the end', '2026-07-06T10:59:59.999Z', ['Weekend production', 'Weekend staging']],
    ['at the end', '2026-07-06T11:00:00Z', []],
    ['past midnight', '2026-07-08T05:00:00Z', ['Night production']],
    ['by day', '2026-07-08T15:00:00Z', []],
  ])('%s', (_, now, expected) => {
    expect(names(now)).toEqual(expected)
  })

  test('say when they began and when they end', () => {
    expect(activeWindows(runbook, new Date('2026-07-04T15:00:00Z'))[0]).toEqual({
      name: 'Weekend',
      environment: 'production',
      startsAt: new Date('2026-07-03T21:00:00Z'),
      endsAt: new Date('2026-07-06T11:00:00Z'),
    })
  })

  test('last their minutes where the clocks are put back inside', () => {
    const autumn = {
      timeZone: 'America/New_York',
      freezeWindows: [{ ...night, starts: '30 1 * * *', minutes: 60 }],
    }
    const holds = (now: string): boolean => activeWindows(autumn, new Date(now)).length > 0
    expect(['2026-11-01T05:30:00Z', '2026-11-01T06:29:00Z'].map(holds)).toEqual([true, true])
    expect(['2026-11-01T06:30:00Z', '2026-11-01T06:45:00Z', '2026-11-01T07:29:00Z'].map(holds)).toEqual([
      false,
      false,
      false,
    ])
  })

  test('always contain now, and the next one never does', () => {
    fc.assert(
      fc.property(
        fc.date({ min: new Date('2020-01-01'), max: new Date('2030-01-01'), noInvalidDate: true }),
        fc.integer({ min: 0, max: 59 }),
        fc.integer({ min: 0, max: 23 }),
        fc.integer({ min: 1, max: 1_380 }),
        fc.constantFrom('UTC', 'America/Sao_Paulo', 'America/New_York'),
        (now, minute, hour, minutes, zone) => {
          const windows = {
            timeZone: zone,
            freezeWindows: [{ ...night, starts: `${minute} ${hour} * * *`, minutes }],
          }
          for (const { startsAt, endsAt } of activeWindows(windows, now)) {
            expect(startsAt <= now && now < endsAt).toBe(true)
            expect(endsAt.getTime() - startsAt.getTime()).toBe(minutes * 60_000)
          }
          const [next] = nextWindows(windows, now)
          expect(next && next.startsAt > now).toBe(true)
          expect(next && activeWindows(windows, next.startsAt)).toEqual([next])
        },
      ),
    )
  })
})

describe('the next windows', () => {
  test('are those that begin soonest', () => {
    expect(nextWindows(runbook, new Date('2026-07-03T12:00:00Z')).map(({ name }) => name)).toEqual([
      'Weekend',
      'Weekend',
    ])
    expect(nextWindows(runbook, new Date('2026-07-07T12:00:00Z'))).toEqual([
      {
        name: 'Night',
        environment: 'production',
        startsAt: new Date('2026-07-08T01:00:00Z'),
        endsAt: new Date('2026-07-08T09:00:00Z'),
      },
    ])
  })

  test('are none where none are planned', () => {
    expect(nextWindows({ timeZone, freezeWindows: [] }, new Date())).toEqual([])
  })
})

test('the maintenance window is the present one, or else the next', () => {
  const plan = {
    timeZone,
    maintenance: {
      starts: '0 2 * * 1#1',
      minutes: 240,
      checklists: { monthly: [], quarterly: [], yearly: [] },
    },
  }
  const july = { startsAt: new Date('2026-07-06T05:00:00Z'), endsAt: new Date('2026-07-06T09:00:00Z') }
  expect(maintenanceWindow(plan, new Date('2026-07-06T04:59:00Z'))).toEqual({ active: false, ...july })
  expect(maintenanceWindow(plan, new Date('2026-07-06T08:59:00Z'))).toEqual({ active: true, ...july })
  expect(maintenanceWindow(plan, new Date('2026-07-06T09:00:00Z'))).toEqual({
    active: false,
    startsAt: new Date('2026-08-03T05:00:00Z'),
    endsAt: new Date('2026-08-03T09:00:00Z'),
  })
})
