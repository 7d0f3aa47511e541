import { z } from 'zod'
import { conversationFilter, option, optionGroup } from './compositions.ts'
import {
  confirmable,
  focusable,
  identified,
  initialMustBeOffered,
  type Offer,
  withPlaceholder,
} from './element-parts.ts'

/** Select menus, for one item or several (`@slack/types`, block-kit/block-elements). */

const menu = { ...identified, ...confirmable, ...focusable, ...withPlaceholder }
const severalMenu = { ...menu, max_selected_items: z.int().min(1).optional() }

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

export const menus = [
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
