import type { IncidentViews, ReaderContext, ViewContext } from '../../projection/views.ts'
import { textsFor } from '../../texts/index.ts'
import type { CardContext } from '../card-context.ts'
import { postmortemFile } from './postmortem.ts'
import { eventReply, fallbackDirect, fallbackMention, pageReply } from './thread.ts'

/** What is said of incidents besides their cards: in the channel's language, to one person in theirs. */
export const incidentViews: IncidentViews = {
  event: (about, context) => eventReply(about, inChannel(context)),
  page: (page, context) => pageReply(page, inChannel(context)),
  fallback: (about, context) => fallbackMention(about, inChannel(context)),
  fallbackDirect: (incident, context) => fallbackDirect(incident, forReader(context)),
  postmortem: (postmortem, context) => postmortemFile(postmortem, inChannel(context)),
}

const inChannel = ({ settings, now }: ViewContext): CardContext => ({
  texts: textsFor(settings.locale),
  settings,
  now,
})

const forReader = ({ locale, timeZone, settings, now }: ReaderContext): CardContext => ({
  texts: textsFor(locale),
  settings: { ...settings, timeZone },
  now,
})
