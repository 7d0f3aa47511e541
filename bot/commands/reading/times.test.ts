import fc from 'fast-check'
import { expect, test } from 'vitest'
import { readMoment } from './times.ts'

/** A Monday, 14:05 in São Paulo. */
const asking = {
  now: new Date('2026-11-23T17:05:00.000Z'),
  timeZone: 'America/Sao_Paulo',
  locale: 'pt-BR',
} as const

test.each([
  ['until 18:00', '2026-11-23T21:00'],
  ['até 18h', '2026-11-23T21:00'],
  ['ATE as 18h30', '2026-11-23T21:30'],
  ['até às 18:00', '2026-11-23T21:00'],
  ['until 06:00', '2026-11-24T09:00'],
  ['until 14:05', '2026-11-24T17:05'],
  ['until today 23:59', '2026-11-24T02:59'],
  ['até amanhã 8h', '2026-11-24T11:00'],
  ['until tomorrow at 08:00', '2026-11-24T11:00'],
  ['until 2026-11-24 08:00', '2026-11-24T11:00'],
  ['until 2026-11-24T08:00', '2026-11-24T11:00'],
  ['até 24/11 08:00', '2026-11-24T11:00'],
  ['até 05/01 08:00', '2027-01-05T11:00'],
  ['até 05/01/2028 às 8h', '2028-01-05T11:00'],
  ['for 2h', '2026-11-23T19:05'],
  ['por 2 horas', '2026-11-23T19:05'],
  ['por 2h30', '2026-11-23T19:35'],
  ['for 90 min', '2026-11-23T18:35'],
  ['por 2 dias', '2026-11-25T17:05'],
])('%s', (phrase, expected) => {
  expect(readMoment(phrase, asking)?.toISOString()).toBe(`${expected}:00.000Z`)
})

test.each([
  '18:00',
  'until',
  'until 24:00',
  'until 18:60',
  'until 18',
  'until 2026-02-30 08:00',
  'until 2026-13-01 08:00',
  'for 0h',
  'for ever',
  'até 31/02 08:00',
  'until 1:2',
  '',
])('%j is no time', (phrase) => {
  expect(readMoment(phrase, asking)).toBeNull()
})

test('a day and month with a slash is only read where everybody writes the day first', () => {
  expect(readMoment('until 11/12 08:00', { ...asking, locale: 'en' })).toBeNull()
})

test('the hour belongs to the time zone of the person, whatever its clocks do that day', () => {
  const from = (timeZone: string) =>
    readMoment('until 2026-10-25 12:00', { ...asking, now: new Date('2026-10-24T00:00:00Z'), timeZone })
  expect(from('Europe/Lisbon')?.toISOString()).toBe('2026-10-25T12:00:00.000Z')
  expect(from('Asia/Kathmandu')?.toISOString()).toBe('2026-10-25T06:15:00.000Z')
  const skipped = readMoment('until 2027-03-28 01:30', { ...asking, timeZone: 'Europe/Lisbon' })
  expect(skipped?.toISOString()).toBe('2027-03-28T01:30:00.000Z')
})

const zones = fc.constantFrom(
  'America/Sao_Paulo',
  'UTC',
  'Europe/Lisbon',
  'Asia/Tokyo',
  'America/St_Johns',
  'Pacific/Kiritimati',
)
const nows = fc.date({ min: new Date('2020-01-01'), max: new Date('2035-01-01'), noInvalidDate: true })
const clocks = fc.record({ hour: fc.integer({ min: 0, max: 23 }), minute: fc.integer({ min: 0, max: 59 }) })

test('"until HH:MM" is the next time the clock there shows it', () => {
  fc.assert(
    fc.property(zones, nows, clocks, (timeZone, now, { hour, minute }) => {
      const clock = [hour, minute].map((part) => String(part).padStart(2, '0')).join(':')
      const moment = readMoment(`until ${clock}`, { now, timeZone, locale: 'en' })
      const ahead = (moment?.getTime() ?? 0) - now.getTime()
      expect(ahead).toBeGreaterThan(0)
      expect(ahead).toBeLessThanOrEqual(25 * 3600 * 1000)
      if (changesClocks(timeZone, now)) return
      const format = new Intl.DateTimeFormat('en-GB', { timeZone, hour: '2-digit', minute: '2-digit' })
      expect(format.format(moment ?? now)).toBe(clock)
    }),
  )
})

test('any phrase is read or refused', () => {
  fc.assert(
    fc.property(fc.string({ maxLength: 200 }), (phrase) => {
      const moment = readMoment(`until ${phrase}`, asking)
      expect(moment === null || !Number.isNaN(moment.getTime())).toBe(true)
    }),
  )
})

/** Within two days of a change of clocks the hour asked for may not exist. */
function changesClocks(timeZone: string, now: Date): boolean {
  const format = new Intl.DateTimeFormat('en', { timeZone, timeZoneName: 'longOffset' })
  const offsets = [-24, 0, 24, 48].map((hours) => {
    const parts = format.formatToParts(now.getTime() + hours * 3600 * 1000)
    return parts.find(({ type }) => type === 'timeZoneName')?.value
  })
  return new Set(offsets).size > 1
}
