import { isPerson } from './direct-messages.ts'

/** What a refusal of Slack is about, and what a person can do about it. */
export interface Refusal {
  /**
   * The message is gone or cannot be edited · what it says cannot be shown · the place or the app's rights, which
   * somebody will put right · the person, who takes no messages of the app whenever it tries.
   */
  about: 'message' | 'content' | 'place' | 'person'
  advice: string
}

/**
 * Error codes of chat.postMessage, chat.update, conversations.open, conversations.history and views.publish
 * (docs.slack.dev/reference/methods); `channel`: the channel or the person it was for, if it was for one.
 */
export function refusalOf(code: string, channel = ''): Refusal {
  const advice = (about: Refusal['about'], text: string): Refusal => ({ about, advice: text })
  switch (code) {
    case 'message_not_found':
    case 'cant_update_message':
    case 'edit_window_closed':
      return advice('message', 'it is posted anew')
    case 'invalid_blocks':
    case 'invalid_blocks_format':
    case 'msg_blocks_too_long':
    case 'msg_too_long':
    case 'no_text':
      return advice('content', 'it is shown as plain text; please report this as a bug of Plantão')
    case 'channel_not_found':
      return isPerson(channel)
        ? advice('person', 'check this person’s Slack id in the runbook file')
        : advice(
            'place',
            'check slack.channels in the runbook file; the bot must be invited to a private channel',
          )
    case 'user_not_found':
    case 'users_not_found':
    case 'user_disabled':
    case 'user_not_visible':
    case 'user_is_restricted':
    case 'user_is_ultra_restricted':
    case 'cannot_dm_bot':
    case 'invalid_users':
    case 'invalid_user_combination':
      return advice('person', 'check this person’s Slack id in the runbook file')
    case 'messages_tab_disabled':
    case 'not_enabled':
      return advice(
        'person',
        'turn on the Messages and the Home tab of the app, as deploy/slack-manifest.yaml has them',
      )
    case 'not_in_channel':
      return advice('place', 'invite the bot to the channel: /invite @plantao')
    case 'is_archived':
      return advice('place', 'unarchive the channel, or name another one in the runbook file')
    case 'missing_scope':
    case 'no_permission':
      return advice('place', 'install the app again with the scopes of deploy/slack-manifest.yaml')
    case 'invalid_auth':
    case 'not_authed':
    case 'account_inactive':
    case 'token_revoked':
    case 'token_expired':
      return advice(
        'place',
        'Slack does not take SLACK_BOT_TOKEN any more: install the app again and set the new one',
      )
    default:
      return advice('place', 'docs.slack.dev/reference/methods/chat.postMessage says what this code means')
  }
}
