import type { Incident, Settings } from '../../../engine/client.ts'
import { usualRank } from '../../slack/choose.ts'
import type { Read, Reader, Sources } from '../views.ts'

/**
 * The card of an incident, and wherever else it was shown before. What changes who has it or who is called is urgent;
 * alerts that merely join are progress, or a storm would leave no edits for anything else.
 */
export const incidentReader: Reader = async (id, { engine, views, settings, now }) => {
  const incident = await engine.incident(Number(id))
  return {
    revision: incident.revision,
    urgent: false,
    urgentFor: standing(incident),
    rank: rankOf(incident),
    places: placesOf(incident, settings),
    draw: async () => views.incident(incident, { settings, now }),
  }
}

/** A critical incident goes before everything, one that can wait after it. */
export const rankOf = ({ level, isStorm }: Pick<Incident, 'level' | 'isStorm'>): number =>
  level === 1 ? 0 : level === 3 || isStorm ? usualRank + 1 : usualRank

/** Where it is talked about: what can wait stays away from #incidents. Then the channel of its own. */
function placesOf(incident: Incident, settings: Settings): Read['places'] {
  const main = channelOfIncident(incident, settings)
  return [main, ...(incident.channel === null ? [] : [incident.channel])].map((channel) => ({ channel }))
}

/** Where the card of an incident is that everybody sees. */
export const channelOfIncident = ({ level }: Pick<Incident, 'level'>, { channels }: Settings): string =>
  level === 3 ? channels.operations : channels.incidents

/** The thread of an incident's card where everybody sees it; null: the card is not posted yet. */
export async function threadOfIncident(
  incident: Incident,
  { engine, settings }: Pick<Sources, 'engine' | 'settings'>,
): Promise<{ channel: string; threadTs: string } | null> {
  const channel = channelOfIncident(incident, settings)
  const card = (await engine.messagesOf(`incident/${incident.id}`)).find(
    (message) => message.channel === channel,
  )
  return typeof card?.ts === 'string' ? { channel, threadTs: card.ts } : null
}

/** What decides what somebody has to do now. */
function standing({ state, level, owner, pages, escalation, channel, ...rest }: Incident): string {
  const calls = pages.map((page) => `${page.id} ${page.state} ${page.fallbackAt ?? ''}`)
  const { round, level: step, isExhausted } = escalation ?? {}
  const { isUnconfirmed, isStillRinging } = rest
  const doubts = [isUnconfirmed, isStillRinging]
  return JSON.stringify([state, level, owner?.slack, calls, round, step, isExhausted, doubts, channel])
}
