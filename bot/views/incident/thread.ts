import type { Button } from '@slack/web-api'
import type { Incident } from '../../../engine/client.ts'
import { joined, lines, outside, type Mrkdwn } from '../../texts/mrkdwn.ts'
import { actions, message, section, type Message } from '../blocks.ts'
import type { CardContext } from '../card-context.ts'
import { incidentCard } from '../incident-card.ts'
import { acknowledgeButton, stillWorkingButton } from './buttons.ts'
import { eventSentence, type IncidentEvent } from './events.ts'
import { mentions, names } from './names.ts'

/** What is said of an event in the thread of the card; `people` are notified. */
export function eventReply(
  about: { incident: Incident; event: IncidentEvent; people: readonly string[] },
  c: CardContext,
): Message {
  const { incident, event, people } = about
  const said = lines([eventSentence(event, c), ...told(event, people, c)])
  return message(said, [section(said), ...actions(buttonsOf(event, incident, c))])
}

function told(event: IncidentEvent, people: readonly string[], c: CardContext): Mrkdwn[] {
  if (people.length === 0) return []
  if (event.kind === 'acknowledged' || event.kind === 'resolved')
    return [c.texts.incident.events.standDown(mentions(people), people.length)]
  // Whoever it was given to is in the sentence already.
  return event.kind === 'assigned' || event.kind === 'role' ? [] : [mentions(people)]
}

function buttonsOf({ kind }: IncidentEvent, incident: Incident, c: CardContext): Button[] {
  if (kind === 'still-firing') return [stillWorkingButton(incident, c)]
  return ['unowned-reminder', 'unacknowledged', 'exhausted'].includes(kind)
    ? [acknowledgeButton(incident, c)]
    : []
}

/** That a further level of the matrix is being called. */
export function pageReply(page: Incident['pages'][number], c: CardContext): Message {
  const said = c.texts.incident.events.paged(page.who.slice(0, 100), names(page.people.slice(0, 5), c.texts))
  return message(said, [section(said)])
}

/** To those whom PagerDuty did not reach, where everybody sees it. */
export function fallbackMention(
  about: { incident: Incident; pageId: number; people: readonly string[] },
  c: CardContext,
): Message {
  const { incident, pageId, people } = about
  const texts = c.texts.incident.fallback
  const who = incident.pages.find(({ id }) => id === pageId)?.who ?? '?'
  const said =
    people.length === 0 ? texts.nobody(who.slice(0, 100)) : texts.mention(mentions(people), incident.id)
  const isOpen = incident.state === 'open'
  return message(said, [section(said), ...actions(isOpen ? [acknowledgeButton(incident, c)] : [])])
}

/** The same to one of them alone: the whole card, with its buttons; afterwards that it is answered, or over. */
export function fallbackDirect(incident: Incident, c: CardContext): Message {
  const { direct, answered, over } = c.texts.incident.fallback
  const said = { open: direct, acknowledged: answered, resolved: over }[incident.state]
  const card = incidentCard(incident, c)
  return message(joined([said, outside(card.text)], ' '), [section(said), ...card.blocks])
}
