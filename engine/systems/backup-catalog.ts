// The bucket itself is the list of backups: it is there when everything else is lost.
import pLimit from 'p-limit'
import { StepFailure } from '../failures.ts'
import { backupKeys, BackupManifest, environmentPrefix, markInId } from './backup-manifest.ts'
import type { ObjectStore } from './object-store.ts'

type Search = { environment: string; signal?: AbortSignal | undefined }

/**
 * Every whole backup of the environment, newest first. Folders without a manifest are not backups, and one
 * whose manifest is damaged cannot be offered.
 */
export async function listBackups(store: ObjectStore, search: Search): Promise<BackupManifest[]> {
  const atOnce = pLimit(16)
  const ids = await backupIds(store, search)
  const manifests = await Promise.all(
    ids.map((id) => atOnce(() => readManifest(store, { ...search, id }).catch(nullWhenInvalid))),
  )
  return manifests.filter((manifest) => manifest !== null)
}

/**
 * The backup with this id, or the newest one for `latest`.
 * @throws StepFailure 'unknown-backup', which lists what exists.
 */
export async function findBackup(
  store: ObjectStore,
  search: Search & { backup: string },
): Promise<BackupManifest> {
  const { environment, backup } = search
  const ids = await backupIds(store, search)
  const id = backup === 'latest' ? ids[0] : ids.find((candidate) => candidate === backup)
  if (id !== undefined) return await readManifest(store, { ...search, id })

  const known = ids.slice(0, 10)
  const message =
    ids.length === 0
      ? `There is no backup of ${environment} yet. Take one with /ops backup ${environment}.`
      : `There is no backup ${backup} of ${environment}. The newest are: ${known.join(', ')}.`
  throw new StepFailure('unknown-backup', { backup, environment, known }, message)
}

/** The backup that the job with this mark took; null when it took none, or did not finish it. */
export async function findBackupByMark(
  store: ObjectStore,
  search: Search & { mark: string },
): Promise<BackupManifest | null> {
  const ending = `Z-${markInId(search.mark)}`
  for (const id of await backupIds(store, search)) {
    if (!id.endsWith(ending)) continue
    const manifest = await readManifest(store, { ...search, id })
    if (manifest.mark === search.mark) return manifest
  }
  return null
}

/** Deletes what runs of this job that did not finish have left in the bucket: dumps without a manifest. */
export async function deleteUnfinished(store: ObjectStore, search: Search & { mark: string }): Promise<void> {
  const { environment, signal } = search
  const whole = new Set(await backupIds(store, search))
  const prefix = environmentPrefix(environment)
  for (const { key } of await store.list(prefix, { signal })) {
    const id = key.slice(prefix.length).split('/')[0] ?? ''
    if (id.endsWith(`Z-${markInId(search.mark)}`) && !whole.has(id)) await store.delete(key, { signal })
  }
}

/** Newest first. */
async function backupIds(store: ObjectStore, { environment, signal }: Search): Promise<string[]> {
  const prefix = environmentPrefix(environment)
  const objects = await store.list(prefix, { signal })
  return objects
    .map(({ key }) => key.slice(prefix.length))
    .filter((path) => /^[^/]+\/manifest\.json$/.test(path))
    .map((path) => path.slice(0, path.indexOf('/')))
    .toSorted()
    .toReversed()
}

async function readManifest(store: ObjectStore, search: Search & { id: string }): Promise<BackupManifest> {
  const key = backupKeys(search).manifest
  const text = await store.getText(key, { signal: search.signal })
  const parsed = BackupManifest.safeParse(jsonOrNull(text))
  if (parsed.success) return parsed.data
  const reason = parsed.error.issues.map((issue) => `${issue.path.join('.')}: ${issue.message}`).join('; ')
  throw new StepFailure(
    'backup-manifest-invalid',
    { key, reason },
    `The backup's manifest ${key} cannot be read (${reason}). It may be damaged or made by a newer Plantão; choose another backup.`,
  )
}

function nullWhenInvalid(error: unknown): null {
  if (error instanceof StepFailure && error.code === 'backup-manifest-invalid') return null
  throw error
}

function jsonOrNull(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return null
  }
}
