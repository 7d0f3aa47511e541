import type { Rest, Subscription } from '../pagerduty/rest.ts'
import type { PagerContext } from './context.ts'
import { keepWorking, type Loop } from './loop.ts'

type Subscriptions = Pick<Rest, 'subscription' | 'subscriptions' | 'enableSubscription'>

const everyMs = 60_000
const ourPath = '/v1/webhooks/pagerduty'

/**
 * Looks after the webhook subscription: three deliveries that PagerDuty drops in a row disable it for a day, and
 * nothing would be heard from phones (developer-docs, webhooks/02-Behavior). It is enabled again, and said.
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
  const subscription = await find(context, rest)
  if (subscription === 'unknown') return
  if (subscription === null) {
    context.count({ event: 'subscription', result: 'missing' })
    context.logger.error(
      `PagerDuty has no webhook subscription to an address that ends in ${ourPath}: nothing is heard from phones`,
    )
    return
  }
  const isDisabled = subscription.delivery_method.temporarily_disabled === true
  context.count({ event: 'subscription', result: isDisabled ? 'disabled' : 'healthy' })
  if (!isDisabled) return
  const enabled = await rest.enableSubscription(subscription.id)
  context.logger.error(
    { subscription: subscription.id, enabledAgain: enabled.ok },
    'PagerDuty had disabled the webhook subscription: what happened meanwhile was not told',
  )
}

/** `unknown`: PagerDuty does not say now. */
async function find(
  { pagerduty, logger }: Pick<PagerContext, 'pagerduty' | 'logger'>,
  rest: Subscriptions,
): Promise<Subscription | null | 'unknown'> {
  if (pagerduty.webhookSubscription !== null) {
    const one = await rest.subscription(pagerduty.webhookSubscription)
    if (one.ok) return one.value.webhook_subscription
    if (one.status === 404) return null
    logger.warn({ reason: one.reason }, 'the webhook subscription could not be looked at')
    return 'unknown'
  }
  const all = await rest.subscriptions()
  if (!all.ok) {
    logger.warn({ reason: all.reason }, 'the webhook subscriptions could not be looked at')
    return 'unknown'
  }
  return (
    all.value.webhook_subscriptions.find((one) => one.delivery_method.url?.endsWith(ourPath) === true) ?? null
  )
}
