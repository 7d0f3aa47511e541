import fc from 'fast-check'
import { expect, test } from 'vitest'
import { type Budget, slackBudgets, spend, type Spent, waitFor } from './budget.ts'

const budget: Budget = { calls: 5, seconds: 10, progress: { calls: 3, seconds: 4 } }

test('a burst fits until the budget is spent, then the oldest call must grow old', () => {
  let spent: Spent = []
  for (const now of [0, 100, 200, 300, 400]) {
    expect(waitFor(spent, budget, { now, urgent: true })).toBe(0)
    spent = spend(spent, budget, now)
  }
  expect(waitFor(spent, budget, { now: 500, urgent: true })).toBe(9500)
  expect(waitFor(spent, budget, { now: 10_000, urgent: true })).toBe(0)
})

test('progress leaves a part of the budget to what is urgent', () => {
  const spent = [0, 100, 200].reduce<Spent>((before, now) => spend(before, budget, now), [])
  expect(waitFor(spent, budget, { now: 300, urgent: false })).toBe(3700)
  expect(waitFor(spent, budget, { now: 300, urgent: true })).toBe(0)
  expect(waitFor(spent, budget, { now: 4000, urgent: false })).toBe(0)
})

test('no window ever holds more calls than the budget, whoever asks and whenever', () => {
  const asks = fc.array(fc.tuple(fc.nat(3000), fc.boolean()), { maxLength: 400 })
  fc.assert(
    fc.property(asks, (sequence) => {
      const calls = callsMade(sequence, slackBudgets.updates)
      for (const start of calls) {
        const inWindow = calls.filter((at) => at >= start && at < start + 60_000)
        expect(inWindow.length).toBeLessThanOrEqual(slackBudgets.updates.calls)
      }
    }),
  )
})

function callsMade(asks: [pause: number, urgent: boolean][], within: Budget): number[] {
  const calls: number[] = []
  let spent: Spent = []
  let now = 0
  for (const [pause, urgent] of asks) {
    now += pause
    if (waitFor(spent, within, { now, urgent }) > 0) continue
    spent = spend(spent, within, now)
    calls.push(now)
  }
  return calls
}
