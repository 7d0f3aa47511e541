import { expect, test } from 'vitest'
import { slackBudgets } from './budget.ts'
import { type Call, createLanes } from './lanes.ts'
import type { Outcome } from './outcome.ts'

const post: Call = { step: 'post', channel: 'C1', urgent: false }
const elsewhere: Call = { ...post, channel: 'C2' }
const update: Call = { ...post, step: 'update' }
const done: Outcome<null> = { kind: 'done', result: null }
const down: Outcome<null> = { kind: 'down', reason: 'status 500', happened: 'maybe' }

test('a 429 closes the posts of its channel for as long as Slack says, and nothing else', () => {
  const lanes = createLanes(slackBudgets)
  lanes.begin(post, 0)
  lanes.end(post, { kind: 'limited', retryAfterSeconds: 5 }, 100)
  expect(lanes.wait(post, 100)).toBe(5000)
  expect(lanes.wait(elsewhere, 100)).toBe(0)
  expect(lanes.wait(update, 100)).toBe(0)
  expect(lanes.wait(post, 5100)).toBe(0)
})

test('a 429 of an edit closes all edits: Slack counts them together', () => {
  const lanes = createLanes(slackBudgets)
  lanes.begin(update, 0)
  lanes.end(update, { kind: 'limited', retryAfterSeconds: 5 }, 0)
  expect(lanes.wait({ ...update, channel: 'C2', urgent: true }, 0)).toBe(5000)
})

test('an outage is asked about ever more rarely, by one call at a time, until an answer comes', () => {
  const lanes = createLanes(slackBudgets)
  let now = 0
  const pauses = [1, 2, 3, 4, 5, 6].map(() => {
    lanes.begin(update, now)
    lanes.end(update, down, now)
    const pause = lanes.wait(update, now)
    now += pause
    return pause
  })
  expect(pauses).toEqual([1000, 2000, 4000, 5000, 5000, 5000])
  lanes.begin(update, now)
  expect(lanes.wait(update, now)).toBe(Infinity)
  lanes.end(update, done, now)
  expect(lanes.wait(update, now)).toBe(0)
  lanes.begin(update, now)
  expect(lanes.wait(update, now)).toBe(0)
})

test('the posts of one channel go out one after another', () => {
  const lanes = createLanes(slackBudgets)
  lanes.begin(post, 0)
  expect(lanes.wait(post, 0)).toBe(Infinity)
  expect(lanes.wait(elsewhere, 0)).toBe(0)
  lanes.end(post, done, 10)
  expect(lanes.wait(post, 10)).toBe(0)
})

test('a channel that used up its posts waits, another does not', () => {
  const lanes = createLanes(slackBudgets)
  for (const now of [0, 10, 20, 30, 40]) {
    lanes.begin(post, now)
    lanes.end(post, done, now)
  }
  expect(lanes.wait(post, 50)).toBe(5150)
  expect(lanes.wait(elsewhere, 50)).toBe(0)
})

test('calls that fail together count as one failure', () => {
  const lanes = createLanes(slackBudgets)
  for (const _ of [1, 2, 3]) lanes.begin(update, 0)
  for (const at of [10, 20, 30]) lanes.end(update, down, at)
  expect(lanes.wait(update, 10)).toBe(1000)
})
