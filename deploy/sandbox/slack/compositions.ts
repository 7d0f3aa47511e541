import { z } from 'zod'

/**
 * Block Kit composition objects with Slack's limits, as stated in the comments of `@slack/types`
 * (block-kit/composition-objects). Lengths are in characters.
 */

export function plainText(maximumLength = 3000) {
  return z.strictObject({
    type: z.literal('plain_text'),
    text: z.string().min(1).max(maximumLength),
    emoji: z.boolean().optional(),
  })
}

export function mrkdwn(maximumLength = 3000) {
  return z.strictObject({
    type: z.literal('mrkdwn'),
    text: z.string().min(1).max(maximumLength),
    verbatim: z.boolean().optional(),
  })
}

export function anyText(maximumLength = 3000) {
  return z.discriminatedUnion('type', [plainText(maximumLength), mrkdwn(maximumLength)])
}

export const confirmDialog = z.strictObject({
  title: plainText(100).optional(),
  text: anyText(300),
  confirm: plainText(30).optional(),
  deny: plainText(30).optional(),
  style: z.enum(['primary', 'danger']).optional(),
})

/** Options of menus: plain text only. */
export const option = z.strictObject({
  text: plainText(75),
  value: z.string().min(1).max(75),
  description: plainText(75).optional(),
})

/** Options of radio buttons and checkboxes may use mrkdwn. */
export const choice = z.strictObject({
  text: anyText(75),
  value: z.string().min(1).max(75),
  description: anyText(75).optional(),
})

/** Only overflow menus may carry a link in an option. */
export const overflowOption = option.extend({ url: z.string().max(3000).optional() })

export const optionGroup = z.strictObject({
  label: plainText(75),
  options: z.array(option).min(1).max(100),
})

export const conversationFilter = z
  .strictObject({
    include: z
      .array(z.enum(['im', 'mpim', 'private', 'public']))
      .min(1)
      .optional(),
    exclude_external_shared_channels: z.boolean().optional(),
    exclude_bot_users: z.boolean().optional(),
  })
  .refine((filter) => Object.keys(filter).length > 0, { error: 'filter must not be empty' })

export const dispatchActionConfig = z.strictObject({
  trigger_actions_on: z
    .array(z.enum(['on_enter_pressed', 'on_character_entered']))
    .min(1)
    .max(2)
    .optional(),
})

export const slackFile = z
  .strictObject({ url: z.string().max(3000).optional(), id: z.string().optional() })
  .refine((file) => (file.url === undefined) !== (file.id === undefined), {
    error: 'slack_file needs either url or id',
  })

export const rawText = z.strictObject({ type: z.literal('raw_text'), text: z.string().min(1) })

export const rawNumber = z.strictObject({
  type: z.literal('raw_number'),
  value: z.number(),
  text: z.string().min(1),
})
