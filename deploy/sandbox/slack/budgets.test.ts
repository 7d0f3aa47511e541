import fc from 'fast-check'
import { expect, test } from 'vitest'
import { type Spent, spend, windowsFor } from './budgets.ts'

const tierThree = windowsFor({ method: 'chat.update', tier: 3, scale: 1 })

test('tier 3 takes 50 calls, then says how long to wait', () => {
  const spent: Spent = new Map()
  for (let call = 0; call < 50; call++) expect(spend(spent, tierThree, 0)).toBe(0)
  expect(spend(spent, tierThree, 1000)).toBe(59)
  expect(spend(spent, tierThree, 60_000)).toBe(0)
})

test('posting is limited per channel, and per workspace over all channels', () => {
  const spent: Spent = new Map()
  const post = (channel: string, at: number) =>
    spend(spent, windowsFor({ method: 'chat.postMessage', tier: 'posting', channel, scale: 1 }), at)
  for (let call = 0; call < 5; call++) expect(post('C1', 0)).toBe(0)
  expect(post('C1', 0)).toBe(5)
  expect(post('C2', 0)).toBe(0)
  for (let channel = 0; channel < 294; channel++) expect(post(`D${channel}`, 0)).toBe(0)
  expect(post('C3', 6000)).toBe(54)
})

test('a refused call costs nothing, so that waiting as told is always enough', () => {
  const spent: Spent = new Map()
  for (let call = 0; call < 50; call++) spend(spent, tierThree, 0)
  for (let again = 0; again < 100; again++) expect(spend(spent, tierThree, 30_000)).toBe(30)
  expect(spend(spent, tierThree, 60_000)).toBe(0)
})

test('no minute ever holds more calls than the limit', () => {
  const pauses = fc.array(fc.integer({ min: 0, max: 4000 }), { maxLength: 300 })
  fc.assert(
    fc.property(pauses, fc.constantFrom(0.2, 1, 2), (between, scale) => {
      const spent: Spent = new Map()
      const windows = windowsFor({ method: 'm', tier: 2, scale })
      const taken: number[] = []
      let now = 0
      for (const pause of between) {
        now += pause
        if (spend(spent, windows, now) === 0) taken.push(now)
      }
      for (const end of taken)
        expect(taken.filter((at) => at > end - 60_000 && at <= end).length).toBeLessThanOrEqual(20 * scale)
    }),
  )
})
