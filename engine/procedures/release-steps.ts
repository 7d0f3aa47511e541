import type { Runbook } from '../runbook-file.ts'
import type { Interruption, RunningJob } from '../runner/procedure.ts'
import { checkHealth } from '../systems/health-checks.ts'
import type { Release, ReleaseDriver } from '../systems/release.ts'

export const releaseSteps = [
  'record-release',
  'set-images',
  'wait-rollout',
  'health-checks',
  'finish-release',
] as const
export type ReleaseStep = (typeof releaseSteps)[number]

/** With growing waits in between: about half a minute for an application that is still warming up. */
const healthCheckAttempts = 6

export interface ReleaseDeps {
  runbook: Runbook
  releases(environment: string): ReleaseDriver
}

/** What both deploy and rollback do once they know where to go. */
export async function carryOutRelease(
  deps: ReleaseDeps,
  job: RunningJob<ReleaseStep>,
  target: { environment: string; version: string; rollbackTo?: number },
): Promise<{ version: string; revision: number; previousVersion: string | null }> {
  const driver = deps.releases(target.environment)
  const rolloutSeconds = rolloutTimeoutSeconds(deps, target.environment)
  const { environment, ...wanted } = target

  const { revision, previousVersion } = await job.step('record-release', async ({ log }) => {
    const release = await driver.begin({ ...wanted, mark: job.mark, by: job.requestedBy })
    const previous = await releaseBefore(driver, release.revision)
    log(`Revision ${release.revision}: ${previous?.version ?? 'nothing'} -> ${release.version}`)
    return { revision: release.revision, previousVersion: previous?.version ?? null }
  })
  await job.step('set-images', async (step) => await driver.apply(revision, step))
  await job.step('wait-rollout', {
    timeoutSeconds: rolloutSeconds + 30,
    run: async (step) => await driver.settled(revision, { ...step, timeoutSeconds: rolloutSeconds }),
  })
  await job.step('health-checks', async ({ signal, log }) => {
    const checks = deps.runbook.environments[environment]?.healthChecks ?? []
    await checkHealth(checks, { signal, log, attempts: healthCheckAttempts })
  })
  await job.step('finish-release', async () => await driver.finish(revision, 'deployed'))
  return { version: target.version, revision, previousVersion }
}

/** Goes back to what ran before this job, as a release of its own, and says that the job's release failed. */
export async function undoRelease(
  deps: ReleaseDeps,
  job: RunningJob<string>,
  context: { environment: string; why: Interruption & { reached: readonly string[] } },
): Promise<void> {
  const driver = deps.releases(context.environment)
  if (!context.why.reached.includes('record-release')) return
  const failed = await driver.findByMark(job.mark)
  if (!failed) return
  const touched = context.why.reached.includes('set-images')
  const back = touched
    ? await restorePrevious(deps, job, { environment: context.environment, driver, failed })
    : null
  await job.step('mark-failed', async () => {
    await driver.finish(failed.revision, 'failed')
    if (back !== null) await driver.finish(back, 'deployed')
  })
}

async function restorePrevious(
  deps: ReleaseDeps,
  job: RunningJob<string>,
  context: { environment: string; driver: ReleaseDriver; failed: Release },
): Promise<number | null> {
  const { driver, failed } = context
  const rolloutSeconds = rolloutTimeoutSeconds(deps, context.environment)
  const back = await job.step('restore-images', async ({ signal, log }) => {
    const previous = await releaseBefore(driver, failed.revision)
    if (!previous) return null
    log(`Going back to ${previous.version} (revision ${previous.revision})`)
    const release = await driver.begin({
      version: previous.version,
      rollbackTo: previous.revision,
      mark: `${job.mark}-undo`,
      by: job.requestedBy,
    })
    await driver.apply(release.revision, { signal, log })
    return release.revision
  })
  if (back !== null) {
    await job.step('wait-restored', {
      timeoutSeconds: rolloutSeconds + 30,
      run: async (step) => await driver.settled(back, { ...step, timeoutSeconds: rolloutSeconds }),
    })
  }
  return back
}

/** The release that was live before a revision: the newest older one that had been deployed well. */
async function releaseBefore(driver: ReleaseDriver, revision: number): Promise<Release | null> {
  const history = await driver.history()
  return history.find((release) => release.revision < revision && wasLive(release)) ?? null
}

export const wasLive = ({ status }: Release): boolean => status === 'deployed' || status === 'superseded'

const rolloutTimeoutSeconds = (deps: ReleaseDeps, environment: string): number =>
  deps.runbook.environments[environment]?.release.rolloutTimeoutSeconds ?? 600
