import { textsFor } from '../../texts/index.ts'
import { keyOf } from '../ask-for-job.ts'
import { entered, typed } from '../fields.ts'
import { wrong } from '../refused.ts'
import { aboutForm } from './about-form.ts'

/** The engine's own bound: engine/http/incident-schemas.ts. */
export const noteLength = { minimum: 1, maximum: 2000 }

/** Adds to the timeline what somebody saw or did. */
export const noteForm = aboutForm({
  name: 'note',
  fields: ({ texts }) => [
    typed({ field: 'note', ...texts.incident.forms.note, multiline: true, ...noteLength }),
  ],
  async act(id, submitted, { engine }) {
    const text = entered(submitted.values, 'note')
    if (text === null) return wrong('note', textsFor(submitted.locale).forms.missing, submitted)
    const idempotencyKey = keyOf(submitted, { id, text })
    await engine.noteOnIncident(id, { by: submitted.user, text, idempotencyKey })
    return null
  },
})
