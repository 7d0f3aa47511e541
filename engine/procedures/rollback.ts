import { z } from 'zod'
import { Refusal } from '../failures.ts'
import { procedure } from '../runner/procedure.ts'
import { rollbackTarget, type Release } from '../systems/release.ts'
import { EnvironmentName, Revision } from './params.ts'
import { carryOutRelease, releaseSteps, undoRelease, wasLive, type ReleaseDeps } from './release-steps.ts'

const Params = z.strictObject({ environment: EnvironmentName, revision: Revision.optional() })

/** Goes back to a release of the history: the one asked for, or the last that was live before the present one. */
export const rollback = (deps: ReleaseDeps) =>
  procedure({
    kind: 'rollback',
    params: Params,
    lock: ({ environment }) => `release/${environment}`,
    environment: ({ environment }) => environment,
    freezable: false,
    steps: () => releaseSteps,
    async plan({ environment, revision }) {
      const driver = deps.releases(environment)
      const [current, history] = await Promise.all([driver.current(), driver.history()])
      const target = chooseRelease(history, current, revision)
      if (!target) throw noSuchRelease(environment, history, revision)
      const details = [
        { name: 'revision', value: String(target.revision) },
        { name: 'releasedBy', value: target.by },
        { name: 'releasedAt', value: target.at },
      ]
      return {
        change: { from: current?.version ?? null, to: target.version, details },
        plan: { version: target.version, revision: target.revision },
      }
    },
    run: async (job, { environment }, target) =>
      await carryOutRelease(deps, job, { environment, version: target.version, rollbackTo: target.revision }),
    onFailure: {
      retryFrom: 'record-release',
      run: async (job, { environment }, why) => await undoRelease(deps, job, { environment, why }),
    },
  })

function chooseRelease(
  history: Release[],
  current: Release | null,
  revision: number | undefined,
): Release | null {
  if (revision !== undefined)
    return history.find((release) => release.revision === revision && wasLive(release)) ?? null
  return (current && rollbackTarget(history, current)) ?? null
}

function noSuchRelease(
  environment: string,
  history: readonly Release[],
  revision: number | undefined,
): Refusal {
  const known = history.filter(wasLive).map((release) => `${release.revision} (${release.version})`)
  const list =
    known.length > 0 ? `There are: ${known.slice(0, 10).join(', ')}.` : 'No release was recorded yet.'
  const what =
    revision === undefined
      ? `no release to go back to in ${environment}`
      : `no revision ${revision} in ${environment}`
  return new Refusal(
    'unknown-revision',
    { environment, revision: revision ?? null, known: known.slice(0, 10) },
    `There is ${what}. ${list}`,
  )
}
