import { EngineUnavailable } from '../../engine/client.ts'
import type { Draft, FormDeps } from './form.ts'
import { within } from './within.ts'

/** What somebody may do with a form, for the form to be drawn; whether they may do it is for the engine to say. */
export interface Rights {
  allowed: boolean
  known: boolean
  environments: readonly string[]
  /** Those where it must be confirmed by hand. */
  guarded: readonly string[]
  admins: readonly string[]
}

const patienceSeconds = 1.5

/** While the engine does not say, everything is offered and everything has to be confirmed. */
export async function rightsOf(draft: Draft, command: string, deps: FormDeps): Promise<Rights> {
  const who = await within(patienceSeconds, deps.engine.who(draft.user)).catch((error: unknown) => {
    if (error instanceof EngineUnavailable) return null
    throw error
  })
  const all = deps.settings.environments
  if (who === null) return { allowed: true, known: true, environments: all, guarded: all, admins: [] }
  const right = who.may.find((one) => one.command === command)
  return {
    allowed: right !== undefined,
    known: who.person.known,
    environments: right?.environments ?? [],
    guarded: right?.needsApproval ?? [],
    admins: who.admins.map(({ name }) => name),
  }
}
