import { revisionAnnotation } from './controllers.ts'
import type { Store } from './store.ts'

/** What runs where at first; `earlier` becomes each Deployment's rollout history, oldest first. */
export type Seed = Record<
  string,
  { version: string; earlier: string[]; replicas: Record<'frontend' | 'backend' | 'worker', number> }
>

/** The runbook's environments and instance counts. */
export const runbookSeed: Seed = {
  development: { version: 'v1.4.0-rc.1', earlier: [], replicas: { frontend: 1, backend: 1, worker: 1 } },
  staging: { version: 'v1.3.1', earlier: ['v1.3.0'], replicas: { frontend: 1, backend: 1, worker: 1 } },
  production: {
    version: 'v1.3.0',
    earlier: ['v1.2.2', 'v1.2.3'],
    replicas: { frontend: 2, backend: 3, worker: 2 },
  },
}

/** Fills an empty store; the controllers and the kubelet bring the pods to life. */
export function plant(store: Store, seed: Seed, progressDeadlineSeconds: number): void {
  for (const name of ['node-a', 'node-b']) store.create('nodes', node(name))
  for (const [environment, { version, earlier, replicas }] of Object.entries(seed)) {
    store.create('namespaces', { metadata: { name: environment } })
    store.create('configmaps', {
      metadata: { name: 'ml-bling-sync', namespace: environment },
      data: { LOG_LEVEL: 'INFO', SYNC_BATCH_SIZE: '100' },
    })
    store.create('secrets', {
      metadata: { name: 'ml-bling-sync', namespace: environment },
      type: 'Opaque',
      data: { DATABASE_PASSWORD: Buffer.from('sandbox').toString('base64') },
    })
    for (const [component, count] of Object.entries(replicas)) {
      const of = { environment, component, replicas: count, progressDeadlineSeconds }
      plantDeployment(store, of, [...earlier, version])
    }
  }
}

type Planted = { environment: string; component: string; replicas: number; progressDeadlineSeconds: number }

function plantDeployment(store: Store, of: Planted, versions: string[]): void {
  const { environment: namespace, component, replicas, progressDeadlineSeconds } = of
  const version = versions.at(-1) ?? ''
  const labels = { app: component }
  const deployment = store.create('deployments', {
    metadata: { name: component, namespace, labels, annotations: cause(version) },
    spec: {
      replicas,
      selector: { matchLabels: labels },
      template: template(component, version),
      strategy: { type: 'RollingUpdate', rollingUpdate: { maxSurge: '25%', maxUnavailable: '25%' } },
      progressDeadlineSeconds,
      revisionHistoryLimit: 10,
    },
    status: {},
  })
  for (const [index, earlier] of versions.slice(0, -1).entries()) {
    const hash = `seed${index + 1}`
    const withHash = { ...labels, 'pod-template-hash': hash }
    const past = template(component, earlier)
    store.create('replicasets', {
      metadata: {
        name: `${component}-${hash}`,
        namespace,
        labels: withHash,
        annotations: { ...cause(earlier), [revisionAnnotation]: String(index + 1) },
        ownerReferences: [
          {
            apiVersion: 'apps/v1',
            kind: 'Deployment',
            name: component,
            uid: deployment.metadata.uid,
            controller: true,
          },
        ],
      },
      spec: {
        replicas: 0,
        selector: { matchLabels: withHash },
        template: { ...past, metadata: { labels: withHash } },
      },
      status: { replicas: 0 },
    })
  }
}

function template(component: string, version: string) {
  return {
    metadata: { labels: { app: component } },
    spec: { containers: [{ name: component, image: `ml-bling-sync/${component}:${version}` }] },
  }
}

function cause(version: string): Record<string, string> {
  return { 'kubernetes.io/change-cause': `deploy ${version}` }
}

function node(name: string) {
  const capacity = { cpu: '16', memory: '64Gi', pods: '110' }
  return {
    metadata: { name, labels: { 'kubernetes.io/hostname': name } },
    status: {
      capacity,
      allocatable: capacity,
      conditions: [{ type: 'Ready', status: 'True', reason: 'KubeletReady', message: '' }],
      nodeInfo: { kubeletVersion: 'v1.32.0', operatingSystem: 'linux', architecture: 'amd64' },
    },
  }
}
