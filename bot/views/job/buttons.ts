import type { Button } from '@slack/web-api'
import type { Job } from '../../../engine/client.ts'
import { asPlain } from '../../texts/mrkdwn.ts'
import { button } from '../blocks.ts'
import type { CardContext } from '../card-context.ts'
import { changeLine } from './approval.ts'
import { stoppedStep } from './failure.ts'
import { nameOf } from './steps.ts'
import { titleOf, type Titled } from './title.ts'

/** What can be done with a job in its present state, the likeliest first. */
export function jobButtons(job: Job, c: CardContext): Button[] {
  switch (job.state) {
    case 'waiting-approval':
      return [approve(job, c), reject(job, c), breakGlass(job, c), cancel(job, c)]
    case 'queued':
      return [cancel(job, c)]
    case 'running':
      return [...(job.cancelRequestedBy === null ? [cancel(job, c)] : []), logButton(job, c)]
    case 'succeeded':
      return []
    case 'failed':
    case 'cancelled':
      return [
        ...(job.error?.code === 'rejected' ? [] : [retry(job, c)]),
        ...(job.state === 'failed' && job.error !== null ? [details(job, c)] : []),
        ...(job.startedAt === null ? [] : [logButton(job, c)]),
      ]
  }
}

export function logButton(job: Job, c: CardContext): Button {
  return button({ id: 'job.log', text: c.texts.job.buttons.log, value: String(job.id) })
}

function details(job: Job, c: CardContext): Button {
  return button({ id: 'job.details', text: c.texts.job.buttons.details, value: String(job.id) })
}

/** What somebody who decides on a job is shown of it. */
export type Decidable = Titled & Pick<Job, 'id' | 'change'>

/** The dialog says what will be done to what: a thumb on a phone presses the wrong card easily. */
export function approve(job: Decidable, c: CardContext): Button {
  const { buttons, dialogs } = c.texts.job
  const change = job.change === null ? dialogs.approve.unseen : asPlain(changeLine(job.change, c))
  return button({
    id: 'job.approve',
    text: buttons.approve,
    value: String(job.id),
    style: 'primary',
    confirm: {
      title: dialogs.approve.title,
      text: [titleOf(job, c.texts), change],
      confirm: dialogs.approve.confirm,
      deny: dialogs.notNow,
    },
  })
}

export function reject(job: Pick<Job, 'id'>, c: CardContext): Button {
  return button({ id: 'job.reject', text: c.texts.job.buttons.reject, value: String(job.id) })
}

function breakGlass(job: Job, c: CardContext): Button {
  return button({ id: 'job.break-glass', text: c.texts.job.buttons.breakGlass, value: String(job.id) })
}

function cancel(job: Job, c: CardContext): Button {
  const { buttons, dialogs } = c.texts.job
  const text = job.state === 'running' ? dialogs.cancel.running : dialogs.cancel.waiting
  return button({
    id: 'job.cancel',
    text: buttons.cancel,
    value: String(job.id),
    confirm: {
      title: dialogs.cancel.title,
      text: text(titleOf(job, c.texts)),
      confirm: dialogs.cancel.confirm,
      deny: dialogs.notNow,
      style: 'danger',
    },
  })
}

function retry(job: Job, c: CardContext): Button {
  const { buttons, dialogs } = c.texts.job
  const step = retryStep(job)
  return button({
    id: 'job.retry',
    text: step === null ? buttons.retry : buttons.retryFrom(nameOf({ name: step }, c)),
    value: String(job.id),
    confirm: {
      title: dialogs.retry.title,
      text: dialogs.retry.text(titleOf(job, c.texts), nameOf({ name: step ?? 'plan' }, c)),
      confirm: dialogs.retry.confirm,
      deny: dialogs.notNow,
    },
  })
}

/** Null: from the beginning. Without a plan there is nothing to go on from. */
function retryStep(job: Job): string | null {
  return job.retryFrom === 'plan' || stoppedStep(job) === 'plan' ? null : job.retryFrom
}
