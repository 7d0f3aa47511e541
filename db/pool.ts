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
