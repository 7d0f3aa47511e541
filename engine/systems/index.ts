import type { Pool } from '../../db/pool.ts'
import type { EngineConfig } from '../config.ts'
import { StepFailure } from '../failures.ts'
import type { Runbook } from '../runbook-file.ts'
import { secretBox } from '../secret-box.ts'
import { tokenStore } from '../token-store.ts'
import { blingApp, mercadoLivreApp } from './accounts.ts'
import { backupSummaries, type BackupSummary } from './backups.ts'
import { createBling, type Bling } from './bling.ts'
import { createMercadoLivre, type MercadoLivre } from './mercado-livre.ts'
import { openObjectStore, type ObjectStore } from './object-store.ts'
import type { ReleaseDriver } from './release.ts'
import { releaseDriver } from './releases.ts'

/** Everything outside that the procedures act on. Nothing is connected before it is used. */
export interface Systems {
  releases(environment: string): ReleaseDriver
  backups(environment: string): Promise<BackupSummary[]>
  objectStore: ObjectStore
  /** The address of an environment's application database. Throws StepFailure when it is not configured. */
  databaseUrl(environment: string): string
  /** Both throw StepFailure when the vendor is not configured. */
  bling(): Bling
  mercadoLivre(): MercadoLivre
}

export function createSystems(parts: { config: EngineConfig; runbook: Runbook; pool: Pool }): Systems {
  const { config, runbook, pool } = parts
  const { connectors } = runbook
  const box = secretBox(config.SECRETS_KEY)
  const drivers = new Map(
    Object.entries(runbook.environments).map(([environment, { release }]) => [
      environment,
      releaseDriver({ environment, release, kubeconfig: config.KUBECONFIG }),
    ]),
  )
  const objectStore = openObjectStore({
    bucket: config.BACKUP_BUCKET,
    endpoint: config.variables['AWS_ENDPOINT_URL_S3'],
    region: config.variables['AWS_REGION'],
    credentials: staticCredentials(config),
  })
  return {
    releases(environment) {
      const driver = drivers.get(environment)
      if (!driver) throw new Error(`no environment ${environment}`)
      return driver
    },
    backups: async (environment) => await backupSummaries(objectStore, environment),
    objectStore,
    databaseUrl(environment) {
      const variable = runbook.environments[environment]?.database.urlVariable ?? ''
      const url = config.variables[variable]
      if (url === undefined) throw databaseNotConfigured(environment, variable)
      return url
    },
    bling: once(() =>
      createBling({
        ...blingApp(config),
        tokens: tokenStore(pool, box, 'bling'),
        requestsPerSecond: connectors.blingRequestsPerSecond,
      }),
    ),
    mercadoLivre: once(() =>
      createMercadoLivre({
        ...mercadoLivreApp(config),
        tokens: tokenStore(pool, box, 'mercado-livre'),
        requestsPerSecond: connectors.mercadoLivreRequestsPerSecond,
      }),
    ),
  }
}

/** Keys given in the environment; absent, the AWS SDK looks where it always does. */
function staticCredentials(
  config: EngineConfig,
): { accessKeyId: string; secretAccessKey: string } | undefined {
  const { AWS_ACCESS_KEY_ID: accessKeyId, AWS_SECRET_ACCESS_KEY: secretAccessKey } = config.variables
  return accessKeyId === undefined || secretAccessKey === undefined
    ? undefined
    : { accessKeyId, secretAccessKey }
}

const databaseNotConfigured = (environment: string, variable: string): StepFailure =>
  new StepFailure(
    'not-configured',
    { environment, variable },
    `The database of ${environment} is not configured: set ${variable} to its address and start the engine again.`,
  )

/** One client per vendor: its limiter must see every call of this process. */
function once<T>(make: () => T): () => T {
  let made: T | undefined
  return () => (made ??= make())
}
