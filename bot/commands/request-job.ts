import type { NewJob } from '../../engine/client.ts'
import type { Answer, Asked, Deps } from '../asked.ts'
import { textsFor } from '../texts/index.ts'
import { channelLink } from '../texts/mrkdwn.ts'

/**
 * Records a job. In the channels where its card appears there is nothing more to say; elsewhere the person is told
 * where to look.
 */
export async function requestJob(
  job: Pick<NewJob, 'kind' | 'params' | 'overrideFreeze'>,
  asked: Pick<Asked, 'user' | 'channel' | 'key' | 'locale'>,
  { engine, settings }: Pick<Deps, 'engine' | 'settings'>,
): Promise<Answer | null> {
  const request = {
    ...job,
    requestedBy: asked.user,
    idempotencyKey: asked.key,
    origin: { channel: asked.channel },
  }
  const { job: recorded } = await engine.createJob(request)
  const { operations, incidents } = settings.channels
  if (asked.channel === operations || asked.channel === incidents) return null
  return { text: textsFor(asked.locale).asking.requested(recorded.id, channelLink(operations)).mrkdwn }
}
