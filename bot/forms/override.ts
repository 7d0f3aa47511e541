import { overrideAnswer } from '../commands/ops/on-call.ts'
import { textsFor } from '../texts/index.ts'
import { keyOf } from './ask-for-job.ts'
import { entered, moment, option, person, present, select } from './fields.ts'
import type { Form, FormDeps } from './form.ts'
import { orRefused, wrong } from './refused.ts'
import { rightsOf } from './rights.ts'
import { formScreen, notAllowedScreen } from './screens.ts'
import { within } from './within.ts'

const usualHours = 4
const patienceSeconds = 1.5

/** Somebody stands in for whoever is on call. */
export const overrideForm: Form = {
  async *draw(draft, deps) {
    const { memory } = draft
    const texts = textsFor(draft.locale)
    const rights = await rightsOf(draft, 'incident', deps)
    if (!rights.allowed) return yield notAllowedScreen('override', { memory, texts, rights })
    const words = texts.onCall.form
    const rotations = (await rotationsOf(deps)).map((name) => option(name, name)).filter(present)
    const blocks = [
      person({ field: 'person', ...words.person }),
      moment({ field: 'from', ...words.from, initial: quarterBefore(deps.now()) }),
      moment({ field: 'until', ...words.until, initial: inQuarterHours(deps.now(), usualHours * 60) }),
      ...(rotations.length < 2
        ? []
        : [
            select({
              field: 'rotation',
              ...words.rotation,
              options: rotations,
              initial: rotations[0],
            }),
          ]),
    ]
    yield formScreen('override', { memory, texts, blocks })
  },

  async submit(submitted, deps) {
    const { values, user } = submitted
    const texts = textsFor(submitted.locale)
    const who = entered(values, 'person')
    if (who === null) return wrong('person', texts.forms.missing, submitted)
    const from = new Date(Number(entered(values, 'from') ?? 0) * 1000)
    const until = new Date(Number(entered(values, 'until')) * 1000)
    if (!(until > deps.now())) return wrong('until', texts.forms.notInFuture, submitted)
    if (until <= from) return wrong('until', texts.onCall.form.backwards, submitted)
    const rotation = entered(values, 'rotation')
    const request = {
      person: who,
      endsAt: until.toISOString(),
      ...(from > deps.now() && { startsAt: from.toISOString() }),
      ...(rotation !== null && { rotation }),
    }
    return await orRefused(submitted, async () => {
      const idempotencyKey = keyOf(submitted, request)
      const made = await deps.engine.overrideOnCall({ ...request, by: user, idempotencyKey })
      return overrideAnswer(made, submitted, deps)
    })
  },
}

/** While the engine does not say, the first rotation is meant. */
async function rotationsOf({ engine }: FormDeps): Promise<string[]> {
  const onCall = await within(patienceSeconds, engine.onCall()).catch(() => null)
  return onCall?.rotations.map(({ name }) => name) ?? []
}

const quarterMs = 15 * 60_000

const quarterBefore = (now: Date): Date => new Date(Math.floor(now.getTime() / quarterMs) * quarterMs)

/** A time somebody would have chosen. */
function inQuarterHours(now: Date, minutes: number): Date {
  return new Date(Math.ceil((now.getTime() + minutes * 60_000) / quarterMs) * quarterMs)
}
