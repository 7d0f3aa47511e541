import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { Redis } from 'ioredis'
import { pino } from 'pino'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { freePort } from '../deploy/sandbox/free-port.ts'
import { needs } from '../deploy/sandbox/needs.ts'
import { claimJob } from '../db/job-claims.ts'
import { createJob, findJob } from '../db/jobs.ts'
import { createPool } from '../db/pool.ts'
import { openBell, type Bell } from './queue.ts'
import { reconcile } from './runner/reconcile.ts'
import { lookAtJob, type WorkerDeps } from './runner/worker.ts'
import { quickProcedure, testContext } from './testing.ts'

const logger = pino({ level: 'silent' })
const withoutRedis = needs('redis-server')

describe.each(withoutRedis ? ['Postgres'] : ['Postgres', 'Redis'])('the bell on %s', (backend) => {
  let world: Awaited<ReturnType<typeof testContext>>
  let redis: { url: string; stop(): Promise<void> } | undefined
  let bells: Bell[]

  beforeAll(async () => {
    world = await testContext()
    if (backend === 'Redis') redis = await startRedis()
    bells = []
  })
  afterAll(async () => {
    await Promise.all(bells.map(async (bell) => await bell.close()))
    await redis?.stop()
    await world.close()
  })

  const open = async (): Promise<Bell> => {
    const bell = await openBell({ databaseUrl: world.databaseUrl, redisUrl: redis?.url, logger })
    bells.push(bell)
    return bell
  }
  const worker = (bell: Bell, owner: string): WorkerDeps => ({
    ...world.context,
    bell,
    owner,
    procedures: new Map([['deploy', quickProcedure('deploy')]]),
    leaseSeconds: 30,
    stopping: new AbortController().signal,
    nameOf: (person) => person,
    onStep: () => undefined,
    onCancel: () => () => undefined,
    frozenEnvironments: async () => [],
  })
  let keys = 0
  const newJob = async (lock: string | null) => {
    const { job } = await createJob(world.context.pool, {
      kind: 'deploy',
      params: { environment: 'staging' },
      environment: 'staging',
      requestedBy: 'U0OPERATOR',
      idempotencyKey: `${backend}-${keys++}`,
      origin: null,
      lock,
      freezable: false,
      overrideReason: null,
      approval: null,
      steps: ['plan', 'only'],
    })
    return job
  }
  const state = async (id: number) => (await findJob(world.context.pool, id))?.state

  test('is answered by one of two engines, and a job runs once', async () => {
    const [one, two] = [await open(), await open()]
    const looks: string[] = []
    for (const [name, bell] of Object.entries({ one, two })) {
      const deps = worker(bell, name)
      await bell.answer(async (jobId) => {
        looks.push(`${name} ${jobId}`)
        await lookAtJob(deps, jobId)
      }, 4)
    }
    const jobs = await Promise.all(Array.from({ length: 20 }, async () => await newJob(null)))
    await one.ring(jobs)
    await one.ring(jobs)
    await expect
      .poll(async () => await Promise.all(jobs.map(async ({ id }) => await state(id))))
      .toEqual(jobs.map(() => 'succeeded'))
    expect(looks.length).toBeGreaterThanOrEqual(20)
  })

  test('rings for the next in line when a lock is free', async () => {
    const jobs = [await newJob('release/x'), await newJob('release/x'), await newJob('release/x')]
    await bells[0]?.ring(jobs)
    await expect
      .poll(async () => await Promise.all(jobs.map(async ({ id }) => await state(id))))
      .toEqual(jobs.map(() => 'succeeded'))
    const ends = await Promise.all(
      jobs.map(async ({ id }) => (await findJob(world.context.pool, id))?.finishedAt?.getTime()),
    )
    expect(ends).toEqual(ends.toSorted((a, b) => Number(a) - Number(b)))
  })

  test('loses everything, and the reconciler rings again from the rows', async () => {
    const lost = await newJob(null)
    const abandoned = await newJob(null)
    await claimJob(world.context.pool, {
      jobId: abandoned.id,
      owner: 'dead',
      leaseSeconds: 0,
      frozenEnvironments: [],
    })
    if (redis) await flush(redis.url)
    expect([await state(lost.id), await state(abandoned.id)]).toEqual(['queued', 'running'])
    const bell = bells[0]
    if (bell) await reconcile(world.context.pool, bell)
    await expect
      .poll(async () => [await state(lost.id), await state(abandoned.id)])
      .toEqual(['succeeded', 'succeeded'])
  })
})

async function startRedis(): Promise<{ url: string; stop(): Promise<void> }> {
  const port = await freePort()
  const server = spawn('redis-server', ['--port', String(port), '--bind', '127.0.0.1', '--save', ''])
  await once(server.stdout, 'data')
  const url = `redis://127.0.0.1:${port}`
  const probe = new Redis(url)
  await probe.ping()
  probe.disconnect()
  return {
    url,
    async stop() {
      server.kill()
      await once(server, 'exit')
    },
  }
}

async function flush(url: string): Promise<void> {
  const client = new Redis(url)
  await client.flushall()
  client.disconnect()
}

test('an approval that nobody gave in time is cancelled by the reconciler', async () => {
  const world = await testContext()
  const { pool } = world.context
  const { job } = await createJob(pool, {
    kind: 'deploy',
    params: { environment: 'production' },
    environment: 'production',
    requestedBy: 'U0OPERATOR',
    idempotencyKey: 'expires',
    origin: null,
    lock: null,
    freezable: true,
    overrideReason: null,
    approval: { quorum: 1, roles: ['approver'], expiresMinutes: 30 },
    steps: ['plan'],
  })
  await pool.query(`update job set approval_expires_at = now() - interval '1 second'`)
  const pg = createPool(world.databaseUrl, { max: 1 })
  await reconcile(pg, { ring: async () => undefined })
  await pg.end()
  expect(await findJob(pool, job.id)).toMatchObject({
    state: 'cancelled',
    error: { code: 'approval-expired' },
  })
  await world.close()
})
