import { z } from 'zod'
import { announce } from './announcements.ts'
import { rows, sql, type Database } from './sql.ts'

/** Whoever is near the head of a lock's queue shows the place in it; further back it is only "many ahead". */
export const queuePlacesShown = 20

/** Those near the head of a lock's queue show a new place. */
export async function announceQueue(db: Database, lock: string | null): Promise<void> {
  if (lock === null) return
  const waiting = await rows(
    db,
    z.object({ id: z.number() }),
    sql`select id from job where lock = ${lock} and state = 'queued'
        order by queued_at, id limit ${queuePlacesShown + 1}`,
  )
  await announce(db, ...waiting.map(({ id }) => `job/${id}`))
}

/** Who holds a lock, and who is next in its line, as far as places are shown. */
export async function lockQueue(
  db: Database,
  lock: string,
): Promise<{ id: number; kind: string; state: 'queued' | 'running'; requestedBy: string; since: Date }[]> {
  return await rows(
    db,
    z.object({
      id: z.number(),
      kind: z.string(),
      state: z.enum(['queued', 'running']),
      requestedBy: z.string(),
      since: z.date(),
    }),
    sql`select id, kind, state, requested_by as "requestedBy",
          case when state = 'running' then started_at else queued_at end as since
        from job where lock = ${lock} and state in ('queued', 'running')
        order by state = 'running' desc, queued_at, id limit ${queuePlacesShown + 2}`,
  )
}

/** Every lock that is held or waited for, holder first. */
export async function busyLocks(db: Database): Promise<string[]> {
  const found = await rows(
    db,
    z.object({ lock: z.string() }),
    sql`select distinct lock from job where lock is not null and state in ('queued', 'running') order by lock`,
  )
  return found.map(({ lock }) => lock)
}

/**
 * Jobs that somebody must look at though no bell may be ringing: those whose turn it may be (the first in line of
 * each lock nobody holds), the abandoned, and those not yet previewed.
 */
export async function jobsNeedingAttention(
  db: Database,
  limit = 200,
): Promise<{ id: number; fence: number }[]> {
  return await rows(
    db,
    z.object({ id: z.number(), fence: z.number() }),
    sql`(select id, fence from job where state = 'queued' and lock is null order by queued_at limit ${limit})
        union all
        (select id, fence from (
           select id, fence, freezable, row_number() over (partition by lock, freezable order by queued_at, id) as place
           from job where state = 'queued' and lock is not null
             and not exists (select from job holder where holder.lock = job.lock and holder.state = 'running')
         ) line where place = 1 limit ${limit})
        union all
        (select id, fence from job where state = 'running' and lease_until < now() limit ${limit})
        union all
        (select id, fence from job where state = 'waiting-approval' and change is null limit ${limit})`,
  )
}

/** Jobs whose approval ran out of time. */
export async function expiredApprovals(db: Database): Promise<number[]> {
  const found = await rows(
    db,
    z.object({ id: z.number() }),
    sql`select id from job where state = 'waiting-approval' and approval_expires_at < now()`,
  )
  return found.map(({ id }) => id)
}
