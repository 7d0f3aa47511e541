import { setTimeout as pause } from 'node:timers/promises'

/** Forms that are being drawn. Nobody is left before one that is never filled because the bot stops. */
export interface Drawings {
  /** By view id: the newest drawing of a form that is open. */
  newest: Map<string, symbol>
  /** Waits for this work when the bot stops. */
  keep(work: Promise<void>): Promise<void>
  /** What `work` comes to; rejects with BotStops once the patience of `drain` is over. */
  unlessStopped(work: Promise<void>): Promise<void>
  /** Waits for what is being drawn: so long for it to be done, then as long again for it to say that it is not. */
  drain(seconds: number): Promise<void>
}

/** What was not drawn when the bot had to stop. */
export class BotStops extends Error {}

export function createDrawings(): Drawings {
  const underWay = new Set<Promise<void>>()
  const stopping = new AbortController()

  async function settled(seconds: number): Promise<void> {
    const patience = pause(seconds * 1000, 'over', { ref: false })
    // What comes in meanwhile is waited for as well.
    while (underWay.size > 0) if ((await Promise.race([Promise.all(underWay), patience])) === 'over') return
  }

  return {
    newest: new Map(),

    async keep(work) {
      underWay.add(work)
      await work.finally(() => underWay.delete(work))
    },

    async unlessStopped(work) {
      const { signal } = stopping
      const stopped = abortOf(signal)
      try {
        await Promise.race([work, stopped.promise])
      } finally {
        stopped.forget()
      }
    },

    async drain(seconds) {
      await settled(seconds)
      stopping.abort(new BotStops())
      await settled(seconds)
    },
  }
}

function abortOf(signal: AbortSignal): { promise: Promise<never>; forget(): void } {
  let abort = (): void => undefined
  const promise = new Promise<never>((_, reject) => {
    abort = () => reject(signal.reason)
    if (signal.aborted) abort()
    else signal.addEventListener('abort', abort, { once: true })
  })
  return { promise, forget: () => signal.removeEventListener('abort', abort) }
}
