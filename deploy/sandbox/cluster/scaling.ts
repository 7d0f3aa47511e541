import type { Deployment, ReplicaSet } from './objects.ts'

/** How far each ReplicaSet may be scaled now. Pure. */
export function nextScale(
  deployment: Deployment,
  newSet: ReplicaSet | undefined,
  oldSets: ReplicaSet[],
): [ReplicaSet, number][] {
  const desired = deployment.spec.replicas
  if (!newSet) return []
  const recreate = deployment.spec.strategy.type === 'Recreate'
  if (recreate && oldSets.some((set) => set.status.replicas > 0)) return oldSets.map((set) => [set, 0])

  const { surge, unavailable } = limitsOf(deployment)
  const total = sum([newSet, ...oldSets].map((set) => set.spec.replicas))
  const room = Math.max(0, desired + (recreate ? 0 : surge) - total)
  const newReplicas = Math.min(desired, newSet.spec.replicas + room)

  const newNotReady = newSet.spec.replicas - (newSet.status.availableReplicas ?? 0)
  let removable = total - (desired - unavailable) - newNotReady
  const goal: [ReplicaSet, number][] = [[newSet, newReplicas]]
  const available = sum([newSet, ...oldSets].map((set) => set.status.availableReplicas ?? 0))
  let spare = Math.max(0, available - (desired - unavailable))
  for (const set of oldSets) {
    const ready = set.status.availableReplicas ?? 0
    const unready = Math.min(Math.max(0, set.spec.replicas - ready), Math.max(0, removable))
    const healthy = Math.min(set.spec.replicas - unready, spare, Math.max(0, removable - unready))
    removable -= unready + healthy
    spare -= healthy
    goal.push([set, set.spec.replicas - unready - healthy])
  }
  return goal
}

/** Percentages round up for the surge and down for what may be missing; both zero would stand still. */
export function limitsOf({ spec }: Deployment): { surge: number; unavailable: number } {
  const { maxSurge, maxUnavailable } = spec.strategy.rollingUpdate ?? {
    maxSurge: '25%',
    maxUnavailable: '25%',
  }
  const part = (limit: number | string, round: (value: number) => number) =>
    typeof limit === 'number' ? limit : round((Number.parseInt(limit, 10) / 100) * spec.replicas)
  const surge = part(maxSurge, Math.ceil)
  const unavailable = part(maxUnavailable, Math.floor)
  return surge === 0 && unavailable === 0 ? { surge, unavailable: 1 } : { surge, unavailable }
}

export function sum(numbers: number[]): number {
  return numbers.reduce((total, number) => total + number, 0)
}
