import type { KnownBlock } from '@slack/web-api'
import type { IncidentSummary } from '../../engine/client.ts'
import { joined, lines, outside, type Mrkdwn } from '../texts/mrkdwn.ts'
import { context, header, message, section, type Message } from './blocks.ts'
import { moment, type CardContext } from './card-context.ts'
import { incidentLine, levelName } from './incident-card.ts'
import { acknowledgeButton } from './incident/buttons.ts'
import { nameOf } from './incident/names.ts'

/** The open incidents, the worst first. */
export function incidentsView(incidents: readonly IncidentSummary[], c: CardContext): Message {
  const texts = c.texts.incident.list
  const open = incidents.filter(({ state }) => state !== 'resolved')
  return message(outside(texts.title), [
    header(texts.title),
    ...(open.length === 0 ? [section(texts.none)] : incidentRows(open, maximumListed, c)),
  ])
}

const maximumListed = 12

/** One block for each, with the button that stops its escalation. */
export function incidentRows(
  incidents: readonly IncidentSummary[],
  maximum: number,
  c: CardContext,
): KnownBlock[] {
  const rest = incidents.length - maximum
  return [
    ...incidents
      .toSorted(
        (one, other) =>
          one.level - other.level || Number(other.state === 'open') - Number(one.state === 'open'),
      )
      .slice(0, maximum)
      .map((incident) =>
        section(
          lines([incidentLine(incident, c), joined(about(incident, c))]),
          incident.state === 'open' ? acknowledgeButton(incident, c) : undefined,
        ),
      ),
    ...(rest > 0 ? [context(c.texts.incident.list.more(rest))] : []),
  ]
}

function about({ level, environment, state, owner, openedAt }: IncidentSummary, c: CardContext): Mrkdwn[] {
  const { states, list, since } = c.texts.incident
  return [
    outside(levelName(level, c)),
    ...(environment === null ? [] : [outside(environment, 80)]),
    outside(states[state]),
    owner === null ? list.noOwner : list.owner(nameOf(owner, c.texts).slice(0, 80)),
    since(moment(openedAt, c, 'dayAndAgo')),
  ]
}
