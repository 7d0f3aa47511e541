import { expect, test } from 'vitest'
import { createFakeEngine } from '../testing/fake-engine.ts'
import { until } from '../testing/projection-scene.ts'
import { createLiveSubjects } from './live-subjects.ts'

test('begins with the jobs that run, and follows what is noted', async () => {
  const engine = createFakeEngine()
  for (const id of [1, 2, 3]) engine.setJob(id, { state: 'running' })
  engine.setJob(4, { state: 'queued' })
  const live = createLiveSubjects(engine, new AbortController().signal)
  await until(() => live.count() === 3)
  live.note('job/1', false)
  live.note('job/4', true)
  live.note('job/4', true)
  live.note('incident/1', false)
  expect(live.count()).toBe(3)
})

test('an end that is heard of before the engine has answered stays an end', async () => {
  const engine = createFakeEngine()
  for (const id of [1, 2]) engine.setJob(id, { state: 'running' })
  engine.levers.down = true
  const live = createLiveSubjects(engine, new AbortController().signal)
  live.note('job/1', false)
  await until(() => engine.missed() > 0)
  expect(live.count()).toBe(0)
  engine.levers.down = false
  await until(() => live.count() === 1)
})
