import { pino } from 'pino'
import { afterAll, beforeAll } from 'vitest'
import { z } from 'zod'
import { claimJob } from '../../db/job-claims.ts'
import { createJob, type JobRow } from '../../db/jobs.ts'
import { migrate } from '../../db/migrate.ts'
import { createPool, type Pool } from '../../db/pool.ts'
import { listSteps } from '../../db/steps.ts'
import { testDatabase, type TestDatabase } from '../../deploy/sandbox/postgres/testing.ts'
import { procedure, type Procedure } from './procedure.ts'
import type { RunnerDeps } from './run.ts'

export const change = { from: 'a', to: 'b', details: [] }

/** A procedure of two steps that do what the test says. */
export const twoSteps = (
  first: () => Promise<unknown>,
  second: (job: { mark: string }) => Promise<unknown>,
): Procedure =>
  procedure({
    kind: 'test',
    params: z.unknown(),
    lock: () => null,
    environment: () => null,
    freezable: false,
    steps: () => ['first', 'second'],
    plan: async () => ({ change, plan: 'planned' }),
    run: async (job) => {
      const one = await job.step('first', first)
      const two = await job.step('second', async () => await second(job))
      return { one, two }
    },
  })

/** The rows of one test file, in a database of its own, and what workers do with them. */
export function rowsForFile() {
  let database: TestDatabase
  let pool: Pool
  let keys = 0

  beforeAll(async () => {
    database = await testDatabase(migrate)
    pool = createPool(database.url)
  })
  afterAll(async () => {
    await pool.end()
    await database.drop()
  })

  return {
    pool: (): Pool => pool,

    depsFor: (tested: Procedure, more: Partial<RunnerDeps> = {}): RunnerDeps => ({
      pool,
      procedures: new Map([['test', tested]]),
      redact: (text) => text.replaceAll('s3cret', '[redacted]'),
      nameOf: (person) => person,
      onStep: () => undefined,
      onCancel: () => () => undefined,
      leaseSeconds: 30,
      stopping: new AbortController().signal,
      logger: pino({ level: 'silent' }),
      ...more,
    }),

    async newJob(steps: string[], more: { lock?: string } = {}): Promise<JobRow> {
      const { job } = await createJob(pool, {
        kind: 'test',
        params: {},
        environment: null,
        requestedBy: 'U0TEST',
        idempotencyKey: `key-${keys++}`,
        origin: null,
        lock: more.lock ?? null,
        freezable: false,
        overrideReason: null,
        approval: null,
        steps,
      })
      return job
    },

    async claimed(jobId: number, owner = 'one'): Promise<JobRow> {
      const job = await claimJob(pool, { jobId, owner, leaseSeconds: 30, frozenEnvironments: [] })
      if (!job) throw new Error('the job could not be claimed')
      return job
    },

    states: async (jobId: number) =>
      (await listSteps(pool, jobId)).map(({ name, state }) => `${name} ${state}`),
    endLease: async (jobId: number) =>
      await pool.query('update job set lease_until = now() where id = $1', [jobId]),
  }
}
