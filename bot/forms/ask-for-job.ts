import { createHash } from 'node:crypto'
import type { NewJob } from '../../engine/client.ts'
import type { Answer, Deps, FormErrors, Submitted } from '../asked.ts'
import { requestJob } from '../commands/request-job.ts'
import { memoryOf } from './form.ts'
import { orRefused } from './refused.ts'

/** Records what a form asks for; sent twice it is recorded once. */
export async function askForJob(
  submitted: Submitted,
  deps: Deps,
  job: Pick<NewJob, 'kind' | 'params' | 'overrideFreeze'>,
): Promise<FormErrors | Answer | null> {
  const channel = memoryOf(submitted.privateMetadata).channel ?? ''
  const key = keyOf(submitted, job)
  return await orRefused(
    submitted,
    async () => await requestJob(job, { user: submitted.user, locale: submitted.locale, channel, key }, deps),
  )
}

/**
 * The same form with the same request is the same act, however often it arrives. The view's hash is no part of it: a
 * form is drawn anew while it is being sent.
 */
export function keyOf({ viewId, user }: Submitted, request: object): string {
  const act = JSON.stringify([viewId, user, request])
  return `form/${createHash('sha256').update(act).digest('hex')}`
}
