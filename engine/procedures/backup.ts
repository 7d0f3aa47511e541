import { z } from 'zod'
import type { EngineConfig } from '../config.ts'
import type { Runbook } from '../runbook-file.ts'
import { procedure } from '../runner/procedure.ts'
import { findBackupByMark, listBackups } from '../systems/backup-catalog.ts'
import { totalRows } from '../systems/backup-manifest.ts'
import { createBackup } from '../systems/database-backup.ts'
import type { Systems } from '../systems/index.ts'
import { findProgram } from '../systems/program.ts'
import { EnvironmentName } from './params.ts'

const Params = z.strictObject({ environment: EnvironmentName })

export interface DatabaseDeps {
  config: EngineConfig
  runbook: Runbook
  systems: Systems
}

/** Takes a backup of an environment's database: pg_dump, checked, checksummed, in the object store. */
export const backup = ({ config, runbook, systems }: DatabaseDeps) =>
  procedure({
    kind: 'backup',
    params: Params,
    lock: ({ environment }) => `database/${environment}`,
    environment: ({ environment }) => environment,
    freezable: false,
    steps: () => ['dump'],
    async plan({ environment }) {
      await findProgram('pg_dump')
      await findProgram('pg_restore')
      systems.databaseUrl(environment)
      const [newest] = await listBackups(systems.objectStore, { environment })
      const name = runbook.environments[environment]?.database.name ?? environment
      return { change: { from: newest?.id ?? null, to: name, details: [] }, plan: null }
    },
    async run(job, { environment }) {
      return await job.step('dump', {
        timeoutSeconds: 6 * 3600,
        alreadyDone: async ({ signal }) => {
          const taken = await findBackupByMark(systems.objectStore, { environment, mark: job.mark, signal })
          return taken ? summary(taken) : undefined
        },
        run: async (step) =>
          summary(
            await createBackup({
              ...step,
              databaseUrl: systems.databaseUrl(environment),
              environment,
              store: systems.objectStore,
              mark: job.mark,
              workDir: config.WORK_DIR,
            }),
          ),
      })
    },
  })

const summary = (manifest: Awaited<ReturnType<typeof createBackup>>) => ({
  backup: manifest.id,
  bytes: manifest.bytes,
  rows: totalRows(manifest),
  tables: manifest.tables.length,
})
