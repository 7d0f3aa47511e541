import type { V1Deployment } from '@kubernetes/client-node'

import type { ComponentConfig } from '../release.ts'
import { ClusterRefused, ReleaseSuperseded, UnknownContainer, UnknownDeployment } from '../release-errors.ts'
import type { ClusterClient } from './client.ts'
import type { ReleaseRecords } from './records.ts'

/** An environment's place in its cluster. */
export type Site = {
  cluster: ClusterClient
  records: ReleaseRecords
  environment: string
  namespace: string
  components: Record<string, ComponentConfig>
}

/** Written to every Deployment in the same request as its image: who may still write, and what it carries. */
export const annotations = {
  mark: 'plantao.dev/mark',
  revision: 'plantao.dev/revision',
  version: 'plantao.dev/version',
  cause: 'kubernetes.io/change-cause',
}

export async function readDeployments(at: Site): Promise<Record<string, V1Deployment>> {
  const { namespace } = at
  const found = await at.cluster.call({ verb: 'list', resource: 'deployments', namespace }, ({ apps }) =>
    apps.listNamespacedDeployment({ namespace }),
  )
  return mapValues(at.components, (config) => {
    const deployment = found.items.find(({ metadata }) => metadata?.name === config.deployment)
    if (!deployment) throw unknownDeployment(at, config, found.items)
    return deployment
  })
}

export async function readDeployment(
  at: Site,
  config: ComponentConfig,
  signal: AbortSignal,
): Promise<V1Deployment> {
  const { namespace } = at
  const name = config.deployment
  try {
    return await at.cluster.call(
      { verb: 'get', resource: 'deployments', namespace, name, signal },
      ({ apps }) => apps.readNamespacedDeployment({ name, namespace }),
    )
  } catch (error) {
    if (!(error instanceof ClusterRefused) || error.status !== 404) throw error
    await readDeployments(at) // says which there are
    throw error
  }
}

export function unknownDeployment({ namespace }: Site, config: ComponentConfig, existing: V1Deployment[]) {
  const names = existing.map(({ metadata }) => metadata?.name ?? '').join(', ')
  return new UnknownDeployment({ deployment: config.deployment, namespace, existing: names })
}

export function imagesIn(at: Site, deployments: Record<string, V1Deployment>): Record<string, string> {
  return mapValues(at.components, (config, component) => imageOf(deployments[component] ?? {}, config))
}

export function imageOf(deployment: V1Deployment, config: ComponentConfig): string {
  const containers = deployment.spec?.template.spec?.containers ?? []
  const found = containers.find(({ name }) => name === config.container)
  if (found) return found.image ?? ''
  const existing = containers.map(({ name }) => name).join(', ')
  throw new UnknownContainer({ container: config.container, deployment: config.deployment, existing })
}

export function refuseIfNewer(deployment: V1Deployment, component: string, revision: number): void {
  const carried = revisionOn(deployment)
  if (carried <= revision) return
  const version = deployment.metadata?.annotations?.[annotations.version] ?? ''
  throw new ReleaseSuperseded({ component, revision, newer: `release ${carried} (${version})` })
}

export function revisionOn(deployment: V1Deployment): number {
  const written = Number(deployment.metadata?.annotations?.[annotations.revision])
  return Number.isSafeInteger(written) ? written : 0
}

export function mapValues<T, R>(
  record: Record<string, T>,
  map: (value: T, key: string) => R,
): Record<string, R> {
  return Object.fromEntries(Object.entries(record).map(([key, value]) => [key, map(value, key)]))
}
