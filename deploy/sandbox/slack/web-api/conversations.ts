import { z } from 'zod'
import { addMessage, channelOf, createChannel, directMessages, messagesIn, userOf } from '../messages.ts'
import { app } from '../people.ts'
import { Refusal } from '../refusal.ts'
import type { Slack } from '../slack.ts'
import type { Channel, Message } from '../state.ts'
import { flag, list, type Method, method, page, pageOf } from './method.ts'
import { shownChannel, shownMessage } from './shown.ts'

const inChannel = z.object({ channel: z.string() })
const timeRange = z.object({
  oldest: z.string().optional(),
  latest: z.string().optional(),
  inclusive: flag.optional(),
})
const history = page.extend(inChannel.shape).extend(timeRange.shape).extend({
  include_all_metadata: flag.optional(),
})

/** docs.slack.dev/reference/methods/conversations.invite */
const mostInvited = 100

export const conversations: Record<string, Method> = {
  'conversations.list': method({
    tier: 2,
    args: page.extend({ types: list.default(['public_channel']), exclude_archived: flag.optional() }),
    run(slack, args) {
      const wanted = slack.state.channels.filter(
        (channel) =>
          args.types.includes(channel.isDm ? 'im' : 'public_channel') &&
          !(args.exclude_archived === true && channel.isArchived),
      )
      const { items, response_metadata } = pageOf(wanted, args)
      return { channels: items.map(shownChannel), response_metadata }
    },
  }),

  'conversations.info': method({
    tier: 3,
    args: inChannel,
    run: (slack, args) => ({ channel: shownChannel(byId(slack, args.channel)) }),
  }),

  'conversations.open': method({
    tier: 3,
    args: z.object({
      users: list.optional(),
      channel: z.string().optional(),
      return_im: flag.optional(),
    }),
    run(slack, args) {
      if (args.channel !== undefined) return { channel: shownChannel(byId(slack, args.channel)) }
      const [user, ...others] = args.users ?? []
      if (user === undefined || user === '') throw new Refusal('users_list_not_supplied')
      if (others.length > 0) throw new Refusal('method_not_supported_for_channel_type')
      if (userOf(slack, user).isBot) throw new Refusal('cannot_dm_bot')
      const channel = directMessages(slack, user)
      return { channel: args.return_im === true ? shownChannel(channel) : { id: channel.id } }
    },
  }),

  'conversations.history': method({
    tier: 3,
    args: history,
    run(slack, args) {
      const channel = readable(slack, args.channel)
      const messages = messagesIn(slack, channel.id)
        .filter((message) => (message.thread_ts ?? message.ts) === message.ts && isWithin(message, args))
        .toReversed()
      const { items, more, response_metadata } = pageOf(messages, args)
      return {
        messages: items.map((message) => shown(slack, message, args.include_all_metadata)),
        has_more: more,
        ...(more && { response_metadata }),
      }
    },
  }),

  'conversations.replies': method({
    tier: 3,
    args: history.extend({ ts: z.string() }),
    run(slack, args) {
      const channel = readable(slack, args.channel)
      const thread = messagesIn(slack, channel.id).filter(
        (message) => message.ts === args.ts || message.thread_ts === args.ts,
      )
      if (thread.length === 0) throw new Refusal('thread_not_found')
      const { items, more, response_metadata } = pageOf(
        thread.filter((message) => isWithin(message, args)),
        args,
      )
      return {
        messages: items.map((message) => shown(slack, message, args.include_all_metadata)),
        has_more: more,
        ...(more && { response_metadata }),
      }
    },
  }),

  'conversations.members': method({
    tier: 4,
    args: page.extend(inChannel.shape),
    run(slack, args) {
      const { items, response_metadata } = pageOf(byId(slack, args.channel).members, args)
      return { members: items, response_metadata }
    },
  }),

  'conversations.join': method({
    tier: 3,
    args: inChannel,
    run(slack, args) {
      const channel = byId(slack, args.channel)
      if (channel.isDm) throw new Refusal('method_not_supported_for_channel_type')
      if (channel.isArchived) throw new Refusal('is_archived')
      const isMember = channel.members.includes(app.botUser)
      if (!isMember) channel.members.push(app.botUser)
      slack.changed()
      return { channel: shownChannel(channel), ...(isMember && { warning: 'already_in_channel' }) }
    },
  }),

  'conversations.create': method({
    tier: 2,
    args: z.object({ name: z.string(), is_private: flag.optional() }),
    run: (slack, { name }) => ({ channel: shownChannel(createChannel(slack, name, [app.botUser])) }),
  }),

  'conversations.invite': method({
    tier: 3,
    // `force`: those who can be invited are, whatever is wrong with the others.
    args: inChannel.extend({ users: list, force: flag.optional() }),
    run(slack, args) {
      const channel = ofMember(slack, args.channel)
      if (channel.isArchived) throw new Refusal('is_archived')
      if (args.users.length > mostInvited) throw new Refusal('too_many_users')
      const known = slack.state.users.filter(({ id }) => args.users.includes(id) && id !== app.botUser)
      const users =
        args.force === true && known.length > 0 ? known : args.users.map((id) => userOf(slack, id))
      if (users.some((user) => user.id === app.botUser)) throw new Refusal('cant_invite_self')
      if (users.every((user) => channel.members.includes(user.id))) throw new Refusal('already_in_channel')
      channel.members = [...new Set([...channel.members, ...users.map((user) => user.id)])]
      slack.changed()
      return { channel: shownChannel(channel) }
    },
  }),

  'conversations.setTopic': method({
    tier: 2,
    args: inChannel.extend({ topic: z.string() }),
    run(slack, args) {
      const channel = ofMember(slack, args.channel)
      if (args.topic.length > 250) throw new Refusal('too_long')
      channel.topic = args.topic
      addMessage(slack, {
        channel: channel.id,
        user: app.botUser,
        text: `set the channel topic: ${args.topic}`,
        blocks: [],
      })
      return { channel: shownChannel(channel) }
    },
  }),

  'conversations.archive': method({
    tier: 2,
    args: inChannel,
    run(slack, args) {
      const channel = ofMember(slack, args.channel)
      if (channel.isArchived) throw new Refusal('already_archived')
      channel.isArchived = true
      slack.changed()
      return {}
    },
  }),
}

/** Unlike chat.postMessage, these methods take neither a name nor a person's id. */
function byId(slack: Slack, id: string): Channel {
  const channel = channelOf(slack, id)
  if (channel.id !== id) throw new Refusal('channel_not_found')
  return channel
}

function ofMember(slack: Slack, id: string): Channel {
  const channel = byId(slack, id)
  if (!channel.members.includes(app.botUser)) throw new Refusal('not_in_channel')
  return channel
}

const readable = ofMember

function isWithin(message: Message, range: z.infer<typeof timeRange>): boolean {
  const ts = Number(message.ts)
  const oldest = Number(range.oldest ?? 0)
  const latest = Number(range.latest ?? Infinity)
  return range.inclusive === true ? ts >= oldest && ts <= latest : ts > oldest && ts < latest
}

function shown(slack: Slack, message: Message, withMetadata = false): Record<string, unknown> {
  const replies = messagesIn(slack, message.channel).filter(
    (other) => other.thread_ts === message.ts && other !== message,
  )
  if (replies.length === 0) return shownMessage(message, withMetadata)
  return {
    ...shownMessage(message, withMetadata),
    thread_ts: message.ts,
    reply_count: replies.length,
    reply_users: [...new Set(replies.map((reply) => reply.user))],
    latest_reply: replies.at(-1)?.ts,
  }
}
