import type { Alerting } from '../alerts/context.ts'
import { personOnCall, type OnCall } from '../alerts/on-call/on-call.ts'
import { routingKeyOf, type PagerDutySettings } from '../alerts/pagerduty/settings.ts'
import { startTimers } from '../alerts/timers.ts'
import type { EngineContext } from './context.ts'
import type { Runbook } from './runbook-file.ts'

/** What the parts of alerting are made with, from the runbook file. */
export function createAlerting({
  runbook,
  onCall,
  pagerduty,
}: {
  runbook: Runbook
  onCall: Pick<OnCall, 'reached'>
  pagerduty: Pick<PagerDutySettings, 'routingKey' | 'routingKeys'>
}): Alerting {
  return {
    settings: runbook.alerting,
    timeZone: runbook.timeZone,
    locale: runbook.locale,
    environments: Object.keys(runbook.environments),
    links: runbook.links,
    reach: async (level, at) => ({
      people: onCall.reached(level, at).map((id) => nameOrSlack(runbook, id)),
      routingKey: routingKeyOf(pagerduty, level.level),
    }),
  }
}

/** Starts what alerting does by itself. Stopped, each loop ends what it is just doing. */
export function startAlerting(context: EngineContext): () => Promise<void> {
  const stops = [startTimers(context)]
  return async () => {
    await Promise.all(stops.map(async (stop) => await stop()))
  }
}

/** The Slack id of somebody on call, or the name of who has none. */
function nameOrSlack({ people }: Runbook, id: string): string {
  return people.find((person) => person.id === id)?.slack ?? personOnCall(people, id).name
}
