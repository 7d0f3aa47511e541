import type { Job, Step } from '../../../engine/client.ts'
import type { Mrkdwn } from '../../texts/mrkdwn.ts'
import type { CardContext } from '../card-context.ts'

/**
 * What state things are in after a job that did not succeed, told from which of its steps began. Null where that
 * cannot be known: better nothing than something untrue.
 */
export function aftermathSentence(job: Job, c: CardContext): Mrkdwn | null {
  const { ending } = c.texts.job
  if (job.error !== null && meantForOthers.includes(job.error.code)) return null
  switch (job.kind) {
    case 'deploy':
    case 'rollback':
      return releaseAftermath(job, c)
    case 'restore':
      return restoreAftermath(job, c)
    case 'backup':
      return stateOf(job, 'dump') === 'done' ? null : ending.noBackup
    case 'sync':
      return untouched(job, ['write', 'import-orders']) ? ending.nothingWritten : ending.partlyWritten
    default:
      return job.steps.every(({ name, state }) => name === 'plan' || state === 'pending')
        ? ending.nothingChanged
        : null
  }
}

/** What runs now is the work of somebody else's job, which tells of it. */
const meantForOthers = ['release-superseded']

function releaseAftermath(job: Job, c: CardContext): Mrkdwn | null {
  const { ending } = c.texts.job
  const from = job.change?.from ?? null
  if (untouched(job, ['set-images'])) {
    return job.environment === null || from === null
      ? ending.nothingChanged
      : ending.stays(job.environment, from)
  }
  if (job.environment === null || job.change === null || from === null) return null
  const isBack = ['restore-images', 'wait-restored'].every((name) => stateOf(job, name) === 'done')
  return isBack
    ? ending.wentBack(job.environment, from)
    : ending.between(job.environment, from, job.change.to)
}

function restoreAftermath(job: Job, c: CardContext): Mrkdwn {
  const { ending } = c.texts.job
  if (untouched(job, ['swap'])) return ending.databaseUntouched
  return stateOf(job, 'swap-back') === 'done' ? ending.databaseBack : ending.databaseUnclear
}

const untouched = (job: Job, names: readonly string[]): boolean =>
  names.every((name) => stateOf(job, name) === 'pending')

/** A step that is not on the list has not begun. */
const stateOf = (job: Job, name: string): Step['state'] =>
  job.steps.find((step) => step.name === name)?.state ?? 'pending'
