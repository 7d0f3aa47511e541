// What a backup says about itself. It lies beside the dump and is written last: without it there is no backup.
import { z } from 'zod'

const TableRows = z.object({ schema: z.string(), name: z.string(), rows: z.number().int() })
export type TableRows = z.infer<typeof TableRows>

export const BackupManifest = z.object({
  format: z.literal(1),
  id: z.string().regex(/^[0-9A-Za-z-]+$/),
  environment: z.string(),
  database: z.string(),
  /** The job that took it. */
  mark: z.string(),
  startedAt: z.iso.datetime(),
  finishedAt: z.iso.datetime(),
  /** The dump file: its size, and SHA-256 in hexadecimal. */
  bytes: z.number().int(),
  sha256: z.string().length(64),
  /** Of the server the database lay on, such as 15.18, and its number, such as 150018. */
  serverVersion: z.string(),
  serverVersionNumber: z.number().int(),
  /** Of the pg_dump that wrote the file. */
  toolVersion: z.string(),
  /** The state of the database that the dump holds lies at this place in the write-ahead log. */
  snapshotLsn: z.string(),
  tables: z.array(TableRows),
  /** How many of each kind of object: index, constraint, view, … */
  objects: z.record(z.string(), z.number().int()),
  /** Constraints that were NOT VALID already, as schema.table.constraint. */
  unvalidatedConstraints: z.array(z.string()),
  /** The migration the application's tables are at. */
  alembicVersion: z.string().nullable(),
  /** Roles that own something or are granted something: they must exist where it is restored. */
  roles: z.array(z.string()),
  owner: z.string(),
  encoding: z.string(),
  collation: z.string(),
  characterType: z.string(),
  /** c = the operating system's, i = ICU, b = Postgres's own (from 17). */
  localeProvider: z.enum(['c', 'i', 'b']),
  locale: z.string().nullable(),
  /** ALTER DATABASE … SET name = value, for one role or for all. */
  settings: z.array(z.object({ role: z.string().nullable(), name: z.string(), value: z.string() })),
  connectionLimit: z.number().int(),
})
export type BackupManifest = z.infer<typeof BackupManifest>

export function totalRows(manifest: Pick<BackupManifest, 'tables'>): number {
  return manifest.tables.reduce((sum, table) => sum + table.rows, 0)
}

/** Sorts by time: 2026-11-23T1400Z-42-1 for the job with the mark job-42-1. */
export function backupId(startedAt: Date, mark: string): string {
  const time = startedAt.toISOString().replace(/^(.{13}):(..).*$/, '$1$2Z')
  return `${time}-${markInId(mark)}`
}

/** The part of a backup's id that comes from the job's mark. */
export function markInId(mark: string): string {
  return mark.replace(/^job-/, '').replaceAll(/[^0-9A-Za-z]+/g, '-')
}

export function environmentPrefix(environment: string): string {
  return `database/${environment}/`
}

/** Where a backup's two files lie in the bucket. */
export function backupKeys(backup: { environment: string; id: string }): { dump: string; manifest: string } {
  const folder = `${environmentPrefix(backup.environment)}${backup.id}`
  return { dump: `${folder}/dump.pgc`, manifest: `${folder}/manifest.json` }
}
