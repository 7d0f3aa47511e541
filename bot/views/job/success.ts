import type { Job } from '../../../engine/client.ts'
import { bytes, number } from '../../texts/formats.ts'
import { labelOf } from '../../texts/index.ts'
import { joined, lines, say, outside, type Mrkdwn } from '../../texts/mrkdwn.ts'
import { explainFailure } from '../../texts/problems.ts'
import { moment, type CardContext } from '../card-context.ts'
import { BackupResult, ReleaseResult, RestoreResult, SyncResult } from './results.ts'

/** What state things are in after a job that succeeded; null where its result says nothing. */
export function successSentence(job: Job, c: CardContext): Mrkdwn | null {
  switch (job.kind) {
    case 'deploy':
    case 'rollback':
      return released(job, c)
    case 'backup':
      return backedUp(job, c)
    case 'restore':
      return restored(job, c)
    case 'sync':
      return synced(job, c)
    default:
      return null
  }
}

function released(job: Job, c: CardContext): Mrkdwn | null {
  const result = ReleaseResult.safeParse(job.result)
  if (!result.success || job.environment === null) return null
  const { version, revision, previousVersion } = result.data
  const { ending } = c.texts.job
  const live = job.kind === 'rollback' ? ending.wentBack : ending.running
  return sentences([
    live(job.environment, version),
    previousVersion ? ending.before(previousVersion) : null,
    typeof revision === 'number' ? ending.revision(revision) : null,
  ])
}

function backedUp(job: Job, c: CardContext): Mrkdwn | null {
  const result = BackupResult.safeParse(job.result)
  if (!result.success) return null
  const count = (value: number): string => number(value, c.texts.locale)
  const { backup, rows, tables } = result.data
  const size = bytes(result.data.bytes, c.texts.locale)
  const { ending } = c.texts.job
  return sentences([ending.backedUp(backup), ending.backupSize(size, count(rows), count(tables))])
}

function restored(job: Job, c: CardContext): Mrkdwn | null {
  const result = RestoreResult.safeParse(job.result)
  if (!result.success) return null
  const { database, backup, keptAs, rows, takenAt } = result.data
  const { ending } = c.texts.job
  return sentences([
    ending.restored(database, backup),
    takenAt ? ending.backupFrom(moment(takenAt, c)) : null,
    typeof rows === 'number' ? ending.rows(number(rows, c.texts.locale)) : null,
    keptAs ? ending.kept(keptAs) : null,
  ])
}

/** More failures than this belong into the log. */
const shownFailures = 5

function synced(job: Job, c: CardContext): Mrkdwn | null {
  const result = SyncResult.safeParse(job.result)
  if (!result.success) return null
  const counts = Object.entries(result.data.counts).filter(([, count]) => count !== 0)
  const moved = counts.filter(([outcome]) => outcome !== 'unchanged')
  return lines([
    ...(moved.length === 0 ? [c.texts.job.ending.nothingToDo] : []),
    ...(counts.length === 0
      ? []
      : [joined(counts.slice(0, 12).map(([outcome, count]) => outcomeCount(outcome, count, c)))]),
    ...failureLines(result.data.failures, c),
  ])
}

function outcomeCount(outcome: string, count: number, c: CardContext): Mrkdwn {
  const amount = number(count, c.texts.locale)
  return c.texts.job.outcome(labelOf(c.texts.job.outcomes, outcome), amount)
}

function failureLines(failures: SyncResult['failures'], c: CardContext): Mrkdwn[] {
  const more = failures.length - shownFailures
  return [
    ...failures
      .slice(0, shownFailures)
      .map((failure) => say`• *${outside(failure.sku, 80)}*: ${explainFailure(failure, c.texts)}`),
    ...(more > 0 ? [c.texts.job.moreLines(more)] : []),
  ]
}

const sentences = (parts: readonly (Mrkdwn | null)[]): Mrkdwn =>
  joined(
    parts.filter((part) => part !== null),
    ' ',
  )
