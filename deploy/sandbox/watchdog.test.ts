import { expect, test } from 'vitest'
import { createWatchdog } from './watchdog.ts'

test('it fires when it begins and again, until it falls silent; what fails in between does not end it', async () => {
  let fired = 0
  let wait = (): void => undefined
  const watchdog = createWatchdog(async () => {
    fired += 1
    wait()
    if (fired === 2) throw new Error('away')
  }, 5)
  expect(watchdog.isSilent()).toBe(true)
  const thrice = new Promise<void>((resolve) => {
    wait = () => fired === 3 && resolve()
  })
  await watchdog.begin()
  expect(fired).toBe(1)
  await thrice
  watchdog.fallSilent()
  expect([watchdog.isSilent(), fired]).toEqual([true, 3])
})

test('where the engine does not take it, it has not begun', async () => {
  const watchdog = createWatchdog(async () => {
    throw new Error('away')
  })
  await expect(watchdog.begin()).rejects.toThrow('away')
  expect(watchdog.isSilent()).toBe(true)
})
