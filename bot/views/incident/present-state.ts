import type { Incident } from '../../../engine/client.ts'
import type { Mrkdwn } from '../../texts/mrkdwn.ts'
import { moment, type CardContext } from '../card-context.ts'
import { nameOf } from './names.ts'

/** For somebody who pressed a button of a card that is out of date: how the incident stands. */
export function presentIncident(incident: Incident, c: CardContext): Mrkdwn {
  const { answers, states } = c.texts.incident
  const { id, state, acknowledgedBy, resolvedBy } = incident
  const by = state === 'resolved' ? resolvedBy : acknowledgedBy
  return by === null
    ? answers.stale(id, states[state])
    : answers.staleWith(id, states[state], nameOf(by, c.texts))
}

/** For somebody who escalated after somebody else had: who was called, and who is next. */
export function presentEscalation(incident: Incident, c: CardContext): Mrkdwn {
  const { escalation, id, pages, state } = incident
  const last = pages.at(-1)
  if (state === 'resolved' || escalation === null || last === undefined) return presentIncident(incident, c)
  const next = escalation.next === null ? null : moment(escalation.next.at, c, 'time')
  return c.texts.incident.answers.escalatedBefore(id, last.who, next)
}
