import { z } from 'zod'
import {
  anyText,
  choice,
  confirmDialog,
  conversationFilter,
  dispatchActionConfig,
  option,
  optionGroup,
  overflowOption,
  plainText,
  slackFile,
} from './compositions.ts'
import { richText } from './rich-text.ts'

/**
 * Block Kit elements with Slack's limits, as stated in the comments of `@slack/types`
 * (block-kit/block-elements). Which element may stand where is decided by the unions at the end.
 */

const identified = { action_id: z.string().min(1).max(255).optional() }
const confirmable = { confirm: confirmDialog.optional() }
const focusable = { focus_on_load: z.boolean().optional() }
const withPlaceholder = { placeholder: plainText(150).optional() }
const dispatchable = { dispatch_action_config: dispatchActionConfig.optional() }
const severalItems = { max_selected_items: z.int().min(1).optional() }
const buttonStyle = { style: z.enum(['primary', 'danger']).optional() }
const accessibilityLabel = { accessibility_label: z.string().max(75).optional() }

const menu = { ...identified, ...confirmable, ...focusable, ...withPlaceholder }
const severalMenu = { ...menu, ...severalItems }
const textInput = { ...identified, ...focusable, ...withPlaceholder, ...dispatchable }
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
  ...menu,
  initial_date: date.optional(),
})

const timePicker = z.strictObject({
  type: z.literal('timepicker'),
  ...menu,
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

const offered = {
  options: z.array(option).min(1).max(100).optional(),
  option_groups: z.array(optionGroup).min(1).max(100).optional(),
}

const staticSelect = z
  .strictObject({ type: z.literal('static_select'), ...menu, ...offered, initial_option: option.optional() })
  .superRefine((element, context) => oneSourceOfOptions(element, element.initial_option, context))

const multiStaticSelect = z
  .strictObject({
    type: z.literal('multi_static_select'),
    ...severalMenu,
    ...offered,
    initial_options: z.array(option).min(1).optional(),
  })
  .superRefine((element, context) => oneSourceOfOptions(element, element.initial_options, context))

const externalSelect = z.strictObject({
  type: z.literal('external_select'),
  ...menu,
  initial_option: option.optional(),
  min_query_length: z.int().min(0).optional(),
})

const multiExternalSelect = z.strictObject({
  type: z.literal('multi_external_select'),
  ...severalMenu,
  initial_options: z.array(option).min(1).optional(),
  min_query_length: z.int().min(0).optional(),
})

const usersSelect = z.strictObject({
  type: z.literal('users_select'),
  ...menu,
  initial_user: z.string().optional(),
})

const multiUsersSelect = z.strictObject({
  type: z.literal('multi_users_select'),
  ...severalMenu,
  initial_users: z.array(z.string()).optional(),
})

const ofConversations = {
  default_to_current_conversation: z.boolean().optional(),
  filter: conversationFilter.optional(),
}

const conversationsSelect = z.strictObject({
  type: z.literal('conversations_select'),
  ...menu,
  ...ofConversations,
  initial_conversation: z.string().optional(),
  response_url_enabled: z.boolean().optional(),
})

const multiConversationsSelect = z.strictObject({
  type: z.literal('multi_conversations_select'),
  ...severalMenu,
  ...ofConversations,
  initial_conversations: z.array(z.string()).optional(),
})

const channelsSelect = z.strictObject({
  type: z.literal('channels_select'),
  ...menu,
  initial_channel: z.string().optional(),
  response_url_enabled: z.boolean().optional(),
})

const multiChannelsSelect = z.strictObject({
  type: z.literal('multi_channels_select'),
  ...severalMenu,
  initial_channels: z.array(z.string()).optional(),
})

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

const richTextInput = z.strictObject({
  type: z.literal('rich_text_input'),
  ...textInput,
  initial_value: richText.optional(),
  min_lines: z.int().min(1).max(100).optional(),
  max_lines: z.int().min(1).max(100).optional(),
})

const fileInput = z.strictObject({
  type: z.literal('file_input'),
  ...identified,
  filetypes: z.array(z.string()).optional(),
  max_files: z.int().min(1).max(10).optional(),
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

const menus = [
  staticSelect,
  externalSelect,
  usersSelect,
  conversationsSelect,
  channelsSelect,
  multiStaticSelect,
  multiExternalSelect,
  multiUsersSelect,
  multiConversationsSelect,
  multiChannelsSelect,
] as const
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
  plainTextInput,
  numberInput,
  emailInput,
  urlInput,
  richTextInput,
  fileInput,
  dateTimePicker,
  ...menus,
  ...pickers,
])

const [plainContext, mrkdwnContext] = anyText(3000).options
export const contextElement = z.discriminatedUnion('type', [image, plainContext, mrkdwnContext])

export const contextActionsElement = z.discriminatedUnion('type', [feedbackButtons, iconButton])

type Offer = { value: string }

function oneSourceOfOptions(
  element: { options?: Offer[] | undefined; option_groups?: { options: Offer[] }[] | undefined },
  initial: Offer | Offer[] | undefined,
  context: z.RefinementCtx,
): void {
  if ((element.options === undefined) === (element.option_groups === undefined))
    context.addIssue({ code: 'custom', message: 'must have exactly one of options, option_groups' })
  const offers = element.options ?? element.option_groups?.flatMap((group) => group.options) ?? []
  initialMustBeOffered(initial, offers, context)
}

function initialMustBeOffered(
  initial: Offer | Offer[] | undefined,
  offers: Offer[],
  context: z.RefinementCtx,
): void {
  for (const chosen of [initial ?? []].flat())
    if (!offers.some((offer) => offer.value === chosen.value))
      context.addIssue({ code: 'custom', message: 'initial option must exactly match an option' })
}
