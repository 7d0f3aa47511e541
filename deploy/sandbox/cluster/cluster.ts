import type { IncomingMessage, Server, ServerResponse } from 'node:http'
import { createServer as createTlsServer } from 'node:https'
import type { AddressInfo } from 'node:net'

import { stringify } from 'yaml'

import { createAccess } from './access.ts'
import { createApi } from './api.ts'
import { createApplications } from './applications.ts'
import { selfSignedCertificate } from './certificate.ts'
import { startControllers } from './controllers.ts'
import type { Effect } from './effects.ts'
import { createFaults } from './faults.ts'
import { isStarting, startKubelet } from './kubelet.ts'
import { plant, runbookSeed } from './seed.ts'
import type { Seed } from './seed.ts'
import { keepState, savedState } from './state-file.ts'
import type { Labels } from './objects.ts'
import { createStore } from './store.ts'
import type { Store } from './store.ts'
import { createTimers } from './timers.ts'
import { createVersions } from './versions.ts'
import type { Behaviour } from './versions.ts'

export type ClusterOptions = {
  /** Port of the Kubernetes API (HTTPS); 0: any. */
  port: number
  /** Port of the image registry and the applications' health addresses (HTTP); 0 or absent: any. */
  applicationsPort?: number
  seed?: Seed
  /** Where the cluster is kept between starts; absent: it is forgotten. */
  stateFile?: string
  /** How long a second of the cluster's own clock lasts: tests let it run faster. */
  secondMs?: number
  /** Cluster seconds from a pod's start to its readiness. */
  readySeconds?: number
  /** Cluster seconds without progress before a rollout counts as failed. */
  progressDeadlineSeconds?: number
}

export type Cluster = Awaited<ReturnType<typeof startCluster>>

/**
 * A small Kubernetes cluster on loopback with the image registry and the applications it runs, good enough for
 * the official client and for kubectl. Its pods start, get ready, fail and roll over by themselves.
 */
export async function startCluster(options: ClusterOptions) {
  const saved = options.stateFile ? savedState(options.stateFile) : undefined
  const timers = createTimers(options.secondMs ?? 1000)
  const store = createStore(saved?.store)
  const versions = createVersions(saved?.versions)
  const effects: Effect[] = saved?.effects ?? []
  const access = createAccess()
  const faults = createFaults()
  const registry = { isDown: false }

  if (!saved) plant(store, options.seed ?? runbookSeed, options.progressDeadlineSeconds ?? 30)
  const kept = keepState(options.stateFile, { store, versions, effects: () => effects })
  let isPlanted = Boolean(saved)
  const readySeconds = () => (isPlanted ? (options.readySeconds ?? 3) : 0)
  const kubelet = startKubelet({ store, versions, timers, readySeconds })
  const controllers = startControllers({ store, timers })
  // A new cluster has been running for long when it is first looked at: its pods are ready.
  await until(store.onChange, () => isPlanted || hasStarted(store))
  isPlanted = true

  const certificate = await selfSignedCertificate()
  const record = (effect: Effect) => {
    effects.push(effect)
    kept.changed()
  }
  const api = createTlsServer(certificate, behind(faults, createApi({ store, access, record })))
  const applications = createApplications({ store, versions, registry })
  const url = `https://127.0.0.1:${await listen(api, options.port)}`
  const applicationsUrl = `http://127.0.0.1:${await listen(applications, options.applicationsPort ?? 0)}`

  const kubeconfigFor = (token: string) => kubeconfig({ server: url, certificate: certificate.cert, token })

  return {
    /** The Kubernetes API, HTTPS with a certificate of its own (it is in the kubeconfig). */
    url,
    /** Base URL of the OCI registry that holds `ml-bling-sync/{backend,frontend,worker}`. */
    registryUrl: applicationsUrl,
    healthUrl: (environment: string, component: string) =>
      `${applicationsUrl}/health/${environment}/${component}`,
    /** Bearer tokens: `admin` may everything, `viewer` may only read, `nobody` may nothing (403). */
    tokens: access.tokens,
    /** YAML text. */
    kubeconfig: kubeconfigFor(access.tokens.admin),
    kubeconfigFor,

    /** Every accepted request that changed something, oldest first. */
    effects: (): Effect[] => [...effects],
    /** How often a deployment's pod template was really changed from outside. */
    templateChanges: (namespace: string, deployment: string): number =>
      effects.filter(
        (effect) =>
          effect.change === 'template' && effect.namespace === namespace && effect.name === deployment,
      ).length,
    /** What a deployment's pods run or are about to run: component version by its image tag. */
    deployment: (namespace: string, name: string) => store.get('deployments', namespace, name),
    pods: (namespace: string) => store.list('pods', namespace),
    /** Resolves as soon as the condition holds; looks again at every change of the cluster. */
    until: (condition: () => boolean) => until(store.onChange, condition),

    /** Lever: how a version behaves from now on, in new pods and in those that run. */
    markVersion: (version: string, behaviour: Behaviour) => versions.mark(version, behaviour),
    markedVersions: versions.marked,
    publishVersion: versions.publish,
    unpublishVersion: versions.unpublish,
    publishedVersions: versions.tags,
    /** Lever: what somebody with kubectl would do behind Plantão's back. */
    changeByHand(namespace: string, name: string, change: { image?: string; annotations?: Labels }): void {
      const { spec, metadata, ...rest } = store.get('deployments', namespace, name)
      const image = change.image ? { image: change.image } : {}
      const containers = spec.template.spec.containers.map((container) => ({ ...container, ...image }))
      const template = { ...spec.template, spec: { ...spec.template.spec, containers } }
      const annotations = { ...metadata.annotations, ...change.annotations }
      store.update('deployments', {
        ...rest,
        metadata: { ...metadata, annotations },
        spec: { ...spec, template },
      })
    },
    /** Lever: something else happens at the very moment the next write arrives. */
    beforeNextWrite: faults.beforeNextWrite,
    /** Levers: what may happen to the release records. */
    loseConfigMaps(namespace: string): void {
      for (const { metadata } of store.list('configmaps', namespace))
        store.remove('configmaps', namespace, metadata.name)
    },
    spoilConfigMap(namespace: string, name: string): void {
      store.update('configmaps', { ...store.get('configmaps', namespace, name), data: { spoilt: 'true' } })
    },
    /** Lever: requests hang unanswered until thawed. */
    freeze: faults.freeze,
    thaw: faults.thaw,
    /** Lever: the next `times` requests (of these methods, if given) are answered with this status. */
    failNext: faults.failNext,
    /** Lever: the next write is carried out, but its answer is lost (the connection breaks). */
    loseNextAnswer: faults.loseNextAnswer,
    /** Lever: the token is no longer known (401). */
    rejectToken: access.reject,
    setRegistryDown(isDown: boolean) {
      registry.isDown = isDown
    },

    async close(): Promise<void> {
      timers.clearAll()
      kubelet.close()
      controllers.close()
      faults.thaw()
      await Promise.all([stop(api), stop(applications)])
      await kept.close()
    },
  }
}

function hasStarted(store: Store): boolean {
  const wanted = store.list('deployments').reduce((total, { spec }) => total + spec.replicas, 0)
  const pods = store.list('pods')
  return pods.length === wanted && !pods.some(isStarting)
}

function behind(
  faults: ReturnType<typeof createFaults>,
  serve: (request: IncomingMessage, response: ServerResponse) => Promise<void>,
) {
  return (request: IncomingMessage, response: ServerResponse) => {
    faults.before(request, response, () => {
      serve(request, response).catch((error: unknown) => {
        response.destroy(error instanceof Error ? error : new Error(String(error)))
      })
    })
  }
}

function kubeconfig(of: { server: string; certificate: string; token: string }): string {
  const name = 'plantao-sandbox'
  const authority = Buffer.from(of.certificate).toString('base64')
  return stringify({
    apiVersion: 'v1',
    kind: 'Config',
    'current-context': name,
    clusters: [{ name, cluster: { server: of.server, 'certificate-authority-data': authority } }],
    users: [{ name, user: { token: of.token } }],
    contexts: [{ name, context: { cluster: name, user: name, namespace: 'default' } }],
  })
}

function listen(server: Server, port: number): Promise<number> {
  return new Promise((resolve, reject) => {
    server.once('error', reject)
    server.listen(port, '127.0.0.1', () => resolve((server.address() as AddressInfo).port))
  })
}

function stop(server: Server): Promise<void> {
  return new Promise((resolve) => {
    server.close(() => resolve())
    server.closeAllConnections()
  })
}

function until(onChange: (listener: () => void) => () => void, condition: () => boolean): Promise<void> {
  if (condition()) return Promise.resolve()
  return new Promise((resolve) => {
    const unsubscribe = onChange(() => {
      if (!condition()) return
      unsubscribe()
      resolve()
    })
  })
}
