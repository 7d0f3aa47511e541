// A backup: a consistent dump, what it must contain, and a manifest that makes it count.
import { createHash } from 'node:crypto'
import { createReadStream } from 'node:fs'
import { mkdir, mkdtemp, readdir, rm, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { Readable } from 'node:stream'
import type { Client } from 'pg'
import { StepFailure } from '../failures.ts'
import { deleteUnfinished, findBackup, findBackupByMark } from './backup-catalog.ts'
import {
  backupId,
  backupKeys,
  markInId,
  totalRows,
  type BackupManifest,
  type TableRows,
} from './backup-manifest.ts'
import { databaseOf, onDatabase, withProgramEnvironment } from './database-connection.ts'
import { countRows, readFacts, type DatabaseFacts } from './database-facts.ts'
import type { ObjectStore } from './object-store.ts'
import { findProgram, runProgram } from './program.ts'

export type BackupRequest = {
  databaseUrl: string
  environment: string
  store: ObjectStore
  /** The job's mark. The same mark finds the first backup and takes no second one. */
  mark: string
  /** For the dump while it is uploaded: as large as the compressed database. */
  workDir: string
  signal: AbortSignal
  log: (line: string) => void
  progress: (progress: { done: number; total: number; unit: 'rows' | 'bytes' }) => void
}

const dumpTimeoutSeconds = 6 * 3600

/**
 * Takes a backup and returns its manifest, which lies in the bucket too, written last.
 * @throws ProgramMissing before anything is touched; DatabaseFailure; ObjectStoreFailure; ProgramFailed.
 */
export async function createBackup(request: BackupRequest): Promise<BackupManifest> {
  await findProgram('pg_dump')
  await findProgram('pg_restore')
  const already = await findBackupByMark(request.store, request)
  if (already) return already

  const { environment, mark } = request
  const startedAt = new Date()
  const id = backupId(startedAt, mark)
  const folder = await freshFolder(request)
  try {
    const file = join(folder, 'dump.pgc')
    const content = await dump(request, file)
    await checkArchive(file, content.tables, request.signal)
    const keys = backupKeys({ environment, id })
    const stored = await upload(request, file, keys.dump)
    const described: BackupManifest = {
      format: 1,
      id,
      environment,
      database: databaseOf(request.databaseUrl),
      mark,
      startedAt: startedAt.toISOString(),
      finishedAt: new Date().toISOString(),
      ...stored,
      ...content,
    }
    return await commit(request, described)
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}

/**
 * Never one of an earlier run: if its worker was killed, its pg_dump may still be writing there. What such runs
 * of this job have left is removed.
 */
async function freshFolder({ workDir, mark }: BackupRequest): Promise<string> {
  await mkdir(workDir, { recursive: true, mode: 0o700 })
  const name = `backup-of-${markInId(mark)}.`
  const stale = (await readdir(workDir)).filter((entry) => entry.startsWith(name))
  await Promise.all(stale.map((entry) => rm(join(workDir, entry), { recursive: true, force: true })))
  return await mkdtemp(join(workDir, name))
}

type Content = DatabaseFacts & Pick<BackupManifest, 'tables' | 'snapshotLsn' | 'toolVersion'>

/** One snapshot for all: the rows counted here are exactly the rows that pg_dump sees. */
async function dump(request: BackupRequest, file: string): Promise<Content> {
  const { databaseUrl, signal, mark, log } = request
  return await onDatabase(databaseUrl, { signal, applicationName: `plantao-${mark}` }, async (client) => {
    const { snapshot, snapshotLsn } = await exportSnapshot(client)
    const facts = await readFacts(client)
    const toolVersion = await toolFor(facts)
    log(`Counting the rows of ${databaseOf(databaseUrl)} (PostgreSQL ${facts.serverVersion})`)
    const tables = await countRows(client)
    log(`${tables.length} tables, ${totalRows({ tables })} rows; dumping with pg_dump ${toolVersion}`)
    await runDump(request, { file, snapshot, tables })
    return { ...facts, tables, snapshotLsn, toolVersion }
  })
}

async function exportSnapshot(client: Client): Promise<{ snapshot: string; snapshotLsn: string }> {
  await client.query('begin isolation level repeatable read read only')
  const found = await client.query<{ snapshot: string; snapshotLsn: string }>(`
    select pg_export_snapshot() as snapshot, (case when pg_is_in_recovery()
      then pg_last_wal_replay_lsn() else pg_current_wal_lsn() end)::text as "snapshotLsn"`)
  const [first] = found.rows
  if (!first) throw new Error('pg_export_snapshot returned nothing')
  return first
}

/** @throws StepFailure when this pg_dump refuses a server newer than itself. */
async function toolFor({ serverVersion, serverVersionNumber }: DatabaseFacts): Promise<string> {
  const output = await runProgram('pg_dump', { args: ['--version'], timeoutSeconds: 30 })
  const toolVersion = /\d+(\.\d+)*/.exec(output)?.[0] ?? output
  const serverMajor = Math.floor(serverVersionNumber / 10_000)
  if (Number.parseInt(toolVersion, 10) >= serverMajor) return toolVersion
  throw new StepFailure(
    'program-too-old',
    { program: 'pg_dump', toolVersion, serverVersion },
    `pg_dump ${toolVersion} cannot dump a PostgreSQL ${serverVersion} server. Install the PostgreSQL client ${serverMajor} (Debian: apt-get install postgresql-client-${serverMajor}), then retry.`,
  )
}

type Dump = { file: string; snapshot: string; tables: TableRows[] }

async function runDump(request: BackupRequest, { file, snapshot, tables }: Dump): Promise<void> {
  const { databaseUrl, mark, signal, log } = request
  const total = totalRows({ tables })
  const rowsOf = new Map(tables.map((table) => [`${table.schema}.${table.name}`, table.rows]))
  let done = 0
  let current = 0
  const follow = (line: string) => {
    const table = /dumping contents of table "?(.+?)"?$/.exec(line)?.[1]
    if (table === undefined) return
    log(line)
    done += current
    current = rowsOf.get(table.replace('"."', '.')) ?? 0
    request.progress({ done, total, unit: 'rows' })
  }
  // Level 1 took 0.5 of the time of the default (6) for 1.13 of the bytes.
  const args = ['--format=custom', '--compress=1', `--snapshot=${snapshot}`, `--file=${file}`]
  const manners = ['--lock-wait-timeout=10s', '--no-password', '--verbose']
  await withProgramEnvironment(databaseUrl, `plantao-${mark}`, (env) =>
    runProgram('pg_dump', {
      args: [...args, ...manners],
      env,
      timeoutSeconds: dumpTimeoutSeconds,
      signal,
      log: follow,
    }),
  )
  request.progress({ done: total, total, unit: 'rows' })
}

/** pg_restore can read it, and the rows of every table are in it. */
async function checkArchive(file: string, tables: TableRows[], signal: AbortSignal): Promise<void> {
  const list = await runProgram('pg_restore', { args: ['--list', file], timeoutSeconds: 300, signal })
  const found = list.split('\n').filter((line) => /^\d+; \d+ \d+ TABLE DATA /.test(line)).length
  if (found === tables.length) return
  throw new StepFailure(
    'backup-incomplete',
    { expected: tables.length, found },
    `The dump holds the rows of ${found} tables, but the database has ${tables.length}. It was not kept; the tables may have been changed meanwhile: retry.`,
  )
}

async function upload(
  request: BackupRequest,
  file: string,
  key: string,
): Promise<{ bytes: number; sha256: string }> {
  const { store, signal, progress, log } = request
  const { size: total } = await stat(file)
  log(`Uploading ${total} bytes to ${store.bucket}/${key}`)
  const hash = createHash('sha256')
  let done = 0
  const hashed = async function* () {
    for await (const chunk of createReadStream(file, {
      highWaterMark: 1024 * 1024,
    }) as AsyncIterable<Buffer>) {
      hash.update(chunk)
      done += chunk.length
      progress({ done, total, unit: 'bytes' })
      yield chunk
    }
  }
  await store.putStream(key, Readable.from(hashed()), { signal })
  const stored = await store.head(key, { signal })
  if (stored?.bytes === total && done === total) return { bytes: total, sha256: hash.digest('hex') }
  throw new StepFailure(
    'backup-upload-incomplete',
    { key, expected: total, found: stored?.bytes ?? 0 },
    `Of ${total} bytes ${stored?.bytes ?? 0} arrived at ${key}. The backup does not count; retry.`,
  )
}

/** From here on the backup exists. If another worker of this job was quicker, its backup is the one. */
async function commit(request: BackupRequest, manifest: BackupManifest): Promise<BackupManifest> {
  const { store, signal, environment, log } = request
  const text = `${JSON.stringify(manifest, null, 2)}\n`
  const first = await store.putText(backupKeys(manifest).manifest, text, { signal, onlyIfAbsent: true })
  await deleteUnfinished(store, request)
  log(`Backup ${manifest.id} is complete`)
  return first ? manifest : await findBackup(store, { environment, backup: manifest.id, signal })
}
