import { app } from './people.ts'
import { Refusal } from './refusal.ts'
import { newId, nextTs, type Slack } from './slack.ts'
import type { Channel, Message, User } from './state.ts'

/** The channel with this id or #name; a person's id means the direct messages with them. */
export function channelOf(slack: Slack, nameOrId: string): Channel {
  const name = nameOrId.replace(/^#/, '')
  const found = slack.state.channels.find((channel) => channel.id === nameOrId || channel.name === name)
  if (found !== undefined) return found
  if (slack.state.users.some((user) => user.id === nameOrId)) return directMessages(slack, nameOrId)
  throw new Refusal('channel_not_found')
}

/** The channel, if the app may write in it. */
export function writableChannel(slack: Slack, nameOrId: string): Channel {
  const channel = channelOf(slack, nameOrId)
  if (channel.isArchived) throw new Refusal('is_archived')
  if (!channel.members.includes(app.botUser)) throw new Refusal('not_in_channel')
  return channel
}

/** The direct messages between the app and a person, opened when there are none yet. */
export function directMessages(slack: Slack, userId: string): Channel {
  const existing = slack.state.channels.find((channel) => channel.isDm && channel.user === userId)
  if (existing !== undefined) return existing
  const user = userOf(slack, userId)
  const channel = {
    id: newId('D0'),
    name: user.name,
    isDm: true,
    user: user.id,
    members: [user.id, app.botUser],
    isArchived: false,
    topic: '',
  }
  slack.state.channels.push(channel)
  slack.changed()
  return channel
}

/** A new channel with these members. Refuses names Slack refuses. */
export function createChannel(slack: Slack, name: string, members: string[]): Channel {
  if (name === '') throw new Refusal('invalid_name_required')
  if (name.length > 80) throw new Refusal('invalid_name_maxlength')
  if (!/^[\p{Ll}\p{Lo}\d_-]+$/u.test(name)) throw new Refusal('invalid_name_specials')
  if (slack.state.channels.some((channel) => channel.name === name && !channel.isDm))
    throw new Refusal('name_taken')
  const channel = { id: newId('C0'), name, isDm: false, members, isArchived: false, topic: '' }
  slack.state.channels.push(channel)
  slack.changed()
  return channel
}

export function userOf(slack: Slack, id: string): User {
  const user = slack.state.users.find((candidate) => candidate.id === id)
  if (user === undefined) throw new Refusal('user_not_found')
  return user
}

export function messagesIn(slack: Slack, channel: string): Message[] {
  return (slack.state.messages[channel] ??= [])
}

/** A message everyone in the channel sees. The newest are looked at first. */
export function findMessage(slack: Slack, channel: string, ts: string): Message | undefined {
  return messagesIn(slack, channel).findLast((message) => message.ts === ts)
}

export function findEphemeral(slack: Slack, user: string, ts: string): Message | undefined {
  return slack.state.ephemerals.findLast((message) => message.ts === ts && message.visibleTo === user)
}

export type NewMessage = Pick<Message, 'channel' | 'user' | 'text' | 'blocks'> & Partial<Message>

export function addMessage(slack: Slack, message: NewMessage): Message {
  const added: Message = { type: 'message', ts: nextTs(slack), ...message }
  messagesIn(slack, added.channel).push(added)
  slack.changed()
  return added
}

/** Only the newest of each person's ephemeral messages are kept: Slack forgets them at a reload. */
const keptEphemerals = 200

export function addEphemeral(slack: Slack, visibleTo: string, message: NewMessage): Message {
  const added: Message = { type: 'message', ts: nextTs(slack), ...message, ephemeral: true, visibleTo }
  const { ephemerals } = slack.state
  ephemerals.push(added)
  if (ephemerals.length > keptEphemerals) ephemerals.splice(0, ephemerals.length - keptEphemerals)
  slack.changed()
  return added
}

/** Who a message of the app is from. */
export const fromApp = { user: app.botUser, bot_id: app.botId, app_id: app.appId } as const

export function removeMessage(slack: Slack, message: Message): void {
  const without = (messages: Message[]) => messages.filter((other) => other !== message)
  if (message.ephemeral) slack.state.ephemerals = without(slack.state.ephemerals)
  else slack.state.messages[message.channel] = without(messagesIn(slack, message.channel))
  slack.changed()
}
