import { afterEach, beforeEach, describe, expect, test } from 'vitest'

import { releaseBench } from '../../deploy/sandbox/cluster/testing.ts'
import type { ReleaseBench } from '../../deploy/sandbox/cluster/testing.ts'
import { rollbackTarget } from './release.ts'

let bench: ReleaseBench
beforeEach(async () => {
  bench = await releaseBench()
})
afterEach(() => bench.close())

describe('a deploy', () => {
  test('runs the version in every pod and becomes the current release', async () => {
    const { cluster, driver, deploy, lines } = bench
    expect(await driver.current()).toMatchObject({ revision: 0, version: 'v1.3.0', status: 'deployed' })
    const revision = await deploy('v1.4.0', 'job-1')

    expect(await driver.current()).toMatchObject({ revision, version: 'v1.4.0', mark: 'job-1', by: 'maria' })
    const images = cluster.pods('production').map((pod) => pod.spec.containers[0]?.image)
    expect(images.filter((image) => image?.endsWith(':v1.4.0'))).toHaveLength(7)
    expect(lines).toContain('backend: 3 of 3 pods ready')
  })

  test('tells how many pods are ready while it waits', async () => {
    const { cluster, driver, start, progress } = bench
    cluster.markVersion('v1.4.0', 'never-ready')
    const revision = await start('v1.4.0', 'job-1')
    await driver.settled(revision, {
      signal: new AbortController().signal,
      log: () => undefined,
      progress: (now) => {
        progress.push(now)
        cluster.markVersion('v1.4.0', 'good')
      },
      timeoutSeconds: 30,
    })
    expect(progress[0]).toEqual({ done: 0, total: 7, unit: 'pods' })
    expect(progress.at(-1)).toEqual({ done: 7, total: 7, unit: 'pods' })
  })

  test('makes what ran before its first release, so that there is something to go back to', async () => {
    await bench.deploy('v1.4.0', 'job-1')
    expect(await bench.driver.history()).toMatchObject([
      { revision: 2, version: 'v1.4.0', status: 'deployed' },
      { revision: 1, version: 'v1.3.0', status: 'superseded', mark: 'adopted' },
    ])
  })

  test('leaves word on the Deployment of what changed it', async () => {
    await bench.deploy('v1.4.0', 'job-1')
    expect(bench.cluster.deployment('production', 'backend').metadata.annotations).toMatchObject({
      'plantao.dev/mark': 'job-1',
      'plantao.dev/revision': '2',
      'plantao.dev/version': 'v1.4.0',
      'kubernetes.io/change-cause': 'deploy v1.4.0 by maria (plantao release 2)',
    })
  })

  test.each([
    ['a version that is not in the registry', 'v9.9.9', 'good', /backend-\S+: ImagePullBackOff/],
    ['a version that crashes', 'v1.4.1', 'crashes', /CrashLoopBackOff/],
    ['a version that never gets ready', 'v1.4.1', 'never-ready', /backend-\S+: not ready/],
  ] as const)(
    'of %s ends with the component, the pod and the reason',
    async (_, version, behaviour, reason) => {
      bench.cluster.markVersion(version, behaviour)
      const revision = await bench.start(version, 'job-1')
      const failure: unknown = await bench.settle(revision).catch((error: unknown) => error)
      expect(failure).toMatchObject({ code: 'rollout-not-settled', values: { component: 'backend' } })
      expect(String(failure)).toMatch(reason)
      expect(String(failure)).toContain('Roll back')
    },
  )

  test('that is still not ready when its time is over says so', async () => {
    bench.cluster.markVersion('v1.4.1', 'never-ready')
    const revision = await bench.start('v1.4.1', 'job-1')
    const late: unknown = await bench
      .settle(revision, { timeoutSeconds: 0.2 })
      .catch((error: unknown) => error)
    expect(late).toMatchObject({ values: { component: 'backend', waitedSeconds: 0.2 } })
    expect(String(late)).toMatch(/backend did not settle: .*not ready after 0.2 s/)
  })

  test('whose wait is cancelled stops waiting', async () => {
    bench.cluster.markVersion('v1.4.1', 'never-ready')
    const revision = await bench.start('v1.4.1', 'job-1')
    const cancel = new AbortController()
    const waiting = bench.settle(revision, { signal: cancel.signal })
    await bench.cluster.until(() => bench.cluster.pods('production').length > 7)
    cancel.abort(new Error('cancelled by pedro'))
    await expect(waiting).rejects.toThrow('cancelled by pedro')
  })
})

describe('a rollback', () => {
  test('goes back to the images of the revision and marks the one it left', async () => {
    const { driver, deploy } = bench
    await deploy('v1.4.0', 'job-1')
    await deploy('v1.3.0', 'job-2', { rollbackTo: 1 })

    expect(await driver.current()).toMatchObject({ revision: 3, version: 'v1.3.0', rollbackOf: 1 })
    expect(await driver.history()).toMatchObject([
      { revision: 3, status: 'deployed' },
      { revision: 2, status: 'rolled-back' },
      { revision: 1, status: 'superseded' },
    ])
  })

  test('after a failed deploy leaves the release it went back to in good standing', async () => {
    const { driver, deploy, start, settle } = bench
    await deploy('v1.4.0', 'job-1')
    await expect(settle(await start('v9.9.9', 'job-2'))).rejects.toThrow('ImagePullBackOff')
    await driver.finish(3, 'failed')
    const running = await driver.current()
    expect(running).toMatchObject({ revision: 3, status: 'failed' })
    const target = running && rollbackTarget(await driver.history(), running)
    expect(target).toMatchObject({ revision: 2, version: 'v1.4.0' })

    await deploy('v1.4.0', 'job-2/rollback', { rollbackTo: 2 })
    expect(await driver.history()).toMatchObject([
      { revision: 4, status: 'deployed', version: 'v1.4.0' },
      { revision: 3, status: 'failed' },
      { revision: 2, status: 'superseded' },
      { revision: 1, status: 'superseded' },
    ])
  })

  test('to a revision that is not there says which are', async () => {
    await bench.deploy('v1.4.0', 'job-1')
    const wrong = { version: '', mark: 'x', by: 'maria', rollbackTo: 9 }
    await expect(bench.driver.begin(wrong)).rejects.toThrow(
      'There is no revision 9 of production (there are: 2, 1).',
    )
  })
})

test('a change made by hand shows as drift, with the version that really runs', async () => {
  await bench.deploy('v1.4.0', 'job-1')
  bench.cluster.changeByHand('production', 'worker', { image: 'ml-bling-sync/worker:v1.5.0' })
  expect(await bench.driver.current()).toMatchObject({
    revision: 2,
    version: 'backend v1.4.0, frontend v1.4.0, worker v1.5.0',
    drift: [
      {
        component: 'worker',
        expected: 'ml-bling-sync/worker:v1.4.0',
        running: 'ml-bling-sync/worker:v1.5.0',
      },
    ],
  })
  await expect(bench.settle(2)).rejects.toMatchObject({ code: 'release-superseded' })
})

test('the versions that can be deployed are those every component has, newest first', async () => {
  const versions = await bench.driver.versions()
  expect(versions?.slice(0, 4)).toEqual(['v1.5.0', 'v1.4.1', 'v1.4.0', 'v1.4.0-rc.1'])
  expect(versions).not.toContain('latest')
  bench.cluster.setRegistryDown(true)
  expect(await (await bench.driverAs({})).versions()).toBeNull()
})
