import { z } from 'zod'
import { Refusal } from '../failures.ts'
import { procedure } from '../runner/procedure.ts'
import { findBackup, listBackups } from '../systems/backup-catalog.ts'
import { fetchBackup } from '../systems/backup-download.ts'
import { totalRows, type BackupManifest } from '../systems/backup-manifest.ts'
import { checkDatabase } from '../systems/database-check.ts'
import { databaseOf, urlOf } from '../systems/database-connection.ts'
import { loadBackup } from '../systems/database-load.ts'
import { createSideDatabase, dropSideDatabase, restoreNames } from '../systems/database-restore.ts'
import { swapDatabases, swapState, undoSwap } from '../systems/database-swap.ts'
import { checkHealth } from '../systems/health-checks.ts'
import { findProgram } from '../systems/program.ts'
import type { DatabaseDeps } from './backup.ts'
import { EnvironmentName } from './params.ts'

const Params = z.strictObject({
  environment: EnvironmentName,
  /** A backup's id; absent or "latest": the newest one. */
  backup: z
    .string()
    .max(100)
    .regex(/^[0-9A-Za-z][0-9A-Za-z-]*$/, 'a backup id as /ops status lists it, or latest')
    .optional(),
  /** Instead of a backup: the newest one taken before this moment. */
  at: z.iso.datetime({ offset: true }).optional(),
})

/** Sessions that load at once. Live traffic needs the other cores (measured: facts of the restore). */
const loadSessions = 2
const healthCheckAttempts = 6
const shownBackups = 10

/**
 * Brings an environment's database back from a backup: loaded into a new database beside the live one, checked
 * against what the backup says it holds, then swapped by name. The old one is kept.
 */
export const restore = (deps: DatabaseDeps) => {
  const { config, runbook, systems } = deps
  const store = systems.objectStore
  const sideOf = (environment: string, mark: string) => {
    const adminUrl = systems.databaseUrl(environment)
    const live = databaseOf(adminUrl)
    return { adminUrl, live, mark, ...restoreNames(live, mark) }
  }
  return procedure({
    kind: 'restore',
    params: Params,
    lock: ({ environment }) => `database/${environment}`,
    environment: ({ environment }) => environment,
    freezable: true,
    steps: () => ['create-database', 'load', 'check', 'swap', 'health-checks'],
    async plan(params, { signal }) {
      await findProgram('pg_restore')
      const live = databaseOf(systems.databaseUrl(params.environment))
      const manifest = await chooseBackup(store, params, signal)
      const details = [
        { name: 'takenAt', value: manifest.startedAt },
        { name: 'rows', value: String(totalRows(manifest)) },
        { name: 'bytes', value: String(manifest.bytes) },
      ]
      return { change: { from: live, to: manifest.id, details }, plan: { backup: manifest.id } }
    },
    async run(job, { environment }, { backup }) {
      const { adminUrl, live, side, keepAs, mark } = sideOf(environment, job.mark)
      const manifestIn = async (signal: AbortSignal) =>
        await findBackup(store, { environment, backup, signal })
      const sideDatabase = (manifest: BackupManifest, signal: AbortSignal) => ({
        adminUrl,
        name: side,
        live,
        mark,
        manifest,
        signal,
      })
      await job.step('create-database', async ({ signal }) => {
        await createSideDatabase(sideDatabase(await manifestIn(signal), signal))
      })
      await job.step('load', {
        timeoutSeconds: 12 * 3600,
        run: async (step) => {
          const manifest = await manifestIn(step.signal)
          const archive = await fetchBackup({ ...step, store, manifest, workDir: config.WORK_DIR })
          const database = sideDatabase(manifest, step.signal)
          await createSideDatabase(database) // begins anew what a dead worker left half loaded
          await loadBackup({
            ...database,
            archive,
            jobs: loadSessions,
            log: step.log,
            progress: step.progress,
          })
        },
      })
      const checked = await job.step('check', async (step) => {
        const manifest = await manifestIn(step.signal)
        const report = await checkDatabase(urlOf(adminUrl, side), manifest, step)
        return { rows: report.rows, tables: report.tables, takenAt: manifest.startedAt }
      })
      await job.step('swap', async ({ signal, log }) => {
        await swapDatabases({ adminUrl, live, side, keepAs, mark, signal, log })
      })
      await job.step('health-checks', async ({ signal, log }) => {
        const checks = runbook.environments[environment]?.healthChecks ?? []
        await checkHealth(checks, { signal, log, attempts: healthCheckAttempts })
      })
      return { database: live, keptAs: keepAs, backup, ...checked }
    },
    onFailure: {
      retryFrom: 'create-database',
      async run(job, { environment }, { reached }) {
        if (!reached.includes('create-database')) return
        const { adminUrl, live, side, keepAs, mark } = sideOf(environment, job.mark)
        if (reached.includes('swap')) {
          await job.step('swap-back', async ({ signal, log }) => {
            await undoSwap({ adminUrl, live, setAsideAs: side, keepAs, mark, signal, log })
          })
        }
        await job.step('drop-side-database', async ({ signal }) => {
          // One that was live for a while keeps what was written to it.
          if ((await swapState({ adminUrl, live, mark, signal })) === 'undone') return
          await dropSideDatabase({ adminUrl, name: side, live, mark, signal })
        })
      },
    },
  })
}

async function chooseBackup(
  store: DatabaseDeps['systems']['objectStore'],
  params: z.infer<typeof Params>,
  signal: AbortSignal,
): Promise<BackupManifest> {
  const { environment, backup = 'latest', at } = params
  if (at === undefined) return await findBackup(store, { environment, backup, signal })
  const backups = await listBackups(store, { environment, signal })
  const before = backups.find(({ startedAt }) => new Date(startedAt) <= new Date(at))
  if (before) return before
  const known = backups.slice(0, shownBackups).map(({ id }) => id)
  throw new Refusal(
    'unknown-backup',
    { environment, at, known },
    `There is no backup of ${environment} from before ${at}. There are: ${known.join(', ') || 'none'}.`,
  )
}
