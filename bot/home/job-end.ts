import type { Job } from '../../engine/client.ts'
import { duration } from '../texts/formats.ts'
import { joined, lines, mention } from '../texts/mrkdwn.ts'
import { message, section, type Message } from '../views/blocks.ts'
import { milliseconds, type CardContext } from '../views/card-context.ts'
import { failureSentence } from '../views/job/failure.ts'
import { iconOf, titleOf } from '../views/job/title.ts'

/** That a job is over, for the one who asked: short, because the card above says the rest. */
export function jobEnd(job: Job, c: CardContext): Message {
  const texts = c.texts.home.end
  const took = milliseconds(job.startedAt, job.finishedAt)
  const line = texts.line({
    who: mention(job.requestedBy.slack),
    icon: iconOf(job),
    title: titleOf(job, c.texts).slice(0, 250),
    id: job.id,
    state: c.texts.job.states[job.state],
  })
  const said = joined([line, ...(took === null || took < 1000 ? [] : [texts.took(duration(took))])], ' ')
  const why = job.state === 'succeeded' ? null : failureSentence(job, c)
  return message(said, [section(why === null ? said : lines([said, why]))])
}
