import { setTimeout as sleep } from 'node:timers/promises'

import type { Release, SettleEffort } from '../release.ts'
import { ClusterUnreachable, ReleaseSuperseded, RolloutNotSettled } from '../release-errors.ts'
import { assess, notReady } from './assess.ts'
import type { Assessment, ComponentState, Trouble } from './assess.ts'
import { imageOf, refuseIfNewer, unknownDeployment } from './deployments.ts'
import type { Site } from './deployments.ts'

/** Between two looks where watching does not work, and where the cluster did not even answer. */
const pollSeconds = 5
const retrySeconds = 1
/** Changes come in bursts: one look for all of them. */
const burstMs = 150

/**
 * Looks, and looks again whenever something changes in the namespace, until every component runs the release.
 * Hiccups of the cluster are waited out; what cannot recover ends the wait at once.
 */
export async function settled(at: Site, revision: number, effort: SettleEffort): Promise<void> {
  const deadline = Date.now() + effort.timeoutSeconds * 1000
  const tell = teller(effort)
  let release: Release | undefined
  let last: Named[] = []
  let unreachable: ClusterUnreachable | undefined

  while (Date.now() < deadline) {
    effort.signal.throwIfAborted()
    let seenAt: SeenAt | undefined
    try {
      release ??= await at.records.get(revision)
      const look = await lookAt(at, release, effort.signal)
      seenAt = look.seenAt
      last = look.components.map((state) => ({ ...assess(state), component: state.component }))
      unreachable = undefined
      tell(last)
      const failed = last.find(({ state }) => state === 'failed')
      if (failed) throw notSettled(failed)
      if (last.every(({ state }) => state === 'settled')) return
    } catch (error) {
      if (!(error instanceof ClusterUnreachable)) throw error
      unreachable = error
      effort.log(`The cluster does not answer (${error.reason}); waiting for it to come back`)
    }
    await nextChange(at, { seenAt, signal: effort.signal, until: deadline })
  }
  if (unreachable) throw unreachable
  const waiting = last.find(({ state }) => state === 'waiting')
  throw notSettled(waiting ?? { component: at.environment }, effort.timeoutSeconds)
}

type Named = Assessment & { component: string }

function notSettled(
  { component, trouble }: Partial<Assessment> & { component: string },
  waitedSeconds?: number,
): RolloutNotSettled {
  const { pod, reason, detail } = trouble ?? { pod: '', reason: 'TimedOut', detail: '' }
  const waited = waitedSeconds === undefined ? {} : { waitedSeconds }
  return new RolloutNotSettled({ component, pod, reason, detail, ...waited })
}

type SeenAt = { deployments: string; pods: string }

async function lookAt(at: Site, release: Release, signal: AbortSignal) {
  const { namespace } = at
  const action = (resource: string) => ({ verb: 'list', resource, namespace, signal }) as const
  const [deployments, pods] = await Promise.all([
    at.cluster.call(action('deployments'), ({ apps }) => apps.listNamespacedDeployment({ namespace })),
    at.cluster.call(action('pods'), ({ core }) => core.listNamespacedPod({ namespace })),
  ])
  const components: ComponentState[] = []
  for (const [component, config] of Object.entries(at.components)) {
    const image = release.images[component]
    if (!image) continue
    const deployment = deployments.items.find(({ metadata }) => metadata?.name === config.deployment)
    if (!deployment) throw unknownDeployment(at, config, deployments.items)
    refuseIfNewer(deployment, component, release.revision)
    const running = imageOf(deployment, config)
    if (running !== image)
      throw new ReleaseSuperseded({ component, revision: release.revision, newer: running })
    components.push({ component, container: config.container, image, deployment, pods: pods.items })
  }
  const seenAt = {
    deployments: deployments.metadata?.resourceVersion ?? '',
    pods: pods.metadata?.resourceVersion ?? '',
  }
  return { components, seenAt }
}

/** Watches from where the last look ended, so that no change is missed; the poll covers clusters that allow no watch. */
async function nextChange(
  at: Site,
  { seenAt, signal, until }: { seenAt: SeenAt | undefined; signal: AbortSignal; until: number },
): Promise<void> {
  const done = new AbortController()
  const given = AbortSignal.any([signal, done.signal])
  const waitMs = Math.max(0, Math.min((seenAt ? pollSeconds : retrySeconds) * 1000, until - Date.now()))
  const timer = sleep(waitMs, undefined, { signal: given })
  const bells: Promise<unknown>[] = [timer]
  if (seenAt) {
    const { cluster, namespace } = at
    bells.push(
      cluster.changed(`/apis/apps/v1/namespaces/${namespace}/deployments`, seenAt.deployments, given),
      cluster.changed(`/api/v1/namespaces/${namespace}/pods`, seenAt.pods, given),
    )
  }
  try {
    await Promise.race(bells)
    await sleep(Math.min(burstMs, waitMs), undefined, { signal })
  } catch {
    signal.throwIfAborted()
  } finally {
    done.abort()
    await timer.catch(() => undefined)
  }
}

/** Says what changed since the last look, and nothing twice. */
function teller({ log, progress }: SettleEffort) {
  const told = new Map<string, string>()
  return (components: Named[]) => {
    for (const { component, ready, wanted, trouble } of components) {
      const line = `${component}: ${ready} of ${wanted} pods ready${sayTrouble(trouble)}`
      if (told.get(component) !== line) log(line)
      told.set(component, line)
    }
    const count = (of: 'ready' | 'wanted') => components.reduce((total, one) => total + one[of], 0)
    const now = { done: count('ready'), total: count('wanted'), unit: 'pods' as const }
    const line = JSON.stringify(now)
    if (told.get('') !== line) progress(now)
    told.set('', line)
  }
}

function sayTrouble(trouble: Trouble | undefined): string {
  if (!trouble || trouble.reason === notReady) return ''
  return `; ${trouble.pod}: ${trouble.reason}${trouble.detail ? ` (${trouble.detail})` : ''}`
}
