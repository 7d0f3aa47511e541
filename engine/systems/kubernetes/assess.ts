import type { V1ContainerStatus, V1Deployment, V1Pod } from '@kubernetes/client-node'

/** One component's Deployment and its pods, as just read, and the image its release wants. */
export type ComponentState = {
  component: string
  container: string
  image: string
  deployment: V1Deployment
  pods: V1Pod[]
}

/** `reason` is the cluster's own word where it has one, which the bot says in the reader's language. */
export type Trouble = { pod: string; reason: string; detail: string }

/** Every pod is this for a while after its start: worth saying only when the wait is over. */
export const notReady = 'NotReady'

export type Assessment = {
  state: 'settled' | 'waiting' | 'failed'
  /** Pods of the release that are ready, of those wanted. */
  ready: number
  wanted: number
  /** What stands in the way now, if anything can be said. */
  trouble?: Trouble
}

/** A container may crash while what it needs starts too; this often is no accident any more. */
const crashesTolerated = 2
/** Pods in these states do not recover by waiting. */
const hopeless = ['ImagePullBackOff', 'InvalidImageName', 'ErrImageNeverPull', 'CreateContainerConfigError']

/**
 * Where a component's rollout stands: settled by the rule of `kubectl rollout status`, failed when the cluster
 * gave up (its progress deadline) or when a new pod cannot recover by waiting.
 */
export function assess(of: ComponentState): Assessment {
  const { deployment } = of
  const wanted = deployment.spec?.replicas ?? 1
  const newPods = of.pods.filter((pod) => belongsTo(pod, deployment) && runsImage(pod, of))
  const ready = Math.min(wanted, newPods.filter(isReady).length)
  const trouble = newPods.map(troubleOf).find((found) => found !== undefined)
  const reached = { ready, wanted, ...(trouble ? { trouble } : {}) }

  if (isSettled(deployment, wanted)) return { state: 'settled', ready: wanted, wanted }
  const hopelessPod = newPods.map(troubleOf).find((found) => found?.isHopeless)
  if (hopelessPod) return { ...reached, state: 'failed', trouble: hopelessPod }
  if (deployment.spec?.paused)
    return {
      ...reached,
      state: 'failed',
      trouble: deploymentTrouble('DeploymentPaused', 'kubectl rollout resume lets it go on'),
    }
  const observed = isObserved(deployment)
  if (observed && conditionOf(deployment, 'Progressing')?.reason === 'ProgressDeadlineExceeded')
    return { ...reached, state: 'failed', trouble: trouble ?? stalled(deployment) }
  return { ...reached, state: 'waiting' }
}

function isSettled(deployment: V1Deployment, wanted: number): boolean {
  const { updatedReplicas = 0, replicas = 0, availableReplicas = 0 } = deployment.status ?? {}
  return (
    isObserved(deployment) &&
    updatedReplicas >= wanted &&
    replicas <= updatedReplicas &&
    availableReplicas >= updatedReplicas
  )
}

/** Until the controller has seen the change, the status still tells of the release before. */
function isObserved({ metadata, status }: V1Deployment): boolean {
  return (status?.observedGeneration ?? 0) >= (metadata?.generation ?? 0)
}

function stalled(deployment: V1Deployment): Trouble {
  const failure = conditionOf(deployment, 'ReplicaFailure')
  if (failure?.status === 'True')
    return deploymentTrouble(failure.reason ?? 'ReplicaFailure', failure.message ?? '')
  return deploymentTrouble('ProgressDeadlineExceeded', '')
}

function deploymentTrouble(reason: string, detail: string): Trouble {
  return { pod: '', reason, detail }
}

function troubleOf(pod: V1Pod): (Trouble & { isHopeless: boolean }) | undefined {
  const name = pod.metadata?.name ?? ''
  const containers = [...(pod.status?.initContainerStatuses ?? []), ...(pod.status?.containerStatuses ?? [])]
  for (const container of containers) {
    const found = containerTrouble(container)
    if (found) return { pod: name, ...found }
  }
  const unscheduled = pod.status?.conditions?.find(
    ({ type, status }) => type === 'PodScheduled' && status === 'False',
  )
  if (unscheduled)
    return {
      pod: name,
      reason: unscheduled.reason ?? 'Unschedulable',
      detail: unscheduled.message ?? '',
      isHopeless: false,
    }
  if (isReady(pod) || pod.status?.phase !== 'Running') return undefined
  return { pod: name, reason: notReady, detail: 'its readiness probe does not pass', isHopeless: false }
}

function containerTrouble(container: V1ContainerStatus) {
  const { reason = '', message: detail = '' } = container.state?.waiting ?? {}
  if (hopeless.includes(reason)) return { reason, detail, isHopeless: true }
  if (reason === 'CrashLoopBackOff')
    return { ...crashOf(container, detail), isHopeless: container.restartCount > crashesTolerated }
  if (reason && reason !== 'ContainerCreating' && reason !== 'PodInitializing')
    return { reason, detail, isHopeless: false }
  return undefined
}

/** Why a container crashes is known only of one that took too much memory. */
function crashOf({ lastState }: V1ContainerStatus, detail: string) {
  const isOutOfMemory = lastState?.terminated?.reason === 'OOMKilled'
  return { reason: isOutOfMemory ? 'OOMKilled' : 'CrashLoopBackOff', detail }
}

function belongsTo(pod: V1Pod, deployment: V1Deployment): boolean {
  const labels = pod.metadata?.labels ?? {}
  const wanted = Object.entries(deployment.spec?.selector.matchLabels ?? {})
  return !pod.metadata?.deletionTimestamp && wanted.every(([name, value]) => labels[name] === value)
}

function runsImage(pod: V1Pod, { container, image }: ComponentState): boolean {
  return (pod.spec?.containers ?? []).some((one) => one.name === container && one.image === image)
}

function isReady(pod: V1Pod): boolean {
  return (pod.status?.conditions ?? []).some(({ type, status }) => type === 'Ready' && status === 'True')
}

function conditionOf(deployment: V1Deployment, type: string) {
  return deployment.status?.conditions?.find((condition) => condition.type === type)
}
