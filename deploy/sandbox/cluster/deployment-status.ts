import { timestamp } from './objects.ts'
import type { Condition, Deployment, ReplicaSet } from './objects.ts'
import { limitsOf, sum } from './scaling.ts'

export type Counts = Record<
  'replicas' | 'updatedReplicas' | 'readyReplicas' | 'availableReplicas' | 'unavailableReplicas',
  number
>

export function countsOf(sets: ReplicaSet[], newSet: ReplicaSet | undefined): Counts {
  const available = sum(sets.map((set) => set.status.availableReplicas ?? 0))
  return {
    replicas: sum(sets.map((set) => set.status.replicas)),
    updatedReplicas: sets.find((set) => set.metadata.uid === newSet?.metadata.uid)?.status.replicas ?? 0,
    readyReplicas: sum(sets.map((set) => set.status.readyReplicas ?? 0)),
    availableReplicas: available,
    unavailableReplicas: Math.max(0, sum(sets.map((set) => set.spec.replicas)) - available),
  }
}

export function isComplete({ spec }: Deployment, counts: Counts): boolean {
  return (
    counts.updatedReplicas === spec.replicas &&
    counts.replicas === spec.replicas &&
    counts.availableReplicas === spec.replicas
  )
}

export function conditionsOf(
  deployment: Deployment,
  at: { counts: Counts; done: boolean; stalled: boolean; moved: boolean; set: string },
): Condition[] {
  const enough = at.counts.availableReplicas >= deployment.spec.replicas - limitsOf(deployment).unavailable
  const available = enough
    ? ['True', 'MinimumReplicasAvailable', 'Deployment has minimum availability.']
    : ['False', 'MinimumReplicasUnavailable', 'Deployment does not have minimum availability.']
  const wasComplete = conditionOf(deployment, 'Progressing')?.reason === 'NewReplicaSetAvailable'
  const sameSet = conditionOf(deployment, 'Progressing')?.message.includes(`"${at.set}"`)
  let progressing = ['True', 'ReplicaSetUpdated', `ReplicaSet "${at.set}" is progressing.`]
  if (at.done || (wasComplete && sameSet))
    progressing = ['True', 'NewReplicaSetAvailable', `ReplicaSet "${at.set}" has successfully progressed.`]
  else if (at.stalled)
    progressing = ['False', 'ProgressDeadlineExceeded', `ReplicaSet "${at.set}" has timed out progressing.`]
  return [
    conditionFrom(deployment, 'Available', { text: available, moved: false }),
    conditionFrom(deployment, 'Progressing', { text: progressing, moved: at.moved }),
  ]
}

function conditionFrom(
  deployment: Deployment,
  type: string,
  { text, moved }: { text: string[]; moved: boolean },
): Condition {
  const before = conditionOf(deployment, type)
  const [status = '', reason = '', message = ''] = text
  const now = timestamp()
  const same = before?.status === status && before.reason === reason && before.message === message
  if (before && same && !moved) return before
  return {
    type,
    status: status === 'True' ? 'True' : 'False',
    reason,
    message,
    lastUpdateTime: now,
    lastTransitionTime: before?.status === status ? before.lastTransitionTime : now,
  }
}

export function conditionOf(deployment: Deployment, type: string): Condition | undefined {
  return deployment.status.conditions?.find((condition) => condition.type === type)
}
