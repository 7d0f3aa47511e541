import { pino } from 'pino'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { z } from 'zod'
import { claimJob } from '../../db/job-claims.ts'
import { createJob, findJob, requestCancel, restartJob, type JobRow } from '../../db/jobs.ts'
import { migrate } from '../../db/migrate.ts'
import { createPool, type Pool } from '../../db/pool.ts'
import { listSteps, tailLog } from '../../db/steps.ts'
import { testDatabase, type TestDatabase } from '../../deploy/sandbox/postgres/testing.ts'
import { StepFailure } from '../failures.ts'
import { procedure, type Procedure } from './procedure.ts'
import { runJob, type RunnerDeps } from './run.ts'

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

const change = { from: 'a', to: 'b', details: [] }
const twoSteps = (
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

const depsFor = (tested: Procedure, more: Partial<RunnerDeps> = {}): RunnerDeps => ({
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
})

async function newJob(steps: string[], more: { lock?: string } = {}): Promise<JobRow> {
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
}

async function claimed(jobId: number, owner = 'one'): Promise<JobRow> {
  const job = await claimJob(pool, { jobId, owner, leaseSeconds: 30, frozenEnvironments: [] })
  if (!job) throw new Error('the job could not be claimed')
  return job
}

const states = async (jobId: number) =>
  (await listSteps(pool, jobId)).map(({ name, state }) => `${name} ${state}`)
const endLease = async (jobId: number) =>
  await pool.query('update job set lease_until = now() where id = $1', [jobId])

test('runs the steps in order and keeps the result', async () => {
  const { id } = await newJob(['plan', 'first', 'second'])
  await runJob(
    depsFor(
      twoSteps(
        async () => 1,
        async () => ({ two: 2 }),
      ),
    ),
    await claimed(id),
  )
  expect(await findJob(pool, id)).toMatchObject({
    state: 'succeeded',
    result: { one: 1, two: { two: 2 } },
    change,
  })
  expect(await states(id)).toEqual(['plan done', 'first done', 'second done'])
})

test('a finished step is never run again: a resume returns its journalled result', async () => {
  const { id } = await newJob(['plan', 'first', 'second'])
  let firstRuns = 0
  let die = true
  const tested = twoSteps(
    async () => ++firstRuns,
    async () => {
      if (die) await new Promise(() => undefined)
      return 'second'
    },
  )
  // The worker "dies" in the second step: its promise is never awaited and its lease ends.
  void runJob(depsFor(tested), await claimed(id, 'dies'))
  await expect.poll(() => states(id)).toContain('second running')
  die = false
  await endLease(id)
  await runJob(depsFor(tested), await claimed(id, 'resumes'))
  expect(firstRuns).toBe(1)
  expect(await findJob(pool, id)).toMatchObject({ state: 'succeeded', result: { one: 1, two: 'second' } })
})

test('a step that a dead worker left open is asked whether it is done already', async () => {
  const { id } = await newJob(['plan', 'effect'])
  const world: string[] = []
  const tested = procedure({
    kind: 'test',
    params: z.unknown(),
    lock: () => null,
    environment: () => null,
    freezable: false,
    steps: () => ['effect'],
    plan: async () => ({ change, plan: null }),
    run: async (job) =>
      await job.step('effect', {
        alreadyDone: async () => (world.includes(job.mark) ? 'found' : undefined),
        run: async () => {
          world.push(job.mark)
          if (world.length === 1) await new Promise(() => undefined)
          return 'made'
        },
      }),
  })
  void runJob(depsFor(tested), await claimed(id, 'dies'))
  await expect.poll(() => world.length).toBe(1)
  await endLease(id)
  await runJob(depsFor(tested), await claimed(id, 'resumes'))
  expect(world).toHaveLength(1)
  expect(await findJob(pool, id)).toMatchObject({ state: 'succeeded', result: 'found' })
})

test('a worker that lost its lease writes nothing, not even the end of the job', async () => {
  const { id } = await newJob(['plan', 'first', 'second'])
  let carryOn: () => void = () => undefined
  const gate = new Promise<void>((resolve) => (carryOn = resolve))
  const zombie = runJob(
    depsFor(
      twoSteps(
        async () => await gate,
        async () => 'zombie',
      ),
    ),
    await claimed(id, 'zombie'),
  )
  await expect.poll(() => states(id)).toContain('first running')
  await endLease(id)
  const heir = await claimed(id, 'heir')
  carryOn()
  await zombie
  expect(await findJob(pool, id)).toMatchObject({ state: 'running', leaseOwner: 'heir', fence: heir.fence })
  await runJob(
    depsFor(
      twoSteps(
        async () => 'heir',
        async () => 'heir',
      ),
    ),
    heir,
  )
  expect(await findJob(pool, id)).toMatchObject({ state: 'succeeded', result: { one: 'heir', two: 'heir' } })
})

test('a failure names the step, is redacted, undoes, and can be retried from the step', async () => {
  const { id } = await newJob(['plan', 'first', 'second'])
  let broken = true
  const undone: unknown[] = []
  const tested: Procedure = {
    ...twoSteps(
      async () => 1,
      async () => {
        if (broken) throw new StepFailure('broken', { token: 's3cret' }, 'It broke because of s3cret.')
        return 2
      },
    ),
    onFailure: {
      run: async (job, _params, why) => {
        await job.step('put-back', async () => undone.push({ plan: why.plan, reached: why.reached }))
      },
    },
  }
  await runJob(depsFor(tested), await claimed(id))
  expect(await findJob(pool, id)).toMatchObject({
    state: 'failed',
    retryFrom: 'second',
    error: {
      code: 'broken',
      step: 'second',
      message: 'It broke because of [redacted].',
      values: { token: '[redacted]' },
    },
  })
  expect(undone).toEqual([{ plan: 'planned', reached: ['plan', 'first', 'second'] }])
  expect(await states(id)).toEqual(['plan done', 'first done', 'second failed', 'put-back done'])

  broken = false
  expect(await restartJob(pool, id, 'second')).toBe(true)
  expect(await states(id)).toEqual(['plan done', 'first done', 'second pending'])
  await runJob(depsFor(tested), await claimed(id))
  expect(await findJob(pool, id)).toMatchObject({
    state: 'succeeded',
    attempt: 2,
    result: { one: 1, two: 2 },
  })
})

test('a retry after a failed plan plans again', async () => {
  const { id } = await newJob(['plan', 'first', 'second'])
  let plans = 0
  const tested: Procedure = {
    ...twoSteps(
      async () => 1,
      async () => 2,
    ),
    plan: async () => {
      plans += 1
      if (plans === 1) throw new StepFailure('not-yet', {}, 'Not yet.')
      return { change, plan: 'planned' }
    },
    onFailure: { retryFrom: 'first', run: async () => undefined },
  }
  await runJob(depsFor(tested), await claimed(id))
  const failed = await findJob(pool, id)
  expect(failed).toMatchObject({ state: 'failed', retryFrom: 'plan', error: { code: 'not-yet' } })
  await restartJob(pool, id, failed?.retryFrom ?? '')
  await runJob(depsFor(tested), await claimed(id))
  expect(plans).toBe(2)
  expect(await findJob(pool, id)).toMatchObject({ state: 'succeeded' })
})

test('a worker that dies while undoing is followed by one that finishes undoing', async () => {
  const { id } = await newJob(['plan', 'first', 'second'])
  let die = true
  let mainRuns = 0
  const tested: Procedure = {
    ...twoSteps(
      async () => mainRuns++,
      async () => {
        throw new StepFailure('broken', {}, 'It broke.')
      },
    ),
    onFailure: {
      run: async (job) => {
        await job.step('put-back', async () => (die ? await new Promise(() => undefined) : 'ok'))
      },
    },
  }
  void runJob(depsFor(tested), await claimed(id, 'dies'))
  await expect.poll(() => states(id)).toContain('put-back running')
  die = false
  await endLease(id)
  await runJob(depsFor(tested), await claimed(id, 'resumes'))
  expect(mainRuns).toBe(1)
  expect(await findJob(pool, id)).toMatchObject({ state: 'failed', error: { code: 'broken' } })
  expect(await states(id)).toContain('put-back done')
})

test('a procedure that breaks between its steps fails, and is not tried for ever', async () => {
  const { id } = await newJob(['plan', 'first'])
  const tested: Procedure = {
    ...twoSteps(
      async () => 1,
      async () => 2,
    ),
    run: async (job) => {
      await job.step('first', async () => 1)
      throw new TypeError('a bug')
    },
  }
  await runJob(depsFor(tested), await claimed(id))
  expect(await findJob(pool, id)).toMatchObject({
    state: 'failed',
    error: { code: 'unexpected', message: 'Something unexpected went wrong: a bug' },
  })
})

test('a job whose own database goes away in a step is left to the next worker, not failed', async () => {
  const { id } = await newJob(['plan', 'first', 'second'])
  let away = true
  const tested = twoSteps(
    async () => {
      if (away) throw Object.assign(new Error('terminating connection'), { code: '57P01' })
      return 1
    },
    async () => 2,
  )
  await runJob(depsFor(tested), await claimed(id))
  expect(await findJob(pool, id)).toMatchObject({ state: 'running', error: null })
  away = false
  await endLease(id)
  await runJob(depsFor(tested), await claimed(id))
  expect(await findJob(pool, id)).toMatchObject({ state: 'succeeded' })
})

test('a cancel reaches the running step at once and the job ends cancelled', async () => {
  const { id } = await newJob(['plan', 'first', 'second'])
  let wake: () => void = () => undefined
  const tested: Procedure = {
    ...twoSteps(
      async () => 1,
      async () => 2,
    ),
    run: async (job) => {
      await job.step('first', async ({ signal }) => {
        await new Promise((_, reject) => signal.addEventListener('abort', () => reject(new Error('stopped'))))
      })
    },
  }
  const deps = depsFor(tested, { onCancel: (_, woken) => ((wake = woken), () => undefined) })
  const running = runJob(deps, await claimed(id))
  await expect.poll(() => states(id)).toContain('first running')
  await requestCancel(pool, id, 'U0OTHER')
  wake()
  await running
  expect(await findJob(pool, id)).toMatchObject({
    state: 'cancelled',
    error: { code: 'cancelled', values: { by: 'U0OTHER' } },
  })
})

test('a step past its time limit fails, even when it ignores its signal', async () => {
  const { id } = await newJob(['plan', 'first'])
  const tested: Procedure = {
    ...twoSteps(
      async () => 1,
      async () => 2,
    ),
    run: async (job) => {
      await job.step('first', {
        timeoutSeconds: 0.05,
        run: async ({ signal }) =>
          await new Promise((_, reject) => signal.addEventListener('abort', () => reject(new Error('x')))),
      })
    },
  }
  await runJob(depsFor(tested), await claimed(id))
  expect(await findJob(pool, id)).toMatchObject({
    state: 'failed',
    error: { code: 'timed-out', step: 'first' },
  })
})

test('what a step logs is stored redacted, in order', async () => {
  const { id } = await newJob(['plan', 'first'])
  const tested: Procedure = {
    ...twoSteps(
      async () => 1,
      async () => 2,
    ),
    run: async (job) => {
      await job.step('first', async ({ log }) => {
        for (let line = 0; line < 1_200; line++) log(`line ${line} s3cret`)
      })
    },
  }
  await runJob(depsFor(tested), await claimed(id))
  const tail = await tailLog(pool, id, 2)
  expect(tail.map(({ line }) => line)).toEqual(['line 1198 [redacted]', 'line 1199 [redacted]'])
})

test('one lock, one running job; the others come in the order they were queued', async () => {
  const first = await newJob(['plan'], { lock: 'release/x' })
  const second = await newJob(['plan'], { lock: 'release/x' })
  const third = await newJob(['plan'], { lock: 'release/x' })
  const claim = async (jobId: number) =>
    await claimJob(pool, { jobId, owner: 'one', leaseSeconds: 30, frozenEnvironments: [] })
  expect(await claim(second.id)).toBeNull()
  expect(await claim(first.id)).not.toBeNull()
  expect(await claim(second.id)).toBeNull()
  const tested = twoSteps(
    async () => 1,
    async () => 2,
  )
  await runJob(depsFor(tested), (await findJob(pool, first.id))!)
  expect(await claim(third.id)).toBeNull()
  expect(await claim(second.id)).not.toBeNull()
})

test('twenty workers racing for one lock: exactly one gets it', async () => {
  const jobs = await Promise.all(
    Array.from({ length: 20 }, async () => await newJob(['plan'], { lock: 'release/y' })),
  )
  const claims = await Promise.all(
    jobs.map(
      async ({ id }) =>
        await claimJob(pool, { jobId: id, owner: 'any', leaseSeconds: 30, frozenEnvironments: [] }),
    ),
  )
  expect(claims.filter(Boolean)).toHaveLength(1)
})
