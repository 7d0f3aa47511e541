import { activeFreezes } from '../db/freezes.ts'
import type { Pool } from '../db/pool.ts'
import { activeWindows } from './freeze-windows.ts'
import type { Runbook } from './runbook-file.ts'

export interface CurrentFreeze {
  /** Null: a scheduled window of the runbook file. */
  id: number | null
  environment: string
  reason: string
  createdBy: string | null
  startsAt: Date
  endsAt: Date
}

/** Every freeze that holds now, by hand and by schedule; the one that ends last first. */
export async function currentFreezes(pool: Pool, runbook: Runbook): Promise<CurrentFreeze[]> {
  const byHand = await activeFreezes(pool)
  const scheduled = activeWindows(runbook, new Date()).map(({ name, environment, startsAt, endsAt }) => ({
    id: null,
    environment,
    reason: name,
    createdBy: null,
    startsAt,
    endsAt,
  }))
  return [...byHand, ...scheduled].toSorted((one, other) => other.endsAt.getTime() - one.endsAt.getTime())
}

export async function frozenEnvironments(pool: Pool, runbook: Runbook): Promise<string[]> {
  return [...new Set((await currentFreezes(pool, runbook)).map(({ environment }) => environment))]
}
