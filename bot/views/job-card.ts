import type { KnownBlock } from '@slack/web-api'
import type { Job } from '../../engine/client.ts'
import { duration } from '../texts/formats.ts'
import { joined, lines, say, outside, type Mrkdwn } from '../texts/mrkdwn.ts'
import { actions, context, message, preformatted, section, type Message } from './blocks.ts'
import { milliseconds, moment, type CardContext } from './card-context.ts'
import { aftermathSentence } from './job/aftermath.ts'
import { approvalBlocks, decisionLines } from './job/approval.ts'
import { jobButtons, logButton } from './job/buttons.ts'
import { failureSentence, stoppedStep } from './job/failure.ts'
import { checklist, summary } from './job/steps.ts'
import { successSentence } from './job/success.ts'
import { iconOf, titleOf } from './job/title.ts'
import { waitingBlocks } from './job/waiting.ts'

/** The one message of a job: what, where, how far, what to do. Long while it matters, short once it is over. */
export function jobCard(job: Job, c: CardContext): Message {
  const heading = say`${iconOf(job)} *${outside(titleOf(job, c.texts), 250)}*`
  return message(say`${heading} · #${job.id}: ${c.texts.job.states[job.state]}`, [
    section(say`${heading}  #${job.id}`),
    context(joined(origin(job, c))),
    ...(job.overrideReason === null ? [] : [section(c.texts.job.overridden(job.overrideReason))]),
    ...approvalBlocks(job, c),
    ...waitingBlocks(job, c),
    ...runningBlocks(job, c),
    ...succeededBlocks(job, c),
    ...stoppedBlocks(job, c),
    ...actions(jobButtons(job, c)),
  ])
}

/** Who asked and when, which attempt, who let it pass, and how long it took once it is over. */
function origin(job: Job, c: CardContext): Mrkdwn[] {
  const texts = c.texts.job
  // After a retry the start is still that of the first attempt.
  const took = job.attempt > 1 ? null : milliseconds(job.startedAt, job.finishedAt)
  return [
    texts.requestedBy(job.requestedBy.name, moment(job.createdAt, c)),
    ...(job.attempt > 1 ? [texts.attempt(job.attempt)] : []),
    ...(job.state === 'waiting-approval' ? [] : decisionLines(job, c)),
    ...(took === null || took < 1000 ? [] : [texts.took(duration(took))]),
  ]
}

/** What of the log fits beside the checklist without pushing it off a phone's screen. */
const shownLogLines = 5
const shownLineLength = 200

function runningBlocks(job: Job, c: CardContext): KnownBlock[] {
  if (job.state !== 'running') return []
  const steps = checklist(job, c)
  return [
    ...(steps.length === 0 ? [] : [section(lines(steps))]),
    ...(job.cancelRequestedBy === null ? [] : [section(c.texts.job.cancelling(job.cancelRequestedBy.name))]),
    ...preformatted(newsOf(job).slice(-shownLogLines), shownLineLength),
  ]
}

function succeededBlocks(job: Job, c: CardContext): KnownBlock[] {
  if (job.state !== 'succeeded') return []
  const text = successSentence(job, c) ?? c.texts.job.stepsDone(job.steps.length)
  return [section(text, logButton(job, c))]
}

function stoppedBlocks(job: Job, c: CardContext): KnownBlock[] {
  if (job.state !== 'failed' && job.state !== 'cancelled') return []
  const sentences = [failureSentence(job, c), aftermathSentence(job, c)].filter((text) => text !== null)
  const steps = job.startedAt === null ? [] : summary(job, stoppedStep(job), c)
  return [
    ...(sentences.length === 0 ? [] : [section(lines(sentences))]),
    ...(steps.length === 0 ? [] : [context(lines(steps))]),
    ...(job.state === 'failed' ? preformatted(newsOf(job).slice(-shownLogLines), shownLineLength) : []),
  ]
}

/** The engine writes failures into the log too, which the card has told already. */
function newsOf(job: Job): string[] {
  const told = [job.error, ...job.steps.map(({ error }) => error)].map((error) => error?.message)
  return job.logTail.filter((line) => !told.includes(line))
}
