import { followedLines } from '../../logs/followed-log.ts'
import type { Reader } from '../views.ts'
import { attemptOf } from './job.ts'
import { threadOf } from './thread.ts'

/**
 * The log of one attempt of a job, followed by whoever asked: one message in the thread of the job's card.
 *
 * Not an ephemeral one: those cannot be edited with chat.update, and a response_url ends after 30 minutes and five
 * posts (docs.slack.dev/interactivity/handling-user-interaction), so a long restore would fall silent, and a bot that
 * was restarted could not find it again. Not one for each person either: all messages share some 50 edits a minute, and
 * everybody who asks reads the same lines. The thread has the file in the end, and disturbs nobody in the channel.
 *
 * It is progress to its last edit: approvals, ends and notices go before it, and it takes turns with the cards.
 */
export const followedLogReader: Reader = async (id, sources) => {
  const { engine, views, settings, now } = sources
  const { personal } = views
  if (personal === undefined) return null
  const { revision } = await engine.copies(`job-follow/${id}`)
  const { jobId, attempt } = attemptOf(id)
  const job = await engine.job(jobId)
  const isOver = job.attempt !== attempt || job.finishedAt !== null
  if (!isOver && job.state !== 'running') return null
  const hasNothing = job.attempt !== attempt || job.startedAt === null
  const places = hasNothing ? [] : await threadOf(job, sources)
  if (places === 'soon') return 'soon'
  return {
    revision,
    urgent: false,
    places,
    draw: async () => {
      const { lines } = await engine.log(jobId, { before: 0, limit: followedLines })
      return personal.followedLog(job, { attempt, lines }, { settings, now })
    },
  }
}
