import fc from 'fast-check'
import { expect, test } from 'vitest'
import { slackBudgets, spend, type Spent, waitFor } from './budget.ts'
import { patienceSeconds, reserveOf } from './reserve.ts'

const { updates } = slackBudgets

test('progress leaves an edit for each end to come, for as long as it is patient', () => {
  expect(reserveOf({ live: 7, waitedSeconds: 0 })).toBe(7)
  expect(reserveOf({ live: 120, waitedSeconds: patienceSeconds - 1 })).toBe(120)
  expect(reserveOf({ live: 120, waitedSeconds: patienceSeconds })).toBe(0)
})

test('with few live messages progress is shown as often as without a reserve', () => {
  for (const live of [0, 1, 5, 10, 19]) {
    expect(edits({ live, waitedSeconds: 0, seconds: 600 })).toBe(
      edits({ live: 0, waitedSeconds: 0, seconds: 600 }),
    )
  }
})

test('with more live messages than edits only what has stood still is renewed', () => {
  expect(edits({ live: 50, waitedSeconds: 10, seconds: 600 })).toBe(0)
  expect(edits({ live: 120, waitedSeconds: 10, seconds: 600 })).toBe(0)
  expect(edits({ live: 120, waitedSeconds: 60, seconds: 600 })).toBe(
    edits({ live: 0, waitedSeconds: 0, seconds: 600 }),
  )
})

test('whenever it happens and however many there are: as many ends as fit find room at once', () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 200 }), fc.nat(300), (live, seconds) => {
      let spent = spentOn({ live, waitedSeconds: 0, seconds })
      const now = seconds * 1000
      for (let end = 0; end < Math.min(live, updates.calls); end++) {
        expect(waitFor(spent, updates, { now, urgent: true })).toBe(0)
        spent = spend(spent, updates, now)
      }
    }),
  )
})

const edits = (given: Given): number => spentOn(given, { calls: 100_000 }).length

interface Given {
  live: number
  waitedSeconds: number
  seconds: number
}

/** When progress is edited if there always is some: a decision every 100 ms. */
function spentOn({ live, waitedSeconds, seconds }: Given, remembered: { calls: number } = updates): Spent {
  const reserve = reserveOf({ live, waitedSeconds })
  let spent: Spent = []
  for (let now = 0; now < seconds * 1000; now += 100) {
    if (waitFor(spent, updates, { now, urgent: false, reserve }) > 0) continue
    spent = spend(spent, { ...updates, ...remembered }, now)
  }
  return spent
}
