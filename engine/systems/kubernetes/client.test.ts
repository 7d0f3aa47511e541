import { afterEach, beforeEach, expect, test } from 'vitest'

import { releaseBench } from '../../../deploy/sandbox/cluster/testing.ts'
import type { ReleaseBench } from '../../../deploy/sandbox/cluster/testing.ts'

let bench: ReleaseBench
beforeEach(async () => {
  bench = await releaseBench()
})
afterEach(() => bench.close())

test('a token without permission is told which verb on what it lacks', async () => {
  const { cluster, driverAs } = bench
  const nobody = await driverAs({ token: cluster.tokens.nobody })
  await expect(nobody.current()).rejects.toMatchObject({
    code: 'cluster-forbidden',
    values: { verb: 'list', namespace: 'production' },
  })
  const viewer = await driverAs({ token: cluster.tokens.viewer })
  await expect(viewer.begin({ version: 'v1.4.0', mark: 'x', by: 'maria' })).rejects.toThrow(
    'Plantão may not create configmaps in namespace production. Grant its account that verb',
  )
  expect(cluster.effects()).toEqual([])
})

test('a token the cluster no longer knows is told apart', async () => {
  bench.cluster.rejectToken(bench.cluster.tokens.admin)
  await expect(bench.driver.current()).rejects.toMatchObject({ code: 'cluster-unauthorized' })
})

test('a cluster that hangs holds nobody for ever', async () => {
  const impatient = await bench.driverAs({ requestTimeoutSeconds: 0.5 })
  bench.cluster.freeze()
  await expect(impatient.current()).rejects.toThrow(/cannot be reached \(no answer within 0.5 s\)/)
})

test('a hiccup is tried again', async () => {
  bench.cluster.failNext({ times: 2 })
  expect(await bench.driver.current()).toMatchObject({ version: 'v1.3.0' })
})

test('a cluster that is away in mid-rollout is waited for', async () => {
  const { cluster, start, driverAs } = bench
  const impatient = await driverAs({ requestTimeoutSeconds: 0.5 })
  const revision = await start('v1.4.0', 'job-1')
  const lines: string[] = []
  cluster.freeze()
  await impatient.settled(revision, {
    signal: new AbortController().signal,
    log: (line) => {
      lines.push(line)
      cluster.thaw()
    },
    progress: () => undefined,
    timeoutSeconds: 60,
  })
  expect(lines[0]).toBe('The cluster does not answer (no answer within 0.5 s); waiting for it to come back')
  expect(lines.at(-1)).toMatch(/pods ready$/)
})

test('a cluster that stays away ends the wait when its time is over', async () => {
  const { cluster, start, driverAs } = bench
  const impatient = await driverAs({ requestTimeoutSeconds: 0.2 })
  const revision = await start('v1.4.0', 'job-1')
  cluster.freeze()
  const signal = new AbortController().signal
  const effort = { signal, log: () => undefined, progress: () => undefined, timeoutSeconds: 0.5 }
  await expect(impatient.settled(revision, effort)).rejects.toMatchObject({ code: 'cluster-unreachable' })
})

test('a cluster that is not there is named', async () => {
  const { url } = bench.cluster
  await bench.cluster.close()
  await expect(bench.driver.current()).rejects.toThrow(`The cluster at ${url} cannot be reached`)
})

test('a deployment or container that is not there is named beside those that are', async () => {
  const release = bench.config()
  const backend = { deployment: 'backend', container: 'api', image: 'ml-bling-sync/backend' }
  release.components = { api: { ...backend, deployment: 'api' } }
  await expect((await bench.driverAs({ release })).current()).rejects.toThrow(
    'There is no deployment api in namespace production (it has: backend, frontend, worker).',
  )
  release.components = { api: backend }
  await expect((await bench.driverAs({ release })).current()).rejects.toThrow(
    'Deployment backend has no container api (it has: backend)',
  )
})

test('a context that the kubeconfig does not have is named beside those it has', async () => {
  const release = { ...bench.config(), context: 'elsewhere' }
  await expect((await bench.driverAs({ release })).current()).rejects.toThrow(
    'no context "elsewhere" (it has: plantao-sandbox)',
  )
})

test('a release record that somebody spoilt is named', async () => {
  await bench.deploy('v1.4.0', 'job-1')
  bench.cluster.spoilConfigMap('production', 'plantao-release-production-v2')
  await expect(bench.driver.history()).rejects.toThrow(
    /The release record plantao-release-production-v2 in namespace production cannot be read \(revision: /,
  )
})
