import { createRoute, z } from '@hono/zod-openapi'
import { bodyLimit } from 'hono/body-limit'
import { isSigned, readWebhook } from '../../alerts/pagerduty/webhooks.ts'
import { pagerdutyVendor } from '../../alerts/pager/inbox.ts'
import { transaction } from '../../db/pool.ts'
import { recordDelivery } from '../../db/webhook-deliveries.ts'
import type { EngineContext } from '../context.ts'
import { Refusal } from '../failures.ts'
import { createRouter, jsonAnswer, problems } from './router.ts'

/** PagerDuty guarantees 55 KB and drops what has more than 256 KB (webhooks/02-Behavior). */
const maximumBodyBytes = 512 * 1024

const Heard = z.object({ heard: z.enum(['new', 'known', 'nothing']) }).openapi('HeardPagerDuty')

/** What PagerDuty signs with. None: nothing can be taken yet. */
export interface PagerDutySecrets {
  pagerDutyWebhookSecrets?: readonly string[] | undefined
}

const deliver = createRoute({
  method: 'post',
  path: '/v1/webhooks/pagerduty',
  tags: ['incidents'],
  responses: { 202: jsonAnswer('Recorded; worked on after this answer', Heard), ...problems },
})

/**
 * Where PagerDuty says what people did on their phones. It is recorded and answered, and worked on after: PagerDuty
 * waits five seconds. Only a wrong signature is refused for good (4xx): three such in a row would have PagerDuty
 * disable the subscription, so that trouble of our own is always a 5xx, after which it tries again.
 */
export function pagerDutyWebhookRoutes(context: EngineContext, given: PagerDutySecrets) {
  const secrets = given.pagerDutyWebhookSecrets ?? []
  const router = createRouter()
  router.use('/v1/webhooks/pagerduty', sized)
  return router.openapi(deliver, async (c) => {
    if (secrets.length === 0) {
      const detail =
        'PAGERDUTY_WEBHOOK_SECRET is not set at the engine: set it to the secret of the subscription.'
      throw new Refusal('unavailable', {}, detail)
    }
    const body = new Uint8Array(await c.req.arrayBuffer())
    if (!isSigned(body, c.req.header('x-pagerduty-signature'), secrets)) {
      const detail = 'X-PagerDuty-Signature does not fit the body and PAGERDUTY_WEBHOOK_SECRET.'
      throw new Refusal('unauthorized', { header: 'x-pagerduty-signature' }, detail)
    }
    // Signed by PagerDuty and no JSON: nothing we know of, and no reason for a 4xx.
    const webhook = readWebhook(new TextDecoder().decode(body))
    if (!webhook) return c.json({ heard: 'nothing' as const }, 202)
    const isNew = await transaction(
      context.pool,
      async (tx) =>
        await recordDelivery(tx, {
          vendor: pagerdutyVendor,
          eventId: webhook.eventId,
          deliveryId: c.req.header('x-webhook-id') ?? null,
          subject: webhook.incident.id,
          occurredAt: webhook.occurredAt,
          body: { ...webhook, note: webhook.note === null ? null : context.redact(webhook.note) },
        }),
    )
    return c.json({ heard: isNew ? ('new' as const) : ('known' as const) }, 202)
  })
}

const sized = bodyLimit({
  maxSize: maximumBodyBytes,
  onError: () => {
    throw new Refusal(
      'body-too-large',
      { maximumBodyBytes },
      `The body is larger than ${maximumBodyBytes} bytes.`,
    )
  },
})
