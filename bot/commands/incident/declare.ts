import type { Incident } from '../../../engine/client.ts'
import type { Answer, Deps, Locale } from '../../asked.ts'
import { channelOfIncident } from '../../projection/reading/incident.ts'
import { textsFor } from '../../texts/index.ts'
import { channelLink } from '../../texts/mrkdwn.ts'
import { title } from '../reading/quoted.ts'
import { optional, sequence } from '../reading/reader.ts'
import { reading } from '../reading/subcommands.ts'
import { environment, level } from '../reading/values.ts'

/** declare LEVEL "title" [ENVIRONMENT] */
export const declare = reading(
  sequence(level, title, optional(environment)),
  async ([howBad, what, where], { asked, deps }) => {
    const request = { title: what, level: howBad, by: asked.user, idempotencyKey: asked.key }
    const incident = await deps.engine.declareIncident({
      ...request,
      ...(where !== undefined && { environment: where }),
    })
    return declaredAnswer(incident, asked, deps)
  },
)

/** Where its card is to be found; null: it appears where whoever declared it looks. */
export function declaredAnswer(
  incident: Pick<Incident, 'id' | 'level'>,
  { channel, locale }: { channel?: string | undefined; locale: Locale },
  { settings }: Pick<Deps, 'settings'>,
): Answer | null {
  const shownIn = channelOfIncident(incident, settings)
  if (channel === shownIn) return null
  return { text: textsFor(locale).asking.incidentDeclared(incident.id, channelLink(shownIn)).mrkdwn }
}
