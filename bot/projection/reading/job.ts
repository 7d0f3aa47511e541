import type { Job, Settings } from '../../../engine/client.ts'
import type { Reader } from '../views.ts'

export const jobReader: Reader = async (id, { engine, views, settings, now }) => {
  const job = await engine.job(Number(id))
  return {
    revision: job.revision,
    urgent: job.state !== 'queued' && job.state !== 'running',
    isLive: job.state === 'running',
    places: [{ channel: channelOfJob(job, settings) }],
    draw: async () => views.job(job, { settings, now }),
  }
}

/** A job is shown where it was asked for, if that is a channel of ours. */
export function channelOfJob(job: Pick<Job, 'origin'>, settings: Settings): string {
  const { operations, incidents } = settings.channels
  const asked = job.origin?.['channel']
  return asked === incidents ? incidents : operations
}

/** The id and the attempt in `42.1`. */
export function attemptOf(id: string): { jobId: number; attempt: number } {
  const [jobId = 0, attempt = 0] = id.split('.').map(Number)
  return { jobId, attempt }
}
