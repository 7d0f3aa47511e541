import { afterEach, expect, test, vi } from 'vitest'
import { createCircuit } from './circuit.ts'

afterEach(() => vi.restoreAllMocks())

test('a clock that is set back does not keep the circuit open', async () => {
  const began = { wall: Date.now(), running: performance.now() }
  const at = (wallMs: number, runningMs: number): void => {
    vi.spyOn(Date, 'now').mockReturnValue(began.wall + wallMs)
    vi.spyOn(performance, 'now').mockReturnValue(began.running + runningMs)
  }
  at(0, 0)
  const circuit = createCircuit({ failures: 1, firstMs: 1_000, mostMs: 30_000 })
  const failing = async () =>
    await circuit.run(
      async () => 'failed',
      () => true,
    )
  expect(await failing()).toBe('failed')
  expect(circuit.room()).toBe(0)
  await expect(failing()).rejects.toThrow(/open/i)
  at(-600_000, 500)
  expect(circuit.room()).toBe(0)
  at(-598_000, 2_500)
  expect(circuit.room()).toBe(1)
  expect(
    await circuit.run(
      async () => 'well',
      () => false,
    ),
  ).toBe('well')
  expect(circuit.room()).toBe(Infinity)
})
