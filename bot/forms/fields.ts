import type { InputBlock, PlainTextOption } from '@slack/web-api'
import { z } from 'zod'
import { plain } from '../texts/mrkdwn.ts'
import type { FormValues } from './form.ts'

/** Limits: docs.slack.dev/reference/block-kit, as stated in the comments of `@slack/types`. */
const limits = { label: 2000, hint: 2000, placeholder: 150, optionText: 75, optionValue: 75, options: 100 }
const shownLabel = 150

/**
 * Every field is an input block of its own. Its block id says what it is about, so that what was entered for one
 * environment is not taken for another's; its action id is the same everywhere.
 */
export const fieldIds = {
  environment: 'form.environment',
  choice: 'form.choice',
  override: 'form.override',
  confirm: 'form.confirm',
  entity: 'form.entity',
  sku: 'form.sku',
  title: 'form.title',
  level: 'form.level',
  until: 'form.until',
  reason: 'form.reason',
  incident: 'form.incident',
  person: 'form.person',
  role: 'form.role',
  note: 'form.note',
  from: 'form.from',
  rotation: 'form.rotation',
} as const
export type Field = keyof typeof fieldIds

interface FieldOptions {
  field: Field
  /** What it is about, when that may change while the form is open. */
  about?: string
  label: string
  hint?: string
  optional?: boolean
}

/** One of a few. `redraws`: the rest of the form depends on it. */
export function select(
  field: FieldOptions & {
    placeholder: string
    options: readonly PlainTextOption[]
    initial?: PlainTextOption | undefined
    redraws?: boolean
  },
): InputBlock {
  return input(field, {
    type: 'static_select',
    action_id: fieldIds[field.field],
    placeholder: text(field.placeholder, limits.placeholder),
    options: field.options.slice(0, limits.options),
    ...(field.initial && { initial_option: field.initial }),
  })
}

/** One of many, found by typing; the form is drawn anew when it is chosen. */
export function search(
  field: FieldOptions & { placeholder: string; initial?: PlainTextOption | undefined },
): InputBlock {
  return input(
    { ...field, redraws: true },
    {
      type: 'external_select',
      action_id: fieldIds[field.field],
      placeholder: text(field.placeholder, limits.placeholder),
      min_query_length: 0,
      ...(field.initial && { initial_option: field.initial }),
    },
  )
}

export function typed(
  field: FieldOptions & {
    placeholder?: string
    multiline?: boolean
    minimum?: number
    maximum: number
    initial?: string | undefined
  },
): InputBlock {
  return input(field, {
    type: 'plain_text_input',
    action_id: fieldIds[field.field],
    multiline: field.multiline ?? false,
    max_length: field.maximum,
    ...(field.minimum !== undefined && { min_length: field.minimum }),
    ...(field.placeholder !== undefined && { placeholder: text(field.placeholder, limits.placeholder) }),
    ...(field.initial !== undefined && { initial_value: field.initial.slice(0, field.maximum) }),
  })
}

export function person(
  field: FieldOptions & { placeholder: string; initial?: string | undefined },
): InputBlock {
  return input(field, {
    type: 'users_select',
    action_id: fieldIds[field.field],
    placeholder: text(field.placeholder, limits.placeholder),
    ...(field.initial !== undefined && { initial_user: field.initial }),
  })
}

export function moment(field: FieldOptions & { initial: Date }): InputBlock {
  return input(field, {
    type: 'datetimepicker',
    action_id: fieldIds[field.field],
    initial_date_time: Math.floor(field.initial.getTime() / 1000),
  })
}

/** Null: too long for Slack to carry back. */
export function option(value: string, label: string, description?: string): PlainTextOption | null {
  if (value === '' || value.length > limits.optionValue) return null
  return {
    value,
    text: text(label, limits.optionText),
    ...(description !== undefined && { description: text(description, limits.optionText) }),
  }
}

export const present = <Value>(value: Value | null): value is Value => value !== null

function input(field: FieldOptions & { redraws?: boolean }, element: InputBlock['element']): InputBlock {
  return {
    type: 'input',
    block_id: blockId(field.field, field.about),
    label: text(field.label, shownLabel),
    element,
    ...(field.hint !== undefined && { hint: text(field.hint, limits.hint) }),
    ...(field.optional === true && { optional: true }),
    ...(field.redraws === true && { dispatch_action: true }),
  }
}

const text = (words: string, maximumLength: number) => ({
  type: 'plain_text' as const,
  text: plain(words, maximumLength),
})

export function blockId(field: Field, about?: string): string {
  return about === undefined ? field : `${field}/${about}`
}

const State = z.object({
  value: z.string().nullish(),
  selected_option: z.object({ value: z.string() }).nullish(),
  selected_date_time: z.number().nullish(),
  selected_user: z.string().nullish(),
})

/** What was entered in a field, trimmed; null when nothing was. */
export function entered(values: FormValues, field: Field, about?: string): string | null {
  const state = State.safeParse(values[blockId(field, about)]?.[fieldIds[field]]).data
  const chosen = state?.selected_option?.value ?? state?.selected_user ?? state?.selected_date_time
  const given = state?.value ?? chosen ?? ''
  const said = String(given).trim()
  return said === '' ? null : said
}
