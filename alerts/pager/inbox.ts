import { transaction } from '../../db/pool.ts'
import {
  failDelivery,
  finishDelivery,
  forgetDeliveries,
  takeDelivery,
  type Delivery,
} from '../../db/webhook-deliveries.ts'
import type { Rest } from '../pagerduty/rest.ts'
import { Webhook } from '../pagerduty/webhooks.ts'
import { applyWebhook } from './apply-webhook.ts'
import type { PagerContext } from './context.ts'
import { keepWorking, type Loop } from '../loop.ts'
import { keysOfWebhook, whoDidIt } from './look-up.ts'

export const pagerdutyVendor = 'pagerduty'

const leaseSeconds = 60
const mostAttempts = 10
const forgetEveryMs = 3_600_000

/** Works on what PagerDuty delivered and was answered for already: once each, in its order per incident. */
export function startInbox(context: PagerContext, options: { rest: Rest | null; pollMs?: number }): Loop {
  let forgottenAt = 0
  const process = async (delivery: Delivery): Promise<void> => {
    const webhook = Webhook.parse(delivery.body)
    const [keys, by] = await Promise.all([
      keysOfWebhook(context, options.rest, webhook),
      whoDidIt(context, options.rest, webhook.user),
    ])
    await transaction(context.pool, async (tx) => {
      if (!(await finishDelivery(tx, delivery))) return
      await applyWebhook(tx, context, { webhook, keys, by })
    })
    context.count({ event: 'webhook', result: 'processed' })
  }
  const work = async (): Promise<void> => {
    for (;;) {
      const delivery = await takeDelivery(context.pool, { vendor: pagerdutyVendor, leaseSeconds })
      if (!delivery) break
      await process(delivery).catch(async (error: Error) => await failed(context, delivery, error))
    }
    if (Date.now() - forgottenAt < forgetEveryMs) return
    forgottenAt = Date.now()
    await forgetDeliveries(context.pool)
  }
  return keepWorking(context, {
    name: 'deliveries',
    wokenBy: 'deliveries',
    pollMs: options.pollMs ?? 1_000,
    work,
  })
}

async function failed(context: PagerContext, delivery: Delivery, error: Error): Promise<void> {
  const isLast = delivery.attempts >= mostAttempts
  context.count({ event: 'webhook', result: 'failed' })
  context.logger.error(
    { delivery: delivery.id, attempts: delivery.attempts, reason: error.message },
    isLast ? 'a delivery of PagerDuty is given up' : 'a delivery of PagerDuty is worked on again later',
  )
  const seconds = isLast ? null : Math.min(60, 2 ** delivery.attempts)
  await failDelivery(context.pool, delivery, { problem: error.message.slice(0, 1_000), seconds })
}
