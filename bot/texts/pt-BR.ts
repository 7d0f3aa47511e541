import type { Locale } from '../asked.ts'
import { asking } from './pt-BR/asking.ts'
import { forms } from './pt-BR/forms.ts'
import { help } from './pt-BR/help.ts'
import { home } from './pt-BR/home.ts'
import { incident } from './pt-BR/incident.ts'
import { job } from './pt-BR/job.ts'
import { onCall } from './pt-BR/on-call.ts'
import { ops } from './pt-BR/ops.ts'
import { problems } from './pt-BR/problems.ts'
import { syncReasons } from './pt-BR/sync-reasons.ts'

const words = {
  /** In Slack's date tokens: docs.slack.dev/messaging/formatting-message-text#date-formatting. */
  dates: {
    dayAndTime: '{date_short_pretty} às {time}',
    time: '{time}',
    seconds: '{time_secs}',
    /** How long ago, or how long still, is counted by Slack: no edit is needed for it. */
    timeAndAgo: '{time} ({ago})',
    dayAndAgo: '{date_short_pretty} às {time} ({ago})',
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

/** What Plantão says; the language of its users is the source of the type that every other language must fill. */
export type Texts = typeof words & { locale: Locale }

export const ptBR: Texts = { locale: 'pt-BR', ...words }
