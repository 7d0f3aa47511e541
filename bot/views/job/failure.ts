import { z } from 'zod'
import type { Failure, Job } from '../../../engine/client.ts'
import { joined, lines, type Mrkdwn } from '../../texts/mrkdwn.ts'
import { explainFailure } from '../../texts/problems.ts'
import type { CardContext } from '../card-context.ts'
import { nameOf } from './steps.ts'

/** Where a job stopped, why, and what to do. */
export function failureSentence(job: Job, c: CardContext): Mrkdwn | null {
  if (job.error === null) return null
  const { cause, undo } = causesOf(job.error)
  const why = decidedBy(job, cause, c) ?? explainFailure(cause, c)
  const where = cause.step === undefined ? [] : [c.texts.job.stoppedAt(nameOf({ name: cause.step }, c))]
  return lines([
    joined([...where, why], ' '),
    ...(undo === null ? [] : [c.texts.job.undoFailed(explainFailure(undo, c))]),
  ])
}

/** The step a job that did not succeed stopped at. */
export function stoppedStep(job: Job): string | undefined {
  return job.error === null ? undefined : causesOf(job.error).cause.step
}

/** Where a person ended the job, the sentence names them. */
function decidedBy(job: Job, cause: Failure, c: CardContext): Mrkdwn | null {
  const name = nameOfPerson(job, cause.values['by'])
  if (name === null) return null
  const { approval, cancelledBy } = c.texts.job
  const { reason } = cause.values
  if (cause.code === 'rejected') return approval.rejected(name, typeof reason === 'string' ? reason : '')
  return cause.code === 'cancelled' ? cancelledBy(name) : null
}

function nameOfPerson(job: Job, slack: unknown): string | null {
  const voters = (job.approval?.votes ?? []).map(({ person }) => person)
  const people = [
    job.requestedBy,
    ...(job.cancelRequestedBy === null ? [] : [job.cancelRequestedBy]),
    ...voters,
  ]
  return people.find((person) => person.slack === slack)?.name ?? null
}

const Cause = z.object({
  code: z.string(),
  values: z.record(z.string(), z.unknown()),
  message: z.string(),
  step: z.string().optional(),
})

const BothCauses = z.object({ cause: Cause, undo: Cause })

/** When putting things back failed too, there are two reasons to tell. */
export function causesOf(error: Failure): { cause: Failure; undo: Failure | null } {
  if (error.code !== 'undo-failed') return { cause: error, undo: null }
  const both = BothCauses.safeParse(error.values)
  return both.success ? both.data : { cause: error, undo: null }
}
