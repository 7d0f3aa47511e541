import type { Incident } from '../../../engine/client.ts'
import { cut, joined, lines } from '../../texts/mrkdwn.ts'
import { actions, button, context, header, message, section, type Message } from '../blocks.ts'
import { moment, type CardContext } from '../card-context.ts'
import { incidentLine } from '../incident-card.ts'
import { eventSentence } from './events.ts'

/** What a phone shows without much scrolling. */
const eventsPerPage = 15
/** So that a whole page fits into one message; the thread has every note in full. */
const sentenceLength = 600

/** One page of everything that happened, oldest first; page 1 is the newest. */
export function timelineView(incident: Incident, wanted: number, c: CardContext): Message {
  const texts = c.texts.incident.timeline
  const { timeline, id } = incident
  const pages = Math.max(1, Math.ceil(timeline.length / eventsPerPage))
  const page = Math.min(Math.max(1, wanted), pages)
  const end = timeline.length - (page - 1) * eventsPerPage
  const shown = timeline.slice(Math.max(0, end - eventsPerPage), end)
  const turn = (to: number, action: string, text: string) =>
    to < 1 || to > pages ? [] : [button({ id: action, text, value: `${id} ${to}` })]
  return message(incidentLine(incident, c), [
    header(texts.title(id)),
    ...(shown.length === 0
      ? [section(texts.none)]
      : shown.map((event) =>
          context(joined([moment(event.at, c, 'dayAndTime'), cut(eventSentence(event, c), sentenceLength)])),
        )),
    ...(pages === 1 ? [] : [context(lines([texts.page(page, pages)]))]),
    ...actions([
      ...turn(page + 1, 'incident.timeline-older', texts.older),
      ...turn(page - 1, 'incident.timeline-newer', texts.newer),
    ]),
  ])
}
