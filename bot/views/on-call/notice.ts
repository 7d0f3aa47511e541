import type { OnCallNotice } from '../../../engine/client.ts'
import { joined, lines, mention, outside, type Mrkdwn } from '../../texts/mrkdwn.ts'
import { context, message, section, type Message } from '../blocks.ts'
import { moment, type CardContext } from '../card-context.ts'

type HandOver = Extract<OnCallNotice, { kind: 'hand-over' }>
type Gap = Extract<OnCallNotice, { kind: 'gap' }>

/** Told in the channel: that somebody took over, or that nobody will be on call. */
export function noticeView(notice: OnCallNotice, c: CardContext): Message {
  return notice.kind === 'gap' ? gapMessage(notice, c) : handOverMessage(notice, c)
}

/** Whoever takes over is the only one who is notified. */
function handOverMessage(notice: HandOver, c: CardContext): Message {
  const texts = c.texts.onCall
  const until = notice.until === null ? null : moment(notice.until, c)
  const facts = [
    notice.from === null ? texts.nobodyBefore : texts.handedOverBy(notice.from.name),
    ...(notice.isOverride ? [texts.isOverride] : []),
  ]
  return message(texts.handOverNotice(notice.rotation, notice.to.name), [
    section(texts.handOver(notice.rotation, mentionOf(notice.to), until)),
    context(joined(facts)),
    notice.openIncidents === 0 ? context(texts.noIncidents) : section(lines(incidentLines(notice, c))),
  ])
}

function incidentLines({ incidents, openIncidents }: HandOver, c: CardContext): Mrkdwn[] {
  const texts = c.texts.onCall
  const shown = incidents.slice(0, maximumIncidents)
  const more = openIncidents - shown.length
  const levels = new Map(Object.entries<string>(c.texts.incident.levels))
  return [
    texts.incidents(openIncidents),
    ...shown.map(({ id, level, title }) =>
      texts.incident(id, levels.get(String(level)) ?? String(level), title.slice(0, 200)),
    ),
    ...(more > 0 ? [texts.moreIncidents(more)] : []),
  ]
}

const maximumIncidents = 5

function gapMessage({ rotation, startsAt, endsAt, coveredBy }: Gap, c: CardContext): Message {
  const texts = c.texts.onCall
  const from = moment(startsAt, c)
  if (coveredBy !== null) {
    const covered = texts.gapCovered(rotation, from, coveredBy.name)
    return message(covered, [section(covered)])
  }
  const gap = texts.gapAhead(rotation, from, endsAt === null ? null : moment(endsAt, c))
  return message(gap, [section(gap), context(texts.whoCan)])
}

/** Notified where Slack knows them, else named. */
export function mentionOf(person: { slack: string; name: string }): Mrkdwn {
  return /^[UW][A-Z0-9]{2,20}$/.test(person.slack) ? mention(person.slack) : outside(person.name)
}
