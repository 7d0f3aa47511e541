import { recordEvent } from './events.ts'
import { timestamp } from './objects.ts'
import type { Condition, ContainerState, ContainerStatus, Pod } from './objects.ts'
import type { Store } from './store.ts'
import type { Timers } from './timers.ts'
import type { Behaviour, Versions } from './versions.ts'

export type Kubelet = { close(): void }

type Parts = { store: Store; versions: Versions; timers: Timers; readySeconds: () => number }
/** What lies before a pod of its version. */
type Path = Behaviour | 'not-pullable'

/** Seconds between two tries of an image that cannot be pulled or a container that crashed. */
const backOffSeconds = 5
const slowFactor = 4

/**
 * The node: takes every new pod, starts it, makes it ready (the pods of one ReplicaSet one after another) or lets
 * it fail as its version is said to, and removes it when it is deleted. A version marked otherwise later changes
 * the pods that already run.
 */
export function startKubelet({ store, versions, timers, readySeconds }: Parts): Kubelet {
  const nextSlot = new Map<string, number>()
  const paths = new Map<string, Path>()

  for (const pod of store.list('pods')) visit(pod)
  const unsubscribe = store.onChange((change) => {
    if (change.kind !== 'pods' || change.type === 'DELETED') return
    visit(change.object as Pod)
  })
  versions.onChange(() => {
    for (const pod of store.list('pods')) if (paths.get(pod.metadata.uid) !== pathOf(pod)) begin(pod)
  })

  function visit(pod: Pod): void {
    if (pod.metadata.deletionTimestamp) terminate(pod)
    else if (!pod.spec.nodeName) schedule(pod)
    else if (!timers.has(timerOf(pod)) && !isSteady(pod)) begin(pod)
  }

  function schedule(pod: Pod): void {
    const nodes = store.list('nodes')
    const node = nodes[store.list('pods').length % Math.max(1, nodes.length)]
    if (!node) return
    const now = timestamp()
    store.update('pods', {
      ...pod,
      spec: { ...pod.spec, nodeName: node.metadata.name },
      status: {
        phase: 'Pending',
        startTime: now,
        podIP: `10.1.${Math.floor(Math.random() * 250)}.${1 + Math.floor(Math.random() * 250)}`,
        conditions: [condition('PodScheduled', true, '')],
        containerStatuses: statuses(pod, { waiting: { reason: 'ContainerCreating' } }),
      },
    })
  }

  /** Puts the pod on the path its version takes from where it stands. */
  function begin(pod: Pod): void {
    if (pod.metadata.deletionTimestamp || !pod.spec.nodeName) return
    const path = pathOf(pod)
    paths.set(pod.metadata.uid, path)
    if (path === 'not-pullable') later(pod, 0.2, failToPull)
    else if (path === 'crashes') later(pod, isReady(pod) ? 0.2 : readySeconds(), crash)
    else if (path === 'never-ready') later(pod, 0.2, (now) => run(now, false))
    else if (!isReady(pod)) later(pod, secondsUntilReady(pod, path), (now) => run(now, true))
  }

  function pathOf(pod: Pod): Path {
    const hasImages = pod.spec.containers.every((container) => versions.isPublished(container.image))
    if (!hasImages && pod.status.phase !== 'Running') return 'not-pullable'
    const all = pod.spec.containers.map((container) => versions.behaviourOf(container.image))
    return all.find((behaviour) => behaviour !== 'good') ?? 'good'
  }

  function run(pod: Pod, ready: boolean): void {
    const reason = ready ? '' : 'ContainersNotReady'
    set(pod, { phase: 'Running', ready, reason, state: { running: { startedAt: timestamp() } } })
    if (ready) report(pod, 'Normal', 'Started', `Started container ${containerName(pod)}`)
    else report(pod, 'Warning', 'Unhealthy', 'Readiness probe failed: HTTP probe failed with statuscode: 503')
  }

  function failToPull(pod: Pod): void {
    const image = pod.spec.containers.find((container) => !versions.isPublished(container.image))?.image ?? ''
    const backingOff = waitingReason(pod) !== 'ContainerCreating'
    const reason = backingOff ? 'ImagePullBackOff' : 'ErrImagePull'
    const message = backingOff
      ? `Back-off pulling image "${image}"`
      : `failed to pull and unpack image "${image}": ${image}: not found`
    set(pod, {
      phase: 'Pending',
      ready: false,
      reason: 'ContainersNotReady',
      state: { waiting: { reason, message } },
    })
    report(pod, 'Warning', backingOff ? 'BackOff' : 'Failed', message)
    later(pod, backingOff ? backOffSeconds : 1, (now) => goOn(now, 'not-pullable', failToPull))
  }

  function crash(pod: Pod): void {
    const message = `back-off ${backOffSeconds}s restarting failed container=${containerName(pod)} pod=${pod.metadata.name}`
    const state = { waiting: { reason: 'CrashLoopBackOff', message } }
    set(pod, { phase: 'Running', ready: false, reason: 'ContainersNotReady', state, restarted: true })
    report(pod, 'Warning', 'BackOff', `Back-off restarting failed container ${containerName(pod)}`)
    later(pod, backOffSeconds, (now) => goOn(now, 'crashes', crash))
  }

  /** The next try: the same again, unless the version was made better meanwhile. */
  function goOn(pod: Pod, path: Path, again: (pod: Pod) => void): void {
    if (pathOf(pod) === path) again(pod)
    else begin(pod)
  }

  function terminate(pod: Pod): void {
    timers.set(`terminate ${timerOf(pod)}`, readySeconds() / 4, () => {
      timers.clear(timerOf(pod))
      paths.delete(pod.metadata.uid)
      if (current(pod)) store.remove('pods', pod.metadata.namespace ?? '', pod.metadata.name)
    })
  }

  /** Runs `next` on the pod as it will be then, unless it is gone or going. */
  function later(pod: Pod, seconds: number, next: (now: Pod) => void): void {
    timers.set(timerOf(pod), seconds, () => {
      const now = current(pod)
      if (now && !now.metadata.deletionTimestamp) next(now)
    })
  }

  function current(pod: Pod): Pod | undefined {
    const found = store.find('pods', pod.metadata.namespace ?? '', pod.metadata.name)
    return found?.metadata.uid === pod.metadata.uid ? found : undefined
  }

  /** The pods of one ReplicaSet get ready one after another. */
  function secondsUntilReady(pod: Pod, path: Path): number {
    const owner = pod.metadata.ownerReferences?.[0]?.uid ?? pod.metadata.uid
    const each = (path === 'slow' ? slowFactor : 1) * readySeconds() * timers.secondMs
    const readyAt = Math.max(Date.now(), nextSlot.get(owner) ?? 0) + each
    nextSlot.set(owner, readyAt)
    return (readyAt - Date.now()) / timers.secondMs
  }

  function set(pod: Pod, to: PodState): void {
    store.update('pods', {
      ...pod,
      status: {
        ...pod.status,
        phase: to.phase,
        conditions: [
          condition('PodScheduled', true, ''),
          condition('Initialized', true, ''),
          condition('ContainersReady', to.ready, to.reason),
          condition('Ready', to.ready, to.reason),
        ],
        containerStatuses: statuses(pod, to.state, { ready: to.ready, restarted: to.restarted ?? false }),
      },
    })
  }

  function report(pod: Pod, type: 'Normal' | 'Warning', reason: string, message: string): void {
    recordEvent(store, pod, { type, reason, message, from: 'kubelet' })
  }

  function isSteady(pod: Pod): boolean {
    return pod.status.phase === 'Running' && (isReady(pod) || pathOf(pod) === 'never-ready')
  }

  return { close: unsubscribe }
}

type PodState = {
  phase: Pod['status']['phase']
  ready: boolean
  reason: string
  state: ContainerState
  restarted?: boolean
}

export function isReady(pod: Pod): boolean {
  return (pod.status.conditions ?? []).some(({ type, status }) => type === 'Ready' && status === 'True')
}

export function isStarting(pod: Pod): boolean {
  return !pod.status.containerStatuses || waitingReason(pod) === 'ContainerCreating'
}

function waitingReason(pod: Pod): string {
  const state = pod.status.containerStatuses?.[0]?.state
  return state && 'waiting' in state ? state.waiting.reason : ''
}

function statuses(
  pod: Pod,
  state: ContainerState,
  { ready, restarted }: { ready: boolean; restarted: boolean } = { ready: false, restarted: false },
): ContainerStatus[] {
  return pod.spec.containers.map((container, index) => ({
    name: container.name,
    image: container.image,
    imageID: '',
    ready,
    started: ready,
    restartCount: (pod.status.containerStatuses?.[index]?.restartCount ?? 0) + (restarted ? 1 : 0),
    state,
  }))
}

function condition(type: string, holds: boolean, reason: string): Condition {
  return { type, status: holds ? 'True' : 'False', reason, message: '', lastTransitionTime: timestamp() }
}

function containerName(pod: Pod): string {
  return pod.spec.containers[0]?.name ?? ''
}

function timerOf(pod: Pod): string {
  return `pod ${pod.metadata.uid}`
}
