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

/** docs.slack.dev/reference/interaction-payloads/block_actions-payload */
export const BlockActions = z.object({
  type: z.literal('block_actions'),
  user: z.object({ id: z.string() }),
  trigger_id: z.string(),
  response_url: z.string().optional(),
  channel: z.object({ id: z.string() }).nullish(),
  container: z.object({ message_ts: z.string().optional() }).optional(),
  view: z.object({ id: z.string(), private_metadata: z.string().default('') }).nullish(),
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
    state: z.object({ values: z.record(z.string(), z.record(z.string(), z.unknown())) }),
  }),
})
export type ViewSubmission = z.infer<typeof ViewSubmission>

/** Text as it was typed: Slack escapes these three (docs.slack.dev/messaging/formatting-message-text). */
export function unescape(text: string): string {
  return text.replaceAll('&lt;', '<').replaceAll('&gt;', '>').replaceAll('&amp;', '&')
}

/** The value of the button, or of the option that was chosen. */
export function valueOf(action: BlockActions['actions'][0]): string {
  return action.value ?? action.selected_option?.value ?? ''
}

const Metadata = z.object({ channel: z.string() })

/** The channel a form belongs to: what opened it wrote that into the view's private metadata. */
export function channelOfView(privateMetadata: string): string | undefined {
  try {
    return Metadata.safeParse(JSON.parse(privateMetadata)).data?.channel
  } catch {
    return undefined
  }
}
