import { z } from 'zod'
import type { Tier } from '../budgets.ts'
import { complaint } from '../complaints.ts'
import { Refusal } from '../refusal.ts'
import type { Slack } from '../slack.ts'

/** One method of the Web API: its rate limit, the token it wants, and what it does. */
export type Method = {
  tier: Tier
  token: 'bot' | 'app' | 'none'
  /** Answers the fields beside `ok`, or throws a Refusal. */
  run(slack: Slack, args: Record<string, unknown>): Record<string, unknown>
}

/** Ties a method's arguments to their schema; wrong ones are refused as Slack refuses them. */
export function method<Schema extends z.ZodType>(definition: {
  tier: Tier
  token?: 'app' | 'none'
  args: Schema
  run(slack: Slack, args: z.output<Schema>): Record<string, unknown>
}): Method {
  return {
    tier: definition.tier,
    token: definition.token ?? 'bot',
    run(slack, args) {
      const checked = definition.args.safeParse(args, { reportInput: true })
      if (checked.success) return definition.run(slack, checked.data)
      throw new Refusal(
        'invalid_arguments',
        checked.error.issues.map((issue) => complaint(issue)),
      )
    },
  }
}

/** Form bodies carry booleans and numbers as strings. */
export const flag = z
  .union([z.boolean(), z.enum(['true', 'false', '1', '0'])])
  .transform((value) => value === true || value === 'true' || value === '1')

export const wholeNumber = z.coerce.number().int()

/** A list separated by commas, or a JSON list. */
export const list = z
  .union([z.array(z.string()), z.string()])
  .transform((value) => (Array.isArray(value) ? value : value.split(',').map((part) => part.trim())))

/** JSON, in a string when the body is a form. */
export function json<Schema extends z.ZodType>(schema: Schema) {
  return z.preprocess((value) => {
    if (typeof value !== 'string') return value
    try {
      return JSON.parse(value)
    } catch {
      return value
    }
  }, schema)
}

const Page = { cursor: z.string().optional(), limit: wholeNumber.min(1).max(1000).optional() }
export const page = z.object(Page)

/** One page of a list and Slack's cursor to the next. A cursor is the offset, encoded. */
export function pageOf<Item>(
  items: Item[],
  { cursor, limit = 100 }: z.infer<typeof page>,
): { items: Item[]; more: boolean; response_metadata: { next_cursor: string } } {
  const start = cursor === undefined || cursor === '' ? 0 : offsetOf(cursor)
  const end = start + limit
  const more = end < items.length
  const next_cursor = more ? Buffer.from(`offset:${end}`).toString('base64') : ''
  return { items: items.slice(start, end), more, response_metadata: { next_cursor } }
}

function offsetOf(cursor: string): number {
  const offset = /^offset:(\d+)$/.exec(Buffer.from(cursor, 'base64').toString())?.[1]
  if (offset === undefined) throw new Refusal('invalid_cursor')
  return Number(offset)
}
