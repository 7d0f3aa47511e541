import { followedLog } from '../logs/followed-log.ts'
import { logFile } from '../logs/log-file.ts'
import type { PersonalViews, ReaderContext } from '../projection/views.ts'
import { textsFor } from '../texts/index.ts'
import type { CardContext } from '../views/card-context.ts'
import { accessAnswerCard, accessCard } from './access-cards.ts'
import { approvalCopy } from './approval-copy.ts'
import { homeView } from './home-view.ts'
import { jobEnd } from './job-end.ts'

/** Everything that is shown to people in person, in their language; what stands in a thread, in the channel's. */
export const personalViews: PersonalViews = {
  approval: (job, context) => approvalCopy(job, context.isWaiting, forReader(context)),
  access: (request, context) => accessCard(request, forReader(context)),
  accessAnswer: (request, context) => accessAnswerCard(request, forReader(context)),
  home: (home, context) => homeView(home, forReader(context)),
  jobEnd: (job, { settings, now }) => jobEnd(job, { texts: textsFor(settings.locale), settings, now }),
  logFile: (job, lines, { settings, now }) =>
    logFile(job, lines, { texts: textsFor(settings.locale), settings, now }),
  followedLog: (job, shown, { settings, now }) =>
    followedLog(job, shown, { texts: textsFor(settings.locale), settings, now }),
}

const forReader = ({ locale, timeZone, settings, now }: ReaderContext): CardContext => ({
  texts: textsFor(locale),
  settings: { ...settings, timeZone },
  now,
})
