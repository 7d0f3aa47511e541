import { expect, test } from 'vitest'
import { claimJob } from '../../db/job-claims.ts'
import { findJob } from '../../db/jobs.ts'
import { runJob } from './run.ts'
import { rowsForFile, twoSteps } from './testing.ts'

const { pool, depsFor, newJob } = rowsForFile()

test('one lock, one running job; the others come in the order they were queued', async () => {
  const first = await newJob(['plan'], { lock: 'release/x' })
  const second = await newJob(['plan'], { lock: 'release/x' })
  const third = await newJob(['plan'], { lock: 'release/x' })
  const claim = async (jobId: number) =>
    await claimJob(pool(), { jobId, owner: 'one', leaseSeconds: 30, frozenEnvironments: [] })
  expect(await claim(second.id)).toBeNull()
  expect(await claim(first.id)).not.toBeNull()
  expect(await claim(second.id)).toBeNull()
  const tested = twoSteps(
    async () => 1,
    async () => 2,
  )
  await runJob(depsFor(tested), (await findJob(pool(), first.id))!)
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
        await claimJob(pool(), { jobId: id, owner: 'any', leaseSeconds: 30, frozenEnvironments: [] }),
    ),
  )
  expect(claims.filter(Boolean)).toHaveLength(1)
})
