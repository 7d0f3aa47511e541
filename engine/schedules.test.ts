import { afterAll, beforeAll, expect, test } from 'vitest'
import { listJobs } from '../db/jobs.ts'
import { requestScheduled } from './schedules.ts'
import { quickProcedure, testContext } from './testing.ts'

let world: Awaited<ReturnType<typeof testContext>>
beforeAll(async () => {
  world = await testContext({ procedures: [quickProcedure('backup', false)] })
})
afterAll(async () => await world.close())

const nightly = {
  name: 'production-backup',
  cron: '0 2 * * *',
  job: { kind: 'backup' as const, params: { environment: 'production' } },
}
const jobs = async () => await listJobs(world.context.pool, { limit: 10 })

test('of several replicas one records the job of a planned minute, and nobody has to approve it', async () => {
  const planned = new Date('2026-11-24T05:00:00.120Z')
  const late = new Date('2026-11-24T05:00:01.900Z')
  await Promise.all(
    [planned, planned, late].map(async (date) => await requestScheduled(world.context, nightly, date)),
  )
  expect(await jobs()).toMatchObject([
    { kind: 'backup', state: 'queued', requestedBy: 'schedule:production-backup' },
  ])
})

test('the next planned time is another job', async () => {
  await requestScheduled(world.context, nightly, new Date('2026-11-25T05:00:00Z'))
  expect(await jobs()).toHaveLength(2)
})

test('a schedule that asks for nonsense is logged and harms nobody', async () => {
  const broken = { ...nightly, job: { kind: 'backup' as const, params: { environment: 'nowhere' } } }
  await requestScheduled(world.context, broken, new Date('2026-11-26T05:00:00Z'))
  expect(await jobs()).toHaveLength(2)
})
