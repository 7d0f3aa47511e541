import { fc, test as property } from '@fast-check/vitest'
import { expect, test, vi } from 'vitest'
import { createCircuit } from './circuit.ts'
import { retrySeconds, roomOf } from './decide.ts'

property.prop([fc.nat(500), fc.integer({ min: 1, max: 500 })])(
  'no more than the limit, and always as much for critical ones as for others',
  (recent, limit) => {
    const { critical, others } = roomOf({ recent, limit })
    expect(critical).toBeGreaterThanOrEqual(0)
    expect(others).toBeGreaterThanOrEqual(0)
    expect(others).toBeLessThanOrEqual(critical)
    if (critical > 0) expect(recent + critical).toBe(limit)
  },
)

test('a storm of others leaves room for a critical one', () => {
  expect(roomOf({ recent: 100, limit: 120 })).toEqual({ critical: 20, others: 0 })
})

property.prop([fc.integer({ min: 0, max: 1_000 }), fc.double({ min: 0, max: 1, noNaN: true })])(
  'it is tried again within seconds first, and at least about every minute',
  (attempts, random) => {
    const seconds = retrySeconds(attempts, random)
    expect(seconds).toBeGreaterThanOrEqual(1.5)
    expect(seconds).toBeLessThanOrEqual(75)
  },
)

test('a circuit opens after failures in a row, lets one through now and then, and says when it is well', async () => {
  vi.useFakeTimers({ toFake: ['Date'] })
  let well = 0
  const circuit = createCircuit({ failures: 2, firstMs: 1_000, mostMs: 4_000 }, () => (well += 1))
  const call = async (isFailure: boolean): Promise<void> =>
    void (await circuit.run(
      async () => isFailure,
      (failed) => failed,
    ))
  await call(true)
  await call(false)
  await call(true)
  expect(circuit.room()).toBe(Infinity)
  await call(true)
  for (const wait of [1_000, 2_000, 4_000, 4_000]) {
    expect(circuit.room()).toBe(0)
    await expect(call(true)).rejects.toThrow('circuit breaker')
    vi.setSystemTime(Date.now() + wait)
    expect(circuit.room()).toBe(1)
    await call(true)
  }
  vi.setSystemTime(Date.now() + 4_000)
  expect(well).toBe(0)
  await call(false)
  expect(circuit.room()).toBe(Infinity)
  expect(well).toBe(1)
  vi.useRealTimers()
})
