import { fc, test as property } from '@fast-check/vitest'
import { describe, expect, test } from 'vitest'
import { judgeEpisode, type Known, type Verdict } from './episodes.ts'
import type { Incoming } from './incoming.ts'

const at = (minute: number): Date => new Date(Date.UTC(2026, 6, 6, 5, 0) + minute * 60_000)
type Delivered = Pick<Incoming, 'status' | 'startsAt' | 'endsAt'>

/** What would be recorded, in memory: the intake does the same to rows. */
function apply(known: Known[], alert: Delivered, now: Date): Verdict<Known> {
  const verdict = judgeEpisode(alert, known, now)
  const fresh = { id: known.length + 1, fingerprint: 'f' }
  if (verdict.kind === 'begins') {
    known.push({
      ...fresh,
      startsAt: verdict.startsAt,
      lastStartsAt: verdict.startsAt,
      status: 'firing',
      endedAt: null,
      resolvedAt: null,
    })
  } else if (verdict.kind === 'ended-unseen') {
    const { startsAt, endedAt } = verdict
    known.push({ ...fresh, startsAt, lastStartsAt: startsAt, status: 'resolved', endedAt, resolvedAt: now })
  } else if (verdict.kind === 'begins-again') {
    Object.assign(verdict.episode, { status: 'firing', endedAt: null, resolvedAt: null })
  } else if (verdict.kind === 'continues') {
    verdict.episode.lastStartsAt = verdict.lastStartsAt
  } else if (verdict.kind === 'ends') {
    Object.assign(verdict.episode, { status: 'resolved', endedAt: verdict.endedAt, resolvedAt: now })
  }
  return verdict
}

const firing = (start: number | null): Delivered => ({
  status: 'firing',
  startsAt: start === null ? null : at(start),
  endsAt: null,
})
const resolved = (start: number | null, end: number | null): Delivered => ({
  status: 'resolved',
  startsAt: start === null ? null : at(start),
  endsAt: end === null ? null : at(end),
})

test.each<[string, Delivered[], string[]]>([
  [
    'begins, is repeated, ends, is repeated',
    [firing(0), firing(0), resolved(0, 1), resolved(0, 1), firing(0)],
    ['begins', 'continues', 'ends', 'unchanged', 'unchanged'],
  ],
  [
    'ends before it begins',
    [resolved(0, 1), firing(0), firing(0)],
    ['ended-unseen', 'unchanged', 'unchanged'],
  ],
  ['begins anew after its end', [firing(0), resolved(0, 1), firing(2)], ['begins', 'ends', 'begins']],
  [
    'begins anew, then its first end comes late',
    [firing(0), firing(2), resolved(0, 1)],
    ['begins', 'continues', 'unchanged'],
  ],
  [
    'a later start within one episode; it ends by its first start',
    [firing(0), firing(2), resolved(0, 3)],
    ['begins', 'continues', 'ends'],
  ],
  [
    'an end without a time, by an old start',
    [firing(0), firing(2), resolved(0, null)],
    ['begins', 'continues', 'unchanged'],
  ],
  [
    'a start from before a known end comes late',
    [firing(0), resolved(0, 3), firing(2)],
    ['begins', 'ends', 'unchanged'],
  ],
  [
    'nobody says when',
    [firing(null), firing(null), resolved(null, null), firing(null)],
    ['begins', 'continues', 'ends', 'begins'],
  ],
  ['an end of what nobody knows and nobody dates', [resolved(null, null)], ['unchanged']],
  ['an older start while it fires', [firing(5), firing(0), resolved(5, 6)], ['begins', 'continues', 'ends']],
])('%s', (_, deliveries, kinds) => {
  const known: Known[] = []
  expect(deliveries.map((one, index) => apply(known, one, at(7 + index / 100)).kind)).toEqual(kinds)
})

describe('with the same start as an episode that is over', () => {
  const over = (): Known[] => [
    {
      id: 1,
      fingerprint: 'f',
      startsAt: at(0),
      lastStartsAt: at(0),
      status: 'resolved',
      endedAt: at(1),
      resolvedAt: at(1),
    },
  ]
  test('it is a late delivery for four minutes, and meant after that', () => {
    expect(judgeEpisode(firing(0), over(), at(4.9)).kind).toBe('unchanged')
    expect(judgeEpisode(firing(0), over(), at(5.1)).kind).toBe('begins-again')
  })
})

test('an end in the future does not keep the next beginning out', () => {
  const known: Known[] = []
  apply(known, firing(0), at(0))
  apply(known, resolved(0, 1_000_000), at(1))
  expect(judgeEpisode(firing(2), known, at(2)).kind).toBe('begins')
})

/** Real lives: a beginning and an end in turn, each at its own minute; delivered in any order and several times. */
const life = fc
  .integer({ min: 1, max: 4 })
  .map((episodes) =>
    Array.from({ length: episodes }, (_, index) => [
      firing(index * 10),
      resolved(index * 10, index * 10 + 5),
    ]).flat(),
  )

property.prop([life, fc.boolean()])(
  'delivered in order, each twice, every episode is there once, over or not',
  (whole, isOver) => {
    const told = isOver ? whole : whole.slice(0, -1)
    const known: Known[] = []
    told.forEach((one, index) => {
      apply(known, one, at(index * 5))
      apply(known, one, at(index * 5 + 0.1))
    })
    expect(known).toHaveLength(whole.length / 2)
    expect(known.filter(({ status }) => status === 'firing')).toHaveLength(isOver ? 0 : 1)
  },
)

property.prop([
  life.chain((whole) =>
    fc.tuple(fc.constant(whole), fc.shuffledSubarray([...whole, ...whole], { minLength: whole.length * 2 })),
  ),
])(
  'in any order, within minutes: once all was told, nothing fires, and never do two at once',
  ([whole, told]) => {
    const known: Known[] = []
    const now = at(whole.length * 5)
    for (const one of told) {
      apply(known, one, now)
      expect(known.filter(({ status }) => status === 'firing').length).toBeLessThanOrEqual(1)
    }
    expect(known.filter(({ status }) => status === 'firing')).toEqual([])
  },
)
