import { Hono } from 'hono'
import { z } from 'zod'
import type { VendorEnv } from '../vendor/faults.ts'
import { invalidInput, notFound } from './rest-errors.ts'
import type { Subscription, Subscriptions } from './subscriptions.ts'

const NewSubscription = z.object({
  webhook_subscription: z.object({
    type: z.literal('webhook_subscription'),
    delivery_method: z.object({ type: z.literal('http_delivery_method'), url: z.url() }),
    events: z.array(z.string()).min(1),
    filter: z.object({ type: z.enum(['account_reference', 'service_reference', 'team_reference']) }),
  }),
})

export function subscriptionRoutes(subscriptions: Subscriptions): Hono<VendorEnv> {
  const api = new Hono<VendorEnv>()
  api.get('/webhook_subscriptions', (c) =>
    c.json({
      webhook_subscriptions: subscriptions.list().map((one) => json(one)),
      limit: 25,
      offset: 0,
      more: false,
      total: null,
    }),
  )
  api.post('/webhook_subscriptions', async (c) => {
    const body = NewSubscription.safeParse(await c.req.json().catch(() => null))
    if (!body.success) return invalidInput('webhook_subscription is invalid')
    const made = subscriptions.subscribe(body.data.webhook_subscription.delivery_method.url)
    return c.json({ webhook_subscription: json(made, made.secrets[0] ?? null) }, 201)
  })
  api.get('/webhook_subscriptions/:id', (c) => {
    const found = subscriptions.find(c.req.param('id'))
    return found ? c.json({ webhook_subscription: json(found) }) : notFound()
  })
  api.post('/webhook_subscriptions/:id/enable', (c) => {
    const found = subscriptions.find(c.req.param('id'))
    if (!found) return notFound()
    subscriptions.enable(found)
    return c.json({ webhook_subscription: json(found) })
  })
  api.post('/webhook_subscriptions/:id/ping', (c) => {
    const found = subscriptions.find(c.req.param('id'))
    if (!found) return notFound()
    subscriptions.ping(found)
    return c.body(null, 202)
  })
  return api
}

/** The secret is in the answer to the creation only. */
const json = (one: Subscription, secret: string | null = null) => ({
  id: one.id,
  type: 'webhook_subscription',
  active: one.isActive,
  delivery_method: {
    id: `D${one.id}`,
    type: 'http_delivery_method',
    url: one.url,
    secret,
    temporarily_disabled: one.isDisabled,
    custom_headers: [],
  },
  description: one.description,
  events: ['incident.triggered', 'incident.acknowledged', 'incident.resolved'],
  filter: { type: 'account_reference' },
})
