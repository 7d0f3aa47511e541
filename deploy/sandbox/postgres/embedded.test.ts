import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { chmod, mkdtemp, readFile, readlink, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { Client } from 'pg'
import { startPostgres, type EmbeddedPostgres } from './embedded.ts'

let folder = ''
const running: EmbeddedPostgres[] = []
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'plantao-embedded-'))
  await chmod(folder, 0o755)
})
afterEach(async () => {
  await Promise.all(running.splice(0).map((server) => server.stop()))
  await rm(folder, { recursive: true, force: true })
})

async function start(options: { fresh?: boolean } = {}): Promise<EmbeddedPostgres> {
  const server = await startPostgres({ dataDir: join(folder, 'pg'), port: 0, durable: false, ...options })
  running.push(server)
  return server
}

async function query(url: string, sql: string): Promise<Record<string, unknown>[]> {
  const client = new Client({ connectionString: url })
  client.on('error', () => {})
  await client.connect()
  try {
    return (await client.query<Record<string, unknown>>(sql)).rows
  } finally {
    await client.end()
  }
}

async function serverPid(): Promise<number> {
  return Number.parseInt(await readFile(join(folder, 'pg', 'cluster', 'postmaster.pid'), 'utf8'), 10)
}

function runs(pid: number): boolean {
  try {
    return process.kill(pid, 0)
  } catch {
    return false
  }
}

test('data outlives stop and restart, and is gone with fresh', async () => {
  const first = await start()
  const shop = await first.createDatabase('shop')
  await query(shop, 'create table shelf as select 7 as id')
  await first.createDatabase('shop')
  await first.restart()
  expect(await query(shop, 'select id from shelf')).toEqual([{ id: 7 }])
  await first.stop()
  const second = await start()
  expect(await query(second.url('shop'), 'select id from shelf')).toEqual([{ id: 7 }])
  await second.stop()
  const third = await start({ fresh: true })
  await expect(query(third.url('shop'), 'select 1')).rejects.toMatchObject({ code: '3D000' })
})

test('it listens on loopback only and asks for the password', async () => {
  const server = await start()
  expect(await query(server.superuserUrl, 'show listen_addresses')).toEqual([
    { listen_addresses: '127.0.0.1' },
  ])
  const wrong = new URL(server.superuserUrl)
  wrong.password = 'guessed'
  await expect(query(wrong.href, 'select 1')).rejects.toMatchObject({ code: '28P01' })
})

test('a server killed with kill -9 starts again on what was committed', async () => {
  const server = await start()
  await query(server.superuserUrl, 'create table shelf as select 7 as id')
  process.kill(await serverPid(), 'SIGKILL')
  const next = await start()
  expect(await query(next.superuserUrl, 'select id from shelf')).toEqual([{ id: 7 }])
})

test('a second start on a folder in use is refused, and harms nothing', async () => {
  const server = await start()
  await expect(start()).rejects.toThrow(`Process ${process.pid} is running its Postgres in`)
  expect(await query(server.superuserUrl, 'select 1 as one')).toEqual([{ one: 1 }])
})

test('two servers run side by side', async () => {
  const first = await start()
  const second = await startPostgres({ dataDir: join(folder, 'other'), port: 0, durable: false })
  running.push(second)
  expect(second.port).not.toBe(first.port)
  await second.stop()
  expect(await query(first.superuserUrl, 'select 1 as one')).toEqual([{ one: 1 }])
})

test.each(['SIGKILL', 'SIGTERM', 'SIGINT'] as const)(
  'a parent ended by %s takes its server along',
  async (signal) => {
    const script = `
    import { startPostgres } from ${JSON.stringify(new URL('./embedded.ts', import.meta.url).href)}
    await startPostgres({ dataDir: ${JSON.stringify(join(folder, 'pg'))}, port: 0, durable: false })
    console.log('ready')
    setInterval(() => {}, 60_000)`
    const parent = spawn(process.execPath, ['--import', 'tsx', '--input-type=module', '-e', script], {
      stdio: ['ignore', 'pipe', 'inherit'],
    })
    await once(parent.stdout, 'data')
    const pid = await serverPid()
    expect(runs(pid)).toBe(true)
    parent.kill(signal)
    await once(parent, 'close')
    while (runs(pid)) await delay(10)
    const next = await start()
    expect(await query(next.superuserUrl, 'select 1 as one')).toEqual([{ one: 1 }])
  },
)

test.runIf(process.getuid?.() === 0)('root may start it from a folder closed to everybody else', async () => {
  await chmod(folder, 0o700)
  const server = await start()
  await server.createDatabase('shop')
  await server.stop()
  const next = await start()
  expect(await query(next.url('shop'), 'select 1 as one')).toEqual([{ one: 1 }])
  await next.stop()
  await rm(await readlink(join(folder, 'pg')), { recursive: true })
})
