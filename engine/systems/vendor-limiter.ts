export type Ticket = { sentAt: number }

/** Spaces the calls to one vendor. */
export type Limiter = {
  /** Resolves when the next call may be sent, first come first served. Rejects with the signal's reason. */
  take: (signal?: AbortSignal) => Promise<Ticket>
  /** The vendor said 429 to this call: everybody waits, then goes on more slowly. */
  refused: (ticket: Ticket) => void
  /** The vendor took this call: the pace creeps back to what it was. */
  accepted: (ticket: Ticket) => void
}

export type LimiterOptions = {
  requestsPerSecond: number
  /** How long the first 429 stops everything; doubles with every further one, up to a minute. Default 1,000. */
  pauseMs?: number
}

type Waiter = { go: (ticket: Ticket) => void; signal: AbortSignal | undefined; stopListening: () => void }

/** Evenly spaced calls arrive less evenly: without this margin every second window of three would hold a fourth. */
const margin = 1.05
const slowestMs = 10_000
const longestPauseMs = 60_000

/**
 * Evenly spaced rather than in bursts, because Bling counts each second for itself and says neither Retry-After
 * nor how much is left.
 */
export function createLimiter({ requestsPerSecond, pauseMs = 1000 }: LimiterOptions): Limiter {
  const fastestMs = (1000 / requestsPerSecond) * margin
  const waiting: Waiter[] = []
  let spacingMs = fastestMs
  let nextAt = 0
  let slowedAt = -Infinity
  let refusals = 0
  let timer: NodeJS.Timeout | undefined

  const release = (): void => {
    timer = undefined
    while (waiting.length > 0 && performance.now() >= nextAt) {
      const waiter = waiting.shift()
      const now = performance.now()
      // A timer that fires late may be caught up with, by a little.
      nextAt = Math.max(nextAt, now - Math.min(spacingMs, 15)) + spacingMs
      waiter?.stopListening()
      waiter?.go({ sentAt: now })
    }
    if (waiting.length > 0) timer = setTimeout(release, Math.max(1, Math.ceil(nextAt - performance.now())))
  }
  return {
    take: (signal) =>
      new Promise((resolve, reject) => {
        if (signal?.aborted === true) return reject(signal.reason)
        const leave = (): void => {
          waiting.splice(waiting.indexOf(waiter), 1)
          reject(signal?.reason)
        }
        const stopListening = (): void => signal?.removeEventListener('abort', leave)
        const waiter: Waiter = { go: resolve, signal, stopListening }
        signal?.addEventListener('abort', leave, { once: true })
        waiting.push(waiter)
        if (timer === undefined) release()
      }),
    refused({ sentAt }) {
      // One burst is one mistake: calls sent before we slowed down say nothing new.
      if (sentAt < slowedAt) return
      slowedAt = performance.now()
      refusals += 1
      spacingMs = Math.min(spacingMs * 1.5, slowestMs)
      nextAt = Math.max(nextAt, slowedAt + Math.min(pauseMs * 2 ** (refusals - 1), longestPauseMs))
    },
    accepted({ sentAt }) {
      if (sentAt < slowedAt) return
      refusals = 0
      spacingMs = Math.max(fastestMs, spacingMs * 0.9)
    },
  }
}
