// How the application's database server is reached: from here, and by the PostgreSQL programs.
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Client, type DatabaseError } from 'pg'
import { StepFailure } from '../failures.ts'

/** A failure of the application's database server. Passwords are in none of its texts. */
class DatabaseFailure extends StepFailure {}

/** The same server and login, another database. */
export function urlOf(serverUrl: string, database: string): string {
  const url = new URL(serverUrl)
  url.pathname = `/${encodeURIComponent(database)}`
  return url.href
}

/** Where databases are made, renamed and dropped from: no session may be in one that is renamed. */
export function maintenanceUrl(serverUrl: string): string {
  return urlOf(serverUrl, 'postgres')
}

export function databaseOf(url: string): string {
  return decodeURIComponent(new URL(url).pathname.slice(1))
}

type Session = { signal?: AbortSignal | undefined; applicationName?: string | undefined }

/**
 * Runs `work` on one connection and closes it; an abort cuts the connection, which rolls back what was open.
 * @throws DatabaseFailure when the server cannot be reached, does not let us in, or forbids what was tried.
 */
export async function onDatabase<T>(
  url: string,
  session: Session,
  work: (client: Client) => Promise<T>,
): Promise<T> {
  const { signal, applicationName = 'plantao' } = session
  signal?.throwIfAborted()
  const client = new Client({
    connectionString: url,
    application_name: applicationName,
    connectionTimeoutMillis: 10_000,
    keepAlive: true,
  })
  client.on('error', () => undefined) // a cut connection fails the query that waits on it
  const cut = () => void client.end().catch(() => undefined)
  signal?.addEventListener('abort', cut, { once: true })
  try {
    await client.connect()
    await client.query(sessionSettings)
    return await work(client)
  } catch (error) {
    signal?.throwIfAborted()
    throw explained(error, url)
  } finally {
    signal?.removeEventListener('abort', cut)
    await client.end().catch(() => undefined)
  }
}

/**
 * Limits kept with a database are meant for its application, not for us; and the server should notice soon
 * when we are gone (client_connection_check_interval exists since 14).
 */
const sessionSettings = `
  select set_config('statement_timeout', '0', false), set_config('lock_timeout', '0', false),
    set_config('idle_in_transaction_session_timeout', '0', false),
    set_config('default_transaction_read_only', 'off', false);
  select set_config(name, '2s', false) from pg_settings where name = 'client_connection_check_interval'`

/**
 * What the PostgreSQL programs need to reach the database, as environment variables. The password goes into a
 * file that only we can read and that is gone afterwards: arguments and environments are visible to others.
 */
export async function withProgramEnvironment<T>(
  url: string,
  applicationName: string,
  work: (environment: Record<string, string>) => Promise<T>,
): Promise<T> {
  const folder = await mkdtemp(join(tmpdir(), 'plantao-pgpass-'))
  try {
    const { hostname, port, username, password, searchParams } = new URL(url)
    const passFile = join(folder, 'pgpass')
    const escaped = decodeURIComponent(password).replaceAll(/[\\:]/g, String.raw`\$&`)
    await writeFile(passFile, `*:*:*:*:${escaped}\n`, { mode: 0o600 })
    const optional = {
      PGSSLMODE: searchParams.get('sslmode'),
      PGSSLROOTCERT: searchParams.get('sslrootcert'),
    }
    return await work({
      PGHOST: searchParams.get('host') ?? hostname.replaceAll(/[[\]]/g, ''),
      PGPORT: port || '5432',
      PGUSER: decodeURIComponent(username),
      PGDATABASE: databaseOf(url),
      PGPASSFILE: passFile,
      PGAPPNAME: applicationName,
      PGCONNECT_TIMEOUT: '10',
      ...Object.fromEntries(Object.entries(optional).filter(([, value]) => value !== null)),
    })
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}

/** SQLSTATEs: postgresql.org/docs/current/errcodes-appendix.html */
function explained(error: unknown, url: string): unknown {
  if (!(error instanceof Error) || error instanceof StepFailure) return error
  const { hostname, port, username } = new URL(url)
  const server = `${hostname}:${port || '5432'}`
  const role = decodeURIComponent(username)
  const database = databaseOf(url)
  const code = 'code' in error ? String((error as DatabaseError).code) : ''
  switch (code) {
    case '28000':
    case '28P01': {
      const message = `The database server ${server} does not let ${role} in (${error.message}). Correct the user and password in the database's address, then retry.`
      return new DatabaseFailure('database-login-refused', { server, role }, message)
    }
    case '3D000': {
      const message = `There is no database ${database} on ${server}. Correct the database's address, or create it, then retry.`
      return new DatabaseFailure('database-missing', { server, database }, message)
    }
    case '42501': {
      const message = `The role ${role} may not do this on ${server}: ${error.message}. It needs CREATEDB, membership in the role that owns the database, and pg_signal_backend; for backups pg_read_all_data.`
      return new DatabaseFailure('database-not-permitted', { server, role, reason: error.message }, message)
    }
    case '53100': {
      const message = `The database server ${server} has no disk space left (${error.message}). Free some, then retry.`
      return new DatabaseFailure('database-disk-full', { server }, message)
    }
    default: {
      // A SQLSTATE has five characters; what we have done wrong ourselves stays as it is.
      const fromServer = /^[0-9A-Z]{5}$/.test(code)
      const unreachable = !fromServer || /^(08|57P)/.test(code)
      if (fromServer && !unreachable) return error
      if (!fromServer && !isNetworkError(error, code)) return error
      const message = `The database server ${server} cannot be used (${error.message}). Check that it runs and that this machine may reach it, then retry.`
      return new DatabaseFailure('database-unreachable', { server, reason: error.message }, message)
    }
  }
}

function isNetworkError(error: Error, code: string): boolean {
  return /^E[A-Z_]+$/.test(code) || /timeout|Connection terminated/i.test(error.message)
}
