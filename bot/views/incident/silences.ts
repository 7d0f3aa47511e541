import type { KnownBlock } from '@slack/web-api'
import type { Silence } from '../../../engine/client.ts'
import { joined, outside, type Mrkdwn } from '../../texts/mrkdwn.ts'
import { button, context, header, message, section, type Message } from '../blocks.ts'
import { moment, type CardContext } from '../card-context.ts'
import { nameOf } from './names.ts'

const maximumListed = 15
const shownMatchers = 6

/** What is silent now, until when and why. */
export function silencesView(silences: readonly Silence[], c: CardContext): Message {
  const texts = c.texts.incident.silences
  const inForce = silences.filter(({ endedBy }) => endedBy === null)
  const rest = inForce.length - maximumListed
  const rows: KnownBlock[] = inForce.slice(0, maximumListed).map((silence) =>
    section(
      texts.line({
        id: silence.id,
        matchers: matchersText(silence.matchers, c),
        until: moment(silence.endsAt, c, 'dayAndAgo'),
        who: nameOf(silence.createdBy, c.texts).slice(0, 80),
        reason: silence.reason,
      }),
      button({
        id: 'incident.end-silence',
        text: c.texts.incident.buttons.endSilence,
        value: String(silence.id),
      }),
    ),
  )
  return message(outside(texts.title), [
    header(texts.title),
    ...(rows.length === 0 ? [section(texts.none)] : rows),
    ...(rest > 0 ? [context(c.texts.incident.list.more(rest))] : []),
  ])
}

/** The labels that an alert has to have to be silent. */
export function matchersText(matchers: Silence['matchers'], c: CardContext): Mrkdwn {
  const { matcher } = c.texts.incident.silences
  const shown = matchers
    .slice(0, shownMatchers)
    .map(({ label, value }) => matcher(label.slice(0, 60), value.slice(0, 80)))
  return joined([...shown, ...(matchers.length > shownMatchers ? [outside('…')] : [])], ' ')
}
