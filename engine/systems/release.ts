/** How one environment is released, as the runbook file says it. */
export type EnvironmentReleaseConfig = {
  driver: 'kubernetes'
  /** The kubeconfig context; absent: its current one. */
  context?: string | undefined
  namespace: string
  /** Base URL of the OCI registry that lists the versions; absent: they cannot be listed. */
  registry?: string | undefined
  components: Record<string, ComponentConfig>
  rolloutTimeoutSeconds: number
}

/** `image` carries no tag: the version is the tag. */
export type ComponentConfig = { deployment: string; container: string; image: string }

export const releaseStatuses = ['pending', 'deployed', 'superseded', 'failed', 'rolled-back'] as const
export type ReleaseStatus = (typeof releaseStatuses)[number]

export type Release = {
  /** Counted from 1 per environment; 0 is what already ran before Plantão recorded anything. */
  revision: number
  version: string
  status: ReleaseStatus
  /** The job that made it. The same mark always finds the same release. */
  mark: string
  by: string
  /** ISO 8601 */
  at: string
  /** A rollback says which revision it went back to. */
  rollbackOf?: number
  /** component -> image with its tag */
  images: Record<string, string>
  /** Only from `current()`: where what runs is not what this release says, because somebody changed it by hand. */
  drift?: Drift[]
}

export type Drift = { component: string; expected: string; running: string }

export type Effort = { signal: AbortSignal; log: (line: string) => void }
export type Progress = { done: number; total: number; unit: 'pods' }

/**
 * What a deploy or a rollback needs, whatever carries it out (Kubernetes now; Helm, GitHub Actions or a script
 * fit behind it). Every method may throw a `ReleaseError` (release-errors.ts) and gives up in bounded time when
 * the other side does not answer. Every method may be called again after a crash: nothing is done twice.
 */
export interface ReleaseDriver {
  /** What runs now. */
  current(): Promise<Release | null>
  /** Every recorded release, newest first. */
  history(): Promise<Release[]>
  /**
   * The versions every component can be deployed at, newest first; null when they cannot be listed now (there is
   * no registry, or it is down), which must keep nobody from deploying or going back.
   */
  versions(): Promise<string[] | null>
  /** Records the intent as a new pending release. The same mark finds the first. With `rollbackTo` it takes that revision's images. */
  begin(request: BeginRelease): Promise<Release>
  findByMark(mark: string): Promise<Release | null>
  /** Sets the images of the release. A component that already carries this release is left alone (`changed: false`). */
  apply(revision: number, effort: Effort): Promise<AppliedComponent[]>
  /** Resolves when every pod of every component runs the release and is ready. */
  settled(revision: number, effort: SettleEffort): Promise<void>
  /** Records the end. A release that ends 'deployed' supersedes the one before it. */
  finish(revision: number, status: ReleaseStatus): Promise<void>
}

export type BeginRelease = { version: string; mark: string; by: string; rollbackTo?: number }
export type AppliedComponent = { component: string; changed: boolean }
export type SettleEffort = Effort & { progress: (progress: Progress) => void; timeoutSeconds: number }

export type ReleaseDriverOptions = {
  /** The environment's name in the runbook file. */
  environment: string
  release: EnvironmentReleaseConfig
  /** Path of a kubeconfig; absent: the usual places (KUBECONFIG, ~/.kube/config, the pod's service account). */
  kubeconfig?: string | undefined
  /** How long one request may take before it counts as unanswered. */
  requestTimeoutSeconds?: number
}

/**
 * The release a rollback without a revision goes back to: the newest one that once ran well and is older than
 * what runs now. After a rollback "older" counts from the revision it went back to, so that a second rollback
 * goes further back instead of forward again to the bad version.
 */
export function rollbackTarget(history: Release[], current: Release): Release | undefined {
  const from = current.rollbackOf ?? current.revision
  return history
    .toSorted((a, b) => b.revision - a.revision)
    .find(
      (release) =>
        release.revision < from && ranWell.includes(release.status) && !sameImages(release, current),
    )
}

const ranWell: ReleaseStatus[] = ['deployed', 'superseded']

function sameImages(a: Release, b: Release): boolean {
  const components = new Set([...Object.keys(a.images), ...Object.keys(b.images)])
  return [...components].every((component) => a.images[component] === b.images[component])
}
