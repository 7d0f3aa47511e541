// The dump of a backup, on our disk and proven to be what was stored.
import { createHash, randomUUID } from 'node:crypto'
import { createReadStream, createWriteStream } from 'node:fs'
import { mkdir, rename, rm, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { pipeline } from 'node:stream/promises'
import { StepFailure } from '../failures.ts'
import { backupKeys, type BackupManifest } from './backup-manifest.ts'
import type { ObjectStore } from './object-store.ts'

export type DownloadRequest = {
  store: ObjectStore
  manifest: BackupManifest
  /** A folder of this job alone, with room for the dump. */
  workDir: string
  signal: AbortSignal
  log: (line: string) => void
  progress: (progress: { done: number; total: number; unit: 'bytes' }) => void
}

/**
 * Downloads the dump and returns the path of the file. One that is there already, and right, is used.
 * @throws StepFailure 'backup-damaged' when the bytes are not the ones that were stored.
 */
export async function fetchBackup(request: DownloadRequest): Promise<string> {
  const { manifest, workDir, log } = request
  await mkdir(workDir, { recursive: true, mode: 0o700 })
  const file = join(workDir, `${manifest.id}.pgc`)
  if (await isWhole(file, request)) {
    log(`${file} is there already, and whole`)
    return file
  }
  // A worker that lost its lease may still be writing: never to the same file.
  const arriving = `${file}.${randomUUID()}.part`
  try {
    const found = await download(request, arriving)
    if (found.bytes !== manifest.bytes || found.sha256 !== manifest.sha256) throw damaged(manifest, found)
    await rename(arriving, file)
  } finally {
    await rm(arriving, { force: true })
  }
  return file
}

type Found = { bytes: number; sha256: string }

async function isWhole(file: string, { manifest, signal }: DownloadRequest): Promise<boolean> {
  const there = await stat(file).catch(() => null)
  if (there?.size !== manifest.bytes) return false
  const hash = createHash('sha256')
  await pipeline(createReadStream(file), hash, { signal })
  return hash.digest('hex') === manifest.sha256
}

async function download(request: DownloadRequest, file: string): Promise<Found> {
  const { store, manifest, signal, progress, log } = request
  const key = backupKeys(manifest).dump
  log(`Downloading ${manifest.bytes} bytes of ${store.bucket}/${key}`)
  const body = await store.getStream(key, { signal })
  const hash = createHash('sha256')
  let done = 0
  const metered = async function* (chunks: AsyncIterable<Buffer>) {
    for await (const chunk of chunks) {
      hash.update(chunk)
      done += chunk.length
      progress({ done, total: manifest.bytes, unit: 'bytes' })
      yield chunk
    }
  }
  try {
    await pipeline(body, metered, createWriteStream(file, { mode: 0o600 }), { signal })
  } catch (error) {
    signal.throwIfAborted()
    const reason = error instanceof Error ? error.message : String(error)
    const message = `The download of backup ${manifest.id} broke off after ${done} of ${manifest.bytes} bytes (${reason}). Retry.`
    throw new StepFailure('backup-download-broken', { backup: manifest.id, done, reason }, message)
  }
  return { bytes: done, sha256: hash.digest('hex') }
}

function damaged(manifest: BackupManifest, found: Found): StepFailure {
  const how =
    found.bytes === manifest.bytes
      ? `its SHA-256 is ${found.sha256} instead of ${manifest.sha256}`
      : `it has ${found.bytes} bytes instead of ${manifest.bytes}`
  return new StepFailure(
    'backup-damaged',
    { backup: manifest.id, expected: manifest.sha256, found: found.sha256, bytes: found.bytes },
    `Backup ${manifest.id} is damaged: ${how}. Nothing was changed; choose another backup of ${manifest.environment}.`,
  )
}
