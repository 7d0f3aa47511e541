import { z } from 'zod'
import type { RawAlert } from '../incoming.ts'
import { Envelope, Labels, optional, readAlerts, readEnvelope, Time, type Delivery } from './delivery.ts'

/**
 * An alert of Alertmanager's webhook, version 4 (prometheus.io/docs/alerting/latest/configuration, webhook_config).
 * The delivery is a whole group: firing and resolved ones mixed, so only each alert's own status counts.
 */
const Alert = z.object({
  status: z.enum(['firing', 'resolved']),
  labels: Labels,
  annotations: optional(Labels),
  startsAt: optional(Time),
  endsAt: optional(Time),
  generatorURL: optional(z.string()),
  fingerprint: optional(z.string()),
})

/** Reads a delivery of Alertmanager. Throws DeliveryUnreadable where nothing in it can be read. */
export function readAlertmanager(body: unknown, redact: (text: string) => string): Delivery {
  const { alerts, truncatedAlerts } = readEnvelope(Envelope, body)
  const read = readAlerts(alerts, { source: 'alertmanager', schema: Alert, toRaw }, redact)
  return { source: 'alertmanager', truncated: truncatedAlerts ?? 0, ...read }
}

function toRaw(alert: z.infer<typeof Alert>): RawAlert {
  const { labels } = alert
  const annotations = alert.annotations ?? {}
  return {
    fingerprint: alert.fingerprint ?? undefined,
    status: alert.status,
    startsAt: alert.startsAt ?? undefined,
    endsAt: alert.endsAt ?? undefined,
    title: annotations['summary'] || annotations['title'] || labels['alertname'] || 'Alert without a name',
    description: annotations['description'] || annotations['message'] || '',
    labels,
    link: alert.generatorURL || null,
  }
}
