import { EngineUnavailable, type Release } from '../../engine/client.ts'
import { dayAndTime } from '../texts/formats.ts'
import { labelOf, textsFor } from '../texts/index.ts'
import { entered } from './fields.ts'
import type { Draft, FormDeps } from './form.ts'
import { within } from './within.ts'

export interface Releases {
  /** Newest first. */
  releases: Release[]
  versions: string[] | null
}

/** Slack waits 3 s for what a field offers. */
export const offerSeconds = 2.2

/** What the environment of a form was released with; nothing while the engine does not say. */
export async function releasesFor(draft: Draft, deps: FormDeps): Promise<Releases> {
  const environment = environmentOf(draft)
  const nothing = { releases: [], versions: null }
  if (environment === null) return nothing
  return (await orSilence(deps.engine.releases(environment))) ?? nothing
}

/** What was chosen in the form, which may be newer than what it remembers. */
export function environmentOf(draft: Draft): string | null {
  return entered(draft.values, 'environment') ?? draft.memory.environment ?? null
}

/** Null: the engine does not say in time. */
export async function orSilence<Value>(asking: Promise<Value>): Promise<Value | null> {
  return await within(offerSeconds, asking).catch((error: unknown) => {
    if (error instanceof EngineUnavailable) return null
    throw error
  })
}

/** "no ar agora · 20/11/2026, 11:00 · João Silva": as short as an option is. */
export function about(release: Release, { draft }: { draft: Draft }): string {
  const { choices } = textsFor(draft.locale).forms
  const at = dayAndTime(new Date(release.at), draft.locale, draft.timeZone)
  return [labelOf(choices.statuses, release.status), at, release.by].join(' · ')
}
