import { randomBytes } from 'node:crypto'
import { z } from 'zod'
import { areBlocksTooLong, validateBlocks } from './blocks.ts'
import { Refusal } from './refusal.ts'
import { Block, type Message } from './state.ts'

/** What a message says, as it arrives: over the Web API the structured parts may be JSON in a string. */
export const Content = z.object({
  text: z.string().nullish(),
  blocks: z.unknown().optional(),
  attachments: z.unknown().optional(),
})
export type Content = z.infer<typeof Content>

/** `blocks` and `attachments` are absent when the app did not mention them, which on an update means "as before". */
export type CheckedContent = {
  text?: string
  blocks?: Block[]
  attachments?: NonNullable<Message['attachments']>
}

/** docs.slack.dev/reference/methods/chat.postMessage: 4,000 characters, 100 attachments. */
const maximumTextLength = 4000
const maximumAttachments = 100

/** Refuses with Slack's code for whatever is wrong with a message's content. */
export function checkContent(content: Content): CheckedContent {
  const blocks = structured(content.blocks, 'invalid_blocks_format')
  const attachments = structured(content.attachments, 'invalid_attachments')
  if ((content.text?.length ?? 0) > maximumTextLength) throw new Refusal('msg_too_long')
  if (attachments !== undefined && attachments.length > maximumAttachments)
    throw new Refusal('too_many_attachments')
  return {
    ...(content.text != null && { text: content.text }),
    ...(blocks !== undefined && { blocks: checkedBlocks(blocks) }),
    ...(attachments !== undefined && { attachments: checkedAttachments(attachments) }),
  }
}

/** Slack names every block and every interactive element that the app left nameless. */
export function withIds(blocks: Block[]): Block[] {
  return blocks.map((block) => {
    const named: Block = { ...block, block_id: block.block_id ?? shortId() }
    for (const [key, value] of Object.entries(block))
      if (key === 'elements' || key === 'element' || key === 'accessory') named[key] = withActionIds(value)
    return named
  })
}

function structured(value: unknown, malformed: string): unknown[] | undefined {
  if (value === undefined || value === null) return undefined
  const list = typeof value === 'string' ? parseJson(value, malformed) : value
  if (!Array.isArray(list)) throw new Refusal(malformed)
  return list
}

function parseJson(text: string, malformed: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    throw new Refusal(malformed)
  }
}

function checkedBlocks(blocks: unknown[]): Block[] {
  if (areBlocksTooLong(blocks)) throw new Refusal('msg_blocks_too_long')
  const complaints = validateBlocks(blocks, 'message')
  if (complaints.length > 0) throw new Refusal('invalid_blocks', complaints)
  return withIds(z.array(Block).parse(blocks))
}

function checkedAttachments(attachments: unknown[]): NonNullable<Message['attachments']> {
  return attachments.map((attachment) => {
    const checked = z.looseObject({ blocks: z.unknown().optional() }).safeParse(attachment)
    if (!checked.success) throw new Refusal('invalid_attachments')
    const { blocks, ...rest } = checked.data
    return blocks === undefined
      ? rest
      : { ...rest, blocks: checkedBlocks(structured(blocks, 'invalid_blocks') ?? []) }
  })
}

/** Elements without an `action_id` that only show something (texts, images, rich text) stay as they are. */
const passiveTypes = new Set(['plain_text', 'mrkdwn', 'image'])

function withActionIds(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withActionIds)
  if (typeof value !== 'object' || value === null || 'action_id' in value) return value
  const type = 'type' in value ? String(value.type) : ''
  return passiveTypes.has(type) || type.startsWith('rich_text_') ? value : { ...value, action_id: shortId() }
}

function shortId(): string {
  return randomBytes(4).toString('base64url').slice(0, 5)
}
