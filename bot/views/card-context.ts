import type { Settings } from '../../engine/client.ts'
import type { Deps, Locale } from '../asked.ts'
import { dayAndTime } from '../texts/formats.ts'
import { textsFor, type Texts } from '../texts/index.ts'
import { dateToken, type Mrkdwn } from '../texts/mrkdwn.ts'

/** In which language, and from when on, a card is drawn. */
export interface CardContext {
  texts: Texts
  settings: Settings
  now: Date
}

/** How what one reader sees is drawn; the channels' own language is that of the settings. */
export function cardContext(
  reader: { locale: Locale; timeZone: string },
  deps: Pick<Deps, 'settings' | 'now'>,
): CardContext {
  return {
    texts: textsFor(reader.locale),
    settings: { ...deps.settings, timeZone: reader.timeZone },
    now: deps.now(),
  }
}

/** A moment (ISO 8601) as the reader's Slack shows it: with the day, only the time, or to the second. */
export function moment(at: string, c: CardContext, precision: keyof Texts['dates'] = 'dayAndTime'): Mrkdwn {
  const date = new Date(at)
  const fallback = Number.isNaN(date.getTime()) ? at : dayAndTime(date, c.texts.locale, c.settings.timeZone)
  return dateToken({ at, format: c.texts.dates[precision], fallback })
}

/** Milliseconds between two moments (ISO 8601), null while one of them is open. */
export function milliseconds(from: string | null, to: string | null): number | null {
  if (from === null || to === null) return null
  const between = Date.parse(to) - Date.parse(from)
  return Number.isNaN(between) ? null : between
}
