import { z } from 'zod'
import { Refusal } from '../failures.ts'
import { procedure } from '../runner/procedure.ts'
import { EnvironmentName, Version } from './params.ts'
import { carryOutRelease, releaseSteps, undoRelease, type ReleaseDeps } from './release-steps.ts'

const Params = z.strictObject({ environment: EnvironmentName, version: Version })
const versionsShown = 10

/** Puts a version live: new images, every pod ready, healthy over HTTP; else back to what ran before. */
export const deploy = (deps: ReleaseDeps) =>
  procedure({
    kind: 'deploy',
    params: Params,
    lock: ({ environment }) => `release/${environment}`,
    environment: ({ environment }) => environment,
    freezable: true,
    steps: () => releaseSteps,
    async plan({ environment, version }) {
      const driver = deps.releases(environment)
      const [current, versions] = await Promise.all([driver.current(), driver.versions()])
      if (versions && !versions.includes(version)) throw unknownVersion(version, versions)
      const components = Object.keys(deps.runbook.environments[environment]?.release.components ?? {})
      const details = [{ name: 'components', value: components.join(', ') }]
      return { change: { from: current?.version ?? null, to: version, details }, plan: null }
    },
    run: async (job, { environment, version }) => await carryOutRelease(deps, job, { environment, version }),
    onFailure: {
      retryFrom: 'record-release',
      run: async (job, { environment }, why) => await undoRelease(deps, job, { environment, why }),
    },
  })

const unknownVersion = (version: string, versions: string[]): Refusal =>
  new Refusal(
    'unknown-version',
    { version, known: versions.slice(0, versionsShown) },
    `There is no version ${version}. The newest are: ${versions.slice(0, versionsShown).join(', ')}.`,
  )
