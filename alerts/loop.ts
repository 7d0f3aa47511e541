import { setTimeout as delay } from 'node:timers/promises'
import type { EventEmitter } from 'node:events'
import type { Logger } from 'pino'
import { alertingChannel } from '../db/incident-timers.ts'

export interface LoopDeps {
  notifications: EventEmitter<{ notification: [channel: string, payload: string]; gap: [] }>
  logger: Pick<Logger, 'warn'>
}

export interface Loop {
  /** Has it look again at once. */
  wake(): void
  /** Takes up nothing new; resolves when what runs is over. */
  stop(): Promise<void>
}

/**
 * Calls `work` again and again: whenever it is woken by hand or over the database, and every `pollMs` because a
 * ring can get lost. `work` may say in how many milliseconds it wants to be called next, if that is sooner. `work` that
 * fails is called again at the next turn.
 */
export function keepWorking(
  { notifications, logger }: LoopDeps,
  options: { name: string; wokenBy: string | null; pollMs: number; work(): Promise<number | void> },
): Loop {
  let isWanted = true
  let isStopped = false
  let sleep = new AbortController()
  const wake = (): void => {
    isWanted = true
    sleep.abort()
  }
  const hear = (channel: string, payload: string): void => {
    if (channel === alertingChannel && payload === options.wokenBy) wake()
  }
  const turn = async (): Promise<void> => {
    while (!isStopped) {
      isWanted = false
      const nextMs = await options.work().catch((error: Error) => {
        logger.warn({ loop: options.name, reason: error.message }, 'this turn failed; there is another')
      })
      if (isStopped) return
      if (!isWanted) {
        sleep = new AbortController()
        const waitMs = Math.min(options.pollMs, nextMs ?? options.pollMs)
        await delay(waitMs, undefined, { signal: sleep.signal }).catch(() => undefined)
      }
    }
  }
  notifications.on('notification', hear)
  notifications.on('gap', wake)
  const running = turn()
  return {
    wake,
    async stop() {
      isStopped = true
      notifications.off('notification', hear)
      notifications.off('gap', wake)
      sleep.abort()
      await running
    },
  }
}
