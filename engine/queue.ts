import {
  createPostgresBackend,
  Queue,
  runMigrations,
  withBackend,
  Worker,
  type JobsOptions,
  type PgPool,
} from 'bullmq'
import { Redis } from 'ioredis'
import pg from 'pg'
import type { Logger } from 'pino'

const queueName = 'jobs'

/** The bell says "look at this job now". It may ring twice, or never: the rows and the reconciler are the truth. */
export interface Bell {
  /** A bell for the same job and fencing number that nobody has answered yet is not hung up twice. */
  ring(jobs: readonly { id: number; fence: number }[]): Promise<void>
  /** Starts answering: `look` is called for each ring, `concurrency` at a time. */
  answer(look: (jobId: number) => Promise<void>, concurrency: number): Promise<void>
  /** Stops taking new rings and waits for the running ones. */
  close(): Promise<void>
}

/** BullMQ on Redis where there is one, else on Postgres. This file alone knows which. */
export async function openBell(options: {
  databaseUrl: string
  redisUrl?: string | undefined
  logger: Logger
}): Promise<Bell> {
  return options.redisUrl === undefined
    ? await bellOnPostgres(options.databaseUrl, options.logger)
    : bellOnRedis(options.redisUrl, options.logger)
}

function bellOnRedis(redisUrl: string, logger: Logger): Bell {
  const connection = new Redis(redisUrl, { maxRetriesPerRequest: null, enableOfflineQueue: true })
  connection.on('error', (error) => logger.warn({ reason: error.message }, 'redis connection'))
  return bell({
    queue: new Queue<Ring>(queueName, { connection }),
    createWorker: (process, concurrency) =>
      new Worker<Ring>(queueName, process, { connection, concurrency, ...workerOptions }),
    disconnect: async () => connection.disconnect(),
    logger,
  })
}

async function bellOnPostgres(databaseUrl: string, logger: Logger): Promise<Bell> {
  const pool = new pg.Pool({
    connectionString: databaseUrl,
    max: 6,
    options: '-c search_path=bullmq',
    application_name: 'plantao-queue',
    connectionTimeoutMillis: 5_000,
    keepAlive: true,
  })
  pool.on('error', (error) => logger.warn({ reason: error.message }, 'queue connection'))
  const client = await pool.connect()
  await runMigrations(client).finally(() => client.release())
  const onPostgres = withBackend(createPostgresBackend)
  // BullMQ says that a pg.Pool is assignable to PgPool; under exactOptionalPropertyTypes it is not quite.
  const connection = pool as unknown as PgPool
  return bell({
    queue: new onPostgres.Queue<Ring>(queueName, { connection }),
    createWorker: (process, concurrency) =>
      new onPostgres.Worker<Ring>(queueName, process, { connection, concurrency, ...workerOptions }),
    disconnect: async () => await pool.end(),
    logger,
  })
}

const workerOptions = { lockDuration: 30_000, maxStalledCount: 1_000, autorun: true }

interface Ring {
  jobId: number
}

/** What we use of BullMQ's classes, whose types differ by backend. */
interface AnyQueue {
  addBulk(jobs: { name: string; data: Ring; opts: JobsOptions }[]): Promise<unknown>
  on(event: 'error', listener: (error: Error) => void): unknown
  close(): Promise<void>
}
interface AnyWorker {
  on(event: 'error', listener: (error: Error) => void): unknown
  waitUntilReady(): Promise<unknown>
  close(): Promise<void>
}

function bell(parts: {
  queue: AnyQueue
  createWorker(process: (ring: { data: Ring }) => Promise<void>, concurrency: number): AnyWorker
  disconnect(): Promise<void>
  logger: Logger
}): Bell {
  let worker: AnyWorker | null = null
  parts.queue.on('error', (error) => parts.logger.warn({ reason: error.message }, 'queue'))
  return {
    async ring(jobs) {
      if (jobs.length === 0) return
      await parts.queue.addBulk(
        jobs.map(({ id, fence }) => ({
          name: 'look',
          data: { jobId: id },
          opts: { jobId: `job-${id}-${fence}`, removeOnComplete: true, removeOnFail: true },
        })),
      )
    },
    async answer(look, concurrency) {
      worker = parts.createWorker(async ({ data }) => await look(data.jobId), concurrency)
      worker.on('error', (error) => parts.logger.warn({ reason: error.message }, 'queue worker'))
      await worker.waitUntilReady()
    },
    async close() {
      await worker?.close()
      await parts.queue.close()
      await parts.disconnect()
    },
  }
}
