import type { KnownBlock } from '@slack/web-api'
import type { Job } from '../../../engine/client.ts'
import { say } from '../../texts/mrkdwn.ts'
import { section } from '../blocks.ts'
import { moment, type CardContext } from '../card-context.ts'

/** Why a job does not run yet: whose turn it is, or until when its environment is frozen. */
export function waitingBlocks(job: Job, c: CardContext): KnownBlock[] {
  if (job.state !== 'queued') return []
  const texts = c.texts.job.waiting
  if (job.waitingFor === null) return [section(texts.soon)]
  if (job.waitingFor.kind === 'freeze') {
    const { environment, until, reason } = job.waitingFor
    return [section(texts.freeze(environment, moment(until, c), reason))]
  }
  const { position, lock, holder } = job.waitingFor
  const since = moment(holder.since, c, 'time')
  const place = {
    position,
    lock,
    holder: say`*#${holder.jobId}* (${holder.kind})`,
    who: holder.requestedBy.name,
    since,
  }
  return [section(texts.lock(place))]
}
