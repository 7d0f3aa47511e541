import { mkdtemp, readdir, readFile, rm, stat, truncate, utimes, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest'
import { startObjectStore, type ObjectStore as StandIn } from '../../deploy/sandbox/object-store.ts'
import {
  contentOf,
  hasPostgresPrograms,
  query,
  testShop,
} from '../../deploy/sandbox/postgres/shop-testing.ts'
import { seedMlBlingSync } from '../../deploy/sandbox/postgres/seed-ml-bling-sync.ts'
import { testServerUrl, type TestDatabase } from '../../deploy/sandbox/postgres/testing.ts'
import { fetchBackup } from './backup-download.ts'
import { backupKeys, type BackupManifest } from './backup-manifest.ts'
import { createBackup } from './database-backup.ts'
import { checkDatabase } from './database-check.ts'
import { databaseOf, urlOf } from './database-connection.ts'
import { loadBackup, onlyUnknownSettings, type LoadRequest } from './database-load.ts'
import {
  createSideDatabase,
  dropSideDatabase,
  restoreNames,
  sideState,
  type SideDatabase,
} from './database-restore.ts'
import { openObjectStore, type ObjectStore } from './object-store.ts'

const mark = 'job-42-1'
let storeDir = ''
let dir = ''
let shop: TestDatabase
let standIn: StandIn
let store: ObjectStore
let manifest: BackupManifest
let live = ''
let side = ''

const effort = { signal: new AbortController().signal, log: () => {}, progress: () => {} }

describe.skipIf(!hasPostgresPrograms())('from a backup to a loaded database', () => {
  let content: Record<string, string> = {}
  let dump = ''
  beforeAll(async () => {
    storeDir = await mkdtemp(join(tmpdir(), 'plantao-restore-store-'))
    shop = await testShop()
    live = databaseOf(shop.url)
    side = restoreNames(live, mark).side
    standIn = await startObjectStore({ dir: storeDir, port: 0 })
    const { bucket, url: endpoint, accessKeyId, secretAccessKey } = standIn
    store = openObjectStore({ bucket, endpoint, credentials: { accessKeyId, secretAccessKey } })
    content = await contentOf(shop.url)
    const request = {
      databaseUrl: shop.url,
      environment: 'staging',
      store,
      mark: 'job-41-1',
      workDir: storeDir,
    }
    manifest = await createBackup({ ...request, ...effort })
    dump = standIn.file(backupKeys(manifest).dump)
  })
  afterAll(async () => {
    await store.close()
    await standIn.close()
    await shop.drop()
    await rm(storeDir, { recursive: true })
  })
  beforeEach(async () => {
    dir = await mkdtemp(join(tmpdir(), 'plantao-restore-'))
  })
  afterEach(async () => {
    vi.unstubAllEnvs()
    await query(testServerUrl(), `drop database if exists ${side} with (force)`)
    await rm(dir, { recursive: true })
  })

  const sideRequest = (changes: Partial<SideDatabase> = {}): SideDatabase => {
    return { adminUrl: testServerUrl(), name: side, live, mark, manifest, signal: effort.signal, ...changes }
  }
  const loadRequest = (archive: string, changes: Partial<LoadRequest> = {}): LoadRequest => {
    return { ...sideRequest(), ...effort, archive, jobs: 2, ...changes }
  }
  const fetch = () => fetchBackup({ store, manifest, workDir: dir, ...effort })
  const sideUrl = () => urlOf(testServerUrl(), side)

  test('what is loaded equals what was backed up, row by row', async () => {
    await query(shop.url, 'delete from order_items where order_id % 2 = 0; update products set price = 0')
    const seen: number[] = []
    const archive = await fetch()
    expect(await createSideDatabase(sideRequest())).toBe('created')
    await loadBackup(loadRequest(archive, { progress: ({ done }) => seen.push(done) }))
    expect(await contentOf(sideUrl())).toEqual(content)
    expect(await contentOf(shop.url)).not.toEqual(content)

    const report = await checkDatabase(sideUrl(), manifest, effort)
    expect(report).toMatchObject({ tables: 7, rows: 51006, alembicVersion: '8f2c41d7a0b3' })
    expect(seen.at(-1)).toBe(100)
    expect(seen).toEqual(seen.toSorted((a, b) => a - b))
    const settings = await query(sideUrl(), "select current_setting('TimeZone') as zone")
    expect(settings).toEqual([{ zone: 'America/Sao_Paulo' }])
    const next =
      "insert into customers (name, email, city, state, created_at) values ('x', 'x', 'x', 'XX', now()) returning id::int"
    expect(await query(sideUrl(), next)).toEqual([{ id: 3001 }])
  })

  test('each piece may be run again: nothing is fetched, made or loaded twice', async () => {
    const archive = await fetch()
    const fetchedAt = new Date(1_000_000_000_000)
    await utimes(archive, fetchedAt, fetchedAt)
    expect(await fetch()).toBe(archive)
    expect((await stat(archive)).mtime).toEqual(fetchedAt)

    await createSideDatabase(sideRequest())
    await loadBackup(loadRequest(archive))
    await query(sideUrl(), 'create table mine (id int)')
    expect(await createSideDatabase(sideRequest())).toBe('loaded')
    await loadBackup(loadRequest(archive))
    expect(await query(sideUrl(), 'select count(*)::int as count from mine')).toEqual([{ count: 0 }])
  })

  test('a load that was cut short is begun anew in an empty database', async () => {
    const archive = await fetch()
    await createSideDatabase(sideRequest())
    const cancel = new AbortController()
    const cut = loadBackup(
      loadRequest(archive, { signal: cancel.signal, progress: () => cancel.abort(new Error('died')) }),
    )
    await expect(cut).rejects.toThrow('died')
    expect(await sideState(sideRequest())).toBe('loading')
    expect(await createSideDatabase(sideRequest())).toBe('created')
    await loadBackup(loadRequest(archive))
    await checkDatabase(sideUrl(), manifest, effort)
  })

  /** The object as it was, after a test that damages it. */
  const damaging = async (damage: () => Promise<void>) => {
    const whole = await readFile(dump)
    await damage().finally(() => writeFile(dump, whole))
  }

  test('a truncated dump is refused', async () => {
    await damaging(async () => {
      await truncate(dump, Math.floor(manifest.bytes * 0.6))
      await expect(fetch()).rejects.toMatchObject({
        code: 'backup-damaged',
        message: expect.stringMatching(
          /^Backup .* is damaged: it has \d+ bytes instead of \d+\. Nothing was changed; choose/,
        ),
      })
    })
    expect(await readdir(dir)).toEqual([])
  })

  test('one flipped bit is refused, in the store and in a copy fetched before', async () => {
    const archive = await fetch()
    const whole = await readFile(archive)
    await flipBit(archive)
    expect((await readFile(await fetch())).equals(whole)).toBe(true)
    await rm(archive)
    await damaging(async () => {
      await flipBit(dump)
      await expect(fetch()).rejects.toMatchObject({
        code: 'backup-damaged',
        message: expect.stringContaining('its SHA-256 is'),
      })
    })
    expect(await readdir(dir)).toEqual([])
  })

  test('a missing row, table or index is named, with what was expected and found', async () => {
    await createSideDatabase(sideRequest())
    await loadBackup(loadRequest(await fetch()))
    const check = () => checkDatabase(sideUrl(), manifest, effort)

    await query(sideUrl(), 'drop index orders_by_time')
    await expect(check()).rejects.toMatchObject({ values: { what: 'number of objects of the kind index' } })
    await query(
      sideUrl(),
      'alter table stock drop constraint stock_product_id_fkey; alter table stock add foreign key (product_id) references products not valid; create index orders_by_time on orders (ordered_at desc)',
    )
    await expect(check()).rejects.toMatchObject({
      values: { what: 'constraints that are not validated', found: 'public.stock.stock_product_id_fkey' },
    })
    await query(sideUrl(), 'delete from order_items where order_id = 7')
    await expect(check()).rejects.toMatchObject({
      code: 'restore-mismatch',
      values: { what: 'number of rows in public.order_items', expected: 24000, found: 23998 },
      message: expect.stringContaining(
        'number of rows in public.order_items: expected 24000, found 23998. The live',
      ),
    })
    await query(sideUrl(), 'drop table order_items')
    await expect(check()).rejects.toMatchObject({
      values: { what: 'table public.order_items', found: 'missing' },
    })
  })

  test("a database that is not this job's is never dropped or filled", async () => {
    await query(testServerUrl(), `create database ${side}`)
    const taken = { code: 'database-name-taken' }
    await expect(createSideDatabase(sideRequest())).rejects.toMatchObject(taken)
    await expect(dropSideDatabase(sideRequest())).rejects.toMatchObject(taken)
    await expect(dropSideDatabase(sideRequest({ name: live }))).rejects.toMatchObject(taken)
    await query(testServerUrl(), `drop database ${side}`)
    await createSideDatabase(sideRequest())
    await expect(createSideDatabase(sideRequest({ mark: 'job-43-1' }))).rejects.toMatchObject(taken)
    await dropSideDatabase(sideRequest())
    await dropSideDatabase(sideRequest())
    await expect(query(sideUrl(), 'select 1')).rejects.toMatchObject({ code: '3D000' })
  })

  test('roles that the backup needs and the server lacks are named before anything is made', async () => {
    const foreign = { ...manifest, roles: [...manifest.roles, 'shop_app', 'shop_reader'] }
    await expect(createSideDatabase(sideRequest({ manifest: foreign }))).rejects.toMatchObject({
      code: 'roles-missing',
      values: { roles: 'shop_app, shop_reader' },
    })
    await expect(query(sideUrl(), 'select 1')).rejects.toMatchObject({ code: '3D000' })
  })

  test('the owner of the database can back it up and restore it without being superuser', async () => {
    const owner = `owner_${live}`
    await query(testServerUrl(), `create role ${owner} login createdb password 'owner'`)
    await query(testServerUrl(), `create database ${owner} owner ${owner}`)
    const adminUrl = new URL(urlOf(testServerUrl(), owner))
    adminUrl.username = owner
    adminUrl.password = 'owner'
    await seedMlBlingSync(adminUrl.href)
    const request = {
      databaseUrl: adminUrl.href,
      environment: 'staging',
      store,
      mark: 'job-44-1',
      workDir: dir,
    }
    const owned = await createBackup({ ...request, ...effort })
    expect(owned).toMatchObject({ owner, roles: [owner] })
    const archive = await fetchBackup({ store, manifest: owned, workDir: dir, ...effort })
    const asOwner = { adminUrl: adminUrl.href, manifest: owned }
    await createSideDatabase(sideRequest(asOwner))
    await loadBackup(loadRequest(archive, asOwner))
    await checkDatabase(urlOf(adminUrl.href, side), owned, effort)
    expect(await contentOf(sideUrl())).toEqual(await contentOf(adminUrl.href))
    await dropSideDatabase(sideRequest(asOwner))
    await query(testServerUrl(), `drop database ${owner} with (force)`)
    await query(testServerUrl(), `drop role ${owner}`)
  })

  test('without pg_restore nothing is loaded', async () => {
    const archive = await fetch()
    await createSideDatabase(sideRequest())
    vi.stubEnv('PATH', '/nowhere')
    await expect(loadBackup(loadRequest(archive))).rejects.toMatchObject({ code: 'program-missing' })
    expect(await sideState(sideRequest())).toBe('loading')
  })

  test('what pg_restore says of a dump it cannot load is told', async () => {
    const archive = join(dir, 'broken.pgc')
    await writeFile(archive, (await readFile(await fetch())).subarray(0, Math.floor(manifest.bytes * 0.6)))
    await createSideDatabase(sideRequest())
    await expect(loadBackup(loadRequest(archive))).rejects.toMatchObject({
      code: 'program-failed',
      message: expect.stringMatching(
        /^pg_restore failed with exit code 1\. It said: [^]*pg_restore: error: /,
      ),
    })
    expect(await sideState(sideRequest())).toBe('loading')
  })
})

test('names fit into 63 bytes, and say which job they are of', () => {
  expect(restoreNames('ml_bling_sync', 'job-42-1')).toEqual({
    side: 'ml_bling_sync__restore_42_1',
    keepAs: 'ml_bling_sync__before_42_1',
  })
  const { side: long } = restoreNames('ç'.repeat(60), 'job-42-1')
  expect(Buffer.byteLength(long)).toBeLessThanOrEqual(63)
  expect(long).toMatch(/^ç+__restore_42_1$/)
})

test('of a newer pg_restore only settings that the server does not know are forgiven', () => {
  const unknown =
    'pg_restore: error: could not execute query: ERROR:  unrecognized configuration parameter "transaction_timeout"'
  const other = 'pg_restore: error: could not execute query: ERROR:  relation "x" already exists'
  expect(onlyUnknownSettings([unknown, 'pg_restore: warning: errors ignored on restore: 1'])).toBe(true)
  expect(onlyUnknownSettings([unknown, other, 'pg_restore: warning: errors ignored on restore: 2'])).toBe(
    false,
  )
  expect(onlyUnknownSettings([unknown, 'pg_restore: warning: errors ignored on restore: 2'])).toBe(false)
  expect(onlyUnknownSettings([unknown])).toBe(false)
  expect(onlyUnknownSettings([])).toBe(false)
})

async function flipBit(file: string): Promise<void> {
  const bytes = await readFile(file)
  const middle = Math.floor(bytes.length / 2)
  bytes[middle] = (bytes[middle] ?? 0) ^ 1
  await writeFile(file, bytes)
}
