import { afterEach, beforeEach, describe, expect, test } from 'vitest'

import { releaseBench } from '../../../deploy/sandbox/cluster/testing.ts'
import type { ReleaseBench } from '../../../deploy/sandbox/cluster/testing.ts'

let bench: ReleaseBench
const release = { version: 'v1.4.0', mark: 'job-1', by: 'maria' }
beforeEach(async () => {
  bench = await releaseBench()
})
afterEach(() => bench.close())

describe('the same release begun again after a crash', () => {
  test('is found, and what was done is not done twice', async () => {
    const { cluster, driver, apply } = bench
    const first = await driver.begin(release)
    await apply(first.revision)
    const again = await driver.begin(release)
    expect(again).toEqual(first)
    expect(await driver.findByMark('job-1')).toEqual(first)
    const applied = await apply(again.revision)

    expect(applied.map(({ changed }) => changed)).toEqual([false, false, false])
    for (const name of ['backend', 'frontend', 'worker'])
      expect(cluster.templateChanges('production', name)).toBe(1)
    expect(cluster.effects().filter(({ mark }) => mark === 'job-1')).toHaveLength(4)
  })

  test('is one release when several workers begin it at the same time', async () => {
    const begun = await Promise.all(Array.from({ length: 5 }, () => bench.driver.begin(release)))
    expect(new Set(begun.map(({ revision }) => revision)).size).toBe(1)
    expect(await bench.driver.history()).toHaveLength(2)
  })

  test('is found although the answers to the first requests were lost', async () => {
    const { cluster, driver, apply } = bench
    await driver.begin({ ...release, mark: 'job-0' })
    cluster.loseNextAnswer()
    const { revision } = await driver.begin(release)
    cluster.loseNextAnswer()
    await apply(revision)
    expect(await driver.history()).toHaveLength(3)
    expect(cluster.templateChanges('production', 'backend')).toBe(1)
  })

  test('may be finished again', async () => {
    const { driver, deploy } = bench
    const revision = await deploy('v1.4.0', 'job-1')
    const before = bench.cluster.effects().length
    await driver.finish(revision, 'deployed')
    expect(bench.cluster.effects()).toHaveLength(before)
  })
})

test('releases begun at the same time each have a revision of their own', async () => {
  const marks = ['a', 'b', 'c', 'd']
  const begun = await Promise.all(marks.map((mark) => bench.driver.begin({ ...release, mark })))
  expect(begun.map(({ revision }) => revision).toSorted((a, b) => a - b)).toEqual([2, 3, 4, 5])
})

test('a worker that lost its job cannot put its release over a newer one', async () => {
  const { cluster, driver, deploy, apply, settle } = bench
  const old = await driver.begin({ ...release, mark: 'lost' })
  await deploy('v1.5.0', 'job-2')
  const before = cluster.effects().length

  await expect(apply(old.revision)).rejects.toMatchObject({ code: 'release-superseded' })
  await expect(settle(old.revision)).rejects.toMatchObject({ code: 'release-superseded' })
  await expect(driver.finish(old.revision, 'deployed')).rejects.toMatchObject({ code: 'release-superseded' })
  expect(cluster.effects()).toHaveLength(before)
  expect(await driver.current()).toMatchObject({ version: 'v1.5.0' })
})

test('a newer release that arrives between the look and the write is not overwritten either', async () => {
  const { cluster, driver, apply } = bench
  const { revision } = await driver.begin(release)
  const newer = { 'plantao.dev/revision': String(revision + 1), 'plantao.dev/version': 'v1.5.0' }
  cluster.beforeNextWrite(() => cluster.changeByHand('production', 'backend', { annotations: newer }))
  await expect(apply(revision)).rejects.toThrow('backend already carries release 3 (v1.5.0)')
  expect(cluster.templateChanges('production', 'backend')).toBe(0)
})

test('a newer release that was only begun, never applied, does not stand in the way', async () => {
  const { driver, start, settle } = bench
  const revision = await start('v1.4.0', 'job-1')
  await driver.begin({ ...release, mark: 'job-2' })
  await settle(revision)
  await driver.finish(revision, 'deployed')
  expect(await driver.current()).toMatchObject({ revision, status: 'deployed' })
})

test('where the records were lost, revisions go on from what the Deployments carry', async () => {
  const { cluster, driver, deploy } = bench
  await deploy('v1.4.0', 'job-1')
  await deploy('v1.5.0', 'job-2')
  cluster.loseConfigMaps('production')
  const { revision } = await driver.begin({ ...release, mark: 'job-3' })
  expect(revision).toBe(4)
  await expect(bench.apply(revision)).resolves.toHaveLength(3)
})
