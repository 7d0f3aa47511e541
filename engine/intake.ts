import { watchHeartbeats } from '../alerts/heartbeats.ts'
import type { IntakeDeps } from '../alerts/intake.ts'
import { lookAgain } from '../alerts/look-again.ts'
import { keepWorking, type Loop } from '../alerts/loop.ts'
import { sendHeartbeat } from '../alerts/outward-heartbeat.ts'
import type { EngineContext } from './context.ts'
import { maintenanceWindow } from './freeze-windows.ts'

const lookSeconds = 5

/** What taking alerts in needs, of the engine. */
export function intakeDeps({ pool, alerting, runbook }: EngineContext): IntakeDeps {
  return { pool, alerting, maintenanceUntil: maintenance(runbook) }
}

/** The end of the maintenance window that holds at a time; which one is next is worked out once for each. */
function maintenance(runbook: EngineContext['runbook']): IntakeDeps['maintenanceUntil'] {
  let known: { from: Date; until: Date; end: Date | null } | null = null
  return (now) => {
    if (known === null || now < known.from || now >= known.until) {
      const { active, startsAt, endsAt } = maintenanceWindow(runbook, now)
      known = active
        ? { from: startsAt, until: endsAt, end: endsAt }
        : { from: now, until: startsAt, end: null }
    }
    return known.end
  }
}

/**
 * Begins what goes on besides deliveries: alerts that are kept quiet are looked at again, heartbeats are watched, the
 * outside monitor hears of us. Returns how to stop.
 */
export function startIntake(context: EngineContext): () => Promise<void> {
  const { pool, logger } = context
  const { outwardHeartbeat } = context.alerting.settings
  const deps = intakeDeps(context)
  const every = (seconds: number, name: string, work: () => Promise<void>): Loop =>
    keepWorking(context, { name, wokenBy: null, pollMs: seconds * 1_000, work })
  const loops = [
    every(lookSeconds, 'quiet alerts', async () => void (await lookAgain(deps))),
    every(lookSeconds, 'heartbeats', async () => await watchHeartbeats(deps)),
  ]
  if (outwardHeartbeat) {
    const send = async (): Promise<void> => {
      const outcome = await sendHeartbeat(pool, outwardHeartbeat)
      if (!outcome.sent)
        logger.error(
          { reason: outcome.reason },
          'paging is late: the outside monitor is not told that we are well',
        )
    }
    loops.push(every(outwardHeartbeat.everySeconds, 'outside monitor', send))
  }
  return async () => {
    await Promise.all(loops.map(async (loop) => await loop.stop()))
  }
}
