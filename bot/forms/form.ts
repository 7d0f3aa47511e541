import type { ModalView, PlainTextOption } from '@slack/web-api'
import { z } from 'zod'
import type { Deps, Locale, ModalHandler } from '../asked.ts'

/** Everything that can be asked for without remembering how it is typed. */
export const FormName = z.enum([
  'deploy',
  'rollback',
  'restore',
  'sync',
  'backup',
  'freeze',
  'declare',
  'resolve',
  'assign',
  'note',
  'role',
  'silence',
  'override',
])
export type FormName = z.infer<typeof FormName>

/** What a form remembers while it is open: it comes back with everything that is done in it. */
export const FormMemory = z.object({
  /** Where it was asked for; absent where there is no channel, as for a global shortcut. */
  channel: z.string().optional(),
  /** Answers there, where Slack gave such an address. */
  responseUrl: z.string().optional(),
  /** The environment it is about, once that is known. */
  environment: z.string().optional(),
  /** The incident it is about. */
  incident: z.coerce.number().int().positive().optional(),
  /** For an incident that is declared from a message: what that says, and its address. */
  title: z.string().optional(),
  link: z.url().optional(),
})
export type FormMemory = z.infer<typeof FormMemory>

/** What was entered so far: by block id, then by action id, as Slack sends it. */
export type FormValues = Record<string, Record<string, unknown>>

/** A form that somebody is filling in. */
export interface Draft {
  user: string
  locale: Locale
  timeZone: string
  memory: FormMemory
  values: FormValues
}

export type FormDeps = Pick<Deps, 'engine' | 'settings' | 'now'>

/** What an external select offers: docs.slack.dev/reference/interaction-payloads/block_suggestion-payload. */
export type Offer =
  { options: PlainTextOption[] } | { option_groups: { label: Label; options: PlainTextOption[] }[] }
type Label = { type: 'plain_text'; text: string }

export interface Form {
  /** The form as it is to look now; then again, as more becomes known. */
  draw(draft: Draft, deps: FormDeps): AsyncIterable<ModalView>
  submit: ModalHandler
  /** What its searchable field offers for what was typed there. */
  offer?(draft: Draft, query: string, deps: FormDeps): Promise<Offer>
}

/** Those that are about one incident. */
export const IncidentForm = FormName.extract(['resolve', 'assign', 'note', 'role', 'silence'])
export type IncidentForm = z.infer<typeof IncidentForm>

export const formId = (name: FormName): string => `form.${name}`

/** The form a callback id names. */
export function formNamed(callbackId: string): FormName | null {
  return FormName.safeParse(callbackId.replace(/^form\./, '')).data ?? null
}

/** What a form remembers, from the view's private metadata. */
export function memoryOf(privateMetadata: string): FormMemory {
  try {
    return FormMemory.parse(JSON.parse(privateMetadata))
  } catch {
    return {}
  }
}
