import type { ModalView } from '@slack/web-api'
import type { EngineClient } from '../../engine/client.ts'
import type { Locale } from '../asked.ts'
import { recordingEngine } from '../commands/testing/recording-engine.ts'
import { now, settings } from '../views/testing/job-samples.ts'
import { blockId, fieldIds, type Field } from './fields.ts'
import type { Draft, FormDeps, FormName, FormValues } from './form.ts'
import { forms } from './index.ts'

/** What a form is drawn for, in tests. */
export function draftOf(change: Partial<Draft> = {}): Draft {
  return {
    user: 'U0OPERATOR',
    locale: 'pt-BR',
    timeZone: 'America/Sao_Paulo',
    memory: { channel: 'C0OPSALERTS' },
    values: {},
    ...change,
  }
}

/** What was entered: [field, value] or [field, value, what it is about]. */
export function values(...given: [field: Field, value: string, about?: string][]): FormValues {
  return Object.fromEntries(
    given.map(([field, value, about]) => [
      blockId(field, about),
      { [fieldIds[field]]: { value, selected_option: { value } } },
    ]),
  )
}

export function formDeps(replies: Partial<EngineClient> = {}, environments?: string[]): FormDeps {
  const { engine } = recordingEngine(replies)
  return { engine, settings: { ...settings, ...(environments && { environments }) }, now: () => now }
}

/** Every view a form shows while it is drawn. */
export async function drawn(name: FormName, draft: Draft, deps: FormDeps): Promise<ModalView[]> {
  const views: ModalView[] = []
  for await (const view of forms[name].draw(draft, deps)) views.push(view)
  return views
}

export const locales: Locale[] = ['pt-BR', 'en']
