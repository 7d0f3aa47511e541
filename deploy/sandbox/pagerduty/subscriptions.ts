import { createHmac, randomBytes, randomUUID } from 'node:crypto'
import { setTimeout as delay } from 'node:timers/promises'
import { z } from 'zod'
import { pagerDutyId, reference, type Account, type Happening } from './account.ts'
import { incidentJson } from './rest-api.ts'

const Delivery = z.object({ id: z.string(), subject: z.string(), body: z.string() })
type Delivery = z.infer<typeof Delivery>

export const Subscription = z.object({
  id: z.string(),
  url: z.string(),
  description: z.string().default(''),
  isActive: z.boolean().default(true),
  /** Several while a secret is being replaced: the signature header has one of each. */
  secrets: z.array(z.string()),
  isDisabled: z.boolean(),
  drops: z.number(),
  queue: z.array(Delivery),
})
export type Subscription = z.infer<typeof Subscription>

export interface SubscriptionsOptions {
  account(): Account
  saved: Subscription[] | undefined
  now(): number
  changed(): void
  /** What the receiver has to answer in. */
  timeoutMs: number
  /** How long until a delivery is tried again. */
  retryMs: number
  /** Whether deliveries get lost on the way. */
  drops(): boolean
}

export interface SentWebhook {
  id: string
  type: string
  /** 0: no answer. */
  status: number
}

export type Subscriptions = ReturnType<typeof createSubscriptions>

/**
 * Webhooks v3 on their way out, as developer-docs webhooks/02-Behavior.md says: one queue per incident, in order;
 * 5xx, 429, time-outs and connection errors are tried again, any other 4xx drops the delivery, and the third drop in
 * a row disables the subscription and empties its queue.
 */
export function createSubscriptions(options: SubscriptionsOptions) {
  const all: Subscription[] = options.saved ?? []
  const sent: SentWebhook[] = []
  const busy = new Set<string>()
  const stopping = new AbortController()

  const pump = async (subscription: Subscription, subject: string): Promise<void> => {
    const lane = `${subscription.id} ${subject}`
    if (busy.has(lane)) return
    busy.add(lane)
    try {
      for (;;) {
        const next = subscription.queue.find((delivery) => delivery.subject === subject)
        if (!next || stopping.signal.aborted) return
        if (await deliver(subscription, next)) {
          subscription.queue = subscription.queue.filter(({ id }) => id !== next.id)
          options.changed()
        } else await delay(options.retryMs, undefined, { signal: stopping.signal }).catch(() => undefined)
      }
    } finally {
      busy.delete(lane)
    }
  }
  /** True: this delivery is over, however it ended. */
  const deliver = async (subscription: Subscription, delivery: Delivery): Promise<boolean> => {
    if (options.drops()) return true
    const status = await post(subscription, delivery)
    if (stopping.signal.aborted) return false
    const { event } = z
      .object({ event: z.object({ event_type: z.string() }) })
      .parse(JSON.parse(delivery.body))
    sent.push({ id: delivery.id, type: event.event_type, status })
    if (status >= 200 && status < 300) subscription.drops = 0
    else if (status >= 400 && status < 500 && status !== 429) drop(subscription)
    else return false
    return true
  }
  const drop = (subscription: Subscription): void => {
    subscription.drops += 1
    if (subscription.drops < 3) return
    subscription.isDisabled = true
    subscription.queue = []
    options.changed()
  }
  const post = async (subscription: Subscription, delivery: Delivery): Promise<number> => {
    const signatures = subscription.secrets.map(
      (secret) => `v1=${createHmac('sha256', secret).update(delivery.body).digest('hex')}`,
    )
    try {
      const response = await fetch(subscription.url, {
        method: 'POST',
        body: delivery.body,
        headers: {
          'content-type': 'application/json',
          'user-agent': 'PagerDuty-Webhook/V3.0',
          'x-pagerduty-signature': signatures.join(','),
          'x-webhook-id': delivery.id,
          'x-webhook-subscription': subscription.id,
        },
        redirect: 'manual',
        signal: AbortSignal.any([AbortSignal.timeout(options.timeoutMs), stopping.signal]),
      })
      await response.arrayBuffer()
      return response.status
    } catch {
      return 0
    }
  }
  const enqueue = (subscription: Subscription, subject: string, body: unknown): void => {
    if (subscription.isDisabled || !subscription.isActive) return
    subscription.queue.push({ id: randomUUID(), subject, body: JSON.stringify(body) })
    void pump(subscription, subject)
  }
  for (const subscription of all)
    for (const { subject } of subscription.queue) void pump(subscription, subject)

  return {
    sent,
    list: () => all,
    find: (id: string) => all.find((one) => one.id === id),
    subscribe(url: string, secret?: string, description = ''): Subscription {
      const subscription: Subscription = {
        id: pagerDutyId('W'),
        url,
        description,
        isActive: true,
        secrets: [secret ?? randomBytes(32).toString('base64')],
        isDisabled: false,
        drops: 0,
        queue: [],
      }
      all.push(subscription)
      options.changed()
      return subscription
    },
    enable(subscription: Subscription): void {
      subscription.isDisabled = false
      subscription.drops = 0
      options.changed()
    },
    ping(subscription: Subscription): void {
      enqueue(subscription, 'pagey', {
        event: {
          id: pagerDutyId('0'),
          event_type: 'pagey.ping',
          resource_type: 'pagey',
          occurred_at: new Date(options.now()).toISOString(),
          agent: null,
          client: null,
          data: { message: 'Hello from your friend Pagey!', type: 'ping' },
        },
      })
    },
    tell(happening: Happening): void {
      const { incident, agent } = happening
      const event = {
        id: pagerDutyId('0'),
        event_type: happening.type,
        resource_type: 'incident',
        occurred_at: new Date(options.now()).toISOString(),
        agent:
          'user' in agent
            ? reference('user', agent.user.id, agent.user.name)
            : reference('inbound_integration', `I${agent.service.id}`, agent.service.name),
        client: happening.client,
        data: happening.data ?? incidentJson(options.account(), incident),
      }
      for (const subscription of all) enqueue(subscription, incident.id, { event })
    },
    /** Sends what it sent last once more, with the same id. */
    async replay(subscription: Subscription, delivery: { id: string; body: string }): Promise<number> {
      return await post(subscription, { ...delivery, subject: '' })
    },
    close: () => stopping.abort(),
  }
}
