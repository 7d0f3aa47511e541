import { createHmac, timingSafeEqual } from 'node:crypto'
import { z } from 'zod'
import { storable } from '../incoming.ts'

/**
 * Whether PagerDuty signed these bytes: any `v1=` of the header against any of our secrets, compared in constant time
 * (developer.pagerduty.com, "Verifying Signatures"; several of each while a secret is being replaced).
 */
export function isSigned(
  rawBody: Uint8Array,
  header: string | undefined,
  secrets: readonly string[],
): boolean {
  const given = (header ?? '').split(',').flatMap((part) => {
    const hex = /^\s*v1=([0-9a-f]{64})\s*$/i.exec(part)?.[1]
    return hex === undefined ? [] : [Buffer.from(hex, 'hex')]
  })
  return secrets
    .map((secret) => createHmac('sha256', secret).update(rawBody).digest())
    .some((expected) => given.some((signature) => timingSafeEqual(signature, expected)))
}

const Reference = z.object({ id: z.string(), type: z.string().optional(), summary: z.string().nullish() })

const Event = z.object({
  event: z.object({
    id: z.string(),
    event_type: z.string(),
    occurred_at: z.coerce.date(),
    agent: Reference.nullish(),
    client: z.object({ name: z.string().nullish() }).nullish(),
    data: z.record(z.string(), z.unknown()),
  }),
})

/** An incident as webhooks carry it, or a mention of one. */
const IncidentData = z.object({
  id: z.string(),
  title: z.string().nullish(),
  summary: z.string().nullish(),
  incident_key: z.string().nullish(),
  html_url: z.string().nullish(),
  /** Merged into another incident: api-schema, ResolveReason. */
  resolve_reason: z
    .object({ incident: z.object({ id: z.string() }).nullish() })
    .nullish()
    .catch(null),
})

const kinds = {
  'incident.triggered': 'triggered',
  'incident.acknowledged': 'acknowledged',
  'incident.unacknowledged': 'unacknowledged',
  'incident.resolved': 'resolved',
  'incident.reopened': 'reopened',
  'incident.escalated': 'escalated',
  'incident.reassigned': 'escalated',
  'incident.delegated': 'escalated',
  'incident.annotated': 'annotated',
} as const
const kindNames = [...new Set(Object.values(kinds))]

/** What PagerDuty says happened to one of its incidents. */
export const Webhook = z.object({
  kind: z.enum(kindNames),
  eventId: z.string(),
  occurredAt: z.coerce.date(),
  incident: z.object({
    id: z.string(),
    title: z.string().nullable(),
    incidentKey: z.string().nullable(),
    /** It ended because it goes on in this one. */
    mergedInto: z.string().nullable().default(null),
  }),
  /** The person who did it; null: PagerDuty itself, or an integration such as ours. */
  user: z.object({ id: z.string(), name: z.string() }).nullable(),
  note: z.string().nullable(),
})
export type Webhook = z.infer<typeof Webhook>

/** Without what no database holds in a text; null: it is no JSON. */
function read(text: string): unknown {
  try {
    return JSON.parse(text, (_key, value: unknown) =>
      typeof value === 'string' ? storable(value) : value,
    ) as unknown
  } catch {
    return null
  }
}

/** What a delivery says, if that concerns us; null: it does not (types that are unknown yet, too). */
export function readWebhook(text: string): Webhook | null {
  const parsed = Event.safeParse(read(text))
  if (!parsed.success) return null
  const { event } = parsed.data
  const kind = (kinds as Record<string, Webhook['kind'] | undefined>)[event.event_type]
  const data = IncidentData.safeParse(kind === 'annotated' ? event.data['incident'] : event.data)
  if (kind === undefined || !data.success) return null
  const content = event.data['content']
  return {
    kind,
    eventId: event.id,
    occurredAt: event.occurred_at,
    incident: {
      id: data.data.id,
      title: data.data.title ?? data.data.summary ?? null,
      incidentKey: data.data.incident_key ?? null,
      mergedInto: data.data.resolve_reason?.incident?.id ?? null,
    },
    user: userOf(event.agent),
    note: kind === 'annotated' && typeof content === 'string' ? content : null,
  }
}

function userOf(agent: z.infer<typeof Reference> | null | undefined): Webhook['user'] {
  if (!agent || (agent.type !== 'user_reference' && agent.type !== 'user')) return null
  return { id: agent.id, name: agent.summary ?? agent.id }
}
