import type { V1Deployment } from '@kubernetes/client-node'

import type { AppliedComponent, ComponentConfig, Effort, Release } from '../release.ts'
import { annotations, imageOf, readDeployment, refuseIfNewer } from './deployments.ts'
import type { Site } from './deployments.ts'
import { isRefusal } from './records.ts'

const conflictsMost = 20

/** Sets the release's image on every component that does not carry it yet. */
export async function apply(at: Site, revision: number, effort: Effort): Promise<AppliedComponent[]> {
  const release = await at.records.get(revision)
  const applied: AppliedComponent[] = []
  for (const [component, config] of Object.entries(at.components)) {
    const image = release.images[component]
    if (image) applied.push(await applyComponent(at, { component, config, image, release }, effort))
  }
  return applied
}

type Wanted = { component: string; config: ComponentConfig; image: string; release: Release }

/** Decides on what was just read and writes only if that still holds: a newer release is never overwritten. */
async function applyComponent(at: Site, wanted: Wanted, { signal, log }: Effort): Promise<AppliedComponent> {
  const { component, config, image, release } = wanted
  for (let conflicts = 0; ; conflicts += 1) {
    const deployment = await readDeployment(at, config, signal)
    refuseIfNewer(deployment, component, release.revision)
    const running = imageOf(deployment, config)
    if (deployment.metadata?.annotations?.[annotations.mark] === release.mark && running === image) {
      log(`${component}: already carries release ${release.revision} (${image})`)
      return { component, changed: false }
    }
    try {
      await patchDeployment(at, { ...wanted, deployment }, signal)
      log(running === image ? `${component}: already ran ${image}` : `${component}: ${running} → ${image}`)
      return { component, changed: running !== image }
    } catch (error) {
      if (!isRefusal(error, 409) || conflicts >= conflictsMost) throw error
      log(`${component}: somebody else wrote the Deployment at the same moment; reading it again`)
    }
  }
}

async function patchDeployment(
  at: Site,
  { config, image, release, deployment }: Wanted & { deployment: V1Deployment },
  signal: AbortSignal,
): Promise<void> {
  const verb = release.rollbackOf === undefined ? 'deploy' : `rollback to revision ${release.rollbackOf},`
  const body = {
    metadata: {
      resourceVersion: deployment.metadata?.resourceVersion,
      annotations: {
        [annotations.mark]: release.mark,
        [annotations.revision]: String(release.revision),
        [annotations.version]: release.version,
        [annotations.cause]: `${verb} ${release.version} by ${release.by} (plantao release ${release.revision})`,
      },
    },
    spec: { template: { spec: { containers: [{ name: config.container, image }] } } },
  }
  const name = config.deployment
  const contentType = 'application/strategic-merge-patch+json'
  const action = { verb: 'patch', resource: 'deployments', namespace: at.namespace, name } as const
  await at.cluster.call({ ...action, contentType, signal }, ({ apps }) =>
    apps.patchNamespacedDeployment({ name, namespace: at.namespace, body }),
  )
}
