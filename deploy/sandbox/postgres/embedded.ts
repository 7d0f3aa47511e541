// A Postgres server of our own, so that the sandbox and the tests need nothing installed.
import { spawn, type ChildProcess } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { once } from 'node:events'
import { chown, mkdir, open, readFile, rm, stat, writeFile } from 'node:fs/promises'
import { createServer, Socket } from 'node:net'
import { join, resolve } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { Client, escapeIdentifier } from 'pg'
import { preparePrograms, type PostgresPrograms } from './binaries.ts'
import { endOrphan, recordOwner } from './orphan.ts'
import { placeForData } from './place.ts'

export type EmbeddedPostgres = {
  port: number
  /** The superuser's connection to the database `postgres`. */
  superuserUrl: string
  /** The connection string of a database on this server; it need not exist yet. */
  url(database: string): string
  /** Makes the database unless it is there already. */
  createDatabase(name: string): Promise<string>
  /** Ends sessions at once and shuts down cleanly. */
  stop(): Promise<void>
  /** Stops and starts again on the same port. */
  restart(): Promise<void>
}

export type EmbeddedPostgresOptions = {
  /** Folder of this server alone: the cluster, its password and its log lie in it. Resumed if it holds one. */
  dataDir: string
  /** 0 = any free port. */
  port: number
  /** Begin anew: what the folder held is deleted. */
  fresh?: boolean
  /** false: no fsync, for tests. Data may not survive a crash of the machine. */
  durable?: boolean
}

/**
 * Starts a server on 127.0.0.1 with a password of its own. It never outlives this process: when this process
 * ends, however it ends, a watchdog shuts the server down.
 * @throws Error naming the log file's last lines when the server does not start.
 */
export async function startPostgres(options: EmbeddedPostgresOptions): Promise<EmbeddedPostgres> {
  const programs = await preparePrograms()
  const home = await placeForData(resolve(options.dataDir), programs.user)
  await endOrphan(join(home, 'cluster'))
  if (options.fresh) await rm(home, { recursive: true, force: true })
  await mkdir(home, { recursive: true, mode: 0o755 })
  const password = await initialise(home, programs)
  const settings = serverSettings(options.durable ?? true)

  const cluster = { home, programs, password, settings }
  await recordOwner(join(home, 'cluster'))
  let server = await launchPatiently(cluster, options.port)
  const url = (database: string) => connectionString(server.port, password, database)
  return {
    port: server.port,
    superuserUrl: url('postgres'),
    url,
    createDatabase: async (name) => {
      await createDatabase(url('postgres'), name)
      return url(name)
    },
    stop: () => stop(server),
    restart: async () => {
      await stop(server)
      server = await launchPatiently(cluster, server.port)
    },
  }
}

type Cluster = { home: string; programs: PostgresPrograms; password: string; settings: string[] }
type Server = { process: ChildProcess; watchdog: ChildProcess; port: number }

/** Runs initdb where there is no finished cluster yet; returns the superuser's password. */
async function initialise(home: string, programs: PostgresPrograms): Promise<string> {
  const cluster = join(home, 'cluster')
  const passwordFile = join(home, 'superuser-password')
  // The password file is written last: without it, an earlier initdb was cut short.
  const known = await readFile(passwordFile, 'utf8').catch(() => null)
  if (known && (await stat(join(cluster, 'PG_VERSION')).catch(() => null))) return known.trim()

  await rm(cluster, { recursive: true, force: true })
  await mkdir(cluster, { mode: 0o700 })
  const password = randomBytes(24).toString('hex')
  const unfinished = join(home, 'superuser-password.new')
  await writeFile(unfinished, `${password}\n`, { mode: 0o600 })
  if (programs.user) {
    await chown(cluster, programs.user.uid, programs.user.gid)
    await chown(unfinished, programs.user.uid, programs.user.gid)
  }
  const args = [
    ['--pgdata', cluster],
    ['--username', 'postgres', '--pwfile', unfinished, '--auth', 'scram-sha-256'],
    ['--encoding', 'UTF8', '--locale', 'C', '--no-instructions'],
    ['--no-sync'],
  ].flat()
  const log = await open(join(home, 'initdb.log'), 'w')
  const child = spawn(programs.initdb, args, { stdio: ['ignore', log.fd, log.fd], ...programs.user })
  const [code] = (await once(child, 'close')) as [number | null]
  await log.close()
  if (code !== 0) throw new Error(`initdb failed: ${await lastLines(join(home, 'initdb.log'))}`)
  await rm(unfinished)
  await writeFile(passwordFile, `${password}\n`, { mode: 0o600 })
  return password
}

/** Sized for a laptop: Postgres, the engine, the bot and the stand-ins share it. */
function serverSettings(durable: boolean): string[] {
  const always = {
    listen_addresses: '127.0.0.1',
    unix_socket_directories: '',
    password_encryption: 'scram-sha-256',
    max_connections: '200',
    shared_buffers: '64MB',
    max_wal_size: '512MB',
    min_wal_size: '64MB',
    log_min_messages: 'warning',
    timezone: 'UTC',
    log_timezone: 'UTC',
  }
  const fast = { fsync: 'off', full_page_writes: 'off' }
  const settings = durable ? always : { ...always, ...fast }
  return Object.entries(settings).flatMap(([name, value]) => ['-c', `${name}=${value}`])
}

/** Tries again where waiting a little, or another port, cures what stands in the way. */
async function launchPatiently(cluster: Cluster, port: number): Promise<Server> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await launch(cluster, port === 0 ? await freePort() : port)
    } catch (error) {
      const reason = error instanceof Error ? error.message : ''
      // Between asking for a free port and Postgres taking it, another program may take it.
      const portWasTaken = port === 0 && reason.includes('could not create any TCP/IP sockets')
      // Sessions of a server that was killed end a moment after it.
      const sessionsLeft = reason.includes('pre-existing shared memory block')
      if (!(portWasTaken || sessionsLeft) || attempt === 20) throw error
      await delay(250)
    }
  }
}

async function launch({ home, programs, password, settings }: Cluster, port: number): Promise<Server> {
  const logFile = join(home, 'server.log')
  const log = await open(logFile, 'w')
  const args = ['-D', join(home, 'cluster'), '-p', String(port), ...settings]
  // A session of its own: Ctrl-C in the terminal must reach us first, so that the engine can finish its work.
  const child = spawn(programs.postgres, args, {
    detached: true,
    stdio: ['ignore', log.fd, log.fd],
    ...programs.user,
  })
  await log.close()
  const watchdog = watchOver(child)
  child.unref()
  try {
    await waitUntilReady(child, connectionString(port, password, 'postgres'))
  } catch (cause) {
    await stop({ process: child, watchdog, port })
    throw new Error(`Postgres did not start on port ${port}: ${await lastLines(logFile)}`, { cause })
  }
  return { process: child, watchdog, port }
}

/** Shuts the server down (fast: SIGINT) as soon as our end of its standard input closes, even by kill -9. */
function watchOver(server: ChildProcess): ChildProcess {
  const script = 'read -r _; kill -INT "$1" 2>/dev/null'
  const watchdog = spawn('/bin/sh', ['-c', script, 'postgres-watchdog', String(server.pid)], {
    detached: true,
    stdio: ['pipe', 'ignore', 'ignore'],
  })
  watchdog.unref()
  // The pipe must not keep this process alive; without a listener EPIPE would end it.
  watchdog.stdin.on('error', () => {})
  if (watchdog.stdin instanceof Socket) watchdog.stdin.unref()
  server.once('close', () => watchdog.kill('SIGKILL'))
  return watchdog
}

async function waitUntilReady(server: ChildProcess, url: string): Promise<void> {
  const deadline = Date.now() + 60_000
  while (server.exitCode === null && server.signalCode === null) {
    const client = new Client({ connectionString: url, connectionTimeoutMillis: 5_000 })
    client.on('error', () => {})
    try {
      await client.connect()
      return await client.end()
    } catch (error) {
      if (Date.now() > deadline) throw error
      await delay(20)
    }
  }
  throw new Error('the process ended')
}

async function stop({ process: server }: Server): Promise<void> {
  if (server.exitCode !== null || server.signalCode !== null) return
  server.ref()
  const closed = once(server, 'close')
  server.kill('SIGINT')
  await closed
}

async function createDatabase(superuserUrl: string, name: string): Promise<void> {
  const client = new Client({ connectionString: superuserUrl })
  await client.connect()
  try {
    const found = await client.query('select 1 from pg_database where datname = $1', [name])
    if (found.rowCount === 0) await client.query(`create database ${escapeIdentifier(name)}`)
  } finally {
    await client.end()
  }
}

function connectionString(port: number, password: string, database: string): string {
  return `postgres://postgres:${password}@127.0.0.1:${port}/${encodeURIComponent(database)}`
}

async function freePort(): Promise<number> {
  const probe = createServer().listen(0, '127.0.0.1')
  await once(probe, 'listening')
  const address = probe.address()
  probe.close()
  await once(probe, 'close')
  if (address === null || typeof address === 'string') throw new Error('No free port on 127.0.0.1')
  return address.port
}

async function lastLines(file: string): Promise<string> {
  const text = await readFile(file, 'utf8').catch(() => '')
  return `${text.trim().split('\n').slice(-8).join('\n')}\n(${file})`
}
