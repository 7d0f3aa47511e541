import { app } from '../people.ts'
import type { Channel, Message, User, UserGroup } from '../state.ts'

/** The workspace's things in the shapes of Slack's answers. */

export function shownMessage(message: Message, withMetadata = true): Record<string, unknown> {
  const {
    channel: _channel,
    blocks,
    metadata,
    visibleTo: _visibleTo,
    ephemeral: _ephemeral,
    ...rest
  } = message
  return {
    ...rest,
    team: app.teamId,
    ...(blocks.length > 0 && { blocks }),
    ...(message.bot_id !== undefined && { bot_profile }),
    ...(withMetadata && metadata !== undefined && { metadata }),
  }
}

const bot_profile = {
  id: app.botId,
  app_id: app.appId,
  name: app.botName,
  team_id: app.teamId,
  deleted: false,
}

export function shownChannel(channel: Channel): Record<string, unknown> {
  if (channel.isDm)
    return { id: channel.id, is_im: true, is_channel: false, user: channel.user, is_archived: false }
  return {
    id: channel.id,
    name: channel.name,
    name_normalized: channel.name,
    is_channel: true,
    is_im: false,
    is_mpim: false,
    is_group: false,
    is_private: false,
    is_archived: channel.isArchived,
    is_member: channel.members.includes(app.botUser),
    num_members: channel.members.length,
    topic: { value: channel.topic, creator: '', last_set: 0 },
    purpose: { value: '', creator: '', last_set: 0 },
  }
}

export function shownUser(user: User, withLocale = false): Record<string, unknown> {
  return {
    id: user.id,
    team_id: app.teamId,
    name: user.name,
    real_name: user.realName,
    deleted: false,
    is_bot: user.isBot,
    is_app_user: false,
    tz: user.tz,
    ...(withLocale && { locale: user.locale }),
    profile: {
      real_name: user.realName,
      display_name: user.name,
      ...(!user.isBot && { email: user.email }),
      ...(user.id === app.botUser && { bot_id: app.botId, api_app_id: app.appId }),
    },
  }
}

export function shownUserGroup(group: UserGroup, withUsers: boolean): Record<string, unknown> {
  return {
    id: group.id,
    team_id: app.teamId,
    is_usergroup: true,
    handle: group.handle,
    name: group.name,
    date_delete: 0,
    user_count: group.users.length,
    ...(withUsers && { users: group.users }),
  }
}
