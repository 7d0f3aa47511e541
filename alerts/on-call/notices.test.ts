import { expect, test } from 'vitest'
import { noticesDue } from './notices.ts'
import { plannedShifts, type Override } from './roster.ts'
import { OnCallSettings } from './settings.ts'

const hourMs = 3_600_000
const { rotations } = OnCallSettings.parse({
  rotations: [
    {
      name: 'primary',
      people: ['maria', 'pedro'],
      handOver: '0 9 * * 1',
      starts: '2026-01-05 09:00',
      hours: { starts: '0 8 * * 1-5', minutes: 600 },
    },
  ],
})

/** What is due at a moment, with everything around it known. In São Paulo the hours are 11:00 to 21:00 in UTC. */
function due(moment: string, overrides: Override[] = [], noticeHours = [24, 1]) {
  const [rotation] = rotations
  if (!rotation) throw new Error('no rotation')
  const at = new Date(moment)
  const span = { from: new Date(+at - 96 * hourMs), to: new Date(+at + 35 * 24 * hourMs) }
  const shifts = plannedShifts({ rotation, timeZone: 'America/Sao_Paulo', overrides }, span)
  return noticesDue({ name: 'primary', shifts }, at, noticeHours)
}
const keys = (...asked: Parameters<typeof due>): string[] => due(...asked).map(({ key }) => key)

test('a hand-over is news for an hour, from the moment on', () => {
  const handOver = 'hand-over/primary/2026-01-12T12:00:00.000Z'
  expect(keys('2026-01-12T11:59:59.999Z', [], [])).toEqual([])
  expect(keys('2026-01-12T12:00:00Z', [], [])).toEqual([handOver])
  expect(keys('2026-01-12T12:59:59Z', [], [])).toEqual([handOver])
  expect(keys('2026-01-12T13:00:00Z', [], [])).toEqual([])
  expect(due('2026-01-12T12:00:00Z', [], [])[0]?.details).toEqual({
    rotation: 'primary',
    from: 'maria',
    to: 'pedro',
    at: new Date('2026-01-12T12:00:00Z'),
    until: new Date('2026-01-12T21:00:00Z'),
    isOverride: false,
  })
})

test('whoever comes back after a night or a weekend takes over from nobody', () => {
  expect(keys('2026-01-14T11:00:00Z', [], [])).toEqual([])
  expect(keys('2026-01-19T11:00:00Z', [], [])).toEqual([])
})

test('a gap is announced by the shortest notice that is due, once for each', () => {
  const gap = 'gap/primary/2026-01-14T21:00:00.000Z'
  expect(keys('2026-01-13T22:00:00Z')).toEqual([`${gap}/24`])
  expect(keys('2026-01-14T19:59:00Z')).toEqual([`${gap}/24`])
  expect(keys('2026-01-14T20:00:00Z')).toEqual([`${gap}/1`])
  expect(keys('2026-01-14T20:59:59Z')).toEqual([`${gap}/1`])
  // Once it holds it is said no more; the next one is a day ahead.
  expect(keys('2026-01-14T21:00:00Z')).toEqual(['gap/primary/2026-01-15T21:00:00.000Z/24'])
})

test('a gap that somebody fills is none, and of one that is filled in part the rest is', () => {
  const override = (endsAt: string): Override => ({
    id: 1,
    rotation: 'primary',
    person: 'joao',
    startsAt: new Date('2026-01-14T20:30:00Z'),
    endsAt: new Date(endsAt),
  })
  expect(keys('2026-01-14T20:00:00Z', [override('2026-01-15T11:00:00Z')])).toEqual([])
  expect(keys('2026-01-14T20:00:00Z', [override('2026-01-15T02:00:00Z')])).toEqual([
    'gap/primary/2026-01-15T02:00:00.000Z/24',
  ])
})
