import { setTimeout as wait } from 'node:timers/promises'
import pg from 'pg'
import type { PoolClient } from 'pg'

const bigintType = 20
pg.types.setTypeParser(bigintType, Number)

export type Pool = pg.Pool

/** A pool whose queries give up instead of hanging when Postgres is unreachable. */
export function createPool(
  databaseUrl: string,
  options: { max?: number; applicationName?: string } = {},
): Pool {
  const pool = new pg.Pool({
    connectionString: databaseUrl,
    max: options.max ?? 10,
    application_name: options.applicationName ?? 'plantao',
    connectionTimeoutMillis: 5_000,
    keepAlive: true,
  })
  pool.on('error', () => undefined) // an idle client that drops is replaced by the pool
  return pool
}

/** Runs `work` in one transaction: commits what it did, or nothing. */
export async function transaction<T>(pool: Pool, work: (client: PoolClient) => Promise<T>): Promise<T> {
  const client = await pool.connect()
  let broken = false
  try {
    await client.query('begin')
    const result = await work(client)
    await client.query('commit')
    return result
  } catch (error) {
    await client.query('rollback').catch(() => (broken = true))
    throw error
  } finally {
    client.release(broken)
  }
}

const attempts = 6

/**
 * The same for work on many rows: where Postgres gave one of two up because they waited for each other (40P01), or
 * could not put them in an order (40001), the whole transaction is done again.
 */
export async function retriedTransaction<T>(
  pool: Pool,
  work: (client: PoolClient) => Promise<T>,
): Promise<T> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await transaction(pool, work)
    } catch (error) {
      if (attempt === attempts || !isConflict(error)) throw error
      await wait(Math.random() * 10 * 2 ** attempt)
    }
  }
}

const isConflict = (error: unknown): boolean =>
  error instanceof Error && 'code' in error && (error.code === '40P01' || error.code === '40001')

/**
 * Whether an error means that Postgres could not be reached or was going away (SQLSTATE classes 08, 53 and 57P, and
 * what the driver and the network say): passing, and nothing is known of what was under way.
 */
export function isConnectionTrouble(error: unknown): boolean {
  if (!(error instanceof Error)) return false
  const code = 'code' in error && typeof error.code === 'string' ? error.code : ''
  return (
    /^(08|53|57P)/.test(code) ||
    ['ECONNREFUSED', 'ECONNRESET', 'ETIMEDOUT', 'EPIPE'].includes(code) ||
    /^(Connection terminated|timeout exceeded when trying to connect|Client has encountered a connection error)/.test(
      error.message,
    )
  )
}
