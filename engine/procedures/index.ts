import type { Pool } from '../../db/pool.ts'
import type { EngineConfig } from '../config.ts'
import type { Runbook } from '../runbook-file.ts'
import type { Procedure } from '../runner/procedure.ts'
import type { Systems } from '../systems/index.ts'
import { backup } from './backup.ts'
import { deploy } from './deploy.ts'
import { restore } from './restore.ts'
import { rollback } from './rollback.ts'
import { sync } from './sync.ts'

export interface ProcedureDeps {
  config: EngineConfig
  runbook: Runbook
  pool: Pool
  systems: Systems
}

/** Every kind of job there is. */
export function createProcedures(deps: ProcedureDeps): ReadonlyMap<string, Procedure> {
  const releases = { runbook: deps.runbook, releases: deps.systems.releases }
  const all = [deploy(releases), rollback(releases), backup(deps), restore(deps), sync(deps)]
  return new Map(all.map((procedure) => [procedure.kind, procedure as unknown as Procedure]))
}
