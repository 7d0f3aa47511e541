import { z } from 'zod'
import { anyText, choice, overflowOption, plainText, slackFile } from './compositions.ts'
import { confirmable, focusable, identified, initialMustBeOffered, withPlaceholder } from './element-parts.ts'
import { fileInput, richTextInput, textInputs } from './inputs.ts'
import { menus } from './menus.ts'

/**
 * Block Kit elements with Slack's limits, as stated in the comments of `@slack/types`
 * (block-kit/block-elements). Which element may stand where is decided by the unions at the end.
 */

const buttonStyle = { style: z.enum(['primary', 'danger']).optional() }
const accessibilityLabel = { accessibility_label: z.string().max(75).optional() }

const date = z.string().regex(/^\d{4}-\d{2}-\d{2}$/, { error: 'must be a date (YYYY-MM-DD)' })
const time = z.string().regex(/^([01]\d|2[0-3]):[0-5]\d$/, { error: 'must be a time (HH:mm)' })

export const button = z.strictObject({
  type: z.literal('button'),
  ...identified,
  ...confirmable,
  text: plainText(75),
  value: z.string().max(2000).optional(),
  url: z.string().max(3000).optional(),
  ...buttonStyle,
  ...accessibilityLabel,
})

const workflowButton = z.strictObject({
  type: z.literal('workflow_button'),
  ...identified,
  ...confirmable,
  text: plainText(75),
  workflow: z.looseObject({ trigger: z.looseObject({ url: z.string().max(3000) }) }),
  ...buttonStyle,
  ...accessibilityLabel,
})

const checkboxes = z
  .strictObject({
    type: z.literal('checkboxes'),
    ...identified,
    ...confirmable,
    ...focusable,
    options: z.array(choice).min(1).max(10),
    initial_options: z.array(choice).min(1).optional(),
  })
  .superRefine((element, context) => initialMustBeOffered(element.initial_options, element.options, context))

const radioButtons = z
  .strictObject({
    type: z.literal('radio_buttons'),
    ...identified,
    ...confirmable,
    ...focusable,
    options: z.array(choice).min(1).max(10),
    initial_option: choice.optional(),
  })
  .superRefine((element, context) => initialMustBeOffered(element.initial_option, element.options, context))

const overflow = z.strictObject({
  type: z.literal('overflow'),
  ...identified,
  ...confirmable,
  options: z.array(overflowOption).min(1).max(5),
})

const datePicker = z.strictObject({
  type: z.literal('datepicker'),
  ...identified,
  ...confirmable,
  ...focusable,
  ...withPlaceholder,
  initial_date: date.optional(),
})

const timePicker = z.strictObject({
  type: z.literal('timepicker'),
  ...identified,
  ...confirmable,
  ...focusable,
  ...withPlaceholder,
  initial_time: time.optional(),
  timezone: z.string().optional(),
})

const dateTimePicker = z.strictObject({
  type: z.literal('datetimepicker'),
  ...identified,
  ...confirmable,
  ...focusable,
  initial_date_time: z.int().min(1_000_000_000).max(9_999_999_999).optional(),
})

export const image = z
  .strictObject({
    type: z.literal('image'),
    alt_text: z.string().min(1).max(2000),
    image_url: z.string().max(3000).optional(),
    slack_file: slackFile.optional(),
  })
  .refine((picture) => (picture.image_url === undefined) !== (picture.slack_file === undefined), {
    error: 'image needs either image_url or slack_file',
  })

const feedbackButton = z.strictObject({
  text: plainText(75),
  value: z.string().max(2000),
  ...accessibilityLabel,
})

const feedbackButtons = z.strictObject({
  type: z.literal('feedback_buttons'),
  ...identified,
  positive_button: feedbackButton,
  negative_button: feedbackButton,
})

const iconButton = z.strictObject({
  type: z.literal('icon_button'),
  ...identified,
  ...confirmable,
  icon: z.string().min(1),
  text: plainText(75),
  ...accessibilityLabel,
  value: z.string().max(2000).optional(),
  visible_to_user_ids: z.array(z.string()).optional(),
})

const pickers = [checkboxes, radioButtons, datePicker, timePicker] as const

export const actionsElement = z.discriminatedUnion('type', [
  button,
  workflowButton,
  overflow,
  dateTimePicker,
  richTextInput,
  ...menus,
  ...pickers,
])

export const accessory = z.discriminatedUnion('type', [
  button,
  workflowButton,
  overflow,
  image,
  ...menus,
  ...pickers,
])

export const inputElement = z.discriminatedUnion('type', [
  richTextInput,
  fileInput,
  ...textInputs,
  dateTimePicker,
  ...menus,
  ...pickers,
])

const [plainContext, mrkdwnContext] = anyText(3000).options
export const contextElement = z.discriminatedUnion('type', [image, plainContext, mrkdwnContext])

export const contextActionsElement = z.discriminatedUnion('type', [feedbackButtons, iconButton])
