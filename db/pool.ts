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
