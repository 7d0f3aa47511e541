import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

import { afterEach, beforeEach, describe, expect, test } from 'vitest'

import { startCluster } from '../../deploy/sandbox/cluster/cluster.ts'
import type { Cluster } from '../../deploy/sandbox/cluster/cluster.ts'
import type { EnvironmentReleaseConfig, Progress, ReleaseDriver } from './release.ts'
import { rollbackTarget } from './release.ts'
import { releaseDriver } from './releases.ts'

let cluster: Cluster
let folder: string
let driver: ReleaseDriver
let lines: string[]
let progress: Progress[]
const neverCancelled = new AbortController().signal

beforeEach(async () => {
  cluster = await startCluster({ port: 0, secondMs: 20, readySeconds: 1, progressDeadlineSeconds: 30 })
  folder = await mkdtemp(join(tmpdir(), 'plantao-kubernetes-'))
  driver = await driverFor('production')
  lines = []
  progress = []
})
afterEach(async () => {
  await cluster.close()
  await rm(folder, { recursive: true })
})

async function driverFor(environment: string, token = cluster.tokens.admin): Promise<ReleaseDriver> {
  const kubeconfig = join(folder, `${token}.yaml`)
  await writeFile(kubeconfig, cluster.kubeconfigFor(token))
  return releaseDriver({ environment, release: config(environment), kubeconfig, requestTimeoutSeconds: 1 })
}

function config(namespace: string): EnvironmentReleaseConfig {
  const component = (name: string) => ({
    deployment: name,
    container: name,
    image: `ml-bling-sync/${name}`,
  })
  return {
    driver: 'kubernetes',
    namespace,
    registry: cluster.registryUrl,
    components: {
      backend: component('backend'),
      frontend: component('frontend'),
      worker: component('worker'),
    },
    rolloutTimeoutSeconds: 30,
  }
}

const log = (line: string) => void lines.push(line)

async function roll(version: string, mark: string, more: { rollbackTo?: number } = {}): Promise<number> {
  const { revision } = await driver.begin({ version, mark, by: 'maria', ...more })
  await driver.apply(revision, { signal: neverCancelled, log })
  await settle(revision)
  return revision
}

function settle(revision: number, timeoutSeconds = 30): Promise<void> {
  return driver.settled(revision, {
    signal: neverCancelled,
    log,
    progress: (now) => void progress.push(now),
    timeoutSeconds,
  })
}

async function deploy(version: string, mark: string): Promise<number> {
  const revision = await roll(version, mark)
  await driver.finish(revision, 'deployed')
  return revision
}

describe('a deploy', () => {
  test('runs the version in every pod, tells its progress and becomes the current release', async () => {
    expect(await driver.current()).toMatchObject({ revision: 0, version: 'v1.3.0', status: 'deployed' })
    const revision = await deploy('v1.4.0', 'job-1')

    expect(await driver.current()).toMatchObject({ revision, version: 'v1.4.0', mark: 'job-1', by: 'maria' })
    const images = cluster.pods('production').map((pod) => pod.spec.containers[0]?.image)
    expect(images.filter((image) => image?.endsWith(':v1.4.0'))).toHaveLength(7)
    expect(progress.at(-1)).toEqual({ done: 7, total: 7, unit: 'pods' })
    expect(lines).toContain('backend: 3 of 3 pods ready')
  })

  test('tells how many pods are ready while it waits', async () => {
    cluster.markVersion('v1.4.0', 'never-ready')
    const { revision } = await driver.begin({ version: 'v1.4.0', mark: 'job-1', by: 'maria' })
    await driver.apply(revision, { signal: neverCancelled, log })
    await driver.settled(revision, {
      signal: neverCancelled,
      log,
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
    await deploy('v1.4.0', 'job-1')
    expect(await driver.history()).toMatchObject([
      { revision: 2, version: 'v1.4.0', status: 'deployed' },
      { revision: 1, version: 'v1.3.0', status: 'superseded', mark: 'adopted' },
    ])
  })

  test('leaves word on the Deployment of what changed it', async () => {
    await deploy('v1.4.0', 'job-1')
    expect(cluster.deployment('production', 'backend').metadata.annotations).toMatchObject({
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
      cluster.markVersion(version, behaviour)
      const failure: unknown = await roll(version, 'job-1').catch((error: unknown) => error)
      expect(failure).toMatchObject({ code: 'rollout-not-settled', values: { component: 'backend' } })
      expect(String(failure)).toMatch(reason)
      expect(String(failure)).toContain('Roll back')
    },
  )

  test('that is still not ready when its time is over says so', async () => {
    cluster.markVersion('v1.4.1', 'never-ready')
    const { revision } = await driver.begin({ version: 'v1.4.1', mark: 'job-1', by: 'maria' })
    await driver.apply(revision, { signal: neverCancelled, log })
    await expect(settle(revision, 0.2)).rejects.toThrow(/backend did not settle: .*not ready after 0.2 s/)
  })

  test('whose wait is cancelled stops waiting', async () => {
    cluster.markVersion('v1.4.1', 'never-ready')
    const { revision } = await driver.begin({ version: 'v1.4.1', mark: 'job-1', by: 'maria' })
    await driver.apply(revision, { signal: neverCancelled, log })
    const cancel = new AbortController()
    const waiting = driver.settled(revision, {
      signal: cancel.signal,
      log,
      progress: () => cancel.abort(new Error('cancelled by pedro')),
      timeoutSeconds: 30,
    })
    await expect(waiting).rejects.toThrow('cancelled by pedro')
  })
})

describe('a rollback', () => {
  test('goes back to the images of the revision and marks the one it left', async () => {
    await deploy('v1.4.0', 'job-1')
    const revision = await roll('v1.3.0', 'job-2', { rollbackTo: 1 })
    await driver.finish(revision, 'deployed')

    expect(await driver.current()).toMatchObject({ revision: 3, version: 'v1.3.0', rollbackOf: 1 })
    expect(await driver.history()).toMatchObject([
      { revision: 3, status: 'deployed' },
      { revision: 2, status: 'rolled-back' },
      { revision: 1, status: 'superseded' },
    ])
  })

  test('after a failed deploy leaves the release it went back to in good standing', async () => {
    await deploy('v1.4.0', 'job-1')
    await expect(roll('v9.9.9', 'job-2')).rejects.toThrow('ImagePullBackOff')
    await driver.finish(3, 'failed')
    const running = await driver.current()
    expect(running).toMatchObject({ revision: 3, status: 'failed' })
    const target = running && rollbackTarget(await driver.history(), running)
    expect(target).toMatchObject({ revision: 2, version: 'v1.4.0' })

    const back = await roll('v1.4.0', 'job-2/rollback', { rollbackTo: 2 })
    await driver.finish(back, 'deployed')
    expect(await driver.history()).toMatchObject([
      { revision: 4, status: 'deployed', version: 'v1.4.0' },
      { revision: 3, status: 'failed' },
      { revision: 2, status: 'superseded' },
      { revision: 1, status: 'superseded' },
    ])
  })

  test('to a revision that is not there says which are', async () => {
    await deploy('v1.4.0', 'job-1')
    await expect(driver.begin({ version: '', mark: 'x', by: 'maria', rollbackTo: 9 })).rejects.toThrow(
      'There is no revision 9 of production (there are: 2, 1).',
    )
  })
})

test('a change made by hand shows as drift, with the version that really runs', async () => {
  await deploy('v1.4.0', 'job-1')
  cluster.setImageByHand('production', 'worker', 'ml-bling-sync/worker:v1.5.0')
  expect(await driver.current()).toMatchObject({
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
  await expect(settle(2)).rejects.toMatchObject({ code: 'release-superseded' })
})

describe('the same release begun again after a crash', () => {
  test('is found, and what was done is not done twice', async () => {
    const first = await driver.begin({ version: 'v1.4.0', mark: 'job-1', by: 'maria' })
    await driver.apply(first.revision, { signal: neverCancelled, log })
    const again = await driver.begin({ version: 'v1.4.0', mark: 'job-1', by: 'maria' })
    expect(again).toEqual(first)
    expect(await driver.findByMark('job-1')).toEqual(first)
    const applied = await driver.apply(again.revision, { signal: neverCancelled, log })

    expect(applied.map(({ changed }) => changed)).toEqual([false, false, false])
    for (const name of ['backend', 'frontend', 'worker'])
      expect(cluster.templateChanges('production', name)).toBe(1)
    expect(cluster.effects().filter(({ mark }) => mark === 'job-1')).toHaveLength(4)
  })

  test('is one release when two workers begin it at the same time', async () => {
    const begun = await Promise.all(
      Array.from({ length: 5 }, () => driver.begin({ version: 'v1.4.0', mark: 'job-1', by: 'maria' })),
    )
    expect(new Set(begun.map(({ revision }) => revision)).size).toBe(1)
    expect(await driver.history()).toHaveLength(2)
  })

  test('gives every one of several releases begun at the same time a revision of its own', async () => {
    const marks = ['a', 'b', 'c', 'd']
    const begun = await Promise.all(
      marks.map((mark) => driver.begin({ version: 'v1.4.0', mark, by: 'maria' })),
    )
    expect(begun.map(({ revision }) => revision).toSorted((a, b) => a - b)).toEqual([2, 3, 4, 5])
  })

  test('is found although the answer to the first request was lost', async () => {
    await driver.begin({ version: 'v1.4.0', mark: 'job-0', by: 'maria' })
    cluster.loseNextAnswer()
    const { revision } = await driver.begin({ version: 'v1.4.0', mark: 'job-1', by: 'maria' })
    cluster.loseNextAnswer()
    await driver.apply(revision, { signal: neverCancelled, log })
    expect(await driver.history()).toHaveLength(3)
    expect(cluster.templateChanges('production', 'backend')).toBe(1)
  })
})

describe('a worker that lost its job', () => {
  test('cannot put its release over a newer one', async () => {
    const old = await driver.begin({ version: 'v1.4.0', mark: 'zombie', by: 'maria' })
    await deploy('v1.5.0', 'job-2')
    const before = cluster.effects().length

    const zombie = driver.apply(old.revision, { signal: neverCancelled, log })
    await expect(zombie).rejects.toMatchObject({ code: 'release-superseded' })
    await expect(settle(old.revision)).rejects.toMatchObject({ code: 'release-superseded' })
    await expect(driver.finish(old.revision, 'deployed')).rejects.toMatchObject({
      code: 'release-superseded',
    })
    expect(cluster.effects()).toHaveLength(before)
    expect(await driver.current()).toMatchObject({ version: 'v1.5.0' })
  })
})

describe('a cluster that refuses or fails', () => {
  test('names the verb and the resource a token may not use', async () => {
    const nobody = await driverFor('production', cluster.tokens.nobody)
    await expect(nobody.current()).rejects.toMatchObject({
      code: 'cluster-forbidden',
      values: { verb: 'list', namespace: 'production' },
    })
    const viewer = await driverFor('production', cluster.tokens.viewer)
    await expect(viewer.begin({ version: 'v1.4.0', mark: 'x', by: 'maria' })).rejects.toThrow(
      'Plantão may not create configmaps in namespace production. Grant its account that verb',
    )
    expect(cluster.effects()).toEqual([])
  })

  test('is told apart when it no longer knows the token', async () => {
    cluster.rejectToken(cluster.tokens.admin)
    await expect(driver.current()).rejects.toMatchObject({ code: 'cluster-unauthorized' })
  })

  test('does not hold a caller for ever when it hangs', async () => {
    cluster.freeze()
    await expect(driver.current()).rejects.toThrow(/cannot be reached \(no answer within 1 s\)/)
  })

  test('is asked again after a hiccup', async () => {
    cluster.failNext({ times: 2 })
    expect(await driver.current()).toMatchObject({ version: 'v1.3.0' })
  })

  test('that is away for a while in mid-rollout is waited for', async () => {
    const { revision } = await driver.begin({ version: 'v1.4.0', mark: 'job-1', by: 'maria' })
    await driver.apply(revision, { signal: neverCancelled, log })
    cluster.freeze()
    const waiting = driver.settled(revision, {
      signal: neverCancelled,
      log: (line) => {
        log(line)
        if (line.includes('Waiting for it to come back')) cluster.thaw()
      },
      progress: () => undefined,
      timeoutSeconds: 30,
    })
    setTimeout(() => cluster.thaw(), 0) // the release itself is read first, without a wait
    await waiting
    expect(lines).toContain('worker: 2 of 2 pods ready')
  })

  test('that is not there at all is named', async () => {
    const gone = cluster.url
    const lost = await driverFor('production')
    await cluster.close()
    await expect(lost.current()).rejects.toThrow(`The cluster at ${gone} cannot be reached`)
    cluster = await startCluster({ port: 0 })
  })

  test('without one of the deployments or containers says which there are', async () => {
    const kubeconfig = join(folder, 'admin.yaml')
    await writeFile(kubeconfig, cluster.kubeconfig)
    const release = config('production')
    release.components = { api: { deployment: 'api', container: 'api', image: 'ml-bling-sync/backend' } }
    const wrong = releaseDriver({ environment: 'production', release, kubeconfig })
    await expect(wrong.current()).rejects.toThrow(
      'There is no deployment api in namespace production (it has: backend, frontend, worker).',
    )
    const components = { api: { deployment: 'backend', container: 'api', image: 'ml-bling-sync/backend' } }
    const container = releaseDriver({
      environment: 'production',
      release: { ...release, components },
      kubeconfig,
    })
    await expect(container.current()).rejects.toThrow(
      'Deployment backend has no container api (it has: backend)',
    )
  })

  test('cannot be chosen by a context its kubeconfig does not have', async () => {
    const kubeconfig = join(folder, 'admin.yaml')
    await writeFile(kubeconfig, cluster.kubeconfig)
    const release = { ...config('production'), context: 'elsewhere' }
    const wrong = releaseDriver({ environment: 'production', release, kubeconfig })
    await expect(wrong.current()).rejects.toThrow('no context "elsewhere" (it has: plantao-sandbox)')
  })
})

test('the versions that can be deployed are those every component has, newest first', async () => {
  const versions = await driver.versions()
  expect(versions?.slice(0, 4)).toEqual(['v1.5.0', 'v1.4.1', 'v1.4.0', 'v1.4.0-rc.1'])
  expect(versions).not.toContain('latest')

  cluster.setRegistryDown(true)
  expect(await (await driverFor('production')).versions()).toBeNull()
})
