import type { InputBlock } from '@slack/web-api'
import type { Texts } from '../texts/index.ts'
import { entered, option, present, select } from './fields.ts'
import type { Draft } from './form.ts'
import type { Rights } from './rights.ts'

/** The environment a form is about: the one chosen, the one it was opened for, or the only one there is. */
export function chosenEnvironment(draft: Draft, rights: Rights): string | null {
  const [only, ...others] = rights.environments
  const chosen = entered(draft.values, 'environment') ?? draft.memory.environment
  if (chosen !== undefined && rights.environments.includes(chosen)) return chosen
  return others.length === 0 ? (only ?? null) : null
}

/** `redraws`: what else the form asks depends on the environment. */
export function environmentSelect(
  rights: Pick<Rights, 'environments'>,
  chosen: string | null,
  c: { texts: Texts; redraws: boolean },
): InputBlock {
  const options = rights.environments.map((name) => option(name, name)).filter(present)
  return select({
    field: 'environment',
    ...c.texts.forms.fields.environment,
    options,
    initial: options.find(({ value }) => value === chosen),
    redraws: c.redraws,
  })
}
