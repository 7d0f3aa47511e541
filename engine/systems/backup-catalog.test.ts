import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { startObjectStore, type ObjectStore as StandIn } from '../../deploy/sandbox/object-store.ts'
import { findBackup, findBackupByMark, listBackups } from './backup-catalog.ts'
import { backupId, backupKeys, type BackupManifest } from './backup-manifest.ts'
import { openObjectStore, type ObjectStore } from './object-store.ts'

let dir = ''
let standIn: StandIn
let store: ObjectStore
beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), 'plantao-catalog-'))
  standIn = await startObjectStore({ dir, port: 0 })
  const { bucket, url: endpoint, accessKeyId, secretAccessKey } = standIn
  store = openObjectStore({ bucket, endpoint, credentials: { accessKeyId, secretAccessKey } })
})
afterEach(async () => {
  await store.close()
  await standIn.close()
  await rm(dir, { recursive: true })
})

async function keep(startedAt: string, mark: string, environment = 'staging'): Promise<BackupManifest> {
  const id = backupId(new Date(startedAt), mark)
  const manifest: BackupManifest = {
    format: 1,
    id,
    environment,
    database: 'ml_bling_sync',
    mark,
    startedAt,
    finishedAt: startedAt,
    bytes: 4,
    sha256: 'a'.repeat(64),
    serverVersion: '15.18',
    serverVersionNumber: 150018,
    toolVersion: '15.18',
    snapshotLsn: '0/1',
    tables: [],
    objects: {},
    unvalidatedConstraints: [],
    alembicVersion: null,
    roles: [],
    owner: 'postgres',
    encoding: 'UTF8',
    collation: 'C',
    characterType: 'C',
    localeProvider: 'c',
    locale: null,
    settings: [],
    connectionLimit: -1,
  }
  await store.putText(backupKeys(manifest).dump, 'dump')
  await store.putText(backupKeys(manifest).manifest, JSON.stringify(manifest))
  return manifest
}

test('an id says when and by which job, and sorts by time', () => {
  expect(backupId(new Date('2026-11-23T14:00:59.9Z'), 'job-42-1')).toBe('2026-11-23T1400Z-42-1')
  expect(backupId(new Date('2026-11-23T14:00:00Z'), '../x')).toBe('2026-11-23T1400Z--x')
})

test('lists the backups of one environment, newest first', async () => {
  const older = await keep('2026-11-22T02:00:00Z', 'job-9-1')
  const newer = await keep('2026-11-23T02:00:00Z', 'job-10-1')
  await keep('2026-11-23T03:00:00Z', 'job-11-1', 'production')
  expect(await listBackups(store, { environment: 'staging' })).toEqual([newer, older])
  expect(await findBackup(store, { environment: 'staging', backup: 'latest' })).toEqual(newer)
  expect(await findBackup(store, { environment: 'staging', backup: older.id })).toEqual(older)
})

test('an unknown backup is answered with those that exist', async () => {
  const search = { environment: 'staging', backup: 'latest' }
  await expect(findBackup(store, search)).rejects.toMatchObject({
    code: 'unknown-backup',
    message: 'There is no backup of staging yet. Take one with /ops backup staging.',
  })
  await keep('2026-11-22T02:00:00Z', 'job-9-1')
  await keep('2026-11-23T02:00:00Z', 'job-10-1')
  await expect(findBackup(store, { ...search, backup: '../production/x' })).rejects.toMatchObject({
    code: 'unknown-backup',
    message:
      'There is no backup ../production/x of staging. The newest are: 2026-11-23T0200Z-10-1, 2026-11-22T0200Z-9-1.',
  })
})

test('the backup of a job is found by its mark, and by no other', async () => {
  const ours = await keep('2026-11-22T02:00:00Z', 'job-2-1')
  await keep('2026-11-22T02:00:00Z', 'job-12-1')
  const search = { environment: 'staging' }
  expect(await findBackupByMark(store, { ...search, mark: 'job-2-1' })).toEqual(ours)
  expect(await findBackupByMark(store, { ...search, mark: 'job-1' })).toBe(null)
})

test('a damaged manifest does not hide the other backups', async () => {
  const good = await keep('2026-11-22T02:00:00Z', 'job-9-1')
  const bad = await keep('2026-11-23T02:00:00Z', 'job-10-1')
  await store.putText(backupKeys(bad).manifest, '{"format": 2')
  expect(await listBackups(store, { environment: 'staging' })).toEqual([good])
  await expect(findBackup(store, { environment: 'staging', backup: bad.id })).rejects.toMatchObject({
    code: 'backup-manifest-invalid',
    message: expect.stringContaining(`manifest database/staging/${bad.id}/manifest.json cannot be read`),
  })
})
