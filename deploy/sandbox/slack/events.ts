import { z } from 'zod'
import { type Answer, deliver, notDelivered } from './deliveries.ts'
import { addMessage, channelOf, directMessages, findMessage, userOf } from './messages.ts'
import { app } from './people.ts'
import { Refusal } from './refusal.ts'
import { newId, nextTs, type Slack } from './slack.ts'
import { escapedMessageText } from './typed.ts'

export const MessageRequest = z.object({
  user: z.string(),
  channel: z.string(),
  text: z.string().min(1),
  thread_ts: z.string().optional(),
})
export const HomeRequest = z.object({ user: z.string() })
export const GroupRequest = z.object({ group: z.string(), users: z.array(z.string()) })

/** docs.slack.dev/apis/events-api#retries: nearly at once, after a minute, after five. */
const retryAfterSeconds = [0, 60, 300]

/** A person writes in a channel. The app hears of it, and of being mentioned. */
export async function message(slack: Slack, request: z.input<typeof MessageRequest>): Promise<Answer> {
  const asked = MessageRequest.parse(request)
  const channel = channelOf(slack, asked.channel)
  const user = userOf(slack, asked.user)
  if (!channel.members.includes(user.id)) throw new Refusal('not_in_channel')
  const parent = asked.thread_ts === undefined ? undefined : findMessage(slack, channel.id, asked.thread_ts)
  if (asked.thread_ts !== undefined && parent === undefined) throw new Refusal('thread_not_found')
  const { ts, text, thread_ts } = addMessage(slack, {
    channel: channel.id,
    user: user.id,
    text: escapedMessageText(asked.text, slack.state),
    blocks: [],
    ...(parent && { thread_ts: parent.thread_ts ?? parent.ts }),
  })
  if (!channel.members.includes(app.botUser)) return notDelivered
  const said = { user: user.id, ts, text, channel: channel.id, event_ts: ts, ...(thread_ts && { thread_ts }) }
  const mentioned = text.includes(`<@${app.botUser}>`) && !channel.isDm
  const [answer] = await Promise.all([
    deliverEvent(slack, { type: 'message', channel_type: channel.isDm ? 'im' : 'channel', ...said }),
    mentioned ? deliverEvent(slack, { type: 'app_mention', ...said }) : undefined,
  ])
  return answer
}

/** A person opens the app's Home tab. */
export function openHome(slack: Slack, request: z.input<typeof HomeRequest>): Promise<Answer> {
  const { user } = HomeRequest.parse(request)
  const view = slack.state.homes[user]
  return deliverEvent(slack, {
    type: 'app_home_opened',
    user,
    channel: directMessages(slack, user).id,
    tab: 'home',
    event_ts: nextTs(slack),
    ...(view && { view }),
  })
}

/** Somebody changes who is in a user group. */
export function changeGroup(slack: Slack, request: z.input<typeof GroupRequest>): Promise<Answer> {
  const { group: id, users } = GroupRequest.parse(request)
  const group = slack.state.userGroups.find((candidate) => candidate.id === id)
  if (group === undefined) throw new Refusal('no_such_subteam')
  const before = group.users
  group.users = users.map((user) => userOf(slack, user).id)
  slack.changed()
  const added = users.filter((user) => !before.includes(user))
  const removed = before.filter((user) => !users.includes(user))
  return deliverEvent(slack, {
    type: 'subteam_members_changed',
    subteam_id: id,
    team_id: app.teamId,
    date_previous_update: 0,
    date_update: Math.floor(slack.now().getTime() / 1000),
    added_users: added,
    added_users_count: added.length,
    removed_users: removed,
    removed_users_count: removed.length,
  })
}

/** Asks the app at `requestUrl` to echo a challenge, as Slack does before it believes a new address. */
export async function verifyRequestUrl(slack: Slack): Promise<boolean> {
  const challenge = newId('challenge')
  const payload = { type: 'url_verification', token: 'sandbox-verification-token', challenge }
  const { body } = await deliver(slack, { type: 'events_api', payload })
  return z.union([z.object({ challenge: z.literal(challenge) }), z.literal(challenge)]).safeParse(body)
    .success
}

/** Delivers an event and, in the background, again until the app takes it. Answers the first try. */
async function deliverEvent(slack: Slack, event: Record<string, unknown>): Promise<Answer> {
  const payload = {
    type: 'event_callback',
    token: 'sandbox-verification-token',
    team_id: app.teamId,
    api_app_id: app.appId,
    event,
    event_id: newId('Ev'),
    event_time: Math.floor(slack.now().getTime() / 1000),
    authorizations: [
      { team_id: app.teamId, user_id: app.botUser, is_bot: true, is_enterprise_install: false },
    ],
    is_ext_shared_channel: false,
  }
  const first = await deliver(slack, { type: 'events_api', payload })
  // Rejects only when the stand-in closes while it waits for the next try.
  retry(slack, payload, first).catch(() => undefined)
  return first
}

async function retry(slack: Slack, payload: Record<string, unknown>, first: Answer): Promise<void> {
  let answer = first
  for (const [index, seconds] of retryAfterSeconds.entries()) {
    if (answer.error === undefined || answer.noRetry) return
    await slack.wait(seconds)
    answer = await deliver(slack, {
      type: 'events_api',
      payload,
      retry: { number: index + 1, reason: reasonFor(answer) },
    })
  }
}

function reasonFor(answer: Answer): string {
  if (answer.timedOut) return 'http_timeout'
  return answer.status === 0 ? 'connection_failed' : 'http_error'
}
