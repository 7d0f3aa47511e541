import { runningJobs } from '../db/heartbeats.ts'
import { activeSilences } from '../db/silences.ts'
import type { Database } from '../db/sql.ts'
import type { AlertingSettings } from './settings.ts'
import type { Quiet } from './suppress.ts'

/** Reads all that may keep an alert from opening an incident now. */
export async function readQuiet(
  db: Database,
  present: {
    now: Date
    settings: Pick<AlertingSettings, 'inhibitions'>
    maintenanceUntil: Date | null
  },
): Promise<Quiet> {
  const { now, settings, maintenanceUntil } = present
  const kinds = [...new Set(settings.inhibitions.flatMap(({ jobs }) => jobs))]
  return { now, maintenanceUntil, silences: await activeSilences(db), jobs: await runningJobs(db, kinds) }
}
