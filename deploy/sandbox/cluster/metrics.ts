import type { Account, Access } from './access.ts'
import { timestamp } from './objects.ts'
import type { Pod, Resource } from './objects.ts'
import { labelSelector } from './selectors.ts'
import { unknownPath } from './status.ts'
import type { Store } from './store.ts'

const prefix = '/apis/metrics.k8s.io/v1beta1/'

/** What `kubectl top` reads: invented, but steady, use of CPU and memory per pod and node. */
export function metrics(
  { store, access, account }: { store: Store; access: Access; account: Account },
  url: URL,
): unknown {
  const match = /^(nodes|(?:namespaces\/([^/]+)\/)?pods)(?:\/([^/]+))?$/.exec(
    url.pathname.slice(prefix.length),
  )
  if (!match) throw unknownPath()
  const [, path = '', namespace, name] = match
  const resource = path === 'nodes' ? 'nodes' : 'pods'
  access.authorize(account, {
    verb: name ? 'get' : 'list',
    resource,
    group: 'metrics.k8s.io',
    namespace: namespace ?? '',
    name: name ?? '',
  })
  const wanted = labelSelector(url.searchParams.get('labelSelector'))
  const objects = store.list(resource, namespace).filter(wanted)
  const items = resource === 'nodes' ? objects.map(nodeMetrics) : objects.map((pod) => podMetrics(pod as Pod))
  if (!name)
    return { kind: `${resource === 'nodes' ? 'Node' : 'Pod'}MetricsList`, ...head, metadata: {}, items }
  const found = items.find((item) => item.metadata.name === name)
  if (!found) throw unknownPath()
  return found
}

export function isMetricsPath(path: string): boolean {
  return path.startsWith(prefix)
}

const head = { apiVersion: 'metrics.k8s.io/v1beta1' }

function nodeMetrics(node: Resource) {
  return { kind: 'NodeMetrics', ...head, ...measured(node), usage: { cpu: '640m', memory: '5321Mi' } }
}

function podMetrics(pod: Pod) {
  const steady = Number.parseInt(pod.metadata.uid.slice(0, 6), 16) % 40
  const usage = { cpu: `${80 + steady}m`, memory: `${300 + 4 * steady}Mi` }
  const containers = pod.spec.containers.map(({ name }) => ({ name, usage }))
  return { kind: 'PodMetrics', ...head, ...measured(pod), containers }
}

function measured({ metadata: { name, namespace, labels } }: Resource) {
  return { metadata: { name, namespace, labels }, timestamp: timestamp(), window: '30s' }
}
