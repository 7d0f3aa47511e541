import { spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { setTimeout as delay } from 'node:timers/promises'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { Client } from 'pg'
import { query } from '../../deploy/sandbox/postgres/shop-testing.ts'
import { testDatabase, testServerUrl, type TestDatabase } from '../../deploy/sandbox/postgres/testing.ts'
import { databaseOf, onDatabase, urlOf } from './database-connection.ts'
import { writeNote } from './database-note.ts'
import { listKeptDatabases, swapDatabases, swapState, undoSwap, type Swap } from './database-swap.ts'

const mark = 'job-42-1'
const signal = new AbortController().signal
const log = () => {}
let database: TestDatabase
let live = ''
let side = ''
let keepAs = ''

beforeEach(async () => {
  database = await testDatabase()
  live = databaseOf(database.url)
  side = `${live}__restore`
  keepAs = `${live}__before`
  await query(
    database.url,
    "create table origin as select 'old' as name; create table written (at timestamptz default now())",
  )
  await query(testServerUrl(), `create database ${side} template template0`)
  await query(
    urlOf(testServerUrl(), side),
    "create table origin as select 'restored' as name; create table written (at timestamptz default now())",
  )
  await note(side, 'loaded')
})
afterEach(async () => {
  for (const name of [live, side, keepAs])
    await query(testServerUrl(), `drop database if exists ${name} with (force)`)
})

async function note(name: string, state: 'loading' | 'loaded'): Promise<void> {
  const value = { madeBy: 'plantao', mark, state, backup: 'b1', live, at: new Date().toISOString() } as const
  await onDatabase(testServerUrl(), {}, (client) => writeNote(client, name, value))
}

const swap = (changes: Partial<Swap> = {}): Swap => {
  return { adminUrl: testServerUrl(), live, side, keepAs, mark, signal, log, ...changes }
}
const undo = () => ({ ...swap(), setAsideAs: side })
const originOf = async (name: string) =>
  (await query(urlOf(testServerUrl(), name), 'select name from origin'))[0]?.['name']
const names = async () => {
  const found = await query<{ name: string }>(
    testServerUrl(),
    `select datname as name from pg_database where datname like '${live}%' order by 1`,
  )
  return found.map(({ name }) => name)
}

test('the restored database takes the place of the old one, which is kept and takes no more sessions', async () => {
  expect(await swapState(swap())).toBe('not-swapped')
  await swapDatabases(swap())
  expect(await originOf(live)).toBe('restored')
  expect(await names()).toEqual([live, keepAs])
  expect(await swapState(swap())).toBe('swapped')
  await expect(originOf(keepAs)).rejects.toMatchObject({ code: '55000' })
  expect(await listKeptDatabases(testServerUrl(), { live, signal })).toMatchObject([
    { name: keepAs, state: 'kept', mark, backup: 'b1', bytes: expect.any(Number) },
  ])
})

test('a second swap of the same job changes nothing', async () => {
  await swapDatabases(swap())
  await query(database.url, "update origin set name = 'written since'")
  await swapDatabases(swap())
  expect(await originOf(live)).toBe('written since')
})

test('undo puts the old database back and keeps what was written meanwhile', async () => {
  await query(testServerUrl(), `comment on database ${live} is 'the shop'`)
  await swapDatabases(swap())
  await query(database.url, "update origin set name = 'written since'")
  await undoSwap(undo())
  expect(await originOf(live)).toBe('old')
  expect(await originOf(side)).toBe('written since')
  expect(await swapState(swap())).toBe('undone')
  await undoSwap(undo())
  expect(await originOf(live)).toBe('old')
  const comment = `select shobj_description(oid, 'pg_database') as text from pg_database where datname = '${live}'`
  expect(await query(testServerUrl(), comment)).toEqual([{ text: 'the shop' }])
  expect(await listKeptDatabases(testServerUrl(), { live, signal })).toMatchObject([
    { name: side, state: 'undone' },
  ])
})

test('undo of a swap that never happened does nothing; of one that another restore has replaced it refuses', async () => {
  await undoSwap(undo())
  expect(await originOf(live)).toBe('old')
  await swapDatabases(swap())
  await onDatabase(testServerUrl(), {}, (client) =>
    writeNote(client, live, {
      madeBy: 'plantao',
      mark: 'job-50-1',
      state: 'live',
      backup: 'b2',
      live,
      at: new Date().toISOString(),
    }),
  )
  await expect(undoSwap(undo())).rejects.toMatchObject({ code: 'swap-superseded' })
  expect(await originOf(live)).toBe('restored')
})

test('owner, grants, settings and connection limit stay with the name', async () => {
  const role = `reader_${live}`
  await query(testServerUrl(), `create role ${role}`)
  try {
    await query(
      testServerUrl(),
      `alter database ${live} set timezone = 'America/Sao_Paulo'; alter database ${live} set search_path = public, "Odd name";
       alter database ${live} set shop.region = 'it''s south'; alter role ${role} in database ${live} set statement_timeout = '5s';
       alter database ${live} connection limit 7; revoke all on database ${live} from public;
       grant connect on database ${live} to ${role} with grant option; alter database ${live} owner to ${role}`,
    )
    const kept = `select datacl::text as grants, datconnlimit as limit, pg_get_userbyid(datdba)::text as owner,
      (select array_agg(format('%s %s', setrole::regrole, setconfig) order by setrole) from pg_db_role_setting where setdatabase = oid) as settings
      from pg_database where datname = '${live}'`
    const before = await query(testServerUrl(), kept)
    await swapDatabases(swap())
    expect(await originOf(live)).toBe('restored')
    expect(await query(testServerUrl(), kept)).toEqual(before)
  } finally {
    await query(
      testServerUrl(),
      `alter database ${live} owner to postgres; alter database ${keepAs} owner to postgres`,
    )
    await query(
      testServerUrl(),
      `revoke all on database ${live}, ${keepAs} from ${role}; alter role ${role} in database ${live} reset all; alter role ${role} in database ${keepAs} reset all; drop role ${role}`,
    )
  }
})

test('writers go on through the swap: what the old database said yes to is in it, the rest in the new one', async () => {
  let stop = false
  const acknowledged = { count: 0, after: 0 }
  let swapped = false
  const writers = [1, 2, 3, 4].map(async () => {
    while (!stop) {
      const client = new Client({ connectionString: database.url })
      client.on('error', () => {})
      try {
        await client.connect()
        while (!stop) {
          await client.query('insert into written default values')
          acknowledged.count += 1
          if (swapped) acknowledged.after += 1
        }
      } catch {
        await delay(5)
      } finally {
        await client.end().catch(() => {})
      }
    }
  })
  while (acknowledged.count < 100) await delay(5)
  const report = await swapDatabases(swap())
  swapped = true
  while (acknowledged.after < 100) await delay(5)
  stop = true
  await Promise.all(writers)
  expect(report.endedSessions).toBeGreaterThanOrEqual(4)
  await query(testServerUrl(), `alter database ${keepAs} allow_connections true`)
  const rows = async (name: string) =>
    Number((await query(urlOf(testServerUrl(), name), 'select count(*) from written'))[0]?.['count'])
  const [inOld, inNew] = [await rows(keepAs), await rows(live)]
  expect(inNew).toBeGreaterThanOrEqual(100)
  // A writer that was cut off between commit and answer has written one row that it does not know of.
  expect(inOld + inNew - acknowledged.count).toBeGreaterThanOrEqual(0)
  expect(inOld + inNew - acknowledged.count).toBeLessThanOrEqual(4)
})

test('a worker killed in the middle of the swap leaves the names as they were, and the next one swaps', async () => {
  // A session that cannot end keeps the worker in the middle: it holds the lock and waits.
  const { client: stuck, pid } = await session(live)
  process.kill(pid, 'SIGSTOP')
  const worker = startWorker()
  try {
    await untilLockIsHeld()
    worker.kill('SIGKILL')
    await once(worker, 'close')
  } finally {
    process.kill(pid, 'SIGCONT')
  }
  // The server notices that the worker is gone, and rolls back: then logins go on.
  expect(await originOf(live)).toBe('old')
  expect(await names()).toEqual([live, side])
  expect(await swapState(swap())).toBe('not-swapped')
  await swapDatabases(swap())
  expect(await originOf(live)).toBe('restored')
  await stuck.end().catch(() => {})
})

test('a cancelled swap changes nothing', async () => {
  const cancel = new AbortController()
  cancel.abort(new Error('cancelled by Ana'))
  await expect(swapDatabases(swap({ signal: cancel.signal }))).rejects.toThrow('cancelled by Ana')
  expect(await originOf(live)).toBe('old')
})

test(
  'a session that cannot be ended is named after three tries, and nothing is changed',
  { timeout: 30_000 },
  async () => {
    const { client: stuck, pid } = await session(live)
    process.kill(pid, 'SIGSTOP')
    const tries: string[] = []
    try {
      await expect(swapDatabases(swap({ log: (line) => tries.push(line) }))).rejects.toMatchObject({
        code: 'database-in-use',
        message: expect.stringMatching(
          new RegExp(`is still in use: client backend ${pid} .*Nothing was changed`),
        ),
      })
    } finally {
      process.kill(pid, 'SIGCONT')
    }
    await stuck.end().catch(() => {})
    expect(tries).toHaveLength(3)
    expect(await names()).toEqual([live, side])
    expect(await originOf(live)).toBe('old')
  },
)

test('a database that is not completely loaded, or of another job, is not swapped in', async () => {
  const refused = { code: 'side-database-not-loaded' }
  await note(side, 'loading')
  await expect(swapDatabases(swap())).rejects.toMatchObject(refused)
  await expect(swapDatabases(swap({ side: `${live}__nowhere` }))).rejects.toMatchObject(refused)
  await note(side, 'loaded')
  await expect(swapDatabases(swap({ mark: 'job-43-1' }))).rejects.toMatchObject(refused)
  await query(testServerUrl(), `create database ${keepAs}`)
  await expect(swapDatabases(swap())).rejects.toMatchObject({ code: 'database-name-taken' })
  expect(await originOf(live)).toBe('old')
})

test('where the live database is lost, the restored one gets its name', async () => {
  await query(testServerUrl(), `drop database ${live}`)
  await swapDatabases(swap())
  expect(await originOf(live)).toBe('restored')
  expect(await names()).toEqual([live])
})

test('a role without the rights is told which ones it needs', async () => {
  const role = `weak_${live}`
  await query(testServerUrl(), `create role ${role} login password 'weak'`)
  const adminUrl = new URL(testServerUrl())
  adminUrl.username = role
  adminUrl.password = 'weak'
  await expect(swapDatabases(swap({ adminUrl: adminUrl.href }))).rejects.toMatchObject({
    code: 'database-not-permitted',
    message: expect.stringContaining(
      'It needs CREATEDB, membership in the role that owns the database, and pg_signal_backend',
    ),
  })
  await query(testServerUrl(), `drop role ${role}`)
  expect(await originOf(live)).toBe('old')
})

test('an ordinary role with CREATEDB, the ownership and pg_signal_backend is enough', async () => {
  const role = `restorer_${live}`
  await query(
    testServerUrl(),
    `create role ${role} login createdb password 'enough' in role pg_signal_backend;
     alter database ${live} owner to ${role}; alter database ${side} owner to ${role}`,
  )
  const adminUrl = new URL(testServerUrl())
  adminUrl.username = role
  adminUrl.password = 'enough'
  const { client: busy } = await session(live, adminUrl.href)
  await swapDatabases(swap({ adminUrl: adminUrl.href }))
  await undoSwap({ ...undo(), adminUrl: adminUrl.href })
  expect(await originOf(live)).toBe('old')
  await busy.end().catch(() => {})
  await query(
    testServerUrl(),
    `alter database ${live} owner to postgres; alter database ${side} owner to postgres; drop role ${role}`,
  )
})

async function session(name: string, url = testServerUrl()): Promise<{ client: Client; pid: number }> {
  const client = new Client({ connectionString: urlOf(url, name) })
  client.on('error', () => {})
  await client.connect()
  const found = await client.query<{ pid: number }>('select pg_backend_pid() as pid')
  return { client, pid: found.rows[0]?.pid ?? 0 }
}

/** The same swap in another process. */
function startWorker(): ChildProcess {
  const script = `
    import { swapDatabases } from ${JSON.stringify(new URL('./database-swap.ts', import.meta.url).href)}
    const signal = new AbortController().signal
    await swapDatabases({ ...JSON.parse(process.argv[1]), signal, log: () => {} })`
  const args = ['--import', 'tsx', '--input-type=module', '-e', script, JSON.stringify(swap())]
  return spawn(process.execPath, args, { stdio: 'inherit' })
}

async function untilLockIsHeld(): Promise<void> {
  const held = `select from pg_locks where locktype = 'object' and granted and mode = 'AccessExclusiveLock'
    and classid = 'pg_database'::regclass and objid = (select oid from pg_database where datname = '${live}')`
  while ((await query(testServerUrl(), held)).length === 0) await delay(10)
}
