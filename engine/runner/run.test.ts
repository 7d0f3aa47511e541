import { expect, test } from 'vitest'
import { z } from 'zod'
import { findJob } from '../../db/jobs.ts'
import { tailLog } from '../../db/steps.ts'
import { procedure, type Procedure } from './procedure.ts'
import { runJob } from './run.ts'
import { change, rowsForFile, twoSteps } from './testing.ts'

const { pool, depsFor, newJob, claimed, states, endLease } = rowsForFile()

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
  expect(await findJob(pool(), id)).toMatchObject({
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
  expect(await findJob(pool(), id)).toMatchObject({ state: 'succeeded', result: { one: 1, two: 'second' } })
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
  expect(await findJob(pool(), id)).toMatchObject({ state: 'succeeded', result: 'found' })
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
  expect(await findJob(pool(), id)).toMatchObject({ state: 'running', leaseOwner: 'heir', fence: heir.fence })
  await runJob(
    depsFor(
      twoSteps(
        async () => 'heir',
        async () => 'heir',
      ),
    ),
    heir,
  )
  expect(await findJob(pool(), id)).toMatchObject({
    state: 'succeeded',
    result: { one: 'heir', two: 'heir' },
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
  expect(await findJob(pool(), id)).toMatchObject({ state: 'running', error: null })
  away = false
  await endLease(id)
  await runJob(depsFor(tested), await claimed(id))
  expect(await findJob(pool(), id)).toMatchObject({ state: 'succeeded' })
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
  const tail = await tailLog(pool(), id, 2)
  expect(tail.map(({ line }) => line)).toEqual(['line 1198 [redacted]', 'line 1199 [redacted]'])
})
