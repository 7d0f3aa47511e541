import { Refusal } from '../refusal.ts'
import type { Slack } from '../slack.ts'

/** What each method needs (docs.slack.dev/reference/methods); a method that is not here needs no scope. */
const needed: Record<string, string> = {
  'chat.postMessage': 'chat:write',
  'chat.postEphemeral': 'chat:write',
  'chat.update': 'chat:write',
  'chat.delete': 'chat:write',
  'conversations.list': 'channels:read',
  'conversations.info': 'channels:read',
  'conversations.members': 'channels:read',
  'conversations.open': 'im:write',
  'conversations.join': 'channels:join',
  'conversations.create': 'channels:manage',
  'conversations.invite': 'channels:manage',
  'conversations.setTopic': 'channels:manage',
  'conversations.archive': 'channels:manage',
  'users.info': 'users:read',
  'users.list': 'users:read',
  'users.lookupByEmail': 'users:read.email',
  'usergroups.list': 'usergroups:read',
  'usergroups.users.list': 'usergroups:read',
  'files.getUploadURLExternal': 'files:write',
  'files.completeUploadExternal': 'files:write',
  'reactions.add': 'reactions:write',
  'pins.add': 'pins:write',
  'bookmarks.add': 'bookmarks:write',
}
const readers = ['conversations.history', 'conversations.replies']

/** The scopes the app was installed with; a stand-in that was not told grants all there are. */
export function grantedScopes({ scopes }: Pick<Slack, 'scopes'>): readonly string[] {
  return scopes ?? ['commands', 'channels:history', 'im:history', ...new Set(Object.values(needed))]
}

/** Refuses with `missing_scope` a method that the app was not installed for. */
export function checkScope(slack: Slack, method: string, channel: string | undefined): void {
  const wanted = readers.includes(method) ? historyScope(slack, channel) : needed[method]
  if (wanted === undefined || grantedScopes(slack).includes(wanted)) return
  throw new Refusal('missing_scope', [], { needed: wanted, provided: grantedScopes(slack).join(',') })
}

const historyScope = (slack: Slack, channel: string | undefined): string =>
  slack.state.channels.find(({ id }) => id === channel)?.isDm ? 'im:history' : 'channels:history'
