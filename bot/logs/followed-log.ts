import type { Job } from '../../engine/client.ts'
import type { LogLines } from '../projection/views.ts'
import { say } from '../texts/mrkdwn.ts'
import { context, message, preformatted, section, type Message } from '../views/blocks.ts'
import { moment, type CardContext } from '../views/card-context.ts'
import { iconOf, titleOf } from '../views/job/title.ts'

/** What a phone shows of a thread at once; the card has the checklist, the file the rest. */
export const followedLines = 20
const shownLineLength = 140

/** The log of one attempt as it grows: its last lines, and how old they are; in the end, where the whole of it is. */
export function followedLog(job: Job, shown: { attempt: number; lines: LogLines }, c: CardContext): Message {
  const { log } = c.texts.home
  const title = say`📜 ${c.texts.job.logOf(job.id, titleOf(job, c.texts))}`
  if (job.attempt !== shown.attempt) return message(title, [section(title), context(log.another(job.id))])
  const lines = preformatted(
    shown.lines.slice(-followedLines).map(({ line }) => line),
    shownLineLength,
  )
  const state =
    job.finishedAt === null
      ? log.live(moment(c.now.toISOString(), c, 'seconds'))
      : log.over({ icon: iconOf(job), state: c.texts.job.states[job.state] })
  return message(title, [section(title), ...lines, context(state)])
}
