import { reasonLength } from '../../commands/reading/quoted.ts'
import { number } from '../../texts/formats.ts'
import { context } from '../../views/blocks.ts'
import { entered, typed } from '../fields.ts'
import { aboutForm } from './about-form.ts'

/** Ends an incident, with what resolved it; says so when its alerts still fire. */
export const resolveForm = aboutForm({
  name: 'resolve',
  fields({ incident, texts, draft }) {
    const { resolveReason, stillFiring } = texts.incident.forms
    const firing = incident?.alertCounts.firing ?? 0
    return [
      ...(firing === 0 ? [] : [context(stillFiring(number(firing, draft.locale)))]),
      typed({ field: 'reason', ...resolveReason, multiline: true, optional: true, ...reasonLength }),
    ]
  },
  async act(id, { values, user }, { engine }) {
    const reason = entered(values, 'reason')
    await engine.resolveIncident(id, { by: user, ...(reason !== null && { reason }) })
    return null
  },
})
