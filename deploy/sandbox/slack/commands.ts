import { z } from 'zod'
import { type Answer, deliver, notDelivered } from './deliveries.ts'
import { addEphemeral, addMessage, channelOf, userOf } from './messages.ts'
import { app, slackbot } from './people.ts'
import { Refusal } from './refusal.ts'
import { issueResponseUrl, Reply, showReply } from './response-urls.ts'
import type { Slack } from './slack.ts'
import { escapedCommandText } from './typed.ts'

export const CommandRequest = z.object({
  user: z.string(),
  channel: z.string(),
  command: z.string().regex(/^\/\S+$/),
  text: z.string().default(''),
})

/** A person types a slash command. What the app answers within 3 seconds is shown; else Slack's own error is. */
export async function command(slack: Slack, request: z.input<typeof CommandRequest>): Promise<Answer> {
  const typed = CommandRequest.parse(request)
  const user = userOf(slack, typed.user)
  const channel = channelOf(slack, typed.channel)
  if (!channel.members.includes(user.id)) throw new Refusal('not_in_channel')
  if (slack.commands?.includes(typed.command) === false) {
    sayAsSlackbot(slack, typed, notValid(typed.command))
    return notDelivered
  }
  const responseUrl = issueResponseUrl(slack, { user: user.id, channel: channel.id })
  const answer = await deliver(slack, {
    type: 'slash_commands',
    payload: {
      token: 'sandbox-verification-token',
      team_id: app.teamId,
      team_domain: app.teamDomain,
      channel_id: channel.id,
      channel_name: channel.isDm ? 'directmessage' : channel.name,
      user_id: user.id,
      user_name: user.name,
      command: typed.command,
      text: escapedCommandText(typed.text.trim(), slack.state),
      api_app_id: app.appId,
      is_enterprise_install: 'false',
      response_url: responseUrl.url,
      trigger_id: slack.triggers.issue(user.id),
    },
  })
  const error = answer.error ?? showAnswer(slack, { ...typed, responseUrlId: responseUrl.id }, answer.body)
  if (error === undefined) return answer
  sayAsSlackbot(slack, typed, `${typed.command} failed with the error "${error}"`)
  return { ...answer, error }
}

type Typed = z.infer<typeof CommandRequest> & { responseUrlId: string }

/** Shows the app's answer; answers Slack's error code when the answer is not one Slack can show. */
function showAnswer(slack: Slack, typed: Typed, body: unknown): string | undefined {
  if (body === '' || body === undefined) return undefined
  const reply = Reply.safeParse(typeof body === 'string' ? { text: body } : body)
  if (!reply.success) return 'invalid_command_response'
  try {
    if (reply.data.response_type === 'in_channel')
      addMessage(slack, {
        channel: channelOf(slack, typed.channel).id,
        user: typed.user,
        text: `${typed.command} ${escapedCommandText(typed.text, slack.state)}`.trim(),
        blocks: [],
      })
    showReply(slack, typed.responseUrlId, reply.data)
    return undefined
  } catch (error) {
    if (error instanceof Refusal) return error.code === 'no_text' ? undefined : error.code
    throw error
  }
}

const notValid = (command: string): string =>
  `\`${command}\` is not a valid command. In Slack, all messages that start with the "/" character are interpreted as slash commands.`

/** Slackbot's words when a command did not work. */
function sayAsSlackbot(slack: Slack, typed: z.infer<typeof CommandRequest>, text: string): void {
  addEphemeral(slack, typed.user, {
    channel: channelOf(slack, typed.channel).id,
    user: slackbot,
    text,
    blocks: [],
  })
}
