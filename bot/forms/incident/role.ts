import { z } from 'zod'
import { textsFor } from '../../texts/index.ts'
import { entered, option, person, present, select } from '../fields.ts'
import { wrong } from '../refused.ts'
import { aboutForm } from './about-form.ts'

const Role = z.enum(['commander', 'scribe'])

/** Says who leads and who writes down. */
export const roleForm = aboutForm({
  name: 'role',
  fields({ texts, draft }) {
    const { forms, roles } = texts.incident
    const options = Role.options.map((role) => option(role, roles[role])).filter(present)
    return [
      select({ field: 'role', ...forms.role, options, initial: options[0] }),
      person({ field: 'person', ...forms.person, initial: draft.user }),
    ]
  },
  async act(id, submitted, { engine }) {
    const { missing } = textsFor(submitted.locale).forms
    const role = Role.safeParse(entered(submitted.values, 'role')).data
    if (role === undefined) return wrong('role', missing, submitted)
    const whom = entered(submitted.values, 'person')
    if (whom === null) return wrong('person', missing, submitted)
    await engine.giveIncidentRole(id, { by: submitted.user, role, person: whom })
    return null
  },
})
