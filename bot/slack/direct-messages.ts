import type { WebClient } from '@slack/web-api'
import { z } from 'zod'

const Opened = z.object({ channel: z.object({ id: z.string() }) })

const mostRemembered = 5000

/**
 * The conversation of a channel's id; for a person's id the one with them, asked for once: chat.update and
 * conversations.history take no person (docs.slack.dev/reference/methods/chat.update).
 */
export function createConversations(client: WebClient): (channel: string) => Promise<string> {
  const known = new Map<string, string>()
  return async (channel) => {
    if (!isPerson(channel)) return channel
    const conversation =
      known.get(channel) ?? Opened.parse(await client.conversations.open({ users: channel })).channel.id
    if (known.size >= mostRemembered) known.clear()
    known.set(channel, conversation)
    return conversation
  }
}

export const isPerson = (channel: string): boolean => /^[UW]/.test(channel)
