/** What an event about a page is made of. */
export interface PageEvent {
  incidentId: number
  action: 'trigger' | 'acknowledge' | 'resolve'
  round: number
  level: number
  dedupKey: string
  /** What the matrix calls the level. */
  who: string
  targets: readonly string[]
  title: string
  rule: string
  incidentLevel: number
  environment: string | null
  openedAt: Date
  links: readonly { name: string; url: string }[]
  /** Where the incident can be seen. */
  url: string | null
}

const maximumSummary = 1024
const keyPrefix = 'plantao/incident/'
const severities = { 1: 'critical', 2: 'error' } as const

/** The event as Events API v2 takes it. Acknowledges and resolves carry the key alone. */
export function eventBody(page: PageEvent, routingKey: string): Record<string, unknown> {
  const head = { routing_key: routingKey, event_action: page.action, dedup_key: page.dedupKey }
  if (page.action !== 'trigger') return head
  return {
    ...head,
    client: 'Plantão',
    ...(page.url === null ? {} : { client_url: page.url }),
    links: page.links.slice(0, 10).map(({ name, url }) => ({ href: url, text: name.slice(0, 200) })),
    payload: {
      summary: summaryOf(page),
      source: page.environment ?? 'plantao',
      severity: severities[page.incidentLevel as 1 | 2] ?? 'warning',
      timestamp: page.openedAt.toISOString(),
      component: page.environment ?? undefined,
      group: page.rule.slice(0, 200),
      class: `level ${page.incidentLevel}`,
      custom_details: {
        incident: page.incidentId,
        incident_level: page.incidentLevel,
        escalation_level: page.level,
        escalation_round: page.round,
        who: page.who,
        people: page.targets.slice(0, 20).join(', '),
      },
    },
  }
}

/**
 * What the phone shows. It ends with incident, round and level: PagerDuty's webhooks about incidents with child
 * alerts, which is what the Events API makes, leave our key out, and without a REST token the title is all they have.
 */
function summaryOf(page: PageEvent): string {
  const mark = ` (Plantão ${page.dedupKey.slice(keyPrefix.length)})`
  const place = page.environment === null ? '' : ` · ${page.environment}`
  const text = `${page.title}${place}`.replaceAll(/\s+/g, ' ').trim() || 'Incident'
  return `${truncated(text, maximumSummary - mark.length)}${mark}`
}

/** Our key, read back from a title. */
export function dedupKeyInTitle(title: string): string | null {
  const found = /\(Plantão (\d+\/\d+\/\d+(?:\/fallback)?)\)$/.exec(title.trim())?.[1]
  return found === undefined ? null : keyPrefix + found
}

/** Whether an alert's key is one of ours. */
export const isOurKey = (key: string): boolean => key.startsWith(keyPrefix)

/** Cut between characters, never inside one. */
export function truncated(text: string, length: number): string {
  if (text.length <= length) return text
  return `${text.slice(0, length - 1).replace(/[\uD800-\uDBFF]$/, '')}…`
}
