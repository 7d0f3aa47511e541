import type { Logger } from 'pino'
import type { OnCall } from '../alerts/on-call/on-call.ts'
import type { Alerting } from '../alerts/context.ts'
import type { Listener } from '../db/listen.ts'
import type { Pool } from '../db/pool.ts'
import type { Metrics } from './metrics.ts'
import type { Bell } from './queue.ts'
import type { Guests } from './people.ts'
import type { Runbook } from './runbook-file.ts'
import type { Procedure } from './runner/procedure.ts'
import type { BackupSummary } from './systems/backups.ts'
import type { ReleaseDriver } from './systems/release.ts'

/** What the engine's parts are made with: built once in engine.ts, passed on as plain arguments. */
export interface EngineContext {
  pool: Pool
  runbook: Runbook & Guests
  procedures: ReadonlyMap<string, Procedure>
  bell: Pick<Bell, 'ring'>
  notifications: Listener['events']
  alerting: Alerting
  /** How an environment is released. Undefined environment names are a bug: check them first. */
  releases(environment: string): ReleaseDriver
  /** What can be restored, newest first. */
  backups(environment: string): Promise<BackupSummary[]>
  onCall: OnCall
  redact(text: string): string
  metrics: Metrics
  logger: Logger
}
