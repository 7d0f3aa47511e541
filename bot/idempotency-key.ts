import { createHash } from 'node:crypto'
import { type BlockActions, type SlashCommand, valueOf, type ViewSubmission } from './slack/payloads.ts'

/**
 * The same act of a person has the same key, however often Slack delivers it and whichever bot takes it: what the
 * engine records under it is recorded once. Slack gives every typed command its own trigger_id.
 */
export function commandKey(command: SlashCommand): string {
  if (command.trigger_id !== undefined) return `command/${command.trigger_id}`
  const { user_id, channel_id, command: name, text, response_url } = command
  return `command/${digest([user_id, channel_id, name, text, response_url ?? ''])}`
}

/** One person pressing one button of one message twice has acted once; its trigger_id differs each time. */
export function buttonKey(body: BlockActions): string {
  const [action] = body.actions
  const place = body.container?.message_ts ?? body.view?.id ?? ''
  return `button/${digest([body.channel?.id ?? '', place, action.action_id, valueOf(action), body.user.id])}`
}

/** A form's hash changes whenever the form is changed, so a form that was shown anew is a new act. */
export function submissionKey(body: ViewSubmission): string {
  return `form/${digest([body.view.id, body.view.hash, body.user.id])}`
}

function digest(parts: string[]): string {
  return createHash('sha256').update(JSON.stringify(parts)).digest('hex')
}
