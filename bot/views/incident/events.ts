import type { Incident } from '../../../engine/client.ts'
import { duration, number } from '../../texts/formats.ts'
import { labelOf } from '../../texts/index.ts'
import { channelLink, joined, link, mention, outside, type Mrkdwn } from '../../texts/mrkdwn.ts'
import type { CardContext } from '../card-context.ts'
import { isOurselves, isSlackId, nameOf } from './names.ts'

export type IncidentEvent = Incident['timeline'][number]

const noteLength = 1500

/** What happened, in one sentence; kinds it does not know are named as they are. */
export function eventSentence(event: IncidentEvent, c: CardContext): Mrkdwn {
  const { jobId, reason } = event.details
  const because = reasonOf(event.kind, reason, c)
  return joined(
    [
      sentenceOf(event, c),
      ...(typeof jobId === 'number' ? [c.texts.incident.events.job(jobId)] : []),
      ...(because === null ? [] : [because]),
    ],
    ' ',
  )
}

function sentenceOf(event: IncidentEvent, c: CardContext): Mrkdwn {
  const texts = c.texts.incident.events
  const who = nameOf(event.actor, c.texts).slice(0, 80)
  const read = reading(event.details, c)
  const sentences: Record<string, () => Mrkdwn> = {
    opened: () => texts.opened,
    declared: () => texts.declared(who),
    'alert-joined': () => texts.alertJoined(read.text('title'), read.count('count')),
    upgraded: () => texts.upgraded(read.level('from'), read.level('to')),
    acknowledged: () => texts.acknowledged(who),
    unacknowledged: () => texts.unacknowledged,
    escalated: () => texts.escalated(who, read.text('level')),
    resolved: () => (isOurselves(event.actor) ? texts.over : texts.resolved(who)),
    assigned: () => texts.assigned(who, read.person('to')),
    note: () => texts.note(who, noteText(event.details['text'], c)),
    role: () => texts.role(who, read.role('role'), read.person('person')),
    channel: () => texts.channel(who, read.channel('channel')),
    silenced: () => texts.silenced(who, read.minutes('minutes')),
    flapping: () => texts.flapping,
    'still-firing': () => texts.stillFiring,
    exhausted: () => texts.exhausted,
    'unowned-reminder': () => texts.unowned(Number(event.details['count'] ?? 1)),
    'page-problem': () => texts.pageProblem(read.text('level'), read.text('problem')),
    fallback: () => texts.fallback(read.text('level')),
    'still-rings': () => texts.stillRings(read.text('level')),
    'break-glass': () => texts.breakGlass(who),
    'pagerduty-reopened': () => texts.reopenedThere(who),
    'pagerduty-escalated': () => texts.escalatedThere(who),
    'pagerduty-closed': () => texts.closedThere,
    paged: () => texts.page(read.text('level'), calledPeople(event.details)),
    'still-working': () => texts.stillWorking(who),
    skipped: () => texts.skipped(read.text('level'), read.text('who')),
  }
  return (
    (Object.hasOwn(sentences, event.kind) ? sentences[event.kind]?.() : null) ?? texts.other(who, event.kind)
  )
}

/** "Maria Santos, João Silva": those a level stood for, else what the matrix calls it. */
function calledPeople({ people, who }: Record<string, unknown>): string {
  const named = Array.isArray(people) ? people.filter((name) => typeof name === 'string') : []
  return named.length > 0 ? named.slice(0, 5).join(', ') : typeof who === 'string' ? who : ''
}

/** Reasons that people gave; what we name ourselves is said by the sentence. */
function reasonOf(kind: string, reason: unknown, c: CardContext): Mrkdwn | null {
  if (typeof reason !== 'string' || reason === '' || kind === 'unacknowledged') return null
  return c.texts.incident.events.because(reason)
}

/** A note is shown as it was written; where it is the address of a message in Slack, that can be opened. */
function noteText(text: unknown, c: CardContext): Mrkdwn {
  const said = typeof text === 'string' ? text : ''
  const isMessage = /^https:\/\/[a-z0-9-]+\.slack\.com\/archives\/[A-Z0-9]+\/p\d+$/.test(said)
  const found = isMessage ? link(said, c.texts.incident.links.message) : null
  return found ?? outside(said, noteLength)
}

function reading(details: Record<string, unknown>, c: CardContext) {
  const text = (name: string): string => {
    const value = details[name]
    return typeof value === 'string' || typeof value === 'number' ? String(value).slice(0, 300) : ''
  }
  return {
    text,
    count: (name: string): string => number(Number(text(name)) || 1, c.texts.locale),
    level: (name: string): string => labelOf(c.texts.incident.levels, text(name)),
    minutes: (name: string): string => duration((Number(text(name)) || 0) * 60_000),
    role: (name: string): string => labelOf(c.texts.incident.roles, text(name)),
    person: (name: string): Mrkdwn => (isSlackId(text(name)) ? mention(text(name)) : outside(text(name), 80)),
    channel: (name: string): Mrkdwn =>
      /^[CG][A-Z0-9]{2,20}$/.test(text(name)) ? channelLink(text(name)) : outside(text(name), 80),
  }
}
