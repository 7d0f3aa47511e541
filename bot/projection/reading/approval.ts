import type { Reader } from '../views.ts'
import { attemptOf } from './job.ts'

/**
 * A job's request to those who may approve it, one attempt of it: to each a message of their own. It has a subject
 * besides the job's so that the progress of the job, which nobody follows there, costs no edits.
 */
export const approvalReader: Reader = async (id, { engine, views, settings, now, mannersOf }) => {
  const { personal } = views
  if (personal === undefined) return null
  const { jobId, attempt } = attemptOf(id)
  const { revision, people } = await engine.copies(`approval/${id}`)
  const job = await engine.job(jobId)
  const isWaiting = job.state === 'waiting-approval' && job.attempt === attempt
  return {
    revision,
    urgent: true,
    places: people.map((channel) => ({ channel })),
    draw: async ({ channel }) =>
      personal.approval(job, { settings, now, isWaiting, ...(await mannersOf(channel)) }),
  }
}
