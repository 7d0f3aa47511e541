import { z } from 'zod'
import { complaint } from './complaints.ts'
import { anyText, mrkdwn, plainText, rawNumber, rawText, slackFile } from './compositions.ts'
import {
  accessory,
  actionsElement,
  button,
  contextActionsElement,
  contextElement,
  image,
  inputElement,
} from './elements.ts'
import { richText } from './rich-text.ts'

export type Surface = 'message' | 'modal' | 'home'

/** docs.slack.dev/reference/block-kit/blocks: 50 blocks in a message, 100 in a modal or Home tab. */
const maximumBlocks = { message: 50, modal: 100, home: 100 } as const

/** Not documented by Slack; measured by its users in slackapi/bolt-js issue 2509. */
const maximumTextLength = 13_200

/** Markdown blocks of one message together (docs.slack.dev/reference/block-kit/blocks/markdown-block). */
const maximumMarkdownLength = 12_000

/**
 * What Slack would say against these blocks, in its own words with a JSON pointer; an empty list means valid.
 * Every limit comes from the comments of `@slack/types` or the pages named above.
 */
export function validateBlocks(blocks: unknown, surface: Surface): string[] {
  if (!Array.isArray(blocks)) return ['must provide an array [json-pointer:/blocks]']
  const complaints = blocks.flatMap((block: unknown, index) => complaintsAbout(block, index, surface))
  if (blocks.length > maximumBlocks[surface])
    complaints.push(`no more than ${maximumBlocks[surface]} items allowed [json-pointer:/blocks]`)
  return [...complaints, ...complaintsAboutAll(blocks, surface)]
}

/** True when a message's blocks hold more text than Slack takes, although each block is legal by itself. */
export function areBlocksTooLong(blocks: unknown): boolean {
  return textLength(blocks) > maximumTextLength
}

const identified = { block_id: z.string().min(1).max(255).optional() }

const section = z
  .strictObject({
    type: z.literal('section'),
    ...identified,
    text: anyText(3000).optional(),
    fields: z.array(anyText(2000)).min(1).max(10).optional(),
    accessory: accessory.optional(),
    expand: z.boolean().optional(),
  })
  .refine((block) => block.text !== undefined || block.fields !== undefined, {
    error: 'missing required field: text or fields',
  })

const actions = z.strictObject({
  type: z.literal('actions'),
  ...identified,
  elements: z.array(actionsElement).min(1).max(25),
})

const context = z.strictObject({
  type: z.literal('context'),
  ...identified,
  elements: z.array(contextElement).min(1).max(10),
})

const header = z.strictObject({ type: z.literal('header'), ...identified, text: plainText(150) })
const divider = z.strictObject({ type: z.literal('divider'), ...identified })

const imageBlock = z
  .strictObject({
    type: z.literal('image'),
    ...identified,
    alt_text: z.string().min(1).max(2000),
    title: plainText(2000).optional(),
    image_url: z.string().max(3000).optional(),
    slack_file: slackFile.optional(),
  })
  .refine((block) => (block.image_url === undefined) !== (block.slack_file === undefined), {
    error: 'image needs either image_url or slack_file',
  })

const input = z
  .strictObject({
    type: z.literal('input'),
    ...identified,
    label: plainText(2000),
    element: inputElement,
    hint: plainText(2000).optional(),
    optional: z.boolean().optional(),
    dispatch_action: z.boolean().optional(),
  })
  .refine((block) => !(block.dispatch_action === true && block.element.type === 'file_input'), {
    error: 'unsupported type: file_input with dispatch_action',
    path: ['element'],
  })

const video = z.strictObject({
  type: z.literal('video'),
  ...identified,
  video_url: z.string().startsWith('https://'),
  thumbnail_url: z.string(),
  alt_text: z.string().min(1),
  title: plainText(199),
  title_url: z.string().startsWith('https://').optional(),
  author_name: z.string().max(49).optional(),
  provider_name: z.string().optional(),
  provider_icon_url: z.string().optional(),
  description: plainText(200).optional(),
})

const markdown = z.strictObject({
  type: z.literal('markdown'),
  ...identified,
  text: z.string().min(1).max(maximumMarkdownLength),
})

const cell = z.discriminatedUnion('type', [richText, rawText, rawNumber])

const table = z.strictObject({
  type: z.literal('table'),
  ...identified,
  rows: z.array(z.array(cell).min(1).max(20)).min(1).max(100),
  column_settings: z
    .array(
      z
        .strictObject({
          align: z.enum(['left', 'center', 'right']).optional(),
          is_wrapped: z.boolean().optional(),
        })
        .nullable(),
    )
    .max(20)
    .optional(),
})

const dataTable = z.strictObject({
  type: z.literal('data_table'),
  ...identified,
  rows: z.array(z.array(cell).min(1)).min(1),
  caption: z.string().min(1),
  page_size: z.int().min(1).max(100).optional(),
  row_header_column_index: z.int().min(0).optional(),
})

const contextActions = z.strictObject({
  type: z.literal('context_actions'),
  ...identified,
  elements: z.array(contextActionsElement).min(1).max(5),
})

const alert = z.strictObject({
  type: z.literal('alert'),
  ...identified,
  text: anyText(3000),
  level: z.enum(['default', 'info', 'warning', 'error', 'success']).optional(),
})

const card = z
  .strictObject({
    type: z.literal('card'),
    ...identified,
    hero_image: image.optional(),
    icon: image.optional(),
    title: mrkdwn(150).optional(),
    subtitle: mrkdwn(150).optional(),
    body: mrkdwn(200).optional(),
    actions: z.array(button).optional(),
  })
  .refine((block) => [block.hero_image, block.title, block.actions, block.body].some(Boolean), {
    error: 'card needs hero_image, title, actions or body',
  })

const carousel = z.strictObject({
  type: z.literal('carousel'),
  ...identified,
  elements: z.array(card).min(1).max(10),
})

const taskCard = z.strictObject({
  type: z.literal('task_card'),
  ...identified,
  task_id: z.string().min(1),
  title: z.string().min(1),
  details: richText.optional(),
  output: richText.optional(),
  sources: z.array(z.strictObject({ type: z.literal('url'), url: z.string(), text: z.string() })).optional(),
  status: z.enum(['pending', 'in_progress', 'complete', 'error']),
})

const plan = z.strictObject({
  type: z.literal('plan'),
  ...identified,
  title: z.string().min(1),
  tasks: z.array(taskCard).optional(),
})

const everywhere = [section, actions, context, header, divider, imageBlock, input, video, richText] as const

const container = z
  .strictObject({
    type: z.literal('container'),
    ...identified,
    title: plainText(150).optional(),
    rich_text_title: richText.optional(),
    subtitle: anyText(150).optional(),
    child_blocks: z
      .array(z.discriminatedUnion('type', [...everywhere, table]))
      .min(1)
      .max(10),
    width: z.enum(['narrow', 'standard', 'wide', 'full']).optional(),
    icon: image.optional(),
    is_collapsible: z.boolean().optional(),
    default_collapsed: z.boolean().optional(),
    has_header_divider: z.boolean().optional(),
  })
  .refine((block) => block.title !== undefined || block.rich_text_title !== undefined, {
    error: 'missing required field: title or rich_text_title',
  })

const blockOn = {
  message: z.discriminatedUnion('type', [
    ...everywhere,
    markdown,
    table,
    dataTable,
    contextActions,
    card,
    carousel,
    container,
    taskCard,
    plan,
  ]),
  modal: z.discriminatedUnion('type', [...everywhere, alert]),
  home: z.discriminatedUnion('type', [...everywhere]),
} as const satisfies Record<Surface, z.ZodType>

function complaintsAbout(block: unknown, index: number, surface: Surface): string[] {
  const checked = blockOn[surface].safeParse(block, { reportInput: true })
  if (!checked.success) return checked.error.issues.map((issue) => complaint(issue, ['blocks', index]))
  return repeated(actionIds(block)).map((id) => `duplicate action_id: ${id} [json-pointer:/blocks/${index}]`)
}

function complaintsAboutAll(blocks: unknown[], surface: Surface): string[] {
  const blockIds = blocks.map((block) => fieldOf(block, 'block_id')).filter((id) => typeof id === 'string')
  const complaints = repeated(blockIds).map((id) => `duplicate block_id: ${id} [json-pointer:/blocks]`)
  if (surface !== 'message') return complaints
  const ofType = (type: string) => blocks.filter((block) => fieldOf(block, 'type') === type)
  if (ofType('table').length > 1) complaints.push('only_one_table_allowed [json-pointer:/blocks]')
  if (textLength(ofType('markdown')) > maximumMarkdownLength)
    complaints.push(`markdown blocks exceed ${maximumMarkdownLength} characters [json-pointer:/blocks]`)
  if (areBlocksTooLong(blocks))
    complaints.push(`msg_blocks_too_long: more than ${maximumTextLength} characters [json-pointer:/blocks]`)
  return complaints
}

/** Every `text` string anywhere below, added up. */
function textLength(value: unknown): number {
  if (typeof value !== 'object' || value === null) return 0
  return Object.entries(value).reduce(
    (sum, [key, inner]) =>
      sum + (key === 'text' && typeof inner === 'string' ? inner.length : textLength(inner)),
    0,
  )
}

function actionIds(value: unknown): string[] {
  if (typeof value !== 'object' || value === null) return []
  return Object.entries(value).flatMap(([key, inner]) =>
    key === 'action_id' && typeof inner === 'string' ? [inner] : actionIds(inner),
  )
}

function repeated(values: string[]): string[] {
  return [...new Set(values.filter((value, index) => values.indexOf(value) !== index))]
}

function fieldOf(value: unknown, name: string): unknown {
  return typeof value === 'object' && value !== null ? Reflect.get(value, name) : undefined
}
