import type { Job } from '../../../engine/client.ts'
import type { Read, Sources } from '../views.ts'
import { channelOfJob } from './job.ts'

/** The thread of a job's card; `soon`: the card is not posted yet. */
export async function threadOf(
  job: Pick<Job, 'id' | 'origin'>,
  { engine, settings }: Pick<Sources, 'engine' | 'settings'>,
): Promise<Read['places'] | 'soon'> {
  const channel = channelOfJob(job, settings)
  const card = (await engine.messagesOf(`job/${job.id}`)).find((message) => message.channel === channel)
  return typeof card?.ts === 'string' ? [{ channel, threadTs: card.ts }] : 'soon'
}
