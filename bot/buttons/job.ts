import { z } from 'zod'
import { EngineRefused, type Job } from '../../engine/client.ts'
import type { Answer, ButtonHandler, Deps, Pressed } from '../asked.ts'
import { reasonForm } from '../modals/reason-form.ts'
import { textsFor } from '../texts/index.ts'
import { cardContext } from '../views/card-context.ts'
import { detailsView } from '../views/job/details.ts'
import { presentState } from '../views/present-state.ts'

export const approve: ButtonHandler = async (pressed, deps) =>
  await act(pressed, deps, (id) => deps.engine.approve(id, { by: pressed.user }))

export const cancel: ButtonHandler = async (pressed, deps) =>
  await act(pressed, deps, (id) => deps.engine.cancel(id, { by: pressed.user }))

export const retry: ButtonHandler = async (pressed, deps) =>
  await act(pressed, deps, (id) => deps.engine.retry(id, { by: pressed.user }))

export const reject: ButtonHandler = async (pressed, deps) => await askReason('reject', pressed, deps)
export const breakGlass: ButtonHandler = async (pressed, deps) => await askReason('breakGlass', pressed, deps)

/** For the one who asked, beside the card. */
export const details: ButtonHandler = async (pressed, deps) =>
  detailsView(await deps.engine.job(jobIdOf(pressed)), cardContext(pressed, deps))

/** The card shows what came of it. A button of a card that is out of date is answered with the present state. */
async function act(
  pressed: Pressed,
  deps: Deps,
  decide: (id: number) => Promise<Job>,
): Promise<Answer | null> {
  const id = jobIdOf(pressed)
  try {
    await decide(id)
    return null
  } catch (error) {
    if (!(error instanceof EngineRefused) || error.code !== 'wrong-state') throw error
    return { text: presentState(await deps.engine.job(id), textsFor(pressed.locale)).mrkdwn }
  }
}

/** Nothing is asked of the engine first: the form has to open within 3 s of the press. */
async function askReason(what: 'reject' | 'breakGlass', pressed: Pressed, deps: Deps): Promise<null> {
  const about = { jobId: jobIdOf(pressed), channel: pressed.channel }
  await deps.openModal(pressed.triggerId, reasonForm(what, about, textsFor(pressed.locale)))
  return null
}

const jobIdOf = ({ value }: Pressed): number => z.coerce.number().int().positive().parse(value)
