import type { Incident } from '../../engine/client.ts'
import { duration } from '../texts/formats.ts'
import { labelOf } from '../texts/index.ts'
import { joined, lines, say, outside, type Mrkdwn } from '../texts/mrkdwn.ts'
import { context, message, section, type Message } from './blocks.ts'
import { milliseconds, moment, type CardContext } from './card-context.ts'

/** The one message of an incident: what is wrong, since when, and what was done about it. */
export function incidentCard(incident: Incident, c: CardContext): Message {
  const heading = incidentLine(incident, c)
  const events = incident.timeline.slice(-shownEvents).map((event) => eventLine(event, c))
  const isOver = incident.state === 'resolved'
  return message(heading, [
    section(heading),
    context(joined(about(incident, c))),
    ...(events.length === 0 ? [] : [section(lines(events))]),
    ...(isOver ? [] : [context(c.texts.incident.howToResolve(incident.id))]),
  ])
}

/** How bad, which, and what: one line for cards and lists. */
export function incidentLine(
  incident: Pick<Incident, 'id' | 'title' | 'level'> & Partial<Pick<Incident, 'state'>>,
  c: CardContext,
): Mrkdwn {
  const icon = incident.state === 'resolved' ? '✅' : (levelIcons[incident.level] ?? '🚨')
  return say`${icon} ${c.texts.incident.title(incident.id, incident.title)}`
}

const levelIcons: Record<number, string> = { 1: '🚨', 2: '🟠', 3: '🟡' }

/** The newest events; the rest stays in the engine. */
const shownEvents = 8

function about(incident: Incident, c: CardContext): Mrkdwn[] {
  const texts = c.texts.incident
  const lasted = milliseconds(incident.openedAt, incident.resolvedAt)
  return [
    texts.level(labelOf(texts.levels, String(incident.level))),
    ...(incident.environment === null ? [] : [outside(incident.environment)]),
    outside(texts.states[incident.state]),
    texts.opened(incident.declaredBy.name, moment(incident.openedAt, c)),
    ...(incident.resolvedAt === null || incident.resolvedBy === null
      ? []
      : [texts.resolved(incident.resolvedBy.name, moment(incident.resolvedAt, c))]),
    ...(lasted === null ? [] : [texts.lasted(duration(lasted))]),
  ]
}

function eventLine(event: Incident['timeline'][number], c: CardContext): Mrkdwn {
  const texts = c.texts.incident
  const what = labelOf(texts.events, event.kind)
  const { jobId, reason } = event.details
  return joined(
    [
      texts.event(moment(event.at, c, 'time'), event.actor.name, what),
      ...(typeof jobId === 'number' ? [say`(#${jobId})`] : []),
      ...(typeof reason === 'string' ? [texts.eventReason(reason)] : []),
    ],
    ' ',
  )
}
