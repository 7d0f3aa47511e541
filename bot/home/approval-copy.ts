import type { Job } from '../../engine/client.ts'
import { joined, outside, type Mrkdwn } from '../texts/mrkdwn.ts'
import { message, section, type Message } from '../views/blocks.ts'
import type { CardContext } from '../views/card-context.ts'
import { jobCard } from '../views/job-card.ts'
import { decisionLines } from '../views/job/approval.ts'
import { failureSentence } from '../views/job/failure.ts'
import { iconOf, titleOf } from '../views/job/title.ts'

/** A job for somebody who may approve it: the card while it waits, afterwards one line that says who decided. */
export function approvalCopy(job: Job, isWaiting: boolean, c: CardContext): Message {
  const texts = c.texts.home.approval
  if (isWaiting) {
    const card = jobCard(job, c)
    return message(joined([texts.asks, outside(card.text)], ' '), [section(texts.asks), ...card.blocks])
  }
  const title = `${iconOf(job)} ${titleOf(job, c.texts).slice(0, 250)}`
  const line = texts.over(title, job.id, decision(job, c))
  return message(line, [section(line)])
}

/** Who let it pass, or why it was not. */
function decision(job: Job, c: CardContext): Mrkdwn {
  const [passed] = [joined(decisionLines(job, c))].filter(({ mrkdwn }) => mrkdwn !== '')
  if (passed) return passed
  const stopped = job.startedAt === null ? failureSentence(job, c) : null
  return stopped ?? outside(c.texts.job.states[job.state])
}
