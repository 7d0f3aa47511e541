import { spawn } from 'node:child_process'
import { once, setMaxListeners } from 'node:events'
import { join } from 'node:path'
import { createPostgresBackend, Queue, runMigrations, withBackend, Worker, type PgPool } from 'bullmq'
import { Redis } from 'ioredis'
import pg from 'pg'
import { pino } from 'pino'
import { z } from 'zod'
import { claimJob } from '../../db/job-claims.ts'
import { createJob } from '../../db/jobs.ts'
import { migrate } from '../../db/migrate.ts'
import { createPool, type Pool } from '../../db/pool.ts'
import { openBell } from '../../engine/queue.ts'
import { procedure, type Procedure } from '../../engine/runner/procedure.ts'
import { runJob } from '../../engine/runner/run.ts'
import { lookAtJob, type WorkerDeps } from '../../engine/runner/worker.ts'
import { findProgram } from '../../engine/systems/program.ts'
import { startPostgres } from '../sandbox/postgres/embedded.ts'
import { line, ms, ratio } from './report.ts'

const steps = Array.from({ length: 10 }, (_, index) => `step-${index}`)
const jobCount = 1_000
const concurrency = 16
const logger = pino({ level: 'silent' })
const stopping = new AbortController().signal
setMaxListeners(0, stopping)

const tenSteps = procedure({
  kind: 'bench',
  params: z.unknown(),
  lock: () => null,
  environment: () => null,
  freezable: false,
  steps: () => steps,
  plan: async () => ({ change: { from: null, to: 'bench', details: [] }, plan: null }),
  async run(job) {
    for (const name of steps) await job.step(name, async () => null)
    return null
  },
}) as unknown as Procedure

/** What a journalled step costs, and how many ten-step jobs go through in a second on each queue. */
export async function benchRunner(dir: string): Promise<void> {
  const postgres = await startPostgres({ dataDir: join(dir, 'postgres'), port: 0 })
  const url = await postgres.createDatabase('bench')
  await migrate(url)
  const pool = createPool(url, { max: concurrency + 8 })
  await stepOverhead(pool)
  await throughput('Postgres', { pool, databaseUrl: url })
  await bareOnPostgres(url)
  const redis = await startRedis(join(dir, 'redis'))
  if (redis) {
    await throughput('Redis', { pool, databaseUrl: url, redisUrl: redis.url })
    await bareOnRedis(redis.url)
    redis.stop()
  } else {
    console.log('no redis-server here: its half is left out (Debian: apt-get install redis-server)')
  }
  await pool.end()
  await postgres.stop()
}

async function stepOverhead(pool: Pool): Promise<void> {
  const rounds = 40
  await pool.query('create table floor (id int primary key, n int); insert into floor values (1, 0)')
  const commits = rounds * steps.length
  const floorStart = performance.now()
  for (let index = 0; index < commits; index++) await pool.query('update floor set n = n + 1 where id = 1')
  const floor = (performance.now() - floorStart) / commits

  const deps = workerDeps(pool, { ring: async () => undefined })
  const ids = await queueJobs(pool, rounds)
  const startedAt = performance.now()
  for (const jobId of ids) {
    const job = await claimJob(pool, { jobId, owner: 'bench', leaseSeconds: 30, frozenEnvironments: [] })
    if (job) await runJob(deps, job)
  }
  // A job's plan is a step too.
  const perStep = (performance.now() - startedAt) / (rounds * (steps.length + 1))
  line('one durable single-row update (the floor)', ms(floor))
  line(
    'one journalled step: begun, ended, announced',
    `${ms(perStep)}  ${ratio(perStep, floor)} the floor`,
    '<= 5 ms',
  )
}

async function throughput(
  name: string,
  on: { pool: Pool; databaseUrl: string; redisUrl?: string },
): Promise<void> {
  const bell = await openBell({ databaseUrl: on.databaseUrl, redisUrl: on.redisUrl, logger })
  const ids = await queueJobs(on.pool, jobCount)
  const deps = workerDeps(on.pool, bell)
  let left = jobCount
  let finished: () => void = () => undefined
  const allDone = new Promise<void>((resolve) => (finished = resolve))
  await bell.ring(ids.map((id) => ({ id, fence: 0 })))
  const startedAt = performance.now()
  await bell.answer(async (jobId) => {
    await lookAtJob(deps, jobId)
    if (--left === 0) finished()
  }, concurrency)
  await allDone
  const seconds = (performance.now() - startedAt) / 1_000
  line(
    `${jobCount} ten-step jobs, queue on ${name}`,
    `${(jobCount / seconds).toFixed(0)} jobs/s, ${((jobCount * 11) / seconds).toFixed(0)} journalled steps/s`,
  )
  await bell.close()
}

async function bareOnPostgres(databaseUrl: string): Promise<void> {
  const pool = new pg.Pool({ connectionString: databaseUrl, max: 10, options: '-c search_path=bullmq' })
  const client = await pool.connect()
  await runMigrations(client).finally(() => client.release())
  const connection = pool as unknown as PgPool
  const classes = withBackend(createPostgresBackend)
  const queue = new classes.Queue('bare', { connection })
  await bare('Postgres', queue, (process) => new classes.Worker('bare', process, { connection, concurrency }))
  await pool.end()
}

async function bareOnRedis(redisUrl: string): Promise<void> {
  const connection = new Redis(redisUrl, { maxRetriesPerRequest: null })
  const queue = new Queue('bare', { connection })
  await bare('Redis', queue, (process) => new Worker('bare', process, { connection, concurrency }))
  connection.disconnect()
}

interface Closable {
  close(): Promise<void>
}

/** Jobs that do nothing and remember nothing: as many as the journalled steps above. */
async function bare(
  name: string,
  queue: Closable & { addBulk(jobs: { name: string; data: object; opts: object }[]): Promise<unknown> },
  work: (process: () => Promise<void>) => Closable,
): Promise<void> {
  const count = jobCount * 2
  await queue.addBulk(
    Array.from({ length: count }, () => ({ name: 'x', data: {}, opts: { removeOnComplete: true } })),
  )
  let left = count
  let finished: () => void = () => undefined
  const allDone = new Promise<void>((resolve) => (finished = resolve))
  const startedAt = performance.now()
  const worker = work(async () => {
    if (--left === 0) finished()
  })
  await allDone
  const seconds = (performance.now() - startedAt) / 1_000
  line(`bare BullMQ on ${name}: empty jobs, no journal (beside)`, `${(count / seconds).toFixed(0)} jobs/s`)
  await worker.close()
  await queue.close()
}

async function queueJobs(pool: Pool, count: number): Promise<number[]> {
  const ids: number[] = []
  for (let index = 0; index < count; index++) {
    const { job } = await createJob(pool, {
      kind: 'bench',
      params: {},
      environment: null,
      requestedBy: 'U0BENCH',
      idempotencyKey: `${process.pid}-${performance.now()}-${index}`,
      origin: null,
      lock: null,
      freezable: false,
      overrideReason: null,
      approval: null,
      steps: ['plan', ...steps],
    })
    ids.push(job.id)
  }
  return ids
}

const workerDeps = (pool: Pool, bell: WorkerDeps['bell']): WorkerDeps => ({
  pool,
  bell,
  procedures: new Map([['bench', tenSteps]]),
  owner: 'bench',
  redact: (text) => text,
  nameOf: (person) => person,
  onStep: () => undefined,
  onCancel: () => () => undefined,
  frozenEnvironments: async () => [],
  leaseSeconds: 30,
  stopping,
  logger,
})

async function startRedis(dir: string): Promise<{ url: string; stop(): void } | null> {
  const program = await findProgram('redis-server').catch(() => null)
  if (program === null) return null
  const port = 20_000 + Math.floor(Math.random() * 20_000)
  const server = spawn(program, [
    '--port',
    String(port),
    '--bind',
    '127.0.0.1',
    '--save',
    '',
    '--dir',
    join(dir, '..'),
  ])
  await once(server.stdout, 'data')
  return { url: `redis://127.0.0.1:${port}`, stop: () => void server.kill() }
}
