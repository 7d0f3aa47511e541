import { kubernetesReleases } from './kubernetes.ts'
import type { ReleaseDriver, ReleaseDriverOptions } from './release.ts'

/** The driver an environment is released with. Nothing is connected until one of its methods is called. */
export function releaseDriver(options: ReleaseDriverOptions): ReleaseDriver {
  switch (options.release.driver) {
    case 'kubernetes':
      return kubernetesReleases(options)
  }
}
