import { z } from 'zod'
import { findMessage, writableChannel } from '../messages.ts'
import { app } from '../people.ts'
import { Refusal } from '../refusal.ts'
import { newId, type Slack } from '../slack.ts'
import type { Message } from '../state.ts'
import { type Method, method } from './method.ts'

/** What is put on messages and channels: reactions, pins, bookmarks. */
export const marks: Record<string, Method> = {
  'reactions.add': method({
    tier: 3,
    args: z.object({ channel: z.string(), timestamp: z.string(), name: z.string() }),
    run(slack, { channel, timestamp, name }) {
      const message = messageAt(slack, channel, timestamp)
      if (!/^[a-z0-9_+'-]+(::skin-tone-[2-6])?$/.test(name)) throw new Refusal('invalid_name')
      const reactions = (message.reactions ??= [])
      const reaction = reactions.find((candidate) => candidate.name === name)
      if (reaction?.users.includes(app.botUser)) throw new Refusal('already_reacted')
      if (reaction === undefined) reactions.push({ name, users: [app.botUser], count: 1 })
      else Object.assign(reaction, { users: [...reaction.users, app.botUser], count: reaction.count + 1 })
      slack.changed()
      return {}
    },
  }),

  'pins.add': method({
    tier: 2,
    args: z.object({ channel: z.string(), timestamp: z.string() }),
    run(slack, { channel, timestamp }) {
      const message = messageAt(slack, channel, timestamp)
      if (message.pinned) throw new Refusal('already_pinned')
      message.pinned = true
      slack.changed()
      return {}
    },
  }),

  'bookmarks.add': method({
    tier: 2,
    args: z.object({
      channel_id: z.string(),
      title: z.string().min(1),
      type: z.string(),
      link: z.string().optional(),
      emoji: z.string().optional(),
    }),
    run(slack, args) {
      const channel = writableChannel(slack, args.channel_id)
      if (args.type !== 'link') throw new Refusal('invalid_bookmark_type')
      if (args.link === undefined || !URL.canParse(args.link)) throw new Refusal('invalid_link')
      const bookmark = {
        id: newId('Bk'),
        channel_id: channel.id,
        title: args.title,
        link: args.link,
        type: 'link',
        ...(args.emoji !== undefined && { emoji: args.emoji }),
        date_created: Math.floor(slack.now().getTime() / 1000),
        app_id: app.appId,
      }
      slack.state.bookmarks.push(bookmark)
      slack.changed()
      return { bookmark }
    },
  }),
}

function messageAt(slack: Slack, channelId: string, ts: string): Message {
  const channel = writableChannel(slack, channelId)
  const message = findMessage(slack, channel.id, ts)
  if (message === undefined) throw new Refusal('message_not_found')
  return message
}
