export interface Watchdog {
  /** It fires, and goes on firing as long as all is well. Rejects when the engine does not take it. */
  begin(): Promise<void>
  fallSilent(): void
  isSilent(): boolean
}

/** Of Alertmanager, in the default runbook file. */
export const watchdogHeartbeat = 'alertmanager'

/** Alertmanager's Watchdog, the alert that always fires; here only once it is begun. */
export function createWatchdog(fire: () => Promise<unknown>, everyMs = 60_000): Watchdog {
  let timer: NodeJS.Timeout | undefined
  return {
    async begin() {
      await fire()
      clearInterval(timer)
      // One that does not get through is what Plantão watches for.
      timer = setInterval(() => void fire().catch(() => undefined), everyMs).unref()
    },
    fallSilent() {
      clearInterval(timer)
      timer = undefined
    },
    isSilent: () => timer === undefined,
  }
}
