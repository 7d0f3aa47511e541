/** The kinds the stand-in serves, and as much of their shape as its controllers read. */
export const kinds = {
  namespaces: { group: '', version: 'v1', kind: 'Namespace', namespaced: false, shortNames: ['ns'] },
  nodes: { group: '', version: 'v1', kind: 'Node', namespaced: false, shortNames: ['no'] },
  pods: { group: '', version: 'v1', kind: 'Pod', namespaced: true, shortNames: ['po'] },
  configmaps: { group: '', version: 'v1', kind: 'ConfigMap', namespaced: true, shortNames: ['cm'] },
  secrets: { group: '', version: 'v1', kind: 'Secret', namespaced: true, shortNames: [] },
  events: { group: '', version: 'v1', kind: 'Event', namespaced: true, shortNames: ['ev'] },
  deployments: { group: 'apps', version: 'v1', kind: 'Deployment', namespaced: true, shortNames: ['deploy'] },
  replicasets: { group: 'apps', version: 'v1', kind: 'ReplicaSet', namespaced: true, shortNames: ['rs'] },
} as const

export type KindName = keyof typeof kinds
export type Labels = Record<string, string>

export type Metadata = {
  name: string
  namespace?: string
  uid: string
  resourceVersion: string
  creationTimestamp: string
  deletionTimestamp?: string
  generation?: number
  labels?: Labels
  annotations?: Labels
  ownerReferences?: { apiVersion: string; kind: string; name: string; uid: string; controller: true }[]
}

export type Resource = { apiVersion: string; kind: string; metadata: Metadata }

export type Container = { name: string; image: string }
export type PodTemplate = {
  metadata: { labels: Labels; annotations?: Labels }
  spec: { containers: Container[]; [field: string]: unknown }
}

export type Condition = {
  type: string
  status: 'True' | 'False'
  reason: string
  message: string
  lastUpdateTime?: string
  lastTransitionTime: string
}

export type DeploymentSpec = {
  replicas: number
  selector: { matchLabels: Labels }
  template: PodTemplate
  strategy: {
    type: 'RollingUpdate' | 'Recreate'
    rollingUpdate?: { maxSurge: number | string; maxUnavailable: number | string }
  }
  paused?: boolean
  progressDeadlineSeconds: number
  revisionHistoryLimit: number
}

export type ReplicaCounts = { replicas: number; readyReplicas?: number; availableReplicas?: number }

export type Deployment = Resource & {
  spec: DeploymentSpec
  status: Partial<ReplicaCounts> & {
    observedGeneration?: number
    updatedReplicas?: number
    unavailableReplicas?: number
    conditions?: Condition[]
  }
}

export type ReplicaSet = Resource & {
  spec: { replicas: number; selector: { matchLabels: Labels }; template: PodTemplate }
  status: ReplicaCounts & { observedGeneration?: number }
}

export type ContainerState =
  | { waiting: { reason: string; message?: string } }
  | { running: { startedAt: string } }
  | { terminated: { exitCode: number; reason: string; finishedAt: string } }

export type ContainerStatus = {
  name: string
  image: string
  imageID: string
  ready: boolean
  started: boolean
  restartCount: number
  state: ContainerState
}

export type Pod = Resource & {
  spec: { containers: Container[]; nodeName?: string; [field: string]: unknown }
  status: {
    phase: 'Pending' | 'Running' | 'Succeeded' | 'Failed'
    startTime?: string
    podIP?: string
    conditions?: Condition[]
    containerStatuses?: ContainerStatus[]
  }
}

export type ConfigMap = Resource & { data?: Labels }
export type Secret = Resource & { type?: string; data?: Labels }
export type KubernetesEvent = Resource & {
  type: 'Normal' | 'Warning'
  reason: string
  message: string
  involvedObject: { kind: string; namespace: string; name: string; uid: string }
  firstTimestamp: string
  lastTimestamp: string
  count: number
  source: { component: string }
}

export type Objects = {
  namespaces: Resource
  nodes: Resource
  pods: Pod
  configmaps: ConfigMap
  secrets: Secret
  events: KubernetesEvent
  deployments: Deployment
  replicasets: ReplicaSet
}
export type AnyObject = Objects[KindName]

export function isKindName(name: string): name is KindName {
  return Object.hasOwn(kinds, name)
}

/** "deployments.apps", as the real API names a resource in its messages. */
export function resourceName(kind: KindName): string {
  const { group } = kinds[kind]
  return group ? `${kind}.${group}` : kind
}

export function apiVersion(kind: KindName): string {
  const { group, version } = kinds[kind]
  return group ? `${group}/${version}` : version
}

/** Whole seconds, as Kubernetes writes its times. */
export function timestamp(date = new Date()): string {
  return date.toISOString().replace(/\.\d+Z$/, 'Z')
}
