import { asking } from './en/asking.ts'
import { forms } from './en/forms.ts'
import { help } from './en/help.ts'
import { home } from './en/home.ts'
import { incident } from './en/incident.ts'
import { job } from './en/job.ts'
import { onCall } from './en/on-call.ts'
import { ops } from './en/ops.ts'
import { problems } from './en/problems.ts'
import { syncReasons } from './en/sync-reasons.ts'
import type { Texts } from './pt-BR.ts'

export const en: Texts = {
  locale: 'en',
  dates: {
    dayAndTime: '{date_short_pretty} at {time}',
    time: '{time}',
    seconds: '{time_secs}',
    timeAndAgo: '{time} ({ago})',
    dayAndAgo: '{date_short_pretty} at {time} ({ago})',
  },
  asking,
  forms,
  help,
  home,
  job,
  incident,
  onCall,
  ops,
  problems,
  syncReasons,
}
