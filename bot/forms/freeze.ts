import { frozenAnswer } from '../commands/ops/freezes.ts'
import { reasonLength } from '../commands/reading/quoted.ts'
import { textsFor } from '../texts/index.ts'
import { keyOf } from './ask-for-job.ts'
import { chosenEnvironment, environmentSelect } from './environment.ts'
import { entered, moment, typed } from './fields.ts'
import type { Form } from './form.ts'
import { orRefused, wrong } from './refused.ts'
import { rightsOf } from './rights.ts'
import { formScreen, notAllowedScreen } from './screens.ts'

const usualMinutes = 120

/** Holds deploys back for a while, with a reason that everybody is told. */
export const freezeForm: Form = {
  async *draw(draft, deps) {
    const { memory } = draft
    const texts = textsFor(draft.locale)
    const rights = await rightsOf(draft, 'freeze', deps)
    if (!rights.allowed) return yield notAllowedScreen('freeze', { memory, texts, rights })
    const { until, freezeReason } = texts.forms.fields
    const blocks = [
      environmentSelect(rights, chosenEnvironment(draft, rights), { texts, redraws: false }),
      moment({ field: 'until', ...until, initial: inQuarterHours(deps.now(), usualMinutes) }),
      typed({ field: 'reason', ...freezeReason, multiline: true, ...reasonLength }),
    ]
    yield formScreen('freeze', { memory, texts, blocks })
  },

  async submit(submitted, deps) {
    const { values, user } = submitted
    const texts = textsFor(submitted.locale)
    const environment = entered(values, 'environment')
    if (environment === null) return wrong('environment', texts.forms.missing, submitted)
    const until = new Date(Number(entered(values, 'until')) * 1000)
    if (!(until > deps.now())) return wrong('until', texts.forms.notInFuture, submitted)
    const reason = entered(values, 'reason')
    if (reason === null) return wrong('reason', texts.forms.missing, submitted)
    const request = { environment, reason, until: until.toISOString() }
    return await orRefused(submitted, async () => {
      const idempotencyKey = keyOf(submitted, request)
      return frozenAnswer(await deps.engine.freeze({ ...request, by: user, idempotencyKey }), deps)
    })
  },
}

/** A time somebody would have chosen. */
function inQuarterHours(now: Date, minutes: number): Date {
  const quarter = 15 * 60_000
  return new Date(Math.ceil((now.getTime() + minutes * 60_000) / quarter) * quarter)
}
