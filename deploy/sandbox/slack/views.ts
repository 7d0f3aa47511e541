import { z } from 'zod'
import { validateBlocks } from './blocks.ts'
import { complaint } from './complaints.ts'
import { plainText } from './compositions.ts'

const common = {
  private_metadata: z.string().max(3000).optional(),
  callback_id: z.string().max(255).optional(),
  external_id: z.string().max(255).optional(),
}

const home = z.strictObject({ type: z.literal('home'), ...common, blocks: z.array(z.unknown()) })

const modal = z.strictObject({
  type: z.literal('modal'),
  ...common,
  blocks: z.array(z.unknown()).min(1),
  title: plainText(24),
  close: plainText(24).optional(),
  submit: plainText(24).optional(),
  clear_on_close: z.boolean().optional(),
  notify_on_close: z.boolean().optional(),
  submit_disabled: z.boolean().optional(),
})

/** A view as an app may send it, after `validateView` found nothing against it. */
export const View = z.discriminatedUnion('type', [home, modal])

/**
 * What Slack would say against this modal or Home view; an empty list means valid.
 * Limits: the comments of `@slack/types` (views.d.ts) and docs.slack.dev/surfaces/modals.
 */
export function validateView(view: unknown): string[] {
  const checked = View.safeParse(view, { reportInput: true })
  if (!checked.success) return checked.error.issues.map((issue) => complaint(issue))
  const { blocks, type } = checked.data
  return [...validateBlocks(blocks, type), ...submitIsThere(checked.data), ...onlyOneFocus(blocks)]
}

/** docs.slack.dev/surfaces/modals: a view may be 250 kB at most. */
export function isViewTooLarge(view: unknown): boolean {
  return Buffer.byteLength(JSON.stringify(view)) > 250_000
}

function submitIsThere(view: z.infer<typeof View>): string[] {
  const hasInput = view.blocks.some((block) => isObject(block) && block['type'] === 'input')
  if (view.type !== 'modal' || !hasInput || view.submit !== undefined) return []
  return ['missing required field: submit (a modal with input blocks needs it) [json-pointer:]']
}

function onlyOneFocus(blocks: unknown[]): string[] {
  return focusCount(blocks) > 1 ? ['only one element may have focus_on_load [json-pointer:/blocks]'] : []
}

function focusCount(value: unknown): number {
  if (!isObject(value)) return 0
  const own = value['focus_on_load'] === true ? 1 : 0
  return Object.values(value).reduce<number>((sum, inner) => sum + focusCount(inner), own)
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null
}
