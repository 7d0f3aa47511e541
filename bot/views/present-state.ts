import type { Job } from '../../engine/client.ts'
import type { Texts } from '../texts/index.ts'
import type { Mrkdwn } from '../texts/mrkdwn.ts'
import { titleOf } from './job/title.ts'

/** For somebody who acted on what is no longer so: that it is not, and how it stands. */
export function presentState(job: Job, texts: Texts): Mrkdwn {
  const { stale, states } = texts.job
  return stale(titleOf(job, texts), job.id, states[job.state])
}
