import type { Backup } from '../../engine/client.ts'
import { ago, bytes, dayAndTime, number } from '../texts/formats.ts'
import { textsFor } from '../texts/index.ts'
import { changeForm } from './change-form.ts'
import { option, present } from './fields.ts'
import type { Draft, Offer } from './form.ts'
import { environmentOf, orSilence } from './releases.ts'

const latest = 'latest'

/** Brings back a backup; the newest, if nothing else is said. */
export const restoreForm = changeForm({
  kind: 'restore',
  initial: (draft) => option(latest, textsFor(draft.locale).forms.choices.latest),
  choiceIsCommon: false,
  params: (environment, backup) => ({ environment, backup }),
  async offer(draft, query, deps) {
    const environment = environmentOf(draft)
    const found = environment === null ? null : await orSilence(deps.engine.backups(environment))
    return backupsOffered(found ?? [], query, { draft, now: deps.now() })
  },
})

const offered = 99

/** How old a backup is decides; then how much is in it. */
export function backupsOffered(
  backups: readonly Backup[],
  query: string,
  { draft, now }: { draft: Draft; now: Date },
): Offer {
  const { locale, timeZone } = draft
  const texts = textsFor(locale).forms.choices
  const wanted = query.trim().toLowerCase()
  const known = backups
    .map((backup) => {
      const takenAt = new Date(backup.takenAt)
      const age = ago(now.getTime() - takenAt.getTime(), locale)
      const label = [age, bytes(backup.bytes, locale), texts.rows(number(backup.rows, locale))].join(' · ')
      return option(backup.id, label, `${dayAndTime(takenAt, locale, timeZone)} · ${backup.id}`)
    })
    .filter(present)
  const options = [option(latest, texts.latest), ...known.slice(0, offered)].filter(present)
  const matches = (words: string) => words.toLowerCase().includes(wanted)
  return {
    options: options.filter(
      ({ text, description }) => matches(text.text) || matches(description?.text ?? ''),
    ),
  }
}
