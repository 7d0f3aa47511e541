import type { WebClient } from '@slack/web-api'
import { z } from 'zod'
import { EngineUnavailable } from '../../engine/client.ts'
import type { NewChannel } from '../asked.ts'
import { attempt, type Outcome } from './outcome.ts'

export type OpenChannel = (channel: NewChannel) => Promise<{ channel: string } | { refused: string }>

const Created = z.object({ channel: z.object({ id: z.string() }) })
const Listed = z.object({
  channels: z.array(z.object({ id: z.string(), name: z.string(), is_member: z.boolean().optional() })),
  response_metadata: z.object({ next_cursor: z.string().default('') }).optional(),
})
const pageSize = 1000
/** conversations.list is Tier 2, 20 a minute (docs.slack.dev/apis/web-api/rate-limits). */
const mostPages = 10

/**
 * Opens a public channel, invites people and sets its topic. Asked again after an answer was lost, it finds the one it
 * opened. Throws EngineUnavailable while Slack is in trouble, so that whoever asked tries again.
 */
export function createChannels(client: WebClient): OpenChannel {
  return async ({ name, topic, invite }) => {
    const channel = await open(client, name)
    if ('refused' in channel) return channel
    const place = { channel: channel.channel }
    // Of several people those who cannot be invited are left out; that somebody is there already is no trouble.
    if (invite.length > 0)
      await attempt(() => client.conversations.invite({ ...place, users: invite.join(','), force: true }))
    await attempt(() => client.conversations.setTopic({ ...place, topic }))
    return channel
  }
}

async function open(client: WebClient, name: string): Promise<{ channel: string } | { refused: string }> {
  const created = await attempt(async () => Created.parse(await client.conversations.create({ name })))
  if (created.kind === 'done') return { channel: created.result.channel.id }
  if (created.kind !== 'refused') throw inTrouble(created)
  if (created.code !== 'name_taken') return { refused: created.code }
  const found = await attempt(() => find(client, name))
  if (found.kind === 'refused') return { refused: found.code }
  if (found.kind !== 'done') throw inTrouble(found)
  return found.result === null ? { refused: created.code } : { channel: found.result }
}

/** One of that name that the bot belongs to: whoever opens a channel does. */
async function find(client: WebClient, name: string): Promise<string | null> {
  let cursor = ''
  for (let page = 0; page < mostPages; page += 1) {
    const listed = Listed.parse(
      await client.conversations.list({
        types: 'public_channel',
        exclude_archived: true,
        limit: pageSize,
        ...(cursor !== '' && { cursor }),
      }),
    )
    const found = listed.channels.find((channel) => channel.name === name && channel.is_member === true)
    if (found !== undefined) return found.id
    cursor = listed.response_metadata?.next_cursor ?? ''
    if (cursor === '') return null
  }
  return null
}

const inTrouble = (outcome: Exclude<Outcome<unknown>, { kind: 'done' | 'refused' }>): EngineUnavailable =>
  new EngineUnavailable(`Slack: ${outcome.kind === 'down' ? outcome.reason : 'too many calls'}`)
