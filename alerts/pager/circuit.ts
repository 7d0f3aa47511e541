import {
  circuitBreaker,
  ConsecutiveBreaker,
  handleType,
  type IBackoff,
  type IBackoffFactory,
} from 'cockatiel'

export interface Circuit {
  /** How many calls may begin now: any number, one to see whether it is well again, or none. */
  room(): number
  /** Runs a call; what it returns tells whether it was a failure. Throws when the circuit is open. */
  run<T>(call: () => Promise<T>, isFailure: (result: T) => boolean): Promise<T>
}

export interface CircuitOptions {
  /** So many failures in a row open it. */
  failures: number
  /** After so long one call is let through; twice as long after each one that fails, up to the most. */
  firstMs: number
  mostMs: number
}

/** Outages of some minutes are to cost few calls, and their end is to be noticed within half a minute. */
export const hostCircuit: CircuitOptions = { failures: 5, firstMs: 1_000, mostMs: 30_000 }

/** A limit that is hit shuts the routing key out for a while: every call meanwhile would be refused too. */
export const limitCircuit: CircuitOptions = { failures: 1, firstMs: 5_000, mostMs: 60_000 }

/** So much further apart, the clock on the wall was set back. */
const setBackMs = 1_000

/** Carries a result that counts as a failure through the breaker, which knows errors only. */
class Failed extends Error {
  readonly result: unknown
  constructor(result: unknown) {
    super('failed')
    this.result = result
  }
}

/**
 * A circuit breaker that can be asked before something is taken on whether there is any point. `onWell`: it was open
 * and no longer is.
 */
export function createCircuit(options: CircuitOptions, onWell: () => void = () => undefined): Circuit {
  /** By the clock on the wall, which cockatiel goes by, and by one that nobody sets. Null: it is not open. */
  let openUntil: { wall: number; running: number } | null = null
  let isProbing = false
  const isClockSetBack = (): boolean =>
    openUntil !== null && Date.now() < openUntil.wall && performance.now() > openUntil.running + setBackMs
  const opens = (durationMs: number): IBackoff<unknown> => {
    openUntil = { wall: Date.now() + durationMs, running: performance.now() + durationMs }
    return { duration: durationMs, next: () => opens(Math.min(options.mostMs, durationMs * 2)) }
  }
  const halfOpenAfter: IBackoffFactory<unknown> = { next: () => opens(options.firstMs) }
  const breaker = circuitBreaker(handleType(Failed), {
    halfOpenAfter,
    breaker: new ConsecutiveBreaker(options.failures),
  })
  breaker.onHalfOpen(() => (isProbing = true))
  breaker.onBreak(() => (isProbing = false))
  breaker.onReset(() => {
    isProbing = false
    openUntil = null
    onWell()
  })
  return {
    room() {
      if (openUntil === null) return Infinity
      return isProbing || (Date.now() < openUntil.wall && !isClockSetBack()) ? 0 : 1
    },
    async run(call, isFailure) {
      // Closes it: cockatiel would keep it open until its clock has caught up.
      if (isClockSetBack()) breaker.isolate().dispose()
      try {
        return await breaker.execute(async () => {
          const result = await call()
          if (isFailure(result)) throw new Failed(result)
          return result
        })
      } catch (error) {
        if (error instanceof Failed) return error.result as Awaited<ReturnType<typeof call>>
        throw error
      }
    },
  }
}
