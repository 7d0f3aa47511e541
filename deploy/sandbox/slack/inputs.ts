import { z } from 'zod'
import { dispatchActionConfig } from './compositions.ts'
import { focusable, identified, withPlaceholder } from './element-parts.ts'
import { richText } from './rich-text.ts'

/** Elements people type into, or drop files on (`@slack/types`, block-kit/block-elements). */

const textInput = {
  ...identified,
  ...focusable,
  ...withPlaceholder,
  dispatch_action_config: dispatchActionConfig.optional(),
}

const plainTextInput = z
  .strictObject({
    type: z.literal('plain_text_input'),
    ...textInput,
    initial_value: z.string().max(3000).optional(),
    multiline: z.boolean().optional(),
    min_length: z.int().min(0).max(3000).optional(),
    max_length: z.int().min(1).max(3000).optional(),
  })
  .refine((input) => (input.min_length ?? 0) <= (input.max_length ?? 3000), {
    error: 'min_length must not exceed max_length',
    path: ['min_length'],
  })

const numberInput = z
  .strictObject({
    type: z.literal('number_input'),
    ...textInput,
    is_decimal_allowed: z.boolean(),
    initial_value: z.string().optional(),
    min_value: z.string().optional(),
    max_value: z.string().optional(),
  })
  .refine((input) => Number(input.min_value ?? -Infinity) <= Number(input.max_value ?? Infinity), {
    error: 'min_value cannot be greater than max_value',
    path: ['min_value'],
  })

const emailInput = z.strictObject({
  type: z.literal('email_text_input'),
  ...textInput,
  initial_value: z.string().optional(),
})

const urlInput = z.strictObject({
  type: z.literal('url_text_input'),
  ...textInput,
  initial_value: z.string().optional(),
})

export const richTextInput = z.strictObject({
  type: z.literal('rich_text_input'),
  ...textInput,
  initial_value: richText.optional(),
  min_lines: z.int().min(1).max(100).optional(),
  max_lines: z.int().min(1).max(100).optional(),
})

export const fileInput = z.strictObject({
  type: z.literal('file_input'),
  ...identified,
  filetypes: z.array(z.string()).optional(),
  max_files: z.int().min(1).max(10).optional(),
})

export const textInputs = [plainTextInput, numberInput, emailInput, urlInput] as const
