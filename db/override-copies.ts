import { z } from 'zod'
import { OverrideRow, overrideColumns } from './on-call.ts'
import { execute, row, sql, type Database } from './sql.ts'

/** An override, or its end, that PagerDuty is to be told of. */
const OverrideCopy = OverrideRow.extend({
  schedule: z.string(),
  user: z.string(),
  /** When it ends unless it was cancelled. */
  plannedEnd: z.date(),
  pagerdutyOverride: z.string().nullable(),
  attempts: z.number(),
  isOver: z.boolean(),
})
export type OverrideCopy = z.infer<typeof OverrideCopy>

/**
 * Takes the next one to be told, or the one of `id` if it is; it comes back after `leaseSeconds` if nothing came of
 * that. Null: there is none.
 */
export async function takeOverrideCopy(
  db: Database,
  { id, leaseSeconds }: { id: number | null; leaseSeconds: number },
): Promise<OverrideCopy | null> {
  return await row(
    db,
    OverrideCopy,
    sql`update on_call_override set copy_attempts = copy_attempts + 1,
          copy_due_at = now() + make_interval(secs => ${leaseSeconds})
        where id = (
          select id from on_call_override where copy_due_at <= now() and (${id}::bigint is null or id = ${id})
          order by copy_due_at, id limit 1 for update skip locked)
        returning ${overrideColumns}, pagerduty_schedule as schedule, pagerduty_user as "user",
          ends_at as "plannedEnd", pagerduty_override as "pagerdutyOverride", copy_attempts as attempts,
          ends_at <= now() as "isOver"`,
  )
}

/** It is in PagerDuty under this id. If it was cancelled meanwhile, that is to be told next. */
export async function markOverrideCopied(db: Database, id: number, pagerdutyOverride: string): Promise<void> {
  await execute(
    db,
    sql`update on_call_override set pagerduty_override = ${pagerdutyOverride},
          copy_due_at = case when cancelled_by is not null then now() end
        where id = ${id}`,
  )
}

/** There is nothing to tell any more. */
export async function endOverrideCopy(db: Database, id: number): Promise<void> {
  await execute(db, sql`update on_call_override set copy_due_at = null where id = ${id}`)
}

/** PagerDuty will not have it: it holds nowhere. */
export async function withdrawOverride(db: Database, id: number): Promise<void> {
  await execute(
    db,
    sql`update on_call_override set cancelled_by = coalesce(cancelled_by, 'plantao'),
          cancelled_at = coalesce(cancelled_at, now()), copy_due_at = null
        where id = ${id}`,
  )
}

/** Whether another override that holds is the same one in PagerDuty. */
export async function isOverrideShared(
  db: Database,
  copy: Pick<OverrideCopy, 'id'>,
  pagerdutyOverride: string,
): Promise<boolean> {
  const found = await row(
    db,
    z.object({ id: z.number() }),
    sql`select id from on_call_override
        where pagerduty_override = ${pagerdutyOverride} and id <> ${copy.id} and cancelled_by is null limit 1`,
  )
  return found !== null
}
