import { expect, test } from 'vitest'
import { findJob, requestCancel, restartJob } from '../../db/jobs.ts'
import { StepFailure } from '../failures.ts'
import type { Procedure } from './procedure.ts'
import { runJob } from './run.ts'
import { change, rowsForFile, twoSteps } from './testing.ts'

const { pool, depsFor, newJob, claimed, states, endLease } = rowsForFile()

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
  expect(await findJob(pool(), id)).toMatchObject({
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
  expect(await restartJob(pool(), id, 'second')).toBe(true)
  expect(await states(id)).toEqual(['plan done', 'first done', 'second pending'])
  await runJob(depsFor(tested), await claimed(id))
  expect(await findJob(pool(), id)).toMatchObject({
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
  const failed = await findJob(pool(), id)
  expect(failed).toMatchObject({ state: 'failed', retryFrom: 'plan', error: { code: 'not-yet' } })
  await restartJob(pool(), id, failed?.retryFrom ?? '')
  await runJob(depsFor(tested), await claimed(id))
  expect(plans).toBe(2)
  expect(await findJob(pool(), id)).toMatchObject({ state: 'succeeded' })
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
  expect(await findJob(pool(), id)).toMatchObject({ state: 'failed', error: { code: 'broken' } })
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
  expect(await findJob(pool(), id)).toMatchObject({
    state: 'failed',
    error: { code: 'unexpected', message: 'Something unexpected went wrong: a bug' },
  })
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
  await requestCancel(pool(), id, 'U0OTHER')
  wake()
  await running
  expect(await findJob(pool(), id)).toMatchObject({
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
  expect(await findJob(pool(), id)).toMatchObject({
    state: 'failed',
    error: { code: 'timed-out', step: 'first' },
  })
})
