import type { Incident } from '../../../engine/client.ts'
import { isPerson } from '../../slack/direct-messages.ts'
import type { Read, Reader, Sources } from '../views.ts'
import { rankOf, threadOfIncident } from './incident.ts'

/** One event of an incident: a reply to its card, and in the channel of its own, where it has one. */
export const eventReader: Reader = async (id, sources) => {
  const { engine, views, settings, now } = sources
  if (views.incidents === undefined) return null
  const draw = views.incidents.event
  const { revision, people } = await engine.copies(`incident-event/${id}`)
  const [incidentId = 0, eventId = 0] = id.split('.').map(Number)
  const incident = await engine.incident(incidentId)
  const event = incident.timeline.find((one) => one.id === eventId)
  if (event === undefined) return nowhere(revision)
  const places = await placesOf(incident, sources)
  if (places === 'soon') return 'soon'
  return {
    revision,
    urgent: true,
    rank: rankOf(incident),
    places,
    // Whoever it is about is notified once.
    draw: async ({ channel }) =>
      draw({ incident, event, people: channel === incident.channel ? [] : people }, { settings, now }),
  }
}

/** That a further level is called: of the first the card tells. One that was not needed after all is not said. */
export const pageReader: Reader = async (id, sources) => {
  const { engine, views, settings, now } = sources
  if (views.incidents === undefined) return null
  const draw = views.incidents.page
  const { revision } = await engine.copies(`incident-page/${id}`)
  const [incidentId = 0, pageId = 0] = id.split('.').map(Number)
  const incident = await engine.incident(incidentId)
  const page = incident.pages.find((one) => one.id === pageId)
  if (page === undefined || page.state === 'dropped') return nowhere(revision)
  const places = await placesOf(incident, sources)
  if (places === 'soon') return 'soon'
  return {
    revision,
    urgent: true,
    rank: rankOf(incident),
    places,
    draw: async () => draw(page, { settings, now }),
  }
}

/**
 * A page that PagerDuty did not deliver: a message to each of those who were called, without waiting for the card, and a
 * mention in its thread. Both change when somebody acknowledges and when it is over.
 */
export const fallbackReader: Reader = async (id, sources) => {
  const { engine, views, settings, now, mannersOf } = sources
  if (views.incidents === undefined) return null
  const { fallback, fallbackDirect } = views.incidents
  const { revision, people, incidentId } = await engine.copies(`page/${id}`)
  if (incidentId === null) return nowhere(revision)
  const incident = await engine.incident(incidentId)
  const thread = await threadOfIncident(incident, sources)
  return {
    revision,
    urgent: true,
    rank: 0,
    places: [...people.map((channel) => ({ channel })), ...(thread === null ? [] : [thread])],
    ...(thread === null && { isIncomplete: true }),
    draw: async ({ channel }) =>
      isPerson(channel)
        ? fallbackDirect(incident, { settings, now, ...(await mannersOf(channel)) })
        : fallback({ incident, pageId: Number(id), people }, { settings, now }),
  }
}

/** The postmortem as the incident stood after an event: a file in its thread. */
export const postmortemReader: Reader = async (id, sources) => {
  const { engine, views, settings, now } = sources
  if (views.incidents === undefined) return null
  const draw = views.incidents.postmortem
  const { revision } = await engine.copies(`postmortem/${id}`)
  const incidentId = Number(id.split('.')[0])
  const incident = await engine.incident(incidentId)
  const thread = await threadOfIncident(incident, sources)
  if (thread === null) return 'soon'
  return {
    revision,
    urgent: true,
    surface: 'file',
    places: [thread],
    draw: async () => {
      const { markdown } = await engine.postmortem(incidentId)
      return draw({ incidentId, markdown }, { settings, now })
    },
  }
}

async function placesOf(incident: Incident, sources: Sources): Promise<Read['places'] | 'soon'> {
  const thread = await threadOfIncident(incident, sources)
  if (thread === null) return 'soon'
  return [thread, ...(incident.channel === null ? [] : [{ channel: incident.channel }])]
}

function nowhere(revision: number): Read {
  return { revision, urgent: false, places: [], draw: async () => ({ text: '', blocks: [] }) }
}
