import { z } from 'zod'
import { channelOf, findEphemeral, findMessage } from './messages.ts'
import { stackOf } from './open-views.ts'
import { Refusal } from './refusal.ts'
import type { Slack } from './slack.ts'
import type { Block, Channel, Message, OpenView } from './state.ts'

/** Where a person acts: in a message, or in a modal or Home tab. */
export const Place = z.object({
  user: z.string(),
  channel: z.string().optional(),
  ts: z.string().optional(),
  viewId: z.string().optional(),
})

export type Source = { view: OpenView } | { message: Message; channel: Channel; blocks: Block[] }

/** Refuses with `not_found` or `message_not_found` where this person has no such view or message before them. */
export function findSource(slack: Slack, place: z.infer<typeof Place>): Source {
  if (place.viewId !== undefined) return { view: viewOf(slack, place.user, place.viewId) }
  if (place.channel === undefined || place.ts === undefined) throw new Refusal('message_not_found')
  const channel = channelOf(slack, place.channel)
  const message = findMessage(slack, channel.id, place.ts) ?? findEphemeral(slack, place.user, place.ts)
  if (message === undefined || !channel.members.includes(place.user)) throw new Refusal('message_not_found')
  return { message, channel, blocks: [...message.blocks, ...blocksOfAttachments(message)] }
}

/** A modal this person has open, or their Home tab. */
export function viewOf(slack: Slack, user: string, viewId: string): OpenView {
  const home = slack.state.homes[user]
  const view = [...stackOf(slack, user), ...(home === undefined ? [] : [home])].find(
    ({ id }) => id === viewId,
  )
  if (view === undefined) throw new Refusal('not_found')
  return view
}

function blocksOfAttachments(message: Message): Block[] {
  const attachments = message.attachments ?? []
  return attachments.flatMap((attachment) => {
    const blocks = attachment['blocks']
    return Array.isArray(blocks) ? blocks : []
  })
}
