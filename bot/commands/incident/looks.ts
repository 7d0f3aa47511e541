import { cardContext } from '../../views/card-context.ts'
import { incidentCard } from '../../views/incident-card.ts'
import { silencesView } from '../../views/incident/silences.ts'
import { statsView } from '../../views/incident/stats.ts'
import { timelineView } from '../../views/incident/timeline.ts'
import { incidentsView } from '../../views/incidents.ts'
import { optional, sequence } from '../reading/reader.ts'
import { looking, nothing, reading } from '../reading/subcommands.ts'
import { numberOf } from '../reading/values.ts'
import { someIncident } from './acts.ts'
import { postmortemAnswer } from './postmortem.ts'
import { withIncident } from './which.ts'

/** list */
export const list = looking(nothing, async (_, { asked, deps }) =>
  incidentsView(await deps.engine.incidents({ open: true, limit: 100 }), cardContext(asked, deps)),
)

/** show [N] */
export const show = looking(someIncident, async (typed, input) => {
  const { deps, asked } = input
  return await withIncident(typed, input, async (id) =>
    incidentCard(await deps.engine.incident(id), cardContext(asked, deps)),
  )
})

const page = numberOf((texts) => texts.asking.missing.incidentNumber)

/** timeline [N] [PAGE] */
export const timeline = looking(
  sequence(someIncident, optional(page)),
  async ([typed, wanted = 1], input) => {
    const { deps, asked } = input
    return await withIncident(typed, input, async (id) =>
      timelineView(await deps.engine.incident(id), wanted, cardContext(asked, deps)),
    )
  },
)

/** postmortem [N] */
export const postmortem = looking(someIncident, async (typed, input) => {
  const { deps, asked } = input
  return await withIncident(typed, input, async (id) => await postmortemAnswer(id, asked, deps))
})

/** stats */
export const stats = looking(nothing, async (_, { asked, deps }) =>
  statsView(await deps.engine.incidentStats(), cardContext(asked, deps)),
)

/** silences */
export const silences = looking(nothing, async (_, { asked, deps }) =>
  silencesView(await deps.engine.silences(), cardContext(asked, deps)),
)

/** unsilence N */
export const unsilence = reading(
  numberOf((texts) => texts.incident.answers.missingSilence),
  async (id, { asked, deps, asking }) => {
    await deps.engine.endSilence(id, { by: asked.user })
    return { text: asking.texts.incident.silences.ended(id).mrkdwn }
  },
)
