import { renewLease } from '../../db/job-claims.ts'
import type { Pool } from '../../db/pool.ts'
import type { Hold } from '../../db/steps.ts'
import { Cancelled, LeaseLost } from './interruptions.ts'

export interface KeptLease {
  /** Aborted with LeaseLost (also when this engine stops: somebody else carries on) or Cancelled. */
  signal: AbortSignal
  /** Looks now, instead of at the next heartbeat: somebody may have asked to cancel. */
  check(): void
  /** From here on a cancel no longer interrupts (undoing must not be undone); a lost lease still does. */
  ignoreCancel(): AbortSignal
  stop(): void
}

/**
 * Keeps a job's lease by heartbeat. When no heartbeat got through for most of the lease's time the lease counts
 * as lost here, before it ends in the database: the local clock decides early, never late.
 */
export function keepLease(
  pool: Pool,
  hold: Hold & { cancelRequestedBy: string | null },
  stopping: AbortSignal,
): KeptLease {
  const cancelled = new AbortController()
  const lost = new AbortController()
  let renewedAt = performance.now()

  const beat = async (): Promise<void> => {
    const asked = performance.now()
    try {
      const kept = await renewLease(pool, hold)
      if (!kept) return lost.abort(new LeaseLost('another worker has the job'))
      renewedAt = asked
      if (kept.cancelRequestedBy !== null) cancelled.abort(new Cancelled(kept.cancelRequestedBy))
    } catch {
      const silentSeconds = (performance.now() - renewedAt) / 1_000
      if (silentSeconds > hold.leaseSeconds * 0.7) lost.abort(new LeaseLost('the database does not answer'))
    }
  }
  const letGo = (): void => lost.abort(new LeaseLost('this engine is stopping'))
  if (hold.cancelRequestedBy !== null) cancelled.abort(new Cancelled(hold.cancelRequestedBy))
  if (stopping.aborted) letGo()
  stopping.addEventListener('abort', letGo, { once: true })
  const timer = setInterval(() => void beat(), (hold.leaseSeconds * 1_000) / 4)
  return {
    signal: AbortSignal.any([cancelled.signal, lost.signal]),
    check: () => void beat(),
    ignoreCancel: () => lost.signal,
    stop() {
      clearInterval(timer)
      stopping.removeEventListener('abort', letGo)
    },
  }
}
