import type { PlainTextOption } from '@slack/web-api'
import type { Release } from '../../engine/client.ts'
import { completedVersion, isVersion } from '../commands/reading/values.ts'
import { textsFor, type Texts } from '../texts/index.ts'
import { changeForm } from './change-form.ts'
import { option, present } from './fields.ts'
import type { Draft, Offer } from './form.ts'
import { about, releasesFor, type Releases } from './releases.ts'

/** Puts a version live: one that was, one that the registry has, or one that is typed. */
export const deployForm = changeForm({
  kind: 'deploy',
  initial: () => null,
  choiceIsCommon: true,
  params: (environment, version) => ({ environment, version }),
  offer: async (draft, query, deps) =>
    versionsOffered(await releasesFor(draft, deps), query, { draft, now: deps.now() }),
})

/** Slack takes 100 options in all the groups that are shown. */
const perGroup = 45

/** What was live before comes first: it is known to work, or known not to. */
export function versionsOffered(found: Releases, query: string, c: { draft: Draft; now: Date }): Offer {
  const texts = textsFor(c.draft.locale)
  const wanted = query.trim().toLowerCase()
  const matches = (...words: string[]) => words.some((word) => word.toLowerCase().includes(wanted))
  const live = newestOfEach(found.releases)
  const liveVersions = live.map(({ version }) => version)
  const others = (found.versions ?? []).filter((version) => !liveVersions.includes(version))
  const known = [...liveVersions, ...others]
  const groups = [
    group(texts.forms.choices.typed, asTyped(query.trim(), known, texts)),
    group(
      texts.forms.choices.history,
      live
        .filter(({ version, by }) => matches(version, by))
        .map((release) => option(release.version, release.version, about(release, c))),
    ),
    group(
      texts.forms.choices.registry,
      others.filter((version) => matches(version)).map((version) => option(version, version)),
    ),
  ].filter(present)
  return groups.length === 0 ? { options: [] } : { option_groups: groups }
}

function newestOfEach(releases: readonly Release[]): Release[] {
  const seen = new Set<string>()
  return releases.filter(({ version }) => isVersion(version) && !seen.has(version) && seen.add(version))
}

/** A version that nobody listed, when what was typed is one or nearly one. */
function asTyped(typed: string, known: readonly string[], texts: Texts): (PlainTextOption | null)[] {
  const version = isVersion(typed) ? typed : completedVersion(typed)
  if (version === null || known.includes(version)) return []
  return [option(version, version, texts.forms.choices.asTyped)]
}

function group(label: string, options: (PlainTextOption | null)[]) {
  const kept = options.filter(present).slice(0, perGroup)
  if (kept.length === 0) return null
  return { label: { type: 'plain_text' as const, text: label }, options: kept }
}
