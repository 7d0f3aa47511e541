import { z } from 'zod'
import { execute, row, rows, sql, type Database } from './sql.ts'

/** One list of a job: its listings, or its orders. */
export interface SyncList {
  jobId: number
  list: string
}

export const SyncItemRow = z.object({
  id: z.string(),
  key: z.string(),
  sku: z.string(),
  position: z.number(),
  change: z.unknown(),
})
export type SyncItemRow = z.infer<typeof SyncItemRow>

const columns = sql`id::text as id, key, sku, position, change`

export interface NewSyncItem {
  key: string
  sku: string
  position: number
  change: unknown
  outcome: string | null
  reason: unknown
}

/** Makes the list exactly this. An item with an outcome is finished already. */
export async function replaceSyncItems(
  db: Database,
  { jobId, list }: SyncList,
  items: readonly NewSyncItem[],
): Promise<void> {
  await execute(db, sql`delete from sync_item where job_id = ${jobId} and list = ${list}`)
  await execute(
    db,
    sql`insert into sync_item (job_id, list, key, sku, position, change, outcome, reason, state)
        select ${jobId}, ${list}, item.key, item.sku, item.position, item.change, item.outcome, item.reason,
          case when item.outcome is null then 'planned' else 'finished' end
        from jsonb_to_recordset(${JSON.stringify(items)}::jsonb)
          as item (key text, sku text, position integer, change jsonb, outcome text, reason jsonb)
        order by item.position`,
  )
}

/** Items whose writing was begun and never ended. */
export async function interruptedSyncItems(db: Database, { jobId, list }: SyncList): Promise<SyncItemRow[]> {
  return await rows(
    db,
    SyncItemRow,
    sql`select ${columns} from sync_item
        where job_id = ${jobId} and list = ${list} and state = 'writing' order by position`,
  )
}

/** Marks the next planned items as being written, and returns them. */
export async function takeSyncItems(
  db: Database,
  { jobId, list }: SyncList,
  size: number,
): Promise<SyncItemRow[]> {
  const taken = await rows(
    db,
    SyncItemRow,
    sql`update sync_item set state = 'writing' where id in (
          select id from sync_item where job_id = ${jobId} and list = ${list} and state = 'planned'
          order by position limit ${size} for update skip locked)
        returning ${columns}`,
  )
  return taken.toSorted((one, other) => one.position - other.position)
}

export async function finishSyncItem(
  db: Database,
  end: { jobId: number; id: string; outcome: string; reason: unknown },
): Promise<void> {
  await execute(
    db,
    sql`update sync_item set state = 'finished', outcome = ${end.outcome},
          reason = ${end.reason === undefined ? null : JSON.stringify(end.reason)}
        where job_id = ${end.jobId} and id = ${end.id}::bigint`,
  )
}

/** Items that ended `updated`, by id, after this one. */
export async function updatedSyncItems(
  db: Database,
  { jobId, list }: SyncList,
  page: { afterId: string | null; size: number },
): Promise<SyncItemRow[]> {
  return await rows(
    db,
    SyncItemRow,
    sql`select ${columns} from sync_item
        where job_id = ${jobId} and list = ${list} and outcome = 'updated'
          and sync_item.id > coalesce(${page.afterId}::bigint, 0)
        order by sync_item.id limit ${page.size}`,
  )
}

/** How many items are in each state; a finished one counts under its outcome. */
export async function countSyncItems(
  db: Database,
  { jobId, list }: SyncList,
): Promise<Record<string, number>> {
  const counted = await row(
    db,
    z.object({ counts: z.record(z.string(), z.number()) }),
    sql`select coalesce(jsonb_object_agg(name, number), '{}') as counts from (
          select case when state = 'finished' then outcome else state end as name, count(*)::int as number
          from sync_item where job_id = ${jobId} and list = ${list} group by 1) counted`,
  )
  return counted?.counts ?? {}
}

const Trouble = z.object({ sku: z.string(), outcome: z.string(), reason: z.unknown() })

/** The first items of a job that did not end well, for people to read. */
export async function troubledSyncItems(
  db: Database,
  jobId: number,
  limit: number,
): Promise<z.infer<typeof Trouble>[]> {
  return await rows(
    db,
    Trouble,
    sql`select sku, outcome, reason from sync_item
        where job_id = ${jobId} and outcome in ('failed', 'not-applied') order by id limit ${limit}`,
  )
}
