import { z } from 'zod'
import { labelsFingerprint, type RawAlert } from '../incoming.ts'
import { optional, readAlerts, readEnvelope, Time, type Delivery } from './delivery.ts'

/** A label may be a number or a truth value here: whoever writes JSON by hand does not quote those. */
const Labels = z.record(z.string(), z.union([z.string(), z.number(), z.boolean()]).transform(String))

/** Our own form, for whatever can send JSON: docs/alerts.md, "Alerts from anything". */
const Alert = z.object({
  title: z.string().trim().min(1),
  /** Tells one alert from another; absent: its labels do, or its title where it has none. */
  key: optional(z.string().min(1)),
  status: z.enum(['firing', 'resolved']).default('firing'),
  /** What rules match as `alertname`. */
  name: optional(z.string().min(1)),
  severity: optional(z.string().min(1)),
  environment: optional(z.string().min(1)),
  description: optional(z.string()),
  labels: optional(Labels),
  link: optional(z.string()),
  startsAt: optional(Time),
  endsAt: optional(Time),
})

/** Several under `alerts`, or a single one as it is. */
const Body = z.union(
  [
    z.object({ alerts: z.array(z.unknown()) }),
    z.looseObject({ title: z.unknown() }).transform((alert) => ({ alerts: [alert] })),
  ],
  { error: 'expected {"alerts": […]} or a single alert with a title' },
)

/** Reads a delivery in our own form. Throws DeliveryUnreadable where nothing in it can be read. */
export function readGeneric(body: unknown, redact: (text: string) => string): Delivery {
  const { alerts } = readEnvelope(Body, body)
  const read = readAlerts(alerts, { source: 'generic', schema: Alert, toRaw }, redact)
  return { source: 'generic', truncated: 0, ...read }
}

function toRaw(alert: z.infer<typeof Alert>): RawAlert {
  const named = { alertname: alert.name, severity: alert.severity, environment: alert.environment }
  const given = Object.entries(named).filter(
    (entry): entry is [string, string] => typeof entry[1] === 'string',
  )
  const labels = { ...alert.labels, ...Object.fromEntries(given) }
  const isLabelled = Object.keys(labels).length > 0
  return {
    fingerprint: alert.key ?? labelsFingerprint(isLabelled ? labels : { title: alert.title }),
    status: alert.status,
    startsAt: alert.startsAt ?? undefined,
    endsAt: alert.endsAt ?? undefined,
    title: alert.title,
    description: alert.description ?? '',
    labels,
    link: alert.link ?? null,
  }
}
