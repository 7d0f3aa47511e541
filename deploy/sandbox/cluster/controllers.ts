import { createHash, randomBytes } from 'node:crypto'

import { recordEvent } from './events.ts'
import { conditionOf, conditionsOf, countsOf, isComplete } from './deployment-status.ts'
import { isReady } from './kubelet.ts'
import { timestamp } from './objects.ts'
import type { AnyObject, Deployment, Labels, Pod, ReplicaSet } from './objects.ts'
import { nextScale } from './scaling.ts'
import type { Store } from './store.ts'
import type { Timers } from './timers.ts'

export const revisionAnnotation = 'deployment.kubernetes.io/revision'
/** Never copied from a Deployment to its ReplicaSets (the real controller's list). */
const ownAnnotations = [revisionAnnotation, 'kubectl.kubernetes.io/last-applied-configuration']

type Parts = { store: Store; timers: Timers }

/**
 * The deployment and ReplicaSet controllers: whenever something of a Deployment changes, bring its ReplicaSets,
 * its pods and its status one step nearer to its spec, within maxSurge and maxUnavailable.
 */
export function startControllers({ store, timers }: Parts): { close(): void } {
  const waiting = new Map<string, { namespace: string; name: string }>()
  const progressAt = new Map<string, number>()

  for (const deployment of store.list('deployments')) ring(deployment)
  const unsubscribe = store.onChange(({ kind, object, type }) => {
    if (kind === 'deployments' && type === 'DELETED') collectGarbage(object)
    else if (kind === 'deployments') ring(object)
    else if (kind === 'replicasets') ringOwner(object)
    else if (kind === 'pods') {
      const owner = object.metadata.ownerReferences?.[0]
      const set = owner && store.find('replicasets', object.metadata.namespace ?? '', owner.name)
      if (set) ringOwner(set)
    }
  })

  function ringOwner(set: AnyObject): void {
    const owner = set.metadata.ownerReferences?.[0]
    const deployment = owner && store.find('deployments', set.metadata.namespace ?? '', owner.name)
    if (deployment) ring(deployment)
  }

  function ring(deployment: AnyObject): void {
    const { namespace = '', name } = deployment.metadata
    waiting.set(`${namespace}/${name}`, { namespace, name })
    timers.set('controllers', 0, () => {
      const due = [...waiting.values()]
      waiting.clear()
      for (const one of due) {
        const found = store.find('deployments', one.namespace, one.name)
        if (found) reconcile(found)
      }
    })
  }

  function reconcile(deployment: Deployment): void {
    const sets = setsOf(store, deployment)
    const newSet = currentSet(deployment, sets)
    const oldSets = sets.filter((set) => set.metadata.uid !== newSet?.metadata.uid)
    if (!deployment.spec.paused || oldSets.every((set) => set.spec.replicas === 0))
      scale(deployment, newSet, oldSets)
    for (const set of setsOf(store, deployment)) syncPods(set)
    dropOldSets(deployment, newSet)
    writeStatus(deployment, newSet)
  }

  /** The ReplicaSet of the present template: found (and brought to the front, as an undo does) or made. */
  function currentSet(deployment: Deployment, sets: ReplicaSet[]): ReplicaSet | undefined {
    const hash = templateHash(deployment)
    const found = sets.find((set) => set.metadata.labels?.['pod-template-hash'] === hash)
    if (!found && deployment.spec.paused) return undefined
    const others = sets.filter((set) => set !== found).map(revisionOf)
    const revision = Math.max(found ? revisionOf(found) : 0, ...others.map((other) => other + 1), 1)
    const annotations = { ...copiedAnnotations(deployment), [revisionAnnotation]: String(revision) }
    markRevision(deployment, revision)
    if (found) {
      return store.update('replicasets', {
        ...found,
        metadata: { ...found.metadata, annotations: { ...found.metadata.annotations, ...annotations } },
      })
    }
    progressAt.set(deployment.metadata.uid, Date.now())
    return createSet(deployment, hash, annotations)
  }

  function createSet(deployment: Deployment, hash: string, annotations: Labels): ReplicaSet {
    const { namespace = '', name, uid } = deployment.metadata
    const labels = { ...deployment.spec.template.metadata.labels, 'pod-template-hash': hash }
    return store.create('replicasets', {
      metadata: {
        name: `${name}-${hash}`,
        namespace,
        labels,
        annotations,
        ownerReferences: [{ apiVersion: 'apps/v1', kind: 'Deployment', name, uid, controller: true }],
      },
      spec: {
        replicas: 0,
        selector: { matchLabels: { ...deployment.spec.selector.matchLabels, 'pod-template-hash': hash } },
        template: { ...deployment.spec.template, metadata: { ...deployment.spec.template.metadata, labels } },
      },
      status: { replicas: 0 },
    })
  }

  function markRevision(deployment: Deployment, revision: number): void {
    const now = store.get('deployments', deployment.metadata.namespace ?? '', deployment.metadata.name)
    const annotations = { ...now.metadata.annotations, [revisionAnnotation]: String(revision) }
    store.update('deployments', { ...now, metadata: { ...now.metadata, annotations } })
  }

  function scale(deployment: Deployment, newSet: ReplicaSet | undefined, oldSets: ReplicaSet[]): void {
    const goal = nextScale(deployment, newSet, oldSets)
    for (const [set, replicas] of goal) {
      if (set.spec.replicas === replicas) continue
      const direction = set.spec.replicas < replicas ? 'up' : 'down'
      store.update('replicasets', {
        ...store.get('replicasets', set.metadata.namespace ?? '', set.metadata.name),
        spec: { ...set.spec, replicas },
      })
      recordEvent(store, deployment, {
        type: 'Normal',
        reason: 'ScalingReplicaSet',
        message: `Scaled ${direction} replica set ${set.metadata.name} to ${replicas} from ${set.spec.replicas}`,
        from: 'deployment-controller',
      })
    }
  }

  function syncPods(set: ReplicaSet): void {
    const pods = podsOf(store, set)
    for (let missing = set.spec.replicas - pods.length; missing > 0; missing -= 1) createPod(set)
    const surplus = pods
      .toSorted((a, b) => Number(isReady(a)) - Number(isReady(b)))
      .slice(0, Math.max(0, pods.length - set.spec.replicas))
    for (const pod of surplus) {
      const metadata = { ...pod.metadata, deletionTimestamp: timestamp() }
      store.update('pods', { ...pod, metadata })
    }
    const now = podsOf(store, set)
    const ready = now.filter(isReady).length
    const status = {
      replicas: now.length,
      ...(ready ? { readyReplicas: ready, availableReplicas: ready } : {}),
      observedGeneration: set.metadata.generation ?? 1,
    }
    const latest = store.get('replicasets', set.metadata.namespace ?? '', set.metadata.name)
    store.update('replicasets', { ...latest, status })
  }

  function createPod(set: ReplicaSet): void {
    const { namespace = '', name, uid } = set.metadata
    store.create('pods', {
      metadata: {
        name: `${name}-${randomName()}`,
        namespace,
        labels: set.spec.template.metadata.labels,
        ...(set.spec.template.metadata.annotations
          ? { annotations: set.spec.template.metadata.annotations }
          : {}),
        ownerReferences: [{ apiVersion: 'apps/v1', kind: 'ReplicaSet', name, uid, controller: true }],
      },
      spec: set.spec.template.spec,
      status: { phase: 'Pending' },
    })
  }

  function dropOldSets(deployment: Deployment, newSet: ReplicaSet | undefined): void {
    const idle = setsOf(store, deployment)
      .filter((set) => set.metadata.uid !== newSet?.metadata.uid && set.spec.replicas === 0)
      .toSorted((a, b) => revisionOf(b) - revisionOf(a))
    for (const set of idle.slice(deployment.spec.revisionHistoryLimit))
      if (podsOf(store, set).length === 0)
        store.remove('replicasets', set.metadata.namespace ?? '', set.metadata.name)
  }

  function writeStatus(deployment: Deployment, newSet: ReplicaSet | undefined): void {
    const { namespace = '', name, uid } = deployment.metadata
    const now = store.get('deployments', namespace, name)
    const counts = countsOf(setsOf(store, now), newSet)
    const done = isComplete(now, counts)
    const moved = (['replicas', 'updatedReplicas', 'readyReplicas'] as const).some(
      (field) => (now.status[field] ?? 0) !== counts[field],
    )
    if (moved || !progressAt.has(uid)) progressAt.set(uid, Date.now())
    const stalled = !done && !now.spec.paused && isPastDeadline(now)
    store.update('deployments', {
      ...now,
      status: {
        observedGeneration: now.metadata.generation ?? 1,
        ...Object.fromEntries(Object.entries(counts).filter(([, count]) => count > 0)),
        conditions: conditionsOf(now, { counts, done, stalled, moved, set: newSet?.metadata.name ?? name }),
      },
    })
  }

  function isPastDeadline(deployment: Deployment): boolean {
    const { uid } = deployment.metadata
    if (conditionOf(deployment, 'Progressing')?.reason === 'NewReplicaSetAvailable') return false
    const deadlineMs = deployment.spec.progressDeadlineSeconds * timers.secondMs
    const leftMs = (progressAt.get(uid) ?? Date.now()) + deadlineMs - Date.now()
    if (leftMs <= 0) return true
    timers.set(`deadline ${uid}`, leftMs / timers.secondMs, () => ring(deployment))
    return false
  }

  function collectGarbage(deployment: AnyObject): void {
    timers.clear(`deadline ${deployment.metadata.uid}`)
    for (const set of setsOf(store, deployment)) {
      for (const pod of podsOf(store, set))
        store.remove('pods', pod.metadata.namespace ?? '', pod.metadata.name)
      store.remove('replicasets', set.metadata.namespace ?? '', set.metadata.name)
    }
  }

  return { close: unsubscribe }
}

function setsOf(store: Store, deployment: AnyObject): ReplicaSet[] {
  return store
    .list('replicasets', deployment.metadata.namespace)
    .filter((set) => set.metadata.ownerReferences?.[0]?.uid === deployment.metadata.uid)
}

/** The pods that count: those being deleted no longer do. */
function podsOf(store: Store, set: ReplicaSet): Pod[] {
  return store
    .list('pods', set.metadata.namespace)
    .filter((pod) => pod.metadata.ownerReferences?.[0]?.uid === set.metadata.uid)
    .filter((pod) => !pod.metadata.deletionTimestamp)
}

function revisionOf(set: ReplicaSet): number {
  return Number(set.metadata.annotations?.[revisionAnnotation] ?? 0)
}

function copiedAnnotations(deployment: Deployment): Labels {
  const entries = Object.entries(deployment.metadata.annotations ?? {})
  return Object.fromEntries(entries.filter(([name]) => !ownAnnotations.includes(name)))
}

/** Equal for equal templates whatever the order of their keys, as the real hash is. */
function templateHash({ spec }: Deployment): string {
  return createHash('sha256')
    .update(JSON.stringify(sorted(spec.template)))
    .digest('hex')
    .slice(0, 10)
}

function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted)
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(
    Object.entries(value)
      .toSorted(([a], [b]) => (a < b ? -1 : 1))
      .map(([key, inner]) => [key, sorted(inner)]),
  )
}

/** Five of the characters Kubernetes uses for generated names (no vowels, nothing look-alike). */
function randomName(): string {
  const alphabet = 'bcdfghjklmnpqrstvwxz2456789'
  return [...randomBytes(5)].map((byte) => alphabet[byte % alphabet.length]).join('')
}
