import { entered, person } from '../fields.ts'
import { wrong } from '../refused.ts'
import { textsFor } from '../../texts/index.ts'
import { aboutForm } from './about-form.ts'

/** Gives an incident to somebody. */
export const assignForm = aboutForm({
  name: 'assign',
  fields: ({ texts, draft }) => [
    person({ field: 'person', ...texts.incident.forms.person, initial: draft.user }),
  ],
  async act(id, submitted, { engine }) {
    const to = entered(submitted.values, 'person')
    if (to === null) return wrong('person', textsFor(submitted.locale).forms.missing, submitted)
    await engine.assignIncident(id, { by: submitted.user, to })
    return null
  },
})
