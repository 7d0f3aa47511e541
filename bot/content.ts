import type { EngineRefused } from '../engine/client.ts'
import type { Answer, ButtonHandler, CommandHandler, Locale, ModalHandler } from './asked.ts'
import type { Views } from './projection/subjects.ts'
import type { Manners } from './slack/people.ts'

/** What people can do, and what they are shown: all that is free of Slack's ways. */
export interface Content {
  commands: Record<string, CommandHandler>
  buttons: Record<string, ButtonHandler>
  modals: Record<string, ModalHandler>
  views: Views
  /** An engine's "no" as a sentence. */
  explain: (error: EngineRefused, reader: Manners) => string
  /** The same for somebody the engine does not know, with a way to be let in. */
  wayIn?: (locale: Locale) => Answer
}
