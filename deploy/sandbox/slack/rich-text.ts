import { z } from 'zod'

/** Rich text blocks, as `@slack/types` (block-kit/block-elements, RichText…) describes them. */

const style = z.strictObject({
  bold: z.boolean().optional(),
  code: z.boolean().optional(),
  italic: z.boolean().optional(),
  strike: z.boolean().optional(),
  underline: z.boolean().optional(),
})
const styled = { style: style.optional() }
const bordered = { border: z.union([z.literal(0), z.literal(1)]).optional() }

const text = z.strictObject({ type: z.literal('text'), ...styled, text: z.string().min(1) })
const link = z.strictObject({
  type: z.literal('link'),
  ...styled,
  url: z.string().min(1),
  text: z.string().optional(),
  unsafe: z.boolean().optional(),
})

const inline = z.discriminatedUnion('type', [
  text,
  link,
  z.strictObject({
    type: z.literal('broadcast'),
    ...styled,
    range: z.enum(['here', 'channel', 'everyone']),
  }),
  z.strictObject({ type: z.literal('channel'), ...styled, channel_id: z.string() }),
  z.strictObject({ type: z.literal('color'), ...styled, value: z.string() }),
  z.strictObject({
    type: z.literal('date'),
    ...styled,
    timestamp: z.int(),
    format: z.string().min(1),
    url: z.string().optional(),
    fallback: z.string().optional(),
  }),
  z.strictObject({
    type: z.literal('emoji'),
    ...styled,
    name: z.string().min(1),
    unicode: z.string().optional(),
    url: z.string().optional(),
  }),
  z.strictObject({ type: z.literal('team'), ...styled, team_id: z.string() }),
  z.strictObject({ type: z.literal('user'), ...styled, user_id: z.string() }),
  z.strictObject({ type: z.literal('usergroup'), ...styled, usergroup_id: z.string() }),
])

const section = z.strictObject({ type: z.literal('rich_text_section'), elements: z.array(inline) })

const part = z.discriminatedUnion('type', [
  section,
  z.strictObject({
    type: z.literal('rich_text_list'),
    ...bordered,
    elements: z.array(section),
    style: z.enum(['bullet', 'ordered']),
    indent: z.int().min(0).max(8).optional(),
    offset: z.int().min(0).optional(),
  }),
  z.strictObject({ type: z.literal('rich_text_quote'), ...bordered, elements: z.array(inline) }),
  z.strictObject({
    type: z.literal('rich_text_preformatted'),
    ...bordered,
    elements: z.array(z.discriminatedUnion('type', [text, link])),
    language: z.string().optional(),
  }),
])

export const richText = z.strictObject({
  type: z.literal('rich_text'),
  block_id: z.string().min(1).max(255).optional(),
  elements: z.array(part).min(1),
})
