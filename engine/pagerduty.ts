import type { OverrideRest } from '../alerts/on-call/override-copies.ts'
import type { ReadOnCalls } from '../alerts/on-call/pagerduty-shifts.ts'
import { onCallsFrom } from '../alerts/on-call/read-pagerduty.ts'
import type { PagerContext, PagerCount, PagerPeople } from '../alerts/pager/context.ts'
import { createRest } from '../alerts/pagerduty/rest.ts'
import type { PagerDutySettings } from '../alerts/pagerduty/settings.ts'
import { webhookSecrets, type EngineConfig } from './config.ts'
import type { EngineContext } from './context.ts'
import { linksOfIncident } from './incident-links.ts'
import type { Metrics } from './metrics.ts'
import { displayName, findPerson, type Guests } from './people.ts'
import type { Runbook } from './runbook-file.ts'

/** Where and how PagerDuty is reached, by the environment. */
export function pagerDutyOf(config: EngineConfig): PagerDutySettings {
  const keys = [
    config.PAGERDUTY_ROUTING_KEY_L1,
    config.PAGERDUTY_ROUTING_KEY_L2,
    config.PAGERDUTY_ROUTING_KEY_L3,
    config.PAGERDUTY_ROUTING_KEY_L4,
  ]
  const fallbackKey = config.PAGERDUTY_FALLBACK_ROUTING_KEY
  return {
    eventsUrl: config.PAGERDUTY_EVENTS_URL,
    apiUrl: config.PAGERDUTY_API_URL,
    routingKey: config.PAGERDUTY_ROUTING_KEY ?? null,
    routingKeys: Object.fromEntries(
      keys.flatMap((key, index) => (key === undefined ? [] : [[index + 1, key]])),
    ),
    fallback: fallbackOf(config, fallbackKey),
    apiToken: config.PAGERDUTY_API_TOKEN ?? null,
    webhookSecrets: webhookSecrets(config.PAGERDUTY_WEBHOOK_SECRET),
    webhookSubscription: config.PAGERDUTY_WEBHOOK_SUBSCRIPTION ?? null,
  }
}

/** Another key, another host, or both. */
function fallbackOf(config: EngineConfig, key: string | undefined): PagerDutySettings['fallback'] {
  const { PAGERDUTY_FALLBACK_EVENTS_URL: url } = config
  const routingKey = key ?? (url === undefined ? undefined : config.PAGERDUTY_ROUTING_KEY)
  return routingKey === undefined ? null : { eventsUrl: url ?? config.PAGERDUTY_EVENTS_URL, routingKey }
}

/** Somebody may be waiting in Slack; without an answer the runbook file's rotation stands in. */
const rosterDeadlineMs = 2_500

/** What the roster asks PagerDuty and tells it; nothing: there is no token. */
export function rosterOfPagerDuty({ apiUrl, apiToken }: PagerDutySettings): {
  oncalls?: ReadOnCalls
  rest?: OverrideRest
} {
  if (apiToken === null) return {}
  const rest = createRest({ url: apiUrl, token: apiToken, deadlineMs: rosterDeadlineMs })
  return { oncalls: onCallsFrom(rest), rest }
}

/** What the pager is made with. */
export const pagerContext = (context: EngineContext, pagerduty: PagerDutySettings): PagerContext => ({
  pool: context.pool,
  alerting: context.alerting,
  pagerduty,
  people: pagerPeople(context.runbook),
  notifications: context.notifications,
  logger: context.logger,
  linksOf: (incident) => linksOfIncident(context.alerting, incident),
  // The channel, in whichever Slack the phone has: docs.slack.dev, deep linking.
  incidentUrl: () => `https://slack.com/app_redirect?channel=${context.runbook.slack.channels.incidents}`,
  count: (what) => count(context.metrics, what),
})

function count(metrics: Metrics, what: PagerCount): void {
  switch (what.event) {
    case 'sent':
      return metrics.pagesSent.inc({ action: what.action, result: what.result })
    case 'confirmed':
      return metrics.pagesConfirmed.inc()
    case 'fallback':
      return metrics.pageFallbacks.inc({ why: what.why })
    case 'webhook':
      return metrics.pagerWebhooks.inc({ result: what.result })
    case 'subscription':
      return metrics.pagerSubscription.set(what.result === 'healthy' ? 1 : 0)
  }
}

/** Who is who in PagerDuty and in Slack, by the runbook file. */
const pagerPeople = (runbook: Pick<Runbook, 'people' | 'locale'> & Guests): PagerPeople => ({
  ofPagerDuty({ id, email }) {
    const person =
      runbook.people.find(({ pagerduty }) => pagerduty === id) ??
      runbook.people.find((one) => email !== null && one.email?.toLowerCase() === email.toLowerCase())
    return person?.slack ?? null
  },
  emailOf: (actor) => findPerson(runbook, actor)?.email ?? null,
  nameOf: (actor) => displayName(runbook, actor),
})
