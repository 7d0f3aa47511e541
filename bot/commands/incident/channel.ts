import type { Incident } from '../../../engine/client.ts'
import type { Answer, Deps, Locale } from '../../asked.ts'
import { labelOf, textsFor } from '../../texts/index.ts'
import { channelLink, plain } from '../../texts/mrkdwn.ts'
import { isSlackId } from '../../views/incident/names.ts'
import { simplified } from '../reading/nearest.ts'

/** docs.slack.dev/reference/methods/conversations.setTopic and conversations.create. */
const mostTopic = 250
const mostName = 80

/**
 * Opens a channel for one incident alone, invites whoever has to do with it, and shows the incident's card there. There
 * is one already: says which.
 */
export async function openIncidentChannel(
  id: number,
  asker: { user: string; locale: Locale },
  deps: Deps,
): Promise<Answer | null> {
  const { answers, forms } = { ...textsFor(asker.locale).incident, forms: textsFor(asker.locale).forms }
  const incident = await deps.engine.incident(id)
  if (incident.channel !== null) return { text: answers.channel(id, channelLink(incident.channel)).mrkdwn }
  const who = await deps.engine.who(asker.user)
  if (!who.may.some(({ command }) => command === 'incident'))
    return { text: forms.notAllowed(who.admins.map(({ name }) => name)).mrkdwn }
  const opened = await deps.openChannel({
    name: channelName(incident),
    topic: topicOf(incident, deps),
    invite: concerned(incident, asker.user),
  })
  if ('refused' in opened) return { text: answers.channelRefused(opened.refused).mrkdwn }
  await deps.engine.recordIncidentChannel(id, { by: asker.user, channel: opened.channel })
  return { text: answers.channel(id, channelLink(opened.channel)).mrkdwn }
}

/** "inc-7-loja-fora-do-ar": what Slack takes as a channel's name. */
export function channelName({ id, title }: Pick<Incident, 'id' | 'title'>): string {
  const words = simplified(title)
    .replaceAll(/[^a-z0-9]+/g, '-')
    .replaceAll(/^-+|-+$/g, '')
  return `inc-${id}-${words}`.slice(0, Math.min(mostName, 40)).replace(/-+$/, '')
}

/** In the language of the channels. */
function topicOf({ id, level, environment, title }: Incident, { settings }: Deps): string {
  const { levels, topic } = textsFor(settings.locale).incident
  return plain(topic({ id, level: labelOf(levels, String(level)), environment, title }), mostTopic)
}

function concerned(incident: Incident, asker: string): string[] {
  const { owner, commander, scribe, pages } = incident
  const people = [owner, commander, scribe, ...pages.flatMap((page) => page.people)]
  const ids = people.flatMap((person) => person?.slack ?? []).filter(isSlackId)
  return [...new Set([asker, ...ids])]
}
