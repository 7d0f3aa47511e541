import type { Rest, Subscription } from '../pagerduty/rest.ts'
import type { PagerContext } from './context.ts'
import { keepWorking, type Loop } from '../loop.ts'

type Subscriptions = Pick<Rest, 'subscription' | 'subscriptions' | 'enableSubscription'>

const everyMs = 60_000
const ourPath = '/v1/webhooks/pagerduty'

/**
 * Looks after the webhook subscription: three deliveries that PagerDuty drops in a row disable it for a day, and
 * nothing would be heard from phones (developer-docs, webhooks/02-Behavior). It is enabled again, and said. Subscriptions
 * are never made or moved here: PagerDuty does not let their address be changed (api-schema, updateWebhookSubscription),
 * and which of several is ours only PAGERDUTY_WEBHOOK_SUBSCRIPTION can say.
 */
export function startSubscriptionWatch(
  context: PagerContext,
  options: { rest: Subscriptions; pollMs?: number },
): Loop {
  return keepWorking(context, {
    name: 'subscription',
    wokenBy: null,
    pollMs: options.pollMs ?? everyMs,
    work: async () => await lookAfter(context, options.rest),
  })
}

async function lookAfter(context: PagerContext, rest: Subscriptions): Promise<void> {
  const candidates = await find(context, rest)
  if (candidates === 'unknown') return
  const { count, logger } = context
  const [first] = candidates
  if (!first) {
    count({ event: 'subscription', result: 'missing' })
    return logger.error(
      `PagerDuty has no webhook subscription to an address that ends in ${ourPath}: nothing is heard from phones`,
    )
  }
  const ill = candidates.filter((one) => !isWell(one))
  count({ event: 'subscription', result: ill.length > 0 ? 'disabled' : 'healthy' })
  if (ill.length === 0) return
  const subscriptions = ill.map(({ id }) => id)
  if (candidates.length > 1)
    return logger.error(
      { subscriptions },
      `PagerDuty does not deliver by some of several subscriptions to ${ourPath}: set PAGERDUTY_WEBHOOK_SUBSCRIPTION to this engine's`,
    )
  if (first.active === false)
    return logger.error(
      { subscriptions },
      'the webhook subscription is not active: nothing is heard from phones',
    )
  const enabled = await rest.enableSubscription(first.id)
  logger.error(
    { subscriptions, enabledAgain: enabled.ok },
    'PagerDuty had disabled the webhook subscription: what happened meanwhile was not told',
  )
}

const isWell = ({ active, delivery_method: { temporarily_disabled: isDisabled } }: Subscription): boolean =>
  active !== false && isDisabled !== true

/** What may be ours. `unknown`: PagerDuty does not say now. */
async function find(
  { pagerduty, logger }: Pick<PagerContext, 'pagerduty' | 'logger'>,
  rest: Subscriptions,
): Promise<Subscription[] | 'unknown'> {
  if (pagerduty.webhookSubscription !== null) {
    const one = await rest.subscription(pagerduty.webhookSubscription)
    if (one.ok) return [one.value.webhook_subscription]
    if (one.status === 404) return []
    logger.warn({ reason: one.reason }, 'the webhook subscription could not be looked at')
    return 'unknown'
  }
  const all = await rest.subscriptions()
  if (!all.ok) {
    logger.warn({ reason: all.reason }, 'the webhook subscriptions could not be looked at')
    return 'unknown'
  }
  return all.value.webhook_subscriptions.filter((one) => one.delivery_method.url?.endsWith(ourPath) === true)
}
