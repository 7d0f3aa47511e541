import type { Job } from '../../../engine/client.ts'
import { bytes, number } from '../../texts/formats.ts'
import { joined, type Mrkdwn } from '../../texts/mrkdwn.ts'
import { moment, type CardContext } from '../card-context.ts'
import { BackupResult, ReleaseResult, RestoreResult } from './results.ts'
import { synced } from './synced.ts'

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

const sentences = (parts: readonly (Mrkdwn | null)[]): Mrkdwn =>
  joined(
    parts.filter((part) => part !== null),
    ' ',
  )
