import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { isCron, isTimeZone, nextTime } from './cron.ts'

const times = (cron: string, timeZone: string, after: string, count: number): string[] => {
  const found: Date[] = []
  for (let at = new Date(after); found.length < count; found.push(at)) at = nextTime(cron, timeZone, at)
  return found.map((time) => time.toISOString().slice(0, 16))
}

test.each([
  ['0 2 * * *', true],
  ['0 2 * * 1#1', true],
  ['*/5 8-18 * * MON-FRI', true],
  ['0 0 L * *', true],
  ['', false],
  ['@daily', false],
  ['0 2 * *', false],
  ['0 0 2 * * *', false],
  ['0  2 * * *', false],
  ['60 * * * *', false],
  ['H * * * *', false],
  ['? * * * *', false],
  ['0 0 15W * *', false],
  ['0 0 30 2 *', false],
  ['0 0 31 4,6 *', false],
])('%s is a cron expression: %s', (text, expected) => {
  expect(isCron(text)).toBe(expected)
})

test.each([
  ['America/Sao_Paulo', true],
  ['UTC', true],
  ['Sao Paulo', false],
  ['', false],
])('%s is a time zone: %s', (text, expected) => {
  expect(isTimeZone(text)).toBe(expected)
})

describe('the next time', () => {
  test('is later than the moment asked for, on the clocks of the zone', () => {
    expect(times('0 2 * * *', 'America/Sao_Paulo', '2026-07-06T05:00:00Z', 2)).toEqual([
      '2026-07-07T05:00',
      '2026-07-08T05:00',
    ])
    expect(times('0 2 * * *', 'America/Sao_Paulo', '2026-07-06T04:59:59.999Z', 1)).toEqual([
      '2026-07-06T05:00',
    ])
  })

  test('of the first Monday of the month', () => {
    expect(times('0 2 * * 1#1', 'America/Sao_Paulo', '2026-07-01T00:00:00Z', 4)).toEqual([
      '2026-07-06T05:00',
      '2026-08-03T05:00',
      '2026-09-07T05:00',
      '2026-10-05T05:00',
    ])
  })

  test('comes an hour later on the day when clocks skip it', () => {
    expect(times('30 2 * * *', 'America/New_York', '2026-03-07T00:00:00Z', 3)).toEqual([
      '2026-03-07T07:30',
      '2026-03-08T07:30',
      '2026-03-09T06:30',
    ])
    expect(times('30 2 * * *', 'America/New_York', '2026-03-08T07:10:00Z', 1)).toEqual(['2026-03-08T07:30'])
  })

  test('is not lost on a day that has no midnight', () => {
    expect(times('0 0 * * *', 'America/Sao_Paulo', '2018-11-03T12:00:00Z', 2)).toEqual([
      '2018-11-04T03:00',
      '2018-11-05T02:00',
    ])
  })

  test('comes once on the day when clocks show it twice, wherever one asks from', () => {
    const expected = ['2026-11-01T05:30', '2026-11-02T06:30']
    expect(times('30 1 * * *', 'America/New_York', '2026-11-01T00:00:00Z', 2)).toEqual(expected)
    for (const after of ['2026-11-01T05:30:00Z', '2026-11-01T05:45:00Z', '2026-11-01T06:05:00Z']) {
      expect(times('30 1 * * *', 'America/New_York', after, 1)).toEqual(expected.slice(1))
    }
  })

  test('of a daily schedule is in the day to come and shows the right minute', () => {
    fc.assert(
      fc.property(
        fc.constantFrom(
          'UTC',
          'America/Sao_Paulo',
          'America/New_York',
          'Australia/Lord_Howe',
          'Asia/Kathmandu',
        ),
        fc.integer({ min: 0, max: 59 }),
        fc.integer({ min: 0, max: 23 }),
        fc.date({ min: new Date('2015-01-01'), max: new Date('2030-01-01'), noInvalidDate: true }),
        (timeZone, minute, hour, after) => {
          const next = nextTime(`${minute} ${hour} * * *`, timeZone, after)
          const hours = (next.getTime() - after.getTime()) / 3_600_000
          expect(hours).toBeGreaterThan(0)
          expect(hours).toBeLessThanOrEqual(26)
          const shown = new Intl.DateTimeFormat('en-u-hc-h23', {
            timeZone,
            hour: 'numeric',
            minute: 'numeric',
          })
          const [shownHour = 0, shownMinute = 0] = shown.format(next).split(':').map(Number)
          const lateMinutes = (shownHour * 60 + shownMinute - (hour * 60 + minute) + 1440) % 1440
          expect([0, 30, 60]).toContain(lateMinutes)
        },
      ),
    )
  })
})
