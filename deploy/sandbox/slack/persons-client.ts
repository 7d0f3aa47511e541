import { z } from 'zod'
import type { Call } from './calls.ts'
import { command, type CommandRequest } from './commands.ts'
import type { Answer } from './deliveries.ts'
import {
  changeGroup,
  type GroupRequest,
  type HomeRequest,
  message,
  type MessageRequest,
  openHome,
} from './events.ts'
import { action, type ActionRequest, shortcut, type ShortcutRequest } from './interactions.ts'
import { LeverChange, type Levers, pullLevers } from './levers.ts'
import { createChannel, userOf } from './messages.ts'
import { stackOf } from './open-views.ts'
import type { Slack } from './slack.ts'
import type { Channel, Message, OpenView, User, UserGroup } from './state.ts'
import { close, type CloseRequest, submit, type SubmitRequest } from './submissions.ts'
import { type OptionsRequest, suggestions } from './suggestions.ts'

export const ChannelRequest = z.object({ user: z.string(), name: z.string() })

/** What people do in their Slack clients, and what they see. Each refuses with Slack's code where Slack would. */
export type PersonsClient = {
  command: (request: z.input<typeof CommandRequest>) => Promise<Answer>
  action: (request: z.input<typeof ActionRequest>) => Promise<Answer>
  submit: (request: z.input<typeof SubmitRequest>) => Promise<Answer>
  closeView: (request: z.input<typeof CloseRequest>) => Promise<Answer>
  options: (request: z.input<typeof OptionsRequest>) => Promise<Answer>
  shortcut: (request: z.input<typeof ShortcutRequest>) => Promise<Answer>
  message: (request: z.input<typeof MessageRequest>) => Promise<Answer>
  openHome: (request: z.input<typeof HomeRequest>) => Promise<Answer>
  changeGroup: (request: z.input<typeof GroupRequest>) => Promise<Answer>
  /** A channel of a person's own; the app is not in it. */
  createChannel: (request: z.input<typeof ChannelRequest>) => Channel
  levers: (change?: LeverChange) => Levers
  state: (user: string) => PersonsState
}

export type PersonsState = {
  user: User
  users: User[]
  channels: Channel[]
  userGroups: UserGroup[]
  /** By channel, the newest 200, oldest first. */
  messages: Record<string, Message[]>
  /** By channel, this person's alone. */
  ephemerals: Record<string, Message[]>
  /** Open modals, lowest first. */
  views: OpenView[]
  home: OpenView | null
  /** The newest 200, oldest first. */
  calls: Call[]
  limits: Levers
}

export function createPersonsClient(slack: Slack): PersonsClient {
  return {
    command: (request) => command(slack, request),
    action: (request) => action(slack, request),
    submit: (request) => submit(slack, request),
    closeView: (request) => close(slack, request),
    options: (request) => suggestions(slack, request),
    shortcut: (request) => shortcut(slack, request),
    message: (request) => message(slack, request),
    openHome: (request) => openHome(slack, request),
    changeGroup: (request) => changeGroup(slack, request),
    createChannel(request) {
      const { user, name } = ChannelRequest.parse(request)
      return createChannel(slack, name, [userOf(slack, user).id])
    },
    levers(change = {}) {
      pullLevers(slack.levers, LeverChange.parse(change))
      slack.changed()
      return { ...slack.levers }
    },
    state: (user) => stateFor(slack, user),
  }
}

const shown = 200

function stateFor(slack: Slack, userId: string): PersonsState {
  const { users, channels, userGroups, messages, ephemerals, homes } = slack.state
  const own = channels.filter((channel) => channel.members.includes(userId))
  const byChannel = (find: (channel: string) => Message[]) =>
    Object.fromEntries(own.map((channel) => [channel.id, find(channel.id)]))
  return {
    user: userOf(slack, userId),
    users,
    channels: own,
    userGroups,
    messages: byChannel((channel) => (messages[channel] ?? []).slice(-shown)),
    ephemerals: byChannel((channel) =>
      ephemerals.filter((message) => message.channel === channel && message.visibleTo === userId),
    ),
    views: stackOf(slack, userId),
    home: homes[userId] ?? null,
    calls: slack.log.all().slice(-shown),
    limits: { ...slack.levers },
  }
}
