import type { Incident } from '../../../engine/client.ts'
import { number } from '../../texts/formats.ts'
import { lines, type Mrkdwn } from '../../texts/mrkdwn.ts'
import { moment, type CardContext } from '../card-context.ts'

/** On a phone a few lines; a storm's card is the digest of all its alerts. */
const shownTitles = { usual: 5, storm: 12 }
const titleLength = 120

/** How many alerts fire, and which kinds most; null: it has none. */
export function alertsText(incident: Incident, c: CardContext): Mrkdwn | null {
  const { alertCounts, isStorm, isFlapping, title } = incident
  if (alertCounts.total === 0) return null
  const texts = c.texts.incident
  const count = (value: number): string => number(value, c.texts.locale)
  const most = isStorm ? shownTitles.storm : shownTitles.usual
  const shown = alertCounts.byTitle.slice(0, most)
  const rest = alertCounts.byTitle.length - shown.length
  const isTold = shown.length === 1 && shown[0]?.title === title
  const heading = isStorm ? texts.alerts.storm : texts.alerts.firing
  const isOne = alertCounts.total === 1 && alertCounts.firing === 1
  return lines([
    alertCounts.firing === 0 && !isStorm
      ? texts.alerts.noneFiring(count(alertCounts.total))
      : isOne
        ? texts.alerts.oneFiring
        : heading(count(alertCounts.firing), count(alertCounts.total)),
    ...(isTold
      ? []
      : shown.map((kind) => {
          const name = kind.title.slice(0, titleLength)
          return kind.total === 1
            ? texts.alerts.one(name)
            : texts.alerts.line(name, count(kind.firing), count(kind.total))
        })),
    ...(rest > 0 ? [texts.alerts.more(rest)] : []),
    ...(isStorm ? newest(incident, c) : []),
    ...(isFlapping && incident.state !== 'resolved' ? [texts.flapping] : []),
  ])
}

function newest({ alerts }: Incident, c: CardContext): Mrkdwn[] {
  const [last] = alerts.toSorted((one, other) => Date.parse(other.startsAt) - Date.parse(one.startsAt))
  if (last === undefined) return []
  return [c.texts.incident.alerts.newest(last.title.slice(0, titleLength), moment(last.startsAt, c, 'time'))]
}
