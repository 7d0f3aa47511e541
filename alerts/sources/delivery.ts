import { z } from 'zod'
import { toIncoming, type Incoming, type RawAlert, type Source } from '../incoming.ts'

/** An alert that cannot be taken: where it is wrong, and how. */
export interface RefusedAlert {
  index: number
  /** A path such as `alerts.3.labels`. */
  field: string
  message: string
}

/** What one delivery holds. */
export interface Delivery {
  source: Source
  alerts: Incoming[]
  refused: RefusedAlert[]
  /** So many more the sender left out. */
  truncated: number
}

/** The body is nothing of which a single alert could be taken. `issues` name every field that is wrong. */
export class DeliveryUnreadable extends Error {
  readonly issues: readonly z.core.$ZodIssue[]

  constructor(issues: readonly z.core.$ZodIssue[]) {
    super(issues.map(({ path, message }) => `${path.join('.')}: ${message}`).join('; '))
    this.name = 'DeliveryUnreadable'
    this.issues = issues
  }
}

/** A time as RFC 3339 writes it, with any offset and any number of decimals. */
export const Time = z.iso.datetime({ offset: true, error: 'expected a time such as 2026-07-06T05:00:00Z' })

/** What vendors leave out they sometimes send as null. */
export const optional = <Schema extends z.ZodType>(schema: Schema) => schema.nullish()

export const Labels = z.record(z.string(), z.string())

/** The list and what stands beside it; its members are checked one by one. */
export const Envelope = z.object({
  alerts: z.array(z.unknown()),
  truncatedAlerts: z.number().int().min(0).nullish().catch(null),
})

/**
 * Reads a list of alerts one by one, so that a bad one does not take the others with it. Throws DeliveryUnreadable
 * where not one of them can be read.
 */
export function readAlerts<Given>(
  list: readonly unknown[],
  vendor: { source: Source; schema: z.ZodType<Given>; toRaw(alert: Given): RawAlert },
  redact: (text: string) => string,
): Pick<Delivery, 'alerts' | 'refused'> {
  const alerts: Incoming[] = []
  const issues: z.core.$ZodIssue[] = []
  const refused: RefusedAlert[] = []
  list.forEach((given, index) => {
    const parsed = vendor.schema.safeParse(given)
    if (parsed.success) return void alerts.push(toIncoming(vendor.source, vendor.toRaw(parsed.data), redact))
    for (const issue of parsed.error.issues) issues.push({ ...issue, path: ['alerts', index, ...issue.path] })
    const first = parsed.error.issues[0]
    refused.push({
      index,
      field: ['alerts', index, ...(first?.path ?? [])].map(String).join('.'),
      message: first?.message ?? 'cannot be read',
    })
  })
  if (alerts.length === 0 && refused.length > 0) throw new DeliveryUnreadable(issues.slice(0, 20))
  return { alerts, refused }
}

/** Parses the part around the alerts. Throws DeliveryUnreadable. */
export function readEnvelope<Given>(schema: z.ZodType<Given>, body: unknown): Given {
  const parsed = schema.safeParse(body)
  if (!parsed.success) throw new DeliveryUnreadable(parsed.error.issues)
  return parsed.data
}
