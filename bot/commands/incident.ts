import { acknowledge, assign, channel, escalate, note, resolve, role, silence } from './incident/acts.ts'
import { declare } from './incident/declare.ts'
import { list, postmortem, show, silences, stats, timeline, unsilence } from './incident/looks.ts'
import { withSubcommands } from './reading/subcommands.ts'

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
