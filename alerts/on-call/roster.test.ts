import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import {
  gaps,
  nextHandOver,
  plannedShifts,
  whoIsOnCall,
  type Override,
  type Plan,
  type Shift,
} from './roster.ts'
import { OnCallSettings, type Rotation } from './settings.ts'

const hourMs = 3_600_000
const dayMs = 24 * hourMs

function rotation(change: Partial<Rotation> = {}): Rotation {
  const [made] = OnCallSettings.parse({
    rotations: [
      {
        name: 'primary',
        people: ['maria', 'pedro'],
        handOver: '0 9 * * 1',
        starts: '2026-01-05 09:00',
        ...change,
      },
    ],
  }).rotations
  if (!made) throw new Error('no rotation')
  return made
}

const plan = (change: Partial<Rotation> = {}, more: Partial<Omit<Plan, 'rotation'>> = {}): Plan => ({
  rotation: rotation(change),
  timeZone: 'America/Sao_Paulo',
  overrides: [],
  ...more,
})

const override = (id: number, person: string, [startsAt, endsAt]: [string, string]): Override => ({
  id,
  rotation: 'primary',
  person,
  startsAt: new Date(startsAt),
  endsAt: new Date(endsAt),
})

/** Who is on call at a moment, asked for that moment alone. */
const at = (given: Plan, moment: string | Date): string | null => {
  const from = new Date(moment)
  const shifts = plannedShifts(given, { from, to: new Date(from.getTime() + 1) })
  return whoIsOnCall(shifts, from)?.person ?? null
}

const week = (given: Plan, from: string, days = 14): Shift[] =>
  plannedShifts(given, { from: new Date(from), to: new Date(Date.parse(from) + days * dayMs) })

describe('turns', () => {
  test.each([
    ['before the first began', '2026-01-05T11:59:59.999Z', null],
    ['at the very beginning', '2026-01-05T12:00:00Z', 'maria'],
    ['the last moment before a hand-over', '2026-01-12T11:59:59.999Z', 'maria'],
    ['exactly at the hand-over', '2026-01-12T12:00:00Z', 'pedro'],
    ['two hand-overs on', '2026-01-19T12:00:00Z', 'maria'],
    ['years on', '2028-01-03T12:00:00Z', 'maria'],
  ])('%s', (_, moment, expected) => {
    expect(at(plan(), moment)).toBe(expected)
  })

  test('say until when, and who is next', () => {
    const shifts = week(plan(), '2026-01-07T00:00:00Z')
    const now = new Date('2026-01-07T00:00:00Z')
    expect(whoIsOnCall(shifts, now)).toEqual({
      person: 'maria',
      until: new Date('2026-01-12T12:00:00Z'),
      isOverride: false,
    })
    expect(nextHandOver(shifts, now)).toEqual({ person: 'pedro', at: new Date('2026-01-12T12:00:00Z') })
  })

  test('of one person never end and hand over to nobody', () => {
    const alone = week(plan({ people: ['maria'] }), '2026-01-07T00:00:00Z')
    expect(alone).toHaveLength(1)
    expect(whoIsOnCall(alone, new Date('2026-01-08T00:00:00Z'))).toEqual({
      person: 'maria',
      until: null,
      isOverride: false,
    })
    expect(nextHandOver(alone, new Date('2026-01-08T00:00:00Z'))).toBeNull()
  })

  test('change at midnight, when clocks that count to 24 are a day off', () => {
    const nightly = plan({ handOver: '0 0 * * *', starts: '2026-03-02 00:00' })
    expect(at(nightly, '2026-03-03T02:59:59.999Z')).toBe('maria')
    expect(at(nightly, '2026-03-03T03:00:00Z')).toBe('pedro')
    expect(at(nightly, '2026-03-03T03:30:00Z')).toBe('pedro')
    expect(at(nightly, '2026-03-04T03:00:00Z')).toBe('maria')
  })
})

describe('where clocks change', () => {
  test('at a midnight that São Paulo skipped in 2018', () => {
    const nightly = plan({ handOver: '0 0 * * *', starts: '2018-11-01 00:00' })
    // 2018-11-04: clocks went from 23:59:59 to 01:00, which is 03:00 in UTC.
    expect(at(nightly, '2018-11-04T02:59:59.999Z')).toBe('maria')
    expect(at(nightly, '2018-11-04T03:00:00Z')).toBe('pedro')
    expect(at(nightly, '2018-11-05T01:59:59.999Z')).toBe('pedro')
    expect(at(nightly, '2018-11-05T02:00:00Z')).toBe('maria')
  })

  test('at an hour that Lisbon has twice, the turn changes once', () => {
    const nightly = plan(
      { handOver: '30 1 * * *', starts: '2026-10-24 01:30' },
      { timeZone: 'Europe/Lisbon' },
    )
    const shifts = week(nightly, '2026-10-24T12:00:00Z', 2)
    expect(shifts.map(({ person, startsAt }) => [person, startsAt.toISOString()])).toEqual([
      ['maria', '2026-10-24T12:00:00.000Z'],
      ['pedro', '2026-10-25T00:30:00.000Z'],
      ['maria', '2026-10-26T01:30:00.000Z'],
    ])
  })

  test('at an hour that Lisbon skips, the turn changes an hour later', () => {
    const nightly = plan(
      { handOver: '30 1 * * *', starts: '2027-03-27 01:30' },
      { timeZone: 'Europe/Lisbon' },
    )
    expect(at(nightly, '2027-03-28T01:29:59Z')).toBe('maria')
    expect(at(nightly, '2027-03-28T01:30:00Z')).toBe('pedro')
  })

  test('a rotation may begin at an hour that does not exist', () => {
    const odd = plan({ handOver: '0 9 * * 1', starts: '2018-11-04 00:30' })
    expect(at(odd, '2018-11-04T03:29:59Z')).toBeNull()
    expect(at(odd, '2018-11-04T03:30:00Z')).toBe('maria')
  })
})

describe('overrides', () => {
  const first = override(1, 'joao', ['2026-01-07T10:00:00Z', '2026-01-07T20:00:00Z'])

  test('begin and end to the moment', () => {
    const given = plan({}, { overrides: [first] })
    expect(at(given, '2026-01-07T09:59:59.999Z')).toBe('maria')
    expect(at(given, '2026-01-07T10:00:00Z')).toBe('joao')
    expect(at(given, '2026-01-07T19:59:59.999Z')).toBe('joao')
    expect(at(given, '2026-01-07T20:00:00Z')).toBe('maria')
    expect(whoIsOnCall(week(given, '2026-01-07T12:00:00Z'), new Date('2026-01-07T12:00:00Z'))).toEqual({
      person: 'joao',
      until: new Date('2026-01-07T20:00:00Z'),
      isOverride: true,
    })
  })

  test('that overlap: the one recorded last counts, whatever their order in the list', () => {
    const second = override(2, 'ana', ['2026-01-07T12:00:00Z', '2026-01-07T14:00:00Z'])
    for (const overrides of [
      [first, second],
      [second, first],
    ]) {
      const given = plan({}, { overrides })
      expect(
        ['11:00', '12:00', '13:59', '14:00', '20:00'].map((time) => at(given, `2026-01-07T${time}:00Z`)),
      ).toEqual(['joao', 'ana', 'ana', 'joao', 'maria'])
    }
  })

  test('by whoever is on call anyway are no hand-over', () => {
    const same = override(3, 'maria', ['2026-01-07T12:00:00Z', '2026-01-07T14:00:00Z'])
    const shifts = week(plan({}, { overrides: [same] }), '2026-01-07T11:00:00Z')
    expect(whoIsOnCall(shifts, new Date('2026-01-07T11:00:00Z'))?.until).toEqual(
      new Date('2026-01-12T12:00:00Z'),
    )
  })

  test('of another rotation change nothing', () => {
    const other = { ...first, rotation: 'secondary' }
    expect(at(plan({}, { overrides: [other] }), '2026-01-07T12:00:00Z')).toBe('maria')
  })

  test('fill a gap', () => {
    const office = plan(
      { hours: { starts: '0 8 * * 1-5', minutes: 600 } },
      { overrides: [override(1, 'joao', ['2026-01-10T00:00:00Z', '2026-01-10T12:00:00Z'])] },
    )
    const now = new Date('2026-01-09T20:00:00Z')
    expect(gaps(week(office, '2026-01-09T20:00:00Z', 3), now).slice(0, 2)).toEqual([
      { startsAt: new Date('2026-01-09T21:00:00Z'), endsAt: new Date('2026-01-10T00:00:00Z') },
      { startsAt: new Date('2026-01-10T12:00:00Z'), endsAt: new Date('2026-01-12T11:00:00Z') },
    ])
  })
})

test('outside its hours nobody is on call, and a turn that changes there is taken up afterwards', () => {
  const office = plan({ handOver: '0 0 * * 1', hours: { starts: '0 8 * * 1-5', minutes: 600 } })
  expect(at(office, '2026-01-16T20:59:59.999Z')).toBe('pedro')
  expect(at(office, '2026-01-16T21:00:00Z')).toBeNull()
  expect(at(office, '2026-01-19T10:59:59.999Z')).toBeNull()
  expect(at(office, '2026-01-19T11:00:00Z')).toBe('maria')
  const friday = new Date('2026-01-16T20:00:00Z')
  expect(nextHandOver(week(office, '2026-01-16T20:00:00Z'), friday)).toEqual({
    person: 'maria',
    at: new Date('2026-01-19T11:00:00Z'),
  })
})

test('a gap that does not end within the time that is known has no end', () => {
  const later = plan({ starts: '2030-01-07 09:00' })
  const now = new Date('2026-01-07T00:00:00Z')
  expect(gaps(week(later, now.toISOString()), now)).toEqual([{ startsAt: now, endsAt: null }])
})

const zones = fc.constantFrom('America/Sao_Paulo', 'Europe/Lisbon', 'Pacific/Apia')
const moments = fc.date({ min: new Date('2018-10-01'), max: new Date('2019-03-15'), noInvalidDate: true })
const plans = fc.record({
  timeZone: zones,
  rotation: fc
    .record({
      people: fc.array(fc.constantFrom('maria', 'pedro', 'joao'), { minLength: 1, maxLength: 5 }),
      handOver: fc.constantFrom('0 9 * * 1', '30 1 * * *', '0 0 * * *', '0 0 1 * *', '0 */6 * * *'),
      starts: fc.constantFrom('2018-10-01 09:00', '2018-11-04 00:30', '2019-02-16 23:30'),
      hours: fc.option(
        fc.record({
          starts: fc.constantFrom('0 8 * * 1-5', '0 22 * * *', '30 0 * * *'),
          minutes: fc.integer({ min: 1, max: 2_000 }),
        }),
        { nil: undefined },
      ),
    })
    .map(({ hours, ...rest }) => rotation({ ...rest, ...(hours && { hours }) })),
  overrides: fc.array(
    fc
      .record({
        person: fc.constantFrom('ana', 'maria'),
        from: moments,
        hours: fc.integer({ min: 1, max: 24 * 40 }),
      })
      .map(({ person, from, hours }) => ({
        rotation: 'primary',
        person,
        startsAt: from,
        endsAt: new Date(from.getTime() + hours * hourMs),
      })),
    { maxLength: 6 },
  ),
})

test('shifts fill their span without a break, and each moment of it has one answer', () => {
  fc.assert(
    fc.property(
      plans,
      moments,
      fc.integer({ min: 1, max: 20 }),
      fc.double({ min: 0, max: 1, noNaN: true, maxExcluded: true }),
      (given, from, days, share) => {
        const whole: Plan = {
          ...given,
          overrides: given.overrides.map((one, index) => ({ ...one, id: index + 1 })),
        }
        const span = { from, to: new Date(from.getTime() + days * dayMs) }
        const shifts = plannedShifts(whole, span)
        expect(shifts[0]?.startsAt).toEqual(span.from)
        expect(shifts.at(-1)?.endsAt).toEqual(span.to)
        for (const [index, shift] of shifts.entries()) {
          expect(shift.startsAt < shift.endsAt).toBe(true)
          const next = shifts[index + 1]
          if (!next) continue
          expect(next.startsAt).toEqual(shift.endsAt)
          expect([next.person, next.overrideId]).not.toEqual([shift.person, shift.overrideId])
        }
        // Asked for one moment alone, the answer is the same as within the whole span.
        const moment = new Date(from.getTime() + Math.floor(share * days * dayMs))
        expect(whoIsOnCall(shifts, moment)?.person ?? null).toBe(at(whole, moment))
        const latest = whole.overrides.findLast(
          ({ startsAt, endsAt }) => startsAt <= moment && moment < endsAt,
        )
        expect([latest?.person ?? at(whole, moment)]).toEqual([at(whole, moment)])
      },
    ),
    { numRuns: 60 },
  )
})

test('what is said to come next comes', () => {
  fc.assert(
    fc.property(plans, moments, (given, from) => {
      const whole: Plan = {
        ...given,
        overrides: given.overrides.map((one, index) => ({ ...one, id: index + 1 })),
      }
      const shifts = plannedShifts(whole, { from, to: new Date(from.getTime() + 20 * dayMs) })
      const before = (moment: Date): string | null => at(whole, new Date(moment.getTime() - 1))
      const now = whoIsOnCall(shifts, from)
      for (const until of [now?.until ?? []].flat()) {
        expect(before(until)).toBe(now?.person)
        expect(at(whole, until)).not.toBe(now?.person)
      }
      for (const next of [nextHandOver(shifts, from) ?? []].flat()) {
        expect(at(whole, next.at)).toBe(next.person)
        expect(before(next.at)).not.toBe(next.person)
      }
      const empty = gaps(shifts, from)
      for (const { startsAt } of empty) expect(at(whole, startsAt)).toBeNull()
      for (const end of empty.flatMap(({ endsAt }) => endsAt ?? [])) expect(at(whole, end)).not.toBeNull()
    }),
    { numRuns: 60 },
  )
})
