import { createHmac, timingSafeEqual } from 'node:crypto'
import { z } from 'zod'
import type { RawAlert } from '../incoming.ts'
import { Envelope, Labels, optional, readAlerts, readEnvelope, Time, type Delivery } from './delivery.ts'

/** The header of the signature, and the one to be set as "Timestamp Header" of the contact point. */
export const signatureHeader = 'X-Grafana-Alerting-Signature'
export const timestampHeader = 'X-Grafana-Alerting-Timestamp'
const maximumAgeSeconds = 300

/** An alert of Grafana's webhook notifier (grafana.com/docs, alerting, webhook notifier, "Alert object"). */
const Alert = z.object({
  status: z.enum(['firing', 'resolved']),
  labels: Labels,
  annotations: optional(Labels),
  startsAt: optional(Time),
  endsAt: optional(Time),
  generatorURL: optional(z.string()),
  dashboardURL: optional(z.string()),
  panelURL: optional(z.string()),
  fingerprint: optional(z.string()),
})

/** Reads a delivery of Grafana's unified alerting. Throws DeliveryUnreadable where nothing in it can be read. */
export function readGrafana(body: unknown, redact: (text: string) => string): Delivery {
  const { alerts, truncatedAlerts } = readEnvelope(Envelope, body)
  const read = readAlerts(alerts, { source: 'grafana', schema: Alert, toRaw }, redact)
  return { source: 'grafana', truncated: truncatedAlerts ?? 0, ...read }
}

/**
 * Whether a delivery was signed with the secret: hex HMAC-SHA256 over the body, or over `timestamp:body` where the
 * contact point sends a timestamp (grafana.com/docs, webhook notifier, "HMAC signature"); that one may be five minutes
 * old. A signed delivery that is sent again changes nothing anyway: its episodes are known.
 */
export function isSignedByGrafana(
  body: Uint8Array,
  headers: { signature: string; timestamp: string | undefined },
  { secret, now }: { secret: string; now: Date },
): boolean {
  const hmac = createHmac('sha256', secret)
  if (headers.timestamp !== undefined) {
    const ageSeconds = Math.abs(now.getTime() / 1_000 - Number(headers.timestamp))
    if (!(ageSeconds <= maximumAgeSeconds)) return false
    hmac.update(`${headers.timestamp}:`)
  }
  const expected = hmac.update(body).digest()
  const given = Buffer.from(headers.signature, 'hex')
  return given.length === expected.length && timingSafeEqual(given, expected)
}

function toRaw(alert: z.infer<typeof Alert>): RawAlert {
  const { labels } = alert
  const annotations = alert.annotations ?? {}
  // Of a rule without data or with an error Grafana sends an alert of its own, which names the rule in `rulename`.
  const name = [labels['alertname'], labels['rulename']].filter(Boolean).join(': ')
  return {
    fingerprint: alert.fingerprint ?? undefined,
    status: alert.status,
    startsAt: alert.startsAt ?? undefined,
    endsAt: alert.endsAt ?? undefined,
    title: annotations['summary'] || name || 'Alert without a name',
    description: annotations['description'] || annotations['message'] || '',
    labels,
    link: alert.panelURL || alert.dashboardURL || alert.generatorURL || null,
  }
}
