import { channelsOf } from '../pagerduty/channels.ts'
import { createRest } from '../pagerduty/rest.ts'
import { canConfirm } from '../pagerduty/settings.ts'
import { startChanges } from './changes.ts'
import { startConfirming } from './confirm.ts'
import type { PagerContext } from './context.ts'
import { startInbox } from './inbox.ts'
import { doInPerson } from './in-person.ts'
import type { Loop } from '../loop.ts'
import { startNotes } from './notes.ts'
import { startSender, type SenderOptions } from './sender.ts'
import { startSubscriptionWatch } from './subscription.ts'

export interface Pager {
  /** Takes up nothing new; resolves when the calls under way are over. */
  close(): Promise<void>
}

export type PagerOptions = Omit<SenderOptions, 'inPerson' | 'onEnd'> & {
  pollMs?: number
  restDeadlineMs?: number
  subscriptionPollMs?: number
}

const restDeadlineMs = 5_000

/** Starts everything between the outbox and PagerDuty, both ways. */
export function startPager(context: PagerContext, options: PagerOptions = {}): Pager {
  const { alerting, pagerduty } = context
  const channels = channelsOf(
    pagerduty,
    alerting.settings.escalation.map(({ level }) => level),
  )
  const rest =
    pagerduty.apiToken === null
      ? null
      : createRest({
          url: pagerduty.apiUrl,
          token: pagerduty.apiToken,
          deadlineMs: options.restDeadlineMs ?? restDeadlineMs,
        })
  const pace = options.pollMs === undefined ? {} : { pollMs: options.pollMs }
  const loops: Loop[] = [
    startSender(context, { ...options, inPerson: async (page) => await doInPerson(context, rest, page) }),
    startConfirming(context, { rest, ...pace }),
    startInbox(context, { rest, ...pace }),
  ]
  if (channels.length > 0) loops.push(startChanges(context, { channels, rest, ...pace }))
  if (rest !== null) loops.push(startNotes(context, { rest, ...pace }))
  if (rest !== null && pagerduty.webhookSecrets.length > 0) {
    const how = options.subscriptionPollMs === undefined ? {} : { pollMs: options.subscriptionPollMs }
    loops.push(startSubscriptionWatch(context, { rest, ...how }))
  }
  for (const warning of pagerDutyWarnings(context)) context.logger.warn(warning)
  return {
    async close() {
      await Promise.all(loops.map(async (loop) => await loop.stop()))
    },
  }
}

/** What paging cannot do as it is set up. */
export function pagerDutyWarnings({
  alerting,
  pagerduty,
}: Pick<PagerContext, 'alerting' | 'pagerduty'>): string[] {
  const levels = alerting.settings.escalation.map(({ level }) => level)
  const reached = channelsOf(pagerduty, levels).flatMap(({ route, levels: of }) =>
    route === 'main' ? of : [],
  )
  const unreached = levels.filter((level) => !reached.includes(level))
  const without =
    unreached.length === 0
      ? []
      : [`no PagerDuty routing key for escalation level ${unreached.join(', ')}: they are told in Slack only`]
  const isUnproven = reached.length > 0 && !canConfirm(pagerduty)
  return isUnproven
    ? [
        ...without,
        'PAGERDUTY_WEBHOOK_SECRET and PAGERDUTY_API_TOKEN are not set: it cannot be proved that PagerDuty calls anybody, a page counts as delivered when PagerDuty takes it',
      ]
    : without
}
