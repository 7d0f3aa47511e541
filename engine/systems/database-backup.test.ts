import { createHash } from 'node:crypto'
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { startObjectStore, type ObjectStore as StandIn } from '../../deploy/sandbox/object-store.ts'
import { hasPostgresPrograms, query, testShop } from '../../deploy/sandbox/postgres/shop-testing.ts'
import type { TestDatabase } from '../../deploy/sandbox/postgres/testing.ts'
import { failureRecord } from '../failures.ts'
import { listBackups } from './backup-catalog.ts'
import { backupKeys, totalRows } from './backup-manifest.ts'
import { createBackup, type BackupRequest } from './database-backup.ts'
import { openObjectStore, type ObjectStore } from './object-store.ts'
import { runProgram } from './program.ts'

let dir = ''
let shop: TestDatabase
let standIn: StandIn
let store: ObjectStore
beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), 'plantao-backup-'))
  shop = await testShop()
  standIn = await startObjectStore({ dir: join(dir, 'store'), port: 0 })
  const { bucket, url: endpoint, accessKeyId, secretAccessKey } = standIn
  store = openObjectStore({ bucket, endpoint, credentials: { accessKeyId, secretAccessKey } })
})
afterEach(async () => {
  vi.unstubAllEnvs()
  await store.close()
  await standIn.close()
  await shop.drop()
  await rm(dir, { recursive: true })
})

function request(changes: Partial<BackupRequest> = {}): BackupRequest {
  return {
    databaseUrl: shop.url,
    environment: 'staging',
    store,
    mark: 'job-42-1',
    workDir: join(dir, 'work'),
    signal: new AbortController().signal,
    log: () => {},
    progress: () => {},
    ...changes,
  }
}

test('without pg_dump nothing is touched, and the sentence says what to install', async () => {
  vi.stubEnv('PATH', '/nowhere')
  await expect(createBackup(request())).rejects.toMatchObject({
    code: 'program-missing',
    message: expect.stringMatching(/^pg_dump is not installed\. Install the PostgreSQL client/),
  })
  expect(await store.list('')).toEqual([])
})

describe.skipIf(!hasPostgresPrograms())('with pg_dump', () => {
  test('a backup lies in the bucket with a manifest that describes it', async () => {
    const manifest = await createBackup(request())
    expect(manifest).toMatchObject({
      environment: 'staging',
      mark: 'job-42-1',
      alembicVersion: '8f2c41d7a0b3',
      encoding: 'UTF8',
      owner: 'postgres',
      objects: { table: 7, view: 1, trigger: 2, function: 1, sequence: 4 },
      serverVersion: expect.stringMatching(/^\d+\.\d+/),
    })
    expect(manifest.id).toMatch(/^\d{4}-\d\d-\d\dT\d{4}Z-42-1$/)
    expect(manifest.settings).toContainEqual({ role: null, name: 'TimeZone', value: 'America/Sao_Paulo' })
    expect(manifest.tables).toContainEqual({ schema: 'public', name: 'order_items', rows: 24000 })
    expect(totalRows(manifest)).toBe(51006)

    const { dump } = backupKeys(manifest)
    expect(dump).toBe(`database/staging/${manifest.id}/dump.pgc`)
    const bytes = await readFile(standIn.file(dump))
    expect(bytes.length).toBe(manifest.bytes)
    expect(createHash('sha256').update(bytes).digest('hex')).toBe(manifest.sha256)
    expect(await listBackups(store, { environment: 'staging' })).toEqual([manifest])
    expect(await readdir(join(dir, 'work'))).toEqual([])
  })

  test('the same mark finds the first backup and takes no second one', async () => {
    const first = await createBackup(request())
    await query(shop.url, 'delete from order_items')
    expect(await createBackup(request())).toEqual(first)
    expect([...standIn.puts.values()]).toEqual([1, 1])
    const another = await createBackup(request({ mark: 'job-43-1' }))
    expect(totalRows(another)).toBe(totalRows(first) - 24000)
  })

  test('a run that died before its manifest leaves no backup, and the next one clears up after it', async () => {
    const dead = join(dir, 'work', 'backup-of-42-1.dead')
    await mkdir(dead, { recursive: true })
    await writeFile(join(dead, 'dump.pgc'), 'torso')
    await store.putText('database/staging/2020-01-01T0000Z-42-1/dump.pgc', 'torso')
    await store.putText('database/staging/2020-01-01T0000Z-41-1/dump.pgc', 'of another job')
    expect(await listBackups(store, { environment: 'staging' })).toEqual([])
    const manifest = await createBackup(request())
    expect((await store.list('')).map(({ key }) => key).toSorted()).toEqual([
      'database/staging/2020-01-01T0000Z-41-1/dump.pgc',
      backupKeys(manifest).dump,
      backupKeys(manifest).manifest,
    ])
    expect(await readdir(join(dir, 'work'))).toEqual([])
  })

  test('the rows counted are the rows dumped, however much is written meanwhile', async () => {
    let stop = false
    const write = async () =>
      await query(
        shop.url,
        "insert into customers (name, email, city, state, created_at) select 'x', gen_random_uuid()::text, 'x', 'XX', now() from generate_series(1, 50)",
      )
    await write()
    const writer = (async () => {
      while (!stop) await write()
    })()
    const manifest = await createBackup(request()).finally(() => (stop = true))
    await writer
    const file = standIn.file(backupKeys(manifest).dump)
    const sql = await runProgram('pg_restore', {
      args: ['--data-only', '--table=customers', '--file=-', file],
      timeoutSeconds: 60,
    })
    const rows = sql.split('\n').filter((line) => /^\d+\t/.test(line)).length
    expect(manifest.tables.find((table) => table.name === 'customers')?.rows).toBe(rows)
    expect(rows).toBeGreaterThan(3000)
  })

  test.runIf(existsSync('/proc'))('the password is in no argument, no log line and no error', async () => {
    const password = decodeURIComponent(new URL(shop.url).password)
    const seen: string[] = []
    const watched = request({
      log: (line) => seen.push(line),
      progress: () => {
        for (const pid of childrenOfThisProcess()) seen.push(commandAndEnvironment(pid))
      },
    })
    await createBackup(watched)
    expect(seen.join('\n')).toContain('--format=custom')
    expect(seen.join('\n')).not.toContain(password)

    const wrong = new URL(shop.url)
    wrong.password = 'not-the-password'
    const refused = await createBackup(request({ databaseUrl: wrong.href, mark: 'job-43-1' })).catch(
      failureRecord,
    )
    expect(refused).toMatchObject({ code: 'database-login-refused' })
    expect(JSON.stringify(refused)).not.toContain('not-the-password')
  })

  test('a cancelled backup ends, and leaves neither dump nor backup', async () => {
    const cancel = new AbortController()
    const cancelled = createBackup(
      request({ signal: cancel.signal, progress: () => cancel.abort(new Error('cancelled by Ana')) }),
    )
    await expect(cancelled).rejects.toThrow('cancelled by Ana')
    expect(await store.list('')).toEqual([])
    expect(await readdir(join(dir, 'work'))).toEqual([])
  })

  test('unknown database and unreachable server are told apart', async () => {
    const missing = shop.url.replace(/[^/]+$/, 'nowhere')
    await expect(createBackup(request({ databaseUrl: missing }))).rejects.toMatchObject({
      code: 'database-missing',
      message: expect.stringContaining('There is no database nowhere on 127.0.0.1:'),
    })
    await expect(
      createBackup(request({ databaseUrl: 'postgres://x:y@127.0.0.1:1/shop' })),
    ).rejects.toMatchObject({
      code: 'database-unreachable',
      message: expect.stringMatching(/^The database server 127\.0\.0\.1:1 cannot be used \(.*ECONNREFUSED/),
    })
  })
})

function childrenOfThisProcess(): string[] {
  const statuses = readdirSync('/proc').filter((name) => /^\d+$/.test(name))
  return statuses.filter((pid) => readOrEmpty(`/proc/${pid}/status`).includes(`\nPPid:\t${process.pid}\n`))
}

function commandAndEnvironment(pid: string): string {
  return `${readOrEmpty(`/proc/${pid}/cmdline`)} ${readOrEmpty(`/proc/${pid}/environ`)}`
}

function readOrEmpty(file: string): string {
  try {
    return readFileSync(file, 'utf8')
  } catch {
    return ''
  }
}
