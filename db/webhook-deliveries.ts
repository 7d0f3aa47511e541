import { z } from 'zod'
import { wakeAlerting } from './pages.ts'
import { execute, row, sql, type Database } from './sql.ts'

const Delivery = z.object({
  id: z.number(),
  vendor: z.string(),
  body: z.unknown(),
  attempts: z.number(),
})
export type Delivery = z.infer<typeof Delivery>

/** PagerDuty repeats a delivery for two days at most: what is older is somebody's replay. */
const oldestDays = 3

/**
 * Records a delivery before it is answered. False: there is nothing to do for it, because it is known by its event or
 * its delivery, or too old.
 */
export async function recordDelivery(
  db: Database,
  delivery: {
    vendor: string
    eventId: string
    deliveryId: string | null
    subject: string
    occurredAt: Date
    /** What it says, as far as that concerns us. */
    body: unknown
  },
): Promise<boolean> {
  const recorded = await execute(
    db,
    sql`insert into webhook_delivery (vendor, event_id, delivery_id, subject, body)
        select ${delivery.vendor}, ${delivery.eventId}, ${delivery.deliveryId}, ${delivery.subject},
          ${JSON.stringify(delivery.body)}::jsonb
        where ${delivery.occurredAt}::timestamptz > now() - make_interval(days => ${oldestDays})
        on conflict do nothing`,
  )
  if (recorded > 0) await wakeAlerting(db, 'deliveries')
  return recorded > 0
}

/**
 * Takes the oldest delivery to be worked on now; of those about one thing only the first that is not done. It comes
 * back after `leaseSeconds` if nothing came of it. Null: there is none.
 */
export async function takeDelivery(
  db: Database,
  take: { vendor: string; leaseSeconds: number },
): Promise<Delivery | null> {
  return await row(
    db,
    Delivery,
    sql`update webhook_delivery set attempts = attempts + 1,
          due_at = now() + make_interval(secs => ${take.leaseSeconds})
        where id = (
          select id from webhook_delivery
          where vendor = ${take.vendor} and processed_at is null and due_at <= now()
            and not exists (
              select from webhook_delivery earlier
              where earlier.vendor = webhook_delivery.vendor and earlier.subject = webhook_delivery.subject
                and earlier.processed_at is null and earlier.id < webhook_delivery.id)
          order by id limit 1 for update skip locked)
        returning id, vendor, body, attempts`,
  )
}

/** Marks it done in the transaction of its effect. False: another did it; nothing may come of this transaction. */
export async function finishDelivery(db: Database, delivery: Delivery): Promise<boolean> {
  const finished = await execute(
    db,
    sql`update webhook_delivery set processed_at = now(), problem = null
        where id = ${delivery.id} and processed_at is null and attempts = ${delivery.attempts}`,
  )
  return finished > 0
}

/** It could not be worked on: again after `seconds`, or never (null). */
export async function failDelivery(
  db: Database,
  delivery: Delivery,
  { problem, seconds }: { problem: string; seconds: number | null },
): Promise<void> {
  await execute(
    db,
    sql`update webhook_delivery set problem = ${problem},
          processed_at = case when ${seconds}::float is null then now() end,
          due_at = now() + make_interval(secs => coalesce(${seconds}::float, 0))
        where id = ${delivery.id} and processed_at is null and attempts = ${delivery.attempts}`,
  )
}

/** Forgets what is so old that it would not be taken again. */
export async function forgetDeliveries(db: Database): Promise<void> {
  await execute(
    db,
    sql`delete from webhook_delivery where processed_at is not null and received_at < now() - interval '7 days'`,
  )
}
