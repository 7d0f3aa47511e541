import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

import {
  AppsV1Api,
  CoreV1Api,
  KubeConfig,
  PatchStrategy,
  setHeaderOptions,
  Watch,
} from '@kubernetes/client-node'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'

import { startCluster } from './cluster.ts'
import type { Cluster, ClusterOptions } from './cluster.ts'
import { isReady } from './kubelet.ts'

let cluster: Cluster
let apps: AppsV1Api
let core: CoreV1Api
const namespace = 'production'
const fast: ClusterOptions = { port: 0, secondMs: 20, readySeconds: 1, progressDeadlineSeconds: 20 }

beforeEach(async () => {
  cluster = await startCluster(fast)
  const config = configOf(cluster.kubeconfig)
  apps = config.makeApiClient(AppsV1Api)
  core = config.makeApiClient(CoreV1Api)
})
afterEach(() => cluster.close())

function configOf(kubeconfig: string): KubeConfig {
  const config = new KubeConfig()
  config.loadFromString(kubeconfig)
  return config
}

const asMergePatch = setHeaderOptions('Content-Type', PatchStrategy.MergePatch)
const asStrategicPatch = setHeaderOptions('Content-Type', PatchStrategy.StrategicMergePatch)

function setImage(name: string, version: string) {
  const containers = [{ name, image: `ml-bling-sync/${name}:${version}` }]
  const body = { spec: { template: { spec: { containers } } } }
  return apps.patchNamespacedDeployment({ name, namespace, body }, asStrategicPatch)
}

function readyPods(name: string, version?: string, of = cluster) {
  return of
    .pods(namespace)
    .filter((pod) => pod.metadata.labels?.['app'] === name && isReady(pod) && !pod.metadata.deletionTimestamp)
    .filter((pod) => !version || pod.spec.containers[0]?.image.endsWith(`:${version}`))
}

function progressing(name: string) {
  const { conditions = [] } = cluster.deployment(namespace, name).status
  return conditions.find(({ type }) => type === 'Progressing')?.reason
}

const isUp = () => readyPods('backend').length === 3
const health = async (component: string) => {
  const response = await fetch(cluster.healthUrl(namespace, component))
  return { status: response.status, body: (await response.json()) as Record<string, string> }
}

test('begins with the environments, instances and history of the runbook', async () => {
  await cluster.until(isUp)
  const { items } = await apps.listDeploymentForAllNamespaces()
  const replicas = items.map(
    ({ metadata, spec }) => `${metadata?.namespace}/${metadata?.name} ${spec?.replicas}`,
  )
  expect(replicas.filter((line) => line.startsWith('production'))).toEqual([
    'production/backend 3',
    'production/frontend 2',
    'production/worker 2',
  ])
  const sets = await apps.listNamespacedReplicaSet({ namespace, labelSelector: 'app=backend' })
  const history = sets.items.map(
    ({ metadata, spec }) =>
      `${metadata?.annotations?.['deployment.kubernetes.io/revision']} ${spec?.template?.spec?.containers[0]?.image}`,
  )
  expect(history.toSorted()).toEqual([
    '1 ml-bling-sync/backend:v1.2.2',
    '2 ml-bling-sync/backend:v1.2.3',
    '3 ml-bling-sync/backend:v1.3.0',
  ])
})

describe('the API', () => {
  const patchReplicas = (replicas: number) =>
    apps.patchNamespacedDeployment({ name: 'backend', namespace, body: { spec: { replicas } } }, asMergePatch)

  test('refuses a write made from a stale read', async () => {
    const read = await apps.readNamespacedDeployment({ name: 'backend', namespace })
    await patchReplicas(4)
    const stale = { metadata: { resourceVersion: read.metadata?.resourceVersion }, spec: { replicas: 9 } }
    const write = apps.patchNamespacedDeployment({ name: 'backend', namespace, body: stale }, asMergePatch)
    await expect(write).rejects.toMatchObject({ code: 409 })
    await expect(
      apps.replaceNamespacedDeployment({ name: 'backend', namespace, body: read }),
    ).rejects.toMatchObject({
      code: 409,
      body: expect.stringContaining('the object has been modified') as string,
    })
    expect(cluster.deployment(namespace, 'backend').spec.replicas).toBe(4)
  })

  test.each([
    ['a name that is taken', 409, () => createMap('ml-bling-sync')],
    ['a name Kubernetes does not allow', 422, () => createMap('Not_Allowed')],
    ['a label that is too long', 422, () => createMap('x', { labels: { a: 'x'.repeat(64) } })],
    ['a namespace that is not there', 404, () => createMap('x', { namespace: 'elsewhere' })],
    ['a negative number of replicas', 422, () => patchReplicas(-1)],
    ['a deployment that is not there', 404, () => apps.readNamespacedDeployment({ name: 'x', namespace })],
    [
      'another selector',
      422,
      () =>
        apps.patchNamespacedDeployment(
          { name: 'backend', namespace, body: { spec: { selector: { matchLabels: { app: 'x' } } } } },
          asMergePatch,
        ),
    ],
  ])('answers %s with %i and changes nothing', async (_, code, request) => {
    await expect(request()).rejects.toMatchObject({ code })
    expect(cluster.effects()).toEqual([])
  })

  function createMap(name: string, more: { labels?: Record<string, string>; namespace?: string } = {}) {
    const body = { metadata: { name, ...(more.labels ? { labels: more.labels } : {}) }, data: { a: '1' } }
    return core.createNamespacedConfigMap({ namespace: more.namespace ?? namespace, body })
  }

  test('lets an account do what it may and no more', async () => {
    const viewer = configOf(cluster.kubeconfigFor(cluster.tokens.viewer)).makeApiClient(CoreV1Api)
    await viewer.listNamespacedConfigMap({ namespace })
    await expect(
      viewer.deleteNamespacedConfigMap({ name: 'ml-bling-sync', namespace }),
    ).rejects.toMatchObject({
      code: 403,
      body: expect.stringContaining('User \\"viewer\\" cannot delete resource \\"configmaps\\"') as string,
    })
    const stranger = configOf(cluster.kubeconfigFor('made-up')).makeApiClient(CoreV1Api)
    await expect(stranger.listNamespacedConfigMap({ namespace })).rejects.toMatchObject({ code: 401 })
  })

  test('counts what changed something, and a write of the same thing changes nothing', async () => {
    await setImage('backend', 'v1.4.0')
    const { metadata } = cluster.deployment(namespace, 'backend')
    await setImage('backend', 'v1.4.0')
    expect(cluster.deployment(namespace, 'backend').metadata.generation).toBe(metadata.generation)
    expect(cluster.effects()).toMatchObject([{ verb: 'patch', kind: 'deployments', change: 'template' }])
    expect(cluster.templateChanges(namespace, 'backend')).toBe(1)
  })

  test('tells a watcher of every change since what it had read', async () => {
    const { metadata } = await core.listNamespacedConfigMap({ namespace })
    await createMap('first', { labels: { app: 'a' } })
    const seen: string[] = []
    const complete = new Promise<AbortController>((resolve, reject) => {
      const path = `/api/v1/namespaces/${namespace}/configmaps`
      const from = { resourceVersion: metadata?.resourceVersion, labelSelector: 'app=a' }
      const watching: Promise<AbortController> = new Watch(configOf(cluster.kubeconfig)).watch(
        path,
        from,
        (type: string, object: { metadata: { name: string } }) => {
          seen.push(`${type} ${object.metadata.name}`)
          if (type === 'DELETED') resolve(watching)
        },
        reject,
      )
    })
    await createMap('other')
    const body = { metadata: { labels: { app: 'b' } } }
    await core.patchNamespacedConfigMap({ name: 'first', namespace, body }, asMergePatch)
    const watcher = await complete
    watcher.abort()
    expect(seen).toEqual(['ADDED first', 'DELETED first']) // it no longer matches the selector
  })

  test('lists by labels and fields', async () => {
    await cluster.until(isUp)
    const byLabel = await core.listNamespacedPod({
      namespace,
      labelSelector: 'app in (backend,worker),app!=worker',
    })
    expect(byLabel.items).toHaveLength(3)
    const byField = await core.listNamespacedPod({ namespace, fieldSelector: 'status.phase!=Running' })
    expect(byField.items.filter(({ status }) => status?.phase === 'Running')).toEqual([])
  })
})

describe('a rollout', () => {
  test('replaces the pods step by step and never has fewer ready than it may', async () => {
    await cluster.until(isUp)
    let leastReady = 3
    let mostPods = 0
    await setImage('backend', 'v1.4.0')
    await cluster.until(() => {
      leastReady = Math.min(leastReady, readyPods('backend').length)
      const live = cluster.pods(namespace).filter(({ metadata }) => !metadata.deletionTimestamp)
      mostPods = Math.max(
        mostPods,
        live.filter(({ metadata }) => metadata.labels?.['app'] === 'backend').length,
      )
      return (
        readyPods('backend', 'v1.4.0').length === 3 && progressing('backend') === 'NewReplicaSetAvailable'
      )
    })
    expect(leastReady).toBe(3) // maxUnavailable 25% of 3 rounds down to 0
    expect(mostPods).toBe(4) // maxSurge 25% of 3 rounds up to 1
    expect(cluster.deployment(namespace, 'backend').status).toMatchObject({ updatedReplicas: 3, replicas: 3 })
  })

  test('of an image that does not exist stops at its deadline, and goes on once the image is there', async () => {
    await cluster.until(isUp)
    await setImage('backend', 'v2.0.0')
    await cluster.until(() => progressing('backend') === 'ProgressDeadlineExceeded')
    expect(readyPods('backend', 'v1.3.0')).toHaveLength(3)
    const waiting = cluster.pods(namespace).map((pod) => pod.status.containerStatuses?.[0]?.state)
    expect(waiting).toContainEqual({
      waiting: expect.objectContaining({ reason: 'ImagePullBackOff' }) as object,
    })
    cluster.publishVersion('v2.0.0')
    await cluster.until(() => readyPods('backend', 'v2.0.0').length === 3)
  })

  test('of a version that crashes restarts its container again and again', async () => {
    cluster.markVersion('v1.4.1', 'crashes')
    await setImage('backend', 'v1.4.1')
    await cluster.until(() =>
      cluster.pods(namespace).some((pod) => (pod.status.containerStatuses?.[0]?.restartCount ?? 0) >= 2),
    )
    expect(readyPods('backend', 'v1.4.1')).toEqual([])
  })
})

describe('the applications', () => {
  test('answer their health address with the version that runs', async () => {
    await cluster.until(isUp)
    expect(await health('backend')).toMatchObject({ status: 200, body: { version: 'v1.3.0' } })
    cluster.markVersion('v1.3.0', 'unhealthy')
    expect(await health('backend')).toMatchObject({ status: 503, body: { status: 'failing' } })
    cluster.markVersion('v1.3.0', 'crashes')
    await cluster.until(() => readyPods('backend').length === 0)
    expect(await health('backend')).toMatchObject({ status: 503, body: { reason: 'no pod is ready' } })
    cluster.markVersion('v1.3.0', 'good')
    await cluster.until(isUp)
    expect(await health('backend')).toMatchObject({ status: 200 })
  })
})

test('a cluster with a state file goes on where it ended', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'plantao-cluster-'))
  const stateFile = join(folder, 'cluster.json')
  const first = await startCluster({ ...fast, stateFile })
  const config = configOf(first.kubeconfig)
  const containers = [{ name: 'backend', image: 'ml-bling-sync/backend:v1.4.0' }]
  await config
    .makeApiClient(AppsV1Api)
    .patchNamespacedDeployment(
      { name: 'backend', namespace, body: { spec: { template: { spec: { containers } } } } },
      asStrategicPatch,
    )
  first.markVersion('v1.5.0', 'never-ready')
  await first.close()

  const second = await startCluster({ ...fast, stateFile })
  expect(second.effects()).toHaveLength(1)
  expect(second.markedVersions()).toEqual({ 'v1.5.0': 'never-ready' })
  await second.until(() => readyPods('backend', 'v1.4.0', second).length === 3)
  await second.close()
  await rm(folder, { recursive: true })
})
