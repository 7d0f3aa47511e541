import type { IncidentSummary } from '../../engine/client.ts'
import { joined, lines, outside } from '../texts/mrkdwn.ts'
import { header, message, section, type Message } from './blocks.ts'
import { moment, type CardContext } from './card-context.ts'
import { incidentLine } from './incident-card.ts'

/** The open incidents, the worst first. */
export function incidentsView(incidents: readonly IncidentSummary[], c: CardContext): Message {
  const texts = c.texts.incident
  const open = incidents.filter(({ state }) => state !== 'resolved').toSorted((a, b) => a.level - b.level)
  const list = open.slice(0, maximumListed).map((incident) => {
    const since = moment(incident.openedAt, c)
    return joined([incidentLine(incident, c), outside(texts.states[incident.state]), since])
  })
  return message(outside(texts.listTitle), [
    header(texts.listTitle),
    section(list.length === 0 ? texts.none : lines(list)),
  ])
}

const maximumListed = 12
