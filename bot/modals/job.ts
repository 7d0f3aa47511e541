import { z } from 'zod'
import { EngineRefused, type Job } from '../../engine/client.ts'
import type { Deps, FormErrors, ModalHandler, Submitted } from '../asked.ts'
import { reasonLength } from '../commands/reading/quoted.ts'
import { textsFor } from '../texts/index.ts'
import { asPlain, clip } from '../texts/mrkdwn.ts'
import { explain, type Reading } from '../texts/problems.ts'
import { presentState } from '../views/present-state.ts'
import { reasonField } from './reason-form.ts'

export const reject: ModalHandler = async (submitted, deps) =>
  await decide(submitted, deps, (id, act) => deps.engine.reject(id, act))

export const breakGlass: ModalHandler = async (submitted, deps) =>
  await decide(submitted, deps, (id, act) => deps.engine.breakGlass(id, act))

const Metadata = z.object({ jobId: z.coerce.number().int().positive() })
const Field = z.object({ value: z.string().nullish() })

type Decision = (id: number, act: { by: string; reason: string }) => Promise<Job>

/** A refusal is shown in the form, so that nobody has to write their reason twice. */
async function decide(submitted: Submitted, deps: Deps, act: Decision): Promise<FormErrors | null> {
  const texts = textsFor(submitted.locale)
  const { jobId } = Metadata.parse(JSON.parse(submitted.privateMetadata))
  const field = Field.safeParse(submitted.values[reasonField]?.[reasonField])
  const reason = field.data?.value?.trim() ?? ''
  const { minimum, maximum } = reasonLength
  if (reason.length < minimum || reason.length > maximum) {
    return fieldError(texts.job.forms.reasonLength(minimum, maximum).mrkdwn)
  }
  try {
    await act(jobId, { by: submitted.user, reason })
    return null
  } catch (error) {
    if (!(error instanceof EngineRefused)) throw error
    return fieldError(await sentenceFor(error, jobId, { deps, texts, settings: submitted }))
  }
}

async function sentenceFor(
  error: EngineRefused,
  jobId: number,
  c: { deps: Deps } & Reading,
): Promise<string> {
  if (error.code !== 'wrong-state') return explain(error, c)
  return presentState(await c.deps.engine.job(jobId), c.texts).mrkdwn
}

/** Slack shows the errors of a field as plain text in little room. */
const fieldError = (sentence: string): FormErrors => ({
  errors: { [reasonField]: clip(asPlain({ mrkdwn: sentence }), 300) },
})
