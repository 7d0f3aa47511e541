export type Timers = ReturnType<typeof createTimers>

/**
 * The cluster's clock: named timers in cluster seconds, so that a test may let a second last a few milliseconds.
 * A timer set again under its name replaces the first.
 */
export function createTimers(secondMs: number) {
  const pending = new Map<string, NodeJS.Timeout>()

  function clear(name: string): void {
    clearTimeout(pending.get(name))
    pending.delete(name)
  }

  return {
    secondMs,
    set(name: string, seconds: number, run: () => void): void {
      clear(name)
      pending.set(
        name,
        setTimeout(() => {
          pending.delete(name)
          run()
        }, seconds * secondMs),
      )
    },
    has: (name: string) => pending.has(name),
    clear,
    clearAll(): void {
      for (const timer of pending.values()) clearTimeout(timer)
      pending.clear()
    },
  }
}
