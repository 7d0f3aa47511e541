import { releaseDriver } from '../../engine/systems/releases.ts'
import { runbookSeed, type Seed } from './cluster/seed.ts'
import { loadRunbook } from '../../engine/runbook-file.ts'

/** Production as it was before the releases below. */
export const seedBeforeReleases: Seed = {
  ...runbookSeed,
  production: { version: 'v1.2.2', earlier: [], replicas: { frontend: 2, backend: 3, worker: 2 } },
}

const releases = [
  { version: 'v1.2.3', by: 'Maria Santos' },
  { version: 'v1.3.0', by: 'Pedro Costa' },
]

/** Gives production a past to go back to: releases made the way Plantão makes them, once. */
export async function makePastReleases(runbookFile: string, kubeconfig: string): Promise<void> {
  const runbook = await loadRunbook(runbookFile)
  const production = runbook.environments['production']
  if (!production) return
  const driver = releaseDriver({ environment: 'production', release: production.release, kubeconfig })
  if ((await driver.history()).length > 0) return
  const effort = { signal: AbortSignal.timeout(30_000), log: () => undefined }
  for (const { version, by } of releases) {
    const { revision } = await driver.begin({ version, by, mark: `past-${version}` })
    await driver.apply(revision, effort)
    await driver.finish(revision, 'deployed')
  }
}
