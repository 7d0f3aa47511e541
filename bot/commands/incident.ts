import { channelLink } from '../texts/mrkdwn.ts'
import { acknowledge, assign, channel, escalate, note, resolve, role, silence } from './incident/acts.ts'
import { list, postmortem, show, silences, stats, timeline, unsilence } from './incident/looks.ts'
import { title } from './reading/quoted.ts'
import { optional, sequence } from './reading/reader.ts'
import { reading, withSubcommands } from './reading/subcommands.ts'
import { environment, level } from './reading/values.ts'

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

/** /incident: everything that can be done with one. Without a number it is the one whose channel this is, or the only one. */
export const incident = withSubcommands('incident', [
  { value: declare, names: ['declare', 'declarar', 'open', 'abrir'] },
  { value: list, names: ['list', 'lista'] },
  { value: show, names: ['show', 'ver'] },
  { value: acknowledge, names: ['ack', 'acknowledge', 'assumir'] },
  { value: resolve, names: ['resolve', 'resolver'] },
  { value: escalate, names: ['escalate', 'escalar'] },
  { value: assign, names: ['assign', 'atribuir'] },
  { value: note, names: ['note', 'anotar'] },
  { value: role, names: ['role', 'papel'] },
  { value: channel, names: ['channel', 'canal'] },
  { value: timeline, names: ['timeline', 'histórico'] },
  { value: postmortem, names: ['postmortem'] },
  { value: stats, names: ['stats', 'estatísticas'] },
  { value: silence, names: ['silence', 'silenciar'] },
  { value: silences, names: ['silences', 'silêncios'] },
  { value: unsilence, names: ['unsilence', 'dessilenciar'] },
])
