// Renames databases that are in use: the first rename is asked for while their sessions still run, and its lock
// keeps new ones waiting; then the sessions are ended; then all is committed at once. Measured with 4 writers:
// 0.1 s without a write, and after a SIGKILL in the middle the names are as before.
import { setTimeout as delay } from 'node:timers/promises'
import { escapeIdentifier, type Client } from 'pg'
import { StepFailure } from '../failures.ts'
import { maintenanceUrl, onDatabase } from './database-connection.ts'

export type ExchangeRequest = {
  adminUrl: string
  /** In this order, in one transaction. */
  renames: { from: string; to: string }[]
  signal: AbortSignal
  log: (line: string) => void
}

export type ExchangeReport = {
  /** How long new sessions had to wait. */
  milliseconds: number
  endedSessions: number
}

const tries = 3

/**
 * @param finish further statements of the same transaction, after the renames.
 * @throws StepFailure 'database-in-use', which names who holds on: nothing was changed.
 */
export async function exchangeNames(
  request: ExchangeRequest,
  finish: (renamer: Client) => Promise<void>,
): Promise<ExchangeReport> {
  const { adminUrl, renames, signal, log } = request
  const names = renames.map(({ from }) => from)
  const session = { signal, applicationName: 'plantao-swap' }
  return await onDatabase(maintenanceUrl(adminUrl), session, async (ender) => {
    await refusePrepared(ender, names)
    for (let attempt = 1; attempt <= tries; attempt += 1) {
      try {
        return await onDatabase(maintenanceUrl(adminUrl), session, (renamer) =>
          exchangeOnce({ renamer, ender, renames }, finish),
        )
      } catch (error) {
        if (!isBlocked(error)) throw error
        log(`Try ${attempt} of ${tries}: ${await holders(ender, names)}`)
      }
    }
    throw inUse(names, await holders(ender, names))
  })
}

type Exchange = { renamer: Client; ender: Client; renames: { from: string; to: string }[] }

async function exchangeOnce(
  { renamer, ender, renames }: Exchange,
  finish: (renamer: Client) => Promise<void>,
): Promise<ExchangeReport> {
  const names = renames.map(({ from }) => from)
  // What nobody uses is freed first, so that the lock on the live one is short.
  let endedSessions = await endSessions(ender, names.slice(1))
  const [process] = (await renamer.query<{ pid: number }>('select pg_backend_pid() as pid')).rows
  await renamer.query('begin')
  await renamer.query(limits)

  let done = false
  const renaming = (async () => {
    try {
      for (const { from, to } of renames) {
        await renamer.query(`alter database ${escapeIdentifier(from)} rename to ${escapeIdentifier(to)}`)
      }
    } finally {
      done = true
    }
  })()
  let lockedAt = 0
  const ending = (async () => {
    while (!done) {
      if (lockedAt === 0 && (await holdsLock(ender, { pid: process?.pid, database: names[0] })))
        lockedAt = Date.now()
      if (lockedAt > 0) endedSessions += await endSessions(ender, names)
      await delay(10)
    }
  })()
  await Promise.all([renaming, ending])
  await finish(renamer)
  await renamer.query('commit')
  return { milliseconds: lockedAt === 0 ? 0 : Date.now() - lockedAt, endedSessions }
}

/** Whatever happens to us, the names are not held for long. */
const limits = `
  set local lock_timeout = '2s';
  set local statement_timeout = '2s';
  set local idle_in_transaction_session_timeout = '10s'`

/** From then on new sessions on the database wait: a login takes RowExclusiveLock on it. */
async function holdsLock(
  ender: Client,
  { pid, database }: { pid: number | undefined; database: string | undefined },
) {
  const found = await ender.query(
    `select from pg_locks where pid = $1 and granted and locktype = 'object' and mode = 'AccessExclusiveLock'
       and classid = 'pg_database'::regclass and objid = (select oid from pg_database where datname = $2)`,
    [pid, database],
  )
  return found.rowCount !== 0
}

/** Autovacuum ends by itself when a rename waits for it. */
async function endSessions(ender: Client, databases: string[]): Promise<number> {
  const found = await ender.query(
    `select pg_terminate_backend(pid) from pg_stat_activity
     where datname = any($1) and backend_type in ('client backend', 'walsender', 'logical replication worker', 'background worker')`,
    [databases],
  )
  return found.rowCount ?? 0
}

async function refusePrepared(ender: Client, databases: string[]): Promise<void> {
  const query = 'select gid from pg_prepared_xacts where database::text = any($1)'
  const found = await ender.query<{ gid: string }>(query, [databases])
  if (found.rowCount === 0) return
  const transactions = found.rows.map(({ gid }) => `prepared transaction ${gid}`).join(', ')
  throw inUse(databases, transactions)
}

async function holders(ender: Client, databases: string[]): Promise<string> {
  const found = await ender.query<{ holder: string }>(
    `select format('%s %s (%s) on %s', backend_type, pid, concat_ws(', ', usename, nullif(application_name, '')), datname) as holder
     from pg_stat_activity where datname = any($1)`,
    [databases],
  )
  return found.rows.map(({ holder }) => holder).join('; ') || 'no session is left'
}

function isBlocked(error: unknown): boolean {
  // object_in_use, lock_not_available, query_canceled (by the limit above), deadlock_detected
  const blocked = ['55006', '55P03', '57014', '40P01']
  return error instanceof Error && 'code' in error && blocked.includes(String(error.code))
}

function inUse(databases: string[], who: string): StepFailure {
  const message = `The names could not be exchanged, because ${databases.join(' or ')} is still in use: ${who}. Nothing was changed; end them, then retry.`
  return new StepFailure('database-in-use', { databases: databases.join(', '), holders: who }, message)
}
