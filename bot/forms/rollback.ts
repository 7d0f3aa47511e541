import { textsFor } from '../texts/index.ts'
import { changeForm } from './change-form.ts'
import { option, present } from './fields.ts'
import type { Draft, Offer } from './form.ts'
import { about, releasesFor, type Releases } from './releases.ts'

/** Stands for the release the engine would choose by itself. */
const previous = 'previous'

/** Goes back to a release of the history; the one before the present one, if nothing else is said. */
export const rollbackForm = changeForm({
  kind: 'rollback',
  initial: (draft) => option(previous, textsFor(draft.locale).forms.choices.previous),
  choiceIsCommon: false,
  params: (environment, choice) =>
    choice === previous ? { environment } : { environment, revision: Number(choice) },
  offer: async (draft, query, deps) => releasesOffered(await releasesFor(draft, deps), query, draft),
})

const offered = 99

/** Only what once ran well, and not what runs now. */
export function releasesOffered({ releases }: Releases, query: string, draft: Draft): Offer {
  const texts = textsFor(draft.locale).forms.choices
  const wanted = query.trim().toLowerCase()
  const past = releases
    .filter(({ status, revision }) => status === 'superseded' && revision > 0)
    .map((release) => {
      const label = texts.release(release.version, release.revision)
      return option(String(release.revision), label, about(release, { draft }))
    })
    .filter(present)
  const options = [option(previous, texts.previous), ...past.slice(0, offered)].filter(present)
  const matches = (words: string) => words.toLowerCase().includes(wanted)
  return {
    options: options.filter(
      ({ text, description }) => matches(text.text) || matches(description?.text ?? ''),
    ),
  }
}
