import { z } from 'zod'
import { checkContent, Content } from '../content.ts'
import {
  addEphemeral,
  addMessage,
  channelOf,
  findMessage,
  fromApp,
  removeMessage,
  writableChannel,
} from '../messages.ts'
import { app } from '../people.ts'
import { Refusal } from '../refusal.ts'
import { nextTs, type Slack } from '../slack.ts'
import { type Message, Metadata } from '../state.ts'
import { flag, json, type Method, method } from './method.ts'
import { shownMessage } from './shown.ts'

const metadata = json(z.unknown()).optional()

const postMessage = method({
  tier: 'posting',
  args: Content.extend({
    channel: z.string(),
    thread_ts: z.string().optional(),
    reply_broadcast: flag.optional(),
    metadata,
  }),
  run(slack, args) {
    const channel = writableChannel(slack, args.channel)
    const { text = '', blocks = [], attachments } = checkContent(args)
    if (text === '' && blocks.length === 0 && !attachments?.length) throw new Refusal('no_text')
    const message = addMessage(slack, {
      ...fromApp,
      channel: channel.id,
      text,
      blocks,
      ...(attachments && { attachments }),
      ...inThread(slack, channel.id, args.thread_ts),
      ...withMetadata(args.metadata),
    })
    return { channel: channel.id, ts: message.ts, message: shownMessage(message) }
  },
})

const postEphemeral = method({
  tier: 4,
  args: Content.extend({ channel: z.string(), user: z.string(), thread_ts: z.string().optional() }),
  run(slack, args) {
    const channel = writableChannel(slack, args.channel)
    if (!channel.members.includes(args.user)) throw new Refusal('user_not_in_channel')
    const { text = '', blocks = [], attachments } = checkContent(args)
    if (text === '' && blocks.length === 0 && !attachments?.length) throw new Refusal('no_text')
    const message = addEphemeral(slack, args.user, {
      ...fromApp,
      channel: channel.id,
      text,
      blocks,
      ...(attachments && { attachments }),
      ...inThread(slack, channel.id, args.thread_ts),
    })
    return { message_ts: message.ts }
  },
})

const update = method({
  tier: 3,
  args: Content.extend({ channel: z.string(), ts: z.string(), metadata }),
  run(slack, args) {
    const message = ownMessage(slack, args, 'cant_update_message')
    const content = checkContent(args)
    const says = [content.text || undefined, content.blocks, content.attachments]
    if (says.every((part) => part === undefined)) throw new Refusal('no_text')
    // Parts that are not mentioned stay as they are (docs.slack.dev/reference/methods/chat.update).
    Object.assign(message, content, withMetadata(args.metadata))
    message.edited = { user: app.botUser, ts: nextTs(slack) }
    slack.changed()
    return { channel: message.channel, ts: message.ts, text: message.text, message: shownMessage(message) }
  },
})

const remove = method({
  tier: 3,
  args: z.object({ channel: z.string(), ts: z.string() }),
  run(slack, args) {
    const message = ownMessage(slack, args, 'cant_delete_message')
    removeMessage(slack, message)
    return { channel: message.channel, ts: message.ts }
  },
})

const getPermalink = method({
  tier: 'unlimited',
  args: z.object({ channel: z.string(), message_ts: z.string() }),
  run(slack, args) {
    const channel = channelOf(slack, args.channel)
    if (findMessage(slack, channel.id, args.message_ts) === undefined) throw new Refusal('message_not_found')
    const permalink = `${slack.url()}/archives/${channel.id}/p${args.message_ts.replace('.', '')}`
    return { channel: channel.id, permalink }
  },
})

export const chat: Record<string, Method> = {
  'chat.postMessage': postMessage,
  'chat.postEphemeral': postEphemeral,
  'chat.update': update,
  'chat.delete': remove,
  'chat.getPermalink': getPermalink,
}

function ownMessage(slack: Slack, at: { channel: string; ts: string }, notOwn: string): Message {
  const channel = channelOf(slack, at.channel)
  if (channel.isArchived) throw new Refusal('is_archived')
  const message = findMessage(slack, channel.id, at.ts)
  if (message === undefined) throw new Refusal('message_not_found')
  if (message.bot_id !== app.botId) throw new Refusal(notOwn)
  return message
}

/** A reply to a reply belongs to the thread's first message. */
function inThread(slack: Slack, channel: string, threadTs: string | undefined): Partial<Message> {
  if (threadTs === undefined) return {}
  const parent = findMessage(slack, channel, threadTs)
  if (parent === undefined) throw new Refusal('thread_not_found')
  return { thread_ts: parent.thread_ts ?? parent.ts }
}

function withMetadata(value: unknown): Pick<Message, 'metadata'> {
  if (value === undefined) return {}
  if (typeof value !== 'object' || value === null) throw new Refusal('invalid_metadata_format')
  if (Object.keys(value).length === 0) return { metadata: undefined }
  const checked = Metadata.safeParse(value)
  if (!checked.success) throw new Refusal('invalid_metadata_schema')
  return { metadata: checked.data }
}
