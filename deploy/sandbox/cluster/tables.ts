import { isReady } from './kubelet.ts'
import type { AnyObject, Deployment, KindName, KubernetesEvent, Pod, ReplicaSet } from './objects.ts'

type Column = { name: string; cell(object: AnyObject): string | number; priority?: number }

/** What `kubectl get` prints: the API server, not kubectl, decides the columns. */
export function table(kind: KindName, objects: AnyObject[], resourceVersion: string) {
  const columns = columnsOf(kind)
  return {
    kind: 'Table',
    apiVersion: 'meta.k8s.io/v1',
    metadata: { resourceVersion },
    columnDefinitions: columns.map(({ name, priority }) => ({
      name,
      type: 'string',
      format: name === 'Name' ? 'name' : '',
      description: name,
      priority: priority ?? 0,
    })),
    rows: objects.map((object) => ({
      cells: columns.map((column) => column.cell(object)),
      object: { kind: 'PartialObjectMetadata', apiVersion: 'meta.k8s.io/v1', metadata: object.metadata },
    })),
  }
}

function columnsOf(kind: KindName): Column[] {
  const name: Column = { name: 'Name', cell: (object) => object.metadata.name }
  const age: Column = { name: 'Age', cell: ({ metadata }) => ageOf(metadata.creationTimestamp) }
  switch (kind) {
    case 'pods':
      return [name, ...podColumns, age, ...widePodColumns]
    case 'deployments':
      return [name, ...deploymentColumns, age, ...imageColumns]
    case 'replicasets':
      return [name, ...replicaSetColumns, age, ...imageColumns]
    case 'nodes':
      return [
        name,
        column('Status', () => 'Ready'),
        column('Roles', () => '<none>'),
        age,
        column('Version', () => 'v1.32.0'),
      ]
    case 'namespaces':
      return [name, column('Status', () => 'Active'), age]
    case 'configmaps':
    case 'secrets':
      return [
        name,
        column('Data', (object) => Object.keys(('data' in object && object.data) || {}).length),
        age,
      ]
    case 'events':
      return eventColumns
  }
}

const podColumns: Column[] = [
  column('Ready', (object) => {
    const pod = object as Pod
    return `${isReady(pod) ? pod.spec.containers.length : 0}/${pod.spec.containers.length}`
  }),
  column('Status', (object) => podStatus(object as Pod)),
  column('Restarts', (object) => (object as Pod).status.containerStatuses?.[0]?.restartCount ?? 0),
]

const widePodColumns: Column[] = [
  wide('IP', (object) => (object as Pod).status.podIP ?? '<none>'),
  wide('Node', (object) => (object as Pod).spec.nodeName ?? '<none>'),
]

const deploymentColumns: Column[] = [
  column('Ready', (object) => {
    const { spec, status } = object as Deployment
    return `${status.readyReplicas ?? 0}/${spec.replicas}`
  }),
  column('Up-to-date', (object) => (object as Deployment).status.updatedReplicas ?? 0),
  column('Available', (object) => (object as Deployment).status.availableReplicas ?? 0),
]

const replicaSetColumns: Column[] = [
  column('Desired', (object) => (object as ReplicaSet).spec.replicas),
  column('Current', (object) => (object as ReplicaSet).status.replicas),
  column('Ready', (object) => (object as ReplicaSet).status.readyReplicas ?? 0),
]

const imageColumns: Column[] = [
  wide('Containers', (object) =>
    containersOf(object)
      .map(({ name }) => name)
      .join(','),
  ),
  wide('Images', (object) =>
    containersOf(object)
      .map(({ image }) => image)
      .join(','),
  ),
]

const eventColumns: Column[] = [
  column('Last Seen', (object) => ageOf((object as KubernetesEvent).lastTimestamp)),
  column('Type', (object) => (object as KubernetesEvent).type),
  column('Reason', (object) => (object as KubernetesEvent).reason),
  column('Object', (object) => {
    const { kind, name } = (object as KubernetesEvent).involvedObject
    return `${kind.toLowerCase()}/${name}`
  }),
  column('Message', (object) => (object as KubernetesEvent).message),
]

function column(name: string, cell: Column['cell']): Column {
  return { name, cell }
}

/** Printed with `-o wide` only. */
function wide(name: string, cell: Column['cell']): Column {
  return { name, cell, priority: 1 }
}

function containersOf(object: AnyObject) {
  return (object as Deployment | ReplicaSet).spec.template.spec.containers
}

function podStatus(pod: Pod): string {
  if (pod.metadata.deletionTimestamp) return 'Terminating'
  const state = pod.status.containerStatuses?.[0]?.state
  return state && 'waiting' in state ? state.waiting.reason : pod.status.phase
}

function ageOf(time: string): string {
  const seconds = Math.max(0, Math.round((Date.now() - Date.parse(time)) / 1000))
  if (seconds < 120) return `${seconds}s`
  if (seconds < 7200) return `${Math.floor(seconds / 60)}m`
  if (seconds < 172_800) return `${Math.floor(seconds / 3600)}h`
  return `${Math.floor(seconds / 86_400)}d`
}
