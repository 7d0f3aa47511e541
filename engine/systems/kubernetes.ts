import { connect } from './kubernetes/client.ts'
import { apply } from './kubernetes/apply.ts'
import { imagesIn, mapValues, readDeployments, revisionOn } from './kubernetes/deployments.ts'
import type { Site } from './kubernetes/deployments.ts'
import { releaseIn, releaseRecords } from './kubernetes/records.ts'
import { settled } from './kubernetes/settle.ts'
import { createRegistry, repositoryOf } from './registry.ts'
import type {
  BeginRelease,
  Drift,
  Release,
  ReleaseDriver,
  ReleaseDriverOptions,
  ReleaseStatus,
} from './release.ts'
import { RegistryUnreachable, ReleaseSuperseded } from './release-errors.ts'

/**
 * Releases by Kubernetes' own means: a release sets the images of an environment's Deployments, the cluster rolls
 * its pods over, and the history lies in the cluster as ConfigMaps.
 */
export function kubernetesReleases({
  environment,
  release: config,
  kubeconfig,
  requestTimeoutSeconds = 10,
}: ReleaseDriverOptions): ReleaseDriver {
  const { namespace, components, context } = config
  const registry = config.registry ? createRegistry(config.registry) : undefined

  /** Reads the kubeconfig anew each time: its credentials may have been renewed. */
  async function site(): Promise<Site> {
    const cluster = await connect({ kubeconfig, context, requestTimeoutSeconds })
    const records = releaseRecords(cluster, { environment, namespace })
    return { cluster, records, environment, namespace, components }
  }

  return {
    current: async () => current(await site()),
    history: async () => (await site()).records.list(),
    findByMark: async (mark) => (await site()).records.findByMark(mark),
    begin: async (request) => begin(await site(), request),
    apply: async (revision, effort) => apply(await site(), revision, effort),
    settled: async (revision, effort) => settled(await site(), revision, effort),
    finish: async (revision, status) => finish(await site(), revision, status),

    async versions() {
      if (!registry) return null
      const repositories = Object.values(components).map(({ image }) => repositoryOf(image))
      try {
        const [first = [], ...others] = await Promise.all(repositories.map((one) => registry.versions(one)))
        return first.filter((version) => others.every((versions) => versions.includes(version)))
      } catch (error) {
        if (error instanceof RegistryUnreachable) return null
        throw error
      }
    },
  }
}

/**
 * What runs, and which release that is: the newest one that ended well, or a later one that did not but whose
 * images do run. Where somebody changed an image by hand, the version is what runs and `drift` says where.
 */
async function current(at: Site): Promise<Release> {
  const [history, deployments] = await Promise.all([at.records.list(), readDeployments(at)])
  const running = imagesIn(at, deployments)
  const deployed = history.find(({ status }) => status === 'deployed')
  const tried = history.filter(({ revision }) => revision > (deployed?.revision ?? 0))
  const matching = [deployed, ...tried].find((release) => release && driftOf(release, running).length === 0)
  if (matching) return matching
  const version = versionOf(running)
  if (deployed) return { ...deployed, version, images: running, drift: driftOf(deployed, running) }
  return { revision: 0, version, status: 'deployed', mark: '', by: '', at: '', images: running }
}

async function begin(at: Site, request: BeginRelease): Promise<Release> {
  for (;;) {
    const history = await at.records.list()
    const first = history.find(({ mark }) => mark === request.mark)
    if (first) return first
    const newest = history[0]
    if (newest) {
      const release = nextRelease(at, history, { ...request, revision: newest.revision + 1 })
      if (await at.records.create(release)) return release
    } else {
      await at.records.create(await adopted(at))
    }
  }
}

/** What runs before Plantão's first release becomes a release of its own, so that there is something to go back to. */
async function adopted(at: Site): Promise<Release> {
  const deployments = await readDeployments(at)
  const images = imagesIn(at, deployments)
  // Where the records were lost, the Deployments still carry the last revision: go on from there.
  const carried = Object.values(deployments).map(revisionOn)
  return {
    revision: Math.max(1, ...carried),
    version: versionOf(images),
    status: 'deployed',
    mark: 'adopted',
    by: 'plantao',
    at: new Date().toISOString(),
    images,
  }
}

function nextRelease(at: Site, history: Release[], request: BeginRelease & { revision: number }): Release {
  const { revision, mark, by, rollbackTo } = request
  const base = { revision, status: 'pending' as const, mark, by, at: new Date().toISOString() }
  if (rollbackTo === undefined) {
    const images = mapValues(at.components, ({ image }) => `${image}:${request.version}`)
    return { ...base, version: request.version, images }
  }
  const target = releaseIn(history, rollbackTo, at.environment)
  const known = Object.entries(target.images).filter(([component]) => at.components[component])
  return { ...base, version: target.version, rollbackOf: rollbackTo, images: Object.fromEntries(known) }
}

async function finish(at: Site, revision: number, status: ReleaseStatus): Promise<void> {
  const history = await at.records.list()
  const release = releaseIn(history, revision, at.environment)
  const newer = history.find((other) => other.revision > revision && other.status === 'deployed')
  if (status === 'deployed' && newer) {
    const carried = `release ${newer.revision} (${newer.version})`
    throw new ReleaseSuperseded({ component: at.environment, revision, newer: carried })
  }
  await at.records.setStatus(revision, status)
  if (status !== 'deployed') return
  for (const older of history.filter((other) => other.revision < revision)) {
    const ended = endOf(older, release)
    if (ended) await at.records.setStatus(older.revision, ended)
  }
}

/** What becomes of an older release when a newer one is live; undefined: it stays as it is. */
function endOf(older: Release, newer: Release): ReleaseStatus | undefined {
  if (older.status === 'pending') return 'failed'
  if (older.status !== 'deployed') return undefined
  const wentBackBehind = newer.rollbackOf !== undefined && older.revision > newer.rollbackOf
  return wentBackBehind ? 'rolled-back' : 'superseded'
}

function driftOf(release: Release, running: Record<string, string>): Drift[] {
  return Object.entries(running)
    .filter(([component, image]) => release.images[component] !== image)
    .map(([component, image]) => ({ component, expected: release.images[component] ?? '', running: image }))
}

/** `v1.4.0` where all components agree, else which runs what. */
function versionOf(images: Record<string, string>): string {
  const versions = mapValues(images, (image) => image.slice(image.lastIndexOf(':') + 1))
  const different = new Set(Object.values(versions))
  if (different.size <= 1) return [...different][0] ?? ''
  return Object.entries(versions)
    .map(([component, version]) => `${component} ${version}`)
    .join(', ')
}
