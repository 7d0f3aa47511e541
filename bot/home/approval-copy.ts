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
  const { icon, how } = decision(job, c)
  const line = texts.over(`${icon} ${titleOf(job, c.texts).slice(0, 250)}`, job.id, how)
  return message(line, [section(line)])
}

/** Who let it pass, or why it was not: what stays true whatever becomes of the job. */
function decision(job: Job, c: CardContext): { icon: string; how: Mrkdwn } {
  const passed = decisionLines(job, c)
  if (passed.length > 0) return { icon: '👍', how: joined(passed) }
  const stopped = job.startedAt === null ? failureSentence(job, c) : null
  return { icon: iconOf(job), how: stopped ?? outside(c.texts.job.states[job.state]) }
}
