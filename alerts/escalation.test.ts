import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { nextStep, stepByHand, type Position } from './escalation.ts'
import type { EscalationPolicy } from './policy.ts'

const minutesOf = [15, 30, 60, 120]
const policy = (part: Partial<EscalationPolicy> = {}): EscalationPolicy => ({
  severity: 1,
  afterMinutes: 0,
  clock: 'since-paged',
  rounds: 3,
  steps: minutesOf.map((respondMinutes, index) => ({
    level: index + 1,
    who: `level ${index + 1}`,
    respondMinutes,
    page: { people: [] },
  })),
  stillFiring: { askAfterMinutes: 120, pageAgainAfterMinutes: 15 },
  unowned: { everyMinutes: 10, times: 5 },
  ...part,
})

interface Called {
  round: number
  level: number
  at: number
  state: 'paged' | 'skipped'
}

/** Nobody ever answers: everything that happens, by the minute, until nothing more does. */
function climb(one: EscalationPolicy, isReachable: (level: number, at: number) => boolean): Called[] {
  const called: Called[] = []
  let [at, round, level]: [number | null, number, number] = [one.afterMinutes, 1, 0]
  while (at !== null) {
    const now: number = at
    const from: Position = { level, isLastRound: round >= one.rounds }
    const step = nextStep(one, from, (each) => isReachable(each, now))
    const begun = round
    const roundOf = (turn: { isNewRound: boolean }): number => begun + (turn.isNewRound ? 1 : 0)
    called.push(
      ...step.skipped.map((t) => ({ round: roundOf(t), level: t.level, at: now, state: 'skipped' as const })),
    )
    if (step.paged)
      called.push({ round: roundOf(step.paged), level: step.paged.level, at: now, state: 'paged' })
    round = roundOf(step)
    level = step.level
    at = step.minutes === null ? null : now + step.minutes
  }
  return called
}
const everybody = (): boolean => true
const times = (called: Called[]): string[] => called.map(({ level, at }) => `${level} at ${at}`)

describe('the runbook’s matrix', () => {
  test('gives every level its own time, counted from when it was paged', () => {
    expect(times(climb(policy({ rounds: 1 }), everybody))).toEqual([
      '1 at 0',
      '2 at 15',
      '3 at 45',
      '4 at 105',
    ])
    expect(times(climb(policy({ rounds: 2 }), everybody)).slice(4)).toEqual([
      '1 at 225',
      '2 at 240',
      '3 at 270',
      '4 at 330',
    ])
  })

  test('or from when the incident opened', () => {
    const sinceOpened = policy({ clock: 'since-opened', rounds: 2 })
    expect(times(climb(sinceOpened, everybody)).slice(0, 6)).toEqual([
      '1 at 0',
      '2 at 15',
      '3 at 30',
      '4 at 60',
      '1 at 120',
      '2 at 135',
    ])
    const withoutTwo = climb(sinceOpened, (level) => level !== 2).filter(({ state }) => state === 'paged')
    expect(times(withoutTwo).slice(0, 4)).toEqual(['1 at 0', '3 at 15', '4 at 60', '1 at 120'])
  })

  test('gives the first one as long as the incident’s level says', () => {
    expect(times(climb(policy({ rounds: 1, answerMinutes: 30, afterMinutes: 5 }), everybody))).toEqual([
      '1 at 5',
      '2 at 35',
      '3 at 65',
      '4 at 125',
    ])
  })

  test('is tried again after the shortest time when a whole turn of it reaches nobody', () => {
    const reached = climb(policy(), (level, at) => level === 3 && at > 0)
    expect(times(reached.filter(({ state }) => state === 'paged'))).toEqual(['3 at 15', '3 at 75'])
    expect(reached.slice(0, 4)).toMatchObject([1, 2, 3, 4].map((level) => ({ round: 1, level, at: 0 })))
  })

  test('stops at the last level of the incident’s own level; people go on', () => {
    const low = policy({ rounds: 1, upTo: 2 })
    expect(times(climb(low, everybody))).toEqual(['1 at 0', '2 at 15'])
    const from = { level: 2, isLastRound: true }
    expect(nextStep(low, from, everybody)).toMatchObject({ paged: null, minutes: null })
    expect(stepByHand(low, from, everybody)).toMatchObject({ paged: { level: 3, isNewRound: false } })
  })

  test('without a level there is nobody to wait for', () => {
    expect(nextStep(policy({ steps: [] }), { level: 0, isLastRound: false }, everybody)).toMatchObject({
      paged: null,
      minutes: null,
    })
  })
})

const policies = fc
  .record({
    clock: fc.constantFrom('since-paged' as const, 'since-opened' as const),
    rounds: fc.integer({ min: 1, max: 5 }),
    afterMinutes: fc.integer({ min: 0, max: 200 }),
    answerMinutes: fc.option(fc.integer({ min: 1, max: 100 }), { nil: undefined }),
    minutes: fc.array(fc.integer({ min: 1, max: 300 }), { minLength: 1, maxLength: 6 }),
  })
  .map(({ minutes, answerMinutes, ...part }) =>
    policy({
      ...part,
      ...(answerMinutes === undefined ? {} : { answerMinutes }),
      steps: minutes.map((respondMinutes, index) => ({
        level: index + 1,
        who: '',
        respondMinutes,
        page: { people: [] },
      })),
    }),
  )
const ownMinutes = (one: EscalationPolicy, level: number): number =>
  one.steps.find((step) => step.level === level)?.respondMinutes ?? 0
/** Whether a level's time is its own alone; on the other clock it depends on who was called before. */
const isFullTime = (one: EscalationPolicy, level: number): boolean =>
  level === 1 || one.clock === 'since-paged'
const fullMinutes = (one: EscalationPolicy, level: number): number =>
  (level === 1 ? one.answerMinutes : undefined) ?? ownMinutes(one, level)
const leastMinutes = (one: EscalationPolicy, level: number): number =>
  isFullTime(one, level) ? fullMinutes(one, level) : 1
/** Who can be reached when: any function of level and time. */
const reachability = fc.func(fc.boolean()) as fc.Arbitrary<(level: number, at: number) => boolean>

describe('whatever the policy, and whoever can be reached when', () => {
  test('every level of a round has its turn once, in order; only who cannot be reached is passed over', () => {
    fc.assert(
      fc.property(policies, reachability, (one, isReachable) => {
        const called = climb(one, isReachable)
        const turns = called.map(({ round, level }) => `${round}/${level}`)
        const expected = Array.from({ length: one.rounds }, (_, round) =>
          one.steps.map(({ level }) => `${round + 1}/${level}`),
        ).flat()
        expect(turns).toEqual(expected)
        for (const { level, at, state } of called) expect(state === 'paged').toBe(isReachable(level, at))
      }),
    )
  })

  test('time only goes forward, and nobody who was called is passed before their time', () => {
    fc.assert(
      fc.property(policies, reachability, (one, isReachable) => {
        const called = climb(one, isReachable)
        called.slice(1).forEach((next, index) => {
          const call = called[index] ?? next
          const waited = next.at - call.at
          expect(waited).toBeGreaterThanOrEqual(call.state === 'paged' ? leastMinutes(one, call.level) : 0)
          const isExact = call.state === 'paged' && isFullTime(one, call.level)
          expect(waited).toBe(isExact ? fullMinutes(one, call.level) : waited)
        })
      }),
    )
  })

  test('a person who escalates always calls somebody, if anybody can be reached: the next in turn', () => {
    fc.assert(
      fc.property(
        policies,
        fc.func(fc.boolean()),
        fc.nat(6),
        fc.boolean(),
        (one, reaches, at, isLastRound) => {
          const level = Math.min(at, one.steps.length)
          const isReachable = (each: number): boolean => reaches(each)
          const { paged } = stepByHand(one, { level, isLastRound }, isReachable)
          const above = one.steps.find((step) => step.level > level && isReachable(step.level))
          const below = one.steps.find((step) => step.level <= level && isReachable(step.level))
          expect(paged?.level).toBe((above ?? below)?.level)
          expect(paged?.isNewRound).toBe(paged ? above === undefined : undefined)
        },
      ),
    )
  })
})
