import { declaredAnswer } from '../commands/incident/declare.ts'
import { textsFor } from '../texts/index.ts'
import { keyOf } from './ask-for-job.ts'
import { entered, option, present, select, typed } from './fields.ts'
import { memoryOf, type Form } from './form.ts'
import { orRefused, wrong } from './refused.ts'
import { rightsOf } from './rights.ts'
import { formScreen, notAllowedScreen } from './screens.ts'

const levels = [1, 2, 3] as const
/** The engine's own bounds for titles: engine/http/schemas.ts. */
const titleLength = { minimum: 3, maximum: 200 }

/** Declares an incident. */
export const declareForm: Form = {
  async *draw(draft, deps) {
    const { memory } = draft
    const texts = textsFor(draft.locale)
    const rights = await rightsOf(draft, 'incident', deps)
    if (!rights.allowed) return yield notAllowedScreen('declare', { memory, texts, rights })
    const { title, level, affected } = texts.forms.fields
    const named = deps.settings.environments.map((name) => option(name, name)).filter(present)
    const grave = levels.map((one) => option(String(one), texts.forms.levels[one])).filter(present)
    const blocks = [
      typed({ field: 'title', ...title, ...titleLength, initial: memory.title }),
      select({ field: 'level', ...level, options: grave }),
      ...(named.length === 0
        ? []
        : [select({ field: 'environment', ...affected, options: named, optional: true })]),
    ]
    yield formScreen('declare', { memory, texts, blocks })
  },

  async submit(submitted, deps) {
    const { values, user } = submitted
    const texts = textsFor(submitted.locale)
    const title = entered(values, 'title')
    if (title === null) return wrong('title', texts.forms.missing, submitted)
    const level = Number(entered(values, 'level'))
    if (!levels.some((one) => one === level)) return wrong('level', texts.forms.missing, submitted)
    const environment = entered(values, 'environment')
    const request = { title, level, ...(environment !== null && { environment }) }
    return await orRefused(submitted, async () => {
      const idempotencyKey = keyOf(submitted, request)
      const incident = await deps.engine.declareIncident({ ...request, by: user, idempotencyKey })
      const memory = memoryOf(submitted.privateMetadata)
      if (memory.link !== undefined) {
        const note = { by: user, text: memory.link, idempotencyKey: `${idempotencyKey}/link` }
        await deps.engine.noteOnIncident(incident.id, note)
      }
      return declaredAnswer(incident, { channel: memory.channel, locale: submitted.locale }, deps)
    })
  },
}
