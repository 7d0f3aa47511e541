import { FormNotOpened } from '../answering.ts'
import type { Draft, FormMemory, FormName } from '../forms/form.ts'
import { loadingScreen } from '../forms/screens.ts'
import type { Outcome } from '../slack/outcome.ts'
import type { ListeningDeps } from './deps.ts'
import { drawForm } from './drawing.ts'

export interface Opening extends Pick<Draft, 'user' | 'locale' | 'timeZone'> {
  form: FormName
  memory: FormMemory
  triggerId: string
}

/**
 * Opens a form's place at once, since a trigger lives 3 s, and fills it as soon as the engine answers; who calls
 * does not wait for that. Throws FormNotOpened when Slack did not open it.
 */
export async function openForm(opening: Opening, deps: ListeningDeps): Promise<void> {
  const { form, memory, locale, timeZone, user, triggerId } = opening
  const viewId = viewOpened(await deps.messages.openView(triggerId, loadingScreen(form, memory, locale)))
  if (viewId === null) return
  const draft = { user, locale, timeZone, memory, values: {} }
  void drawForm({ form, viewId, draft }, deps)
}

/** Null: a first delivery of the same act has opened it already. */
function viewOpened(outcome: Outcome<{ viewId: string }>): string | null {
  if (outcome.kind === 'done') return outcome.result.viewId
  if (outcome.kind !== 'refused') throw new FormNotOpened()
  if (outcome.code === 'exchanged_trigger_id') return null
  if (outcome.code.endsWith('trigger_id')) throw new FormNotOpened()
  throw new Error(`Slack refuses a form: ${[outcome.code, ...outcome.details].join(', ')}`)
}
