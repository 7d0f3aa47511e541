import type { Incident } from '../../../engine/client.ts'
import type { Mrkdwn } from '../../texts/mrkdwn.ts'
import { moment, type CardContext } from '../card-context.ts'
import { isOurselves, nameOf } from './names.ts'

/** For somebody who did what cannot be done any more: how the incident stands, by whom and since when. */
export function presentIncident(incident: Incident, c: CardContext): Mrkdwn {
  const { answers } = c.texts.incident
  const { id, state, openedAt, acknowledgedBy, acknowledgedAt, resolvedBy, resolvedAt } = incident
  if (state === 'resolved') {
    const when = moment(resolvedAt ?? openedAt, c)
    return resolvedBy === null || isOurselves(resolvedBy)
      ? answers.isOver(id, when)
      : answers.isResolved(id, nameOf(resolvedBy, c.texts), when)
  }
  if (state === 'open' || acknowledgedBy === null) return answers.isOpen(id)
  return answers.isTaken(id, nameOf(acknowledgedBy, c.texts), moment(acknowledgedAt ?? openedAt, c, 'time'))
}

/** For somebody who acknowledged: it is theirs, unless somebody else was first. */
export function acknowledgedAnswer(incident: Incident, by: string, c: CardContext): Mrkdwn {
  const { state, acknowledgedBy, id } = incident
  return state === 'acknowledged' && acknowledgedBy?.slack !== by
    ? presentIncident(incident, c)
    : c.texts.incident.answers.acknowledged(id)
}

/** For somebody who escalated after somebody else had: who was called, and who is next. */
export function presentEscalation(incident: Incident, c: CardContext): Mrkdwn {
  const { escalation, id, pages, state } = incident
  const last = pages.at(-1)
  if (state === 'resolved' || escalation === null || last === undefined) return presentIncident(incident, c)
  const next = escalation.next === null ? null : moment(escalation.next.at, c, 'time')
  return c.texts.incident.answers.escalatedBefore(id, last.who, next)
}
