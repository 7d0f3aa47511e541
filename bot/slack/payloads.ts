import { z } from 'zod'

/** What Slack sends when a person acts, as far as the bot reads it. */

/** docs.slack.dev/interactivity/implementing-slash-commands */
export const SlashCommand = z.object({
  command: z.string(),
  text: z.string().default(''),
  user_id: z.string(),
  channel_id: z.string(),
  trigger_id: z.string().optional(),
  response_url: z.string().optional(),
})
export type SlashCommand = z.infer<typeof SlashCommand>

const Action = z.object({
  action_id: z.string(),
  value: z.string().optional(),
  selected_option: z.object({ value: z.string() }).nullish(),
})

/** By block id, then by action id: docs.slack.dev/reference/views#state. */
const Values = z.record(z.string(), z.record(z.string(), z.unknown()))

/** A form or a Home as it was open when somebody acted in it. */
const OpenView = z.object({
  id: z.string(),
  type: z.string().optional(),
  title: z.object({ text: z.string() }).nullish(),
  callback_id: z.string().default(''),
  private_metadata: z.string().default(''),
  state: z.object({ values: Values.default({}) }).default({ values: {} }),
})

/** docs.slack.dev/reference/interaction-payloads/block_actions-payload */
export const BlockActions = z.object({
  type: z.literal('block_actions'),
  user: z.object({ id: z.string(), name: z.string().optional() }),
  trigger_id: z.string(),
  response_url: z.string().optional(),
  channel: z.object({ id: z.string() }).nullish(),
  container: z.object({ message_ts: z.string().optional() }).optional(),
  view: OpenView.nullish(),
  actions: z.tuple([Action], Action),
})
export type BlockActions = z.infer<typeof BlockActions>

/** docs.slack.dev/reference/interaction-payloads/view-interactions-payload */
export const ViewSubmission = z.object({
  type: z.literal('view_submission'),
  user: z.object({ id: z.string() }),
  view: z.object({
    id: z.string(),
    hash: z.string().default(''),
    callback_id: z.string(),
    private_metadata: z.string().default(''),
    title: z.object({ text: z.string() }),
    blocks: z.array(z.object({ type: z.string(), block_id: z.string() })),
    state: z.object({ values: Values }),
  }),
})
export type ViewSubmission = z.infer<typeof ViewSubmission>

/** docs.slack.dev/reference/interaction-payloads/block_suggestion-payload */
export const BlockSuggestion = z.object({
  type: z.literal('block_suggestion'),
  user: z.object({ id: z.string() }),
  action_id: z.string(),
  value: z.string().default(''),
  view: OpenView,
})
export type BlockSuggestion = z.infer<typeof BlockSuggestion>

/** docs.slack.dev/reference/interaction-payloads/shortcuts-interaction-payload, global and of a message. */
export const Shortcut = z.object({
  type: z.enum(['shortcut', 'message_action']),
  callback_id: z.string(),
  user: z.object({ id: z.string() }),
  trigger_id: z.string(),
  response_url: z.string().optional(),
  channel: z.object({ id: z.string() }).nullish(),
  team: z.object({ domain: z.string() }).nullish(),
  /** The message a message shortcut was used on. */
  message: z.object({ ts: z.string(), text: z.string().default('') }).nullish(),
})
export type Shortcut = z.infer<typeof Shortcut>

/** Text as it was typed: Slack escapes these three (docs.slack.dev/messaging/formatting-message-text). */
export function unescape(text: string): string {
  return text.replaceAll('&lt;', '<').replaceAll('&gt;', '>').replaceAll('&amp;', '&')
}

/** The value of the button, or of the option that was chosen. */
export function valueOf(action: BlockActions['actions'][0]): string {
  return action.value ?? action.selected_option?.value ?? ''
}

const Metadata = z.object({ channel: z.string().optional(), responseUrl: z.string().optional() })

/** Where a form belongs: what opened it wrote that into the view's private metadata. */
export function placeOfView(privateMetadata: string): { channel?: string; responseUrl?: string } {
  try {
    const { channel, responseUrl } = Metadata.parse(JSON.parse(privateMetadata))
    return { ...(channel !== undefined && { channel }), ...(responseUrl !== undefined && { responseUrl }) }
  } catch {
    return {}
  }
}
