import { channelLink } from '../texts/mrkdwn.ts'
import { cardContext } from '../views/card-context.ts'
import { incidentCard } from '../views/incident-card.ts'
import { incidentsView } from '../views/incidents.ts'
import { title } from './reading/quoted.ts'
import { optional, sequence } from './reading/reader.ts'
import { nothing, reading, withSubcommands } from './reading/subcommands.ts'
import { environment, incidentNumber, level } from './reading/values.ts'

/** declare LEVEL "title" [ENVIRONMENT] */
const declare = reading(
  sequence(level, title, optional(environment)),
  async ([howBad, what, where], { asked, deps, asking }) => {
    const request = { title: what, level: howBad, by: asked.user, idempotencyKey: asked.key }
    const incident = await deps.engine.declareIncident({
      ...request,
      ...(where !== undefined && { environment: where }),
    })
    const { incidents } = deps.settings.channels
    if (asked.channel === incidents) return null
    return { text: asking.texts.asking.incidentDeclared(incident.id, channelLink(incidents)).mrkdwn }
  },
)

const list = reading(nothing, async (_, { asked, deps }) =>
  incidentsView(await deps.engine.incidents(), cardContext(asked, deps)),
)

const show = reading(incidentNumber, async (id, { asked, deps }) =>
  incidentCard(await deps.engine.incident(id), cardContext(asked, deps)),
)

const resolve = reading(incidentNumber, async (id, { asked, deps, asking }) => {
  await deps.engine.resolveIncident(id, { by: asked.user })
  return { text: asking.texts.asking.incidentResolved(id).mrkdwn }
})

/** /incident: as much of incidents as the emergency of an approval needs. */
export const incident = withSubcommands('incident', [
  { value: declare, names: ['declare', 'declarar', 'open', 'abrir'] },
  { value: list, names: ['list', 'lista'] },
  { value: show, names: ['show', 'ver'] },
  { value: resolve, names: ['resolve', 'resolver'] },
])
