import type { Incident } from '../../../engine/client.ts'
import { duration } from '../../texts/formats.ts'
import { joined, outside, type Mrkdwn } from '../../texts/mrkdwn.ts'
import { milliseconds, moment, type CardContext } from '../card-context.ts'
import { isOurselves, nameOf } from './names.ts'

/** Who has it, who is next and when: what decides whether somebody goes back to sleep. */
export function stateLines(incident: Incident, c: CardContext): Mrkdwn[] {
  switch (incident.state) {
    case 'open':
      return openLines(incident, c)
    case 'acknowledged':
      return acknowledgedLines(incident, c)
    case 'resolved':
      return resolvedLines(incident, c)
  }
}

function openLines(incident: Incident, c: CardContext): Mrkdwn[] {
  const texts = c.texts.incident
  const { escalation, isUnconfirmed } = incident
  const next = escalation?.next ?? null
  return [
    escalation?.isExhausted === true ? texts.exhausted : texts.nobody,
    ...(isUnconfirmed ? [texts.unconfirmed] : []),
    ...(next === null ? [] : [texts.next(next.who, moment(next.at, c, 'timeAndAgo'))]),
    ...ownership(incident, c),
  ]
}

function acknowledgedLines(incident: Incident, c: CardContext): Mrkdwn[] {
  const texts = c.texts.incident
  const { acknowledgedBy, acknowledgedAt, alertCounts } = incident
  const at = acknowledgedAt ?? incident.openedAt
  const by = acknowledgedBy ?? incident.owner
  return [
    ...(by === null ? [] : [texts.acknowledged(nameOf(by, c.texts), moment(at, c, 'timeAndAgo'))]),
    ...(incident.isStillRinging ? [texts.stillRings] : []),
    ...(alertCounts.total > 0 && alertCounts.firing === 0 ? [texts.noneFiring] : []),
    ...ownership(incident, c),
  ]
}

function resolvedLines(incident: Incident, c: CardContext): Mrkdwn[] {
  const texts = c.texts.incident
  const { resolvedAt, resolvedBy, openedAt, acknowledgedAt, resolution } = incident
  const lasted = milliseconds(openedAt, resolvedAt)
  const answered = milliseconds(openedAt, acknowledgedAt)
  const when = moment(resolvedAt ?? openedAt, c)
  const byPerson = resolvedBy === null || isOurselves(resolvedBy) ? null : resolvedBy
  return [
    joined([
      byPerson === null ? texts.overAt(when) : texts.resolved(nameOf(byPerson, c.texts), when),
      ...(lasted === null ? [] : [texts.lasted(duration(lasted))]),
      ...(answered === null ? [] : [texts.answeredIn(duration(answered))]),
    ]),
    ...(incident.isStillRinging ? [texts.stillRings] : []),
    ...(resolution === null ? [] : [texts.resolution(resolution)]),
    ...ownership(incident, c),
  ]
}

/** The owner where that is somebody else than who acknowledged, the roles, the channel of its own. */
function ownership(
  { owner, acknowledgedBy, commander, scribe, channel }: Incident,
  c: CardContext,
): Mrkdwn[] {
  const texts = c.texts.incident
  const parts = [
    ...(owner === null || owner.slack === acknowledgedBy?.slack ? [] : [texts.owner(nameOf(owner, c.texts))]),
    ...(commander === null ? [] : [texts.role(texts.roles.commander, nameOf(commander, c.texts))]),
    ...(scribe === null ? [] : [texts.role(texts.roles.scribe, nameOf(scribe, c.texts))]),
    ...(channel === null ? [] : [texts.ownChannel(channelOf(channel))]),
  ]
  return parts.length === 0 ? [] : [joined(parts)]
}

const channelOf = (id: string): Mrkdwn =>
  /^[CG][A-Z0-9]{2,20}$/.test(id) ? { mrkdwn: `<#${id}>` } : outside(id, 80)

/** The next step in plain words. */
export function nextStep(incident: Incident, c: CardContext): Mrkdwn {
  const { steps } = c.texts.incident
  const { state, escalation, alertCounts } = incident
  if (state === 'resolved') return steps.postmortem
  if (state === 'open') return escalation?.isExhausted === true ? steps.callSomebody : steps.acknowledge
  return alertCounts.total > 0 && alertCounts.firing === 0 ? steps.resolve : steps.escalate
}
