import { buttons } from './buttons/index.ts'
import { commands } from './commands/index.ts'
import type { Content } from './content.ts'
import { howToGetIn } from './home/access-cards.ts'
import { personalViews } from './home/personal-views.ts'
import { modals } from './modals/index.ts'
import { textsFor } from './texts/index.ts'
import { explain } from './texts/problems.ts'
import { incidentCard } from './views/incident-card.ts'
import { incidentViews } from './views/incident/views.ts'
import { jobCard } from './views/job-card.ts'
import { noticeView } from './views/on-call/notice.ts'

/** Everything people can do with Plantão and are shown by it. */
export const everything: Content = {
  commands,
  buttons,
  modals,
  views: {
    job: (job, { settings, now }) => jobCard(job, { texts: textsFor(settings.locale), settings, now }),
    incident: (incident, { settings, now }) =>
      incidentCard(incident, { texts: textsFor(settings.locale), settings, now }),
    personal: personalViews,
    onCallNotice: (notice, { settings, now }) =>
      noticeView(notice, { texts: textsFor(settings.locale), settings, now }),
    incidents: incidentViews,
  },
  explain: (error, reader) => explain(error, { texts: textsFor(reader.locale), settings: reader }),
  wayIn: (locale) => howToGetIn(textsFor(locale).home.access.how, { texts: textsFor(locale) }),
}
