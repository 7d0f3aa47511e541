import { listBackups } from './backup-catalog.ts'
import { totalRows } from './backup-manifest.ts'
import type { ObjectStore } from './object-store.ts'

/** What the list of backups shows of one. */
export interface BackupSummary {
  id: string
  environment: string
  database: string
  takenAt: string
  bytes: number
  rows: number
}

/** The backups of an environment, newest first. */
export async function backupSummaries(store: ObjectStore, environment: string): Promise<BackupSummary[]> {
  const manifests = await listBackups(store, { environment })
  return manifests.map((manifest) => ({
    id: manifest.id,
    environment: manifest.environment,
    database: manifest.database,
    takenAt: manifest.startedAt,
    bytes: manifest.bytes,
    rows: totalRows(manifest),
  }))
}
