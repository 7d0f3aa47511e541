import { kinds } from './objects.ts'

const verbs = ['create', 'delete', 'get', 'list', 'patch', 'update', 'watch']
const groups = [
  { name: 'apps', version: 'v1' },
  { name: 'metrics.k8s.io', version: 'v1beta1' },
]

const schemaPaths = ['api/v1', 'apis/apps/v1']

/** What clients read to learn which resources there are; undefined for any other path. */
export function discovery(path: string): unknown {
  const documents: Record<string, () => unknown> = {
    '/version': () => ({ major: '1', minor: '32', gitVersion: 'v1.32.0-plantao', platform: 'linux/amd64' }),
    '/api': () => ({ kind: 'APIVersions', versions: ['v1'], serverAddressByClientCIDRs: [] }),
    '/apis': () => ({ kind: 'APIGroupList', apiVersion: 'v1', groups: groups.map(group) }),
    '/api/v1': () => resourceList('', 'v1'),
    '/apis/apps/v1': () => resourceList('apps', 'apps/v1'),
    '/apis/metrics.k8s.io/v1beta1': metricsResources,
    '/openapi/v3': () => ({
      paths: Object.fromEntries(
        schemaPaths.map((path) => [path, { serverRelativeURL: `/openapi/v3/${path}` }]),
      ),
    }),
    '/openapi/v3/api/v1': () => schema('', 'v1'),
    '/openapi/v3/apis/apps/v1': () => schema('apps', 'v1'),
  }
  return documents[path]?.()
}

function group({ name, version }: { name: string; version: string }) {
  const preferred = { groupVersion: `${name}/${version}`, version }
  return { name, versions: [preferred], preferredVersion: preferred }
}

function resourceList(groupName: string, groupVersion: string) {
  const served = Object.entries(kinds).filter(([, { group }]) => group === groupName)
  const resources = served.map(([name, { kind, namespaced, shortNames }]) => ({
    name,
    singularName: kind.toLowerCase(),
    kind,
    namespaced,
    shortNames,
    verbs,
    categories: ['pods', 'deployments', 'replicasets'].includes(name) ? ['all'] : [],
  }))
  const subresources = groupName
    ? [
        {
          name: 'deployments/scale',
          kind: 'Scale',
          group: 'autoscaling',
          version: 'v1',
          namespaced: true,
          verbs: ['get', 'patch', 'update'],
        },
        { name: 'deployments/status', kind: 'Deployment', namespaced: true, verbs: ['get'] },
      ]
    : [{ name: 'pods/log', kind: 'Pod', namespaced: true, verbs: ['get'] }]
  return {
    kind: 'APIResourceList',
    apiVersion: 'v1',
    groupVersion,
    resources: [...resources, ...subresources],
  }
}

function metricsResources() {
  return {
    kind: 'APIResourceList',
    apiVersion: 'v1',
    groupVersion: 'metrics.k8s.io/v1beta1',
    resources: [
      { name: 'nodes', singularName: '', namespaced: false, kind: 'NodeMetrics', verbs: ['get', 'list'] },
      { name: 'pods', singularName: '', namespaced: true, kind: 'PodMetrics', verbs: ['get', 'list'] },
    ],
  }
}

/** As little of the OpenAPI document as `kubectl apply` reads: that the server itself validates what is sent. */
function schema(group: string, version: string) {
  const prefix = group ? `/apis/${group}/${version}` : `/api/${version}`
  const parameters = [{ name: 'fieldValidation', in: 'query', schema: { type: 'string' } }]
  const served = Object.entries(kinds).filter(([, kind]) => kind.group === group)
  const paths = served.map(([name, { kind }]) => {
    const operation = { parameters, 'x-kubernetes-group-version-kind': { group, version, kind } }
    return [`${prefix}/namespaces/{namespace}/${name}/{name}`, { patch: operation }]
  })
  const info = { title: 'Kubernetes', version: 'v1.32.0' }
  return { openapi: '3.0.0', info, paths: Object.fromEntries(paths) }
}
