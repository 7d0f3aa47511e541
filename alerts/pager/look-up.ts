import { keysOfPagerDutyIncident } from '../../db/page-confirmation.ts'
import { dedupKeyInTitle, isOurKey } from '../pagerduty/event-body.ts'
import type { Rest } from '../pagerduty/rest.ts'
import type { Webhook } from '../pagerduty/webhooks.ts'
import type { PagerContext } from './context.ts'

/**
 * Which of our calls an incident of PagerDuty's stands for. Incidents with child alerts, which is what the Events API
 * makes, carry no incident_key (developer-docs, webhooks/01-Overview): then the rows know it, or its alerts are asked
 * for, or its title says it. Throws when that cannot be found out now and may be later.
 */
export async function keysOfWebhook(
  { pool }: Pick<PagerContext, 'pool'>,
  rest: Pick<Rest, 'alertsOf'> | null,
  { kind, incident }: Webhook,
): Promise<string[]> {
  const named = [incident.incidentKey, dedupKeyInTitle(incident.title ?? '')].filter(
    (key): key is string => key !== null && isOurKey(key),
  )
  // When it rings it has one alert. Later it may have more of ours, if PagerDuty groups them.
  if (kind === 'triggered' && named.length > 0) return [...new Set(named)]
  const known = [...new Set([...named, ...(await keysOfPagerDutyIncident(pool, incident.id))])]
  if (rest === null) return known
  const found = await rest.alertsOf(incident.id)
  if (found.ok) {
    const keys = found.value.alerts.flatMap(({ alert_key: key }) => (key && isOurKey(key) ? [key] : []))
    return [...new Set([...known, ...keys])]
  }
  if (known.length > 0 || !found.isPassing) return known
  throw new Error(found.reason)
}

/** Whoever did something in PagerDuty, as our rows name people; null: nobody in person. */
export async function whoDidIt(
  { people }: Pick<PagerContext, 'people'>,
  rest: Pick<Rest, 'user'> | null,
  user: Webhook['user'],
): Promise<string | null> {
  if (user === null) return null
  const known = people.ofPagerDuty({ id: user.id, email: null })
  if (known !== null || rest === null) return known ?? `pagerduty:${user.name}`
  const found = await rest.user(user.id)
  const email = found.ok ? (found.value.user.email ?? null) : null
  return people.ofPagerDuty({ id: user.id, email }) ?? `pagerduty:${user.name}`
}
