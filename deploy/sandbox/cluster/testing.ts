import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

import type {
  EnvironmentReleaseConfig,
  Progress,
  ReleaseDriver,
  ReleaseDriverOptions,
} from '../../../engine/systems/release.ts'
import { releaseDriver } from '../../../engine/systems/releases.ts'
import { startCluster } from './cluster.ts'

export type ReleaseBench = Awaited<ReturnType<typeof releaseBench>>
type Account = { token?: string; release?: EnvironmentReleaseConfig; requestTimeoutSeconds?: number }

const neverCancelled = new AbortController().signal

/** For tests of releases: a cluster that runs fifty times faster, and a driver for its production. */
export async function releaseBench() {
  const cluster = await startCluster({ port: 0, secondMs: 20, readySeconds: 1, progressDeadlineSeconds: 30 })
  const folder = await mkdtemp(join(tmpdir(), 'plantao-releases-'))
  const lines: string[] = []
  const progress: Progress[] = []
  const log = (line: string) => void lines.push(line)
  const driver = await driverAs({})

  async function driverAs({ token = cluster.tokens.admin, ...how }: Account): Promise<ReleaseDriver> {
    const kubeconfig = join(folder, token)
    await writeFile(kubeconfig, cluster.kubeconfigFor(token))
    const options: ReleaseDriverOptions = { environment: 'production', release: config(), kubeconfig, ...how }
    return releaseDriver(options)
  }

  function config(): EnvironmentReleaseConfig {
    const names = ['backend', 'frontend', 'worker']
    const component = (name: string) => ({
      deployment: name,
      container: name,
      image: `ml-bling-sync/${name}`,
    })
    return {
      driver: 'kubernetes',
      namespace: 'production',
      registry: cluster.registryUrl,
      components: Object.fromEntries(names.map((name) => [name, component(name)])),
      rolloutTimeoutSeconds: 30,
    }
  }

  /** Begins a release of this version and sets its images. */
  async function start(version: string, mark: string, more: { rollbackTo?: number } = {}): Promise<number> {
    const { revision } = await driver.begin({ version, mark, by: 'maria', ...more })
    await apply(revision)
    return revision
  }

  function apply(revision: number) {
    return driver.apply(revision, { signal: neverCancelled, log })
  }

  function settle(
    revision: number,
    how: { timeoutSeconds?: number; signal?: AbortSignal } = {},
  ): Promise<void> {
    const { timeoutSeconds = 30, signal = neverCancelled } = how
    return driver.settled(revision, {
      signal,
      log,
      progress: (now) => void progress.push(now),
      timeoutSeconds,
    })
  }

  /** The whole way to the end of a release that goes well. */
  async function deploy(version: string, mark: string, more: { rollbackTo?: number } = {}): Promise<number> {
    const revision = await start(version, mark, more)
    await settle(revision)
    await driver.finish(revision, 'deployed')
    return revision
  }

  return {
    cluster,
    driver,
    driverAs,
    config,
    /** What was logged, and the progress that was told. */
    lines,
    progress,
    start,
    apply,
    settle,
    deploy,
    async close(): Promise<void> {
      await cluster.close()
      await rm(folder, { recursive: true })
    },
  }
}
