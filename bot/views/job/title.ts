import type { Job, JobState } from '../../../engine/client.ts'
import { labelOf, type Texts } from '../../texts/index.ts'

export type Titled = Pick<Job, 'kind' | 'params' | 'environment'> & Partial<Pick<Job, 'change'>>

/** What a job does and where, in a few plain words: "Deploy v1.4.0 → staging". */
export function titleOf(job: Titled, texts: Texts): string {
  const { titles } = texts.job
  const environment = job.environment ?? '?'
  switch (job.kind) {
    case 'deploy':
      return titles.deploy(param(job, 'version') ?? '?', environment)
    case 'rollback':
      return titles.rollback(environment, rollbackTarget(job, texts))
    case 'restore':
      return titles.restore(environment, param(job, 'backup'))
    case 'backup':
      return titles.backup(environment)
    case 'sync':
      return titles.sync(labelOf(texts.job.entities, param(job, 'entity') ?? 'all'), param(job, 'sku'))
    default:
      return titles.other(job.kind, job.environment)
  }
}

/** One sign per state, for a glance at a phone. */
export function iconOf(job: Pick<Job, 'state'> & Partial<Pick<Job, 'waitingFor'>>): string {
  if (job.state === 'queued' && job.waitingFor) return job.waitingFor.kind === 'freeze' ? '❄️' : '🔒'
  return icons[job.state]
}

const icons: Record<JobState, string> = {
  'waiting-approval': '✋',
  queued: '🕓',
  running: '⏳',
  succeeded: '✅',
  failed: '❌',
  cancelled: '🚫',
}

/** The version once it is known, until then the revision that was asked for. */
function rollbackTarget(job: Titled, texts: Texts): string | null {
  if (job.change) return job.change.to
  const revision = param(job, 'revision')
  return revision === null ? null : texts.job.titles.revision(revision)
}

function param(job: Titled, name: string): string | null {
  const value = job.params[name]
  return typeof value === 'string' || typeof value === 'number' ? String(value) : null
}
