import { z } from 'zod'
import { execute, row, rows, sql, type Database } from './sql.ts'

export interface AuditEntry {
  actor: string
  action: string
  subject: string
  details: Record<string, unknown>
}

export const AuditLine = z.object({
  id: z.number(),
  at: z.date(),
  actor: z.string(),
  action: z.string(),
  subject: z.string(),
  details: z.record(z.string(), z.unknown()),
  hash: z.string(),
})
export type AuditLine = z.infer<typeof AuditLine>

/**
 * Appends a line to the chain, in the transaction of the change it records. Call it last: appending is one at a
 * time until the transaction ends.
 */
export async function recordAudit(db: Database, entry: AuditEntry): Promise<void> {
  await execute(
    db,
    sql`select append_audit(${entry.actor}, ${entry.action}, ${entry.subject}, ${entry.details}::jsonb)`,
  )
}

/** Newest first. */
export async function listAudit(
  db: Database,
  query: { before: number | null; subject: string | null; limit: number },
): Promise<AuditLine[]> {
  return await rows(
    db,
    AuditLine,
    sql`select id, at, actor, action, subject, details, hash from audit
        where (${query.before}::bigint is null or id < ${query.before})
          and (${query.subject}::text is null or subject = ${query.subject})
        order by id desc limit ${query.limit}`,
  )
}

/** Recomputes the whole chain. `firstBrokenId` is the first line that was changed, removed or put in. */
export async function verifyAudit(
  db: Database,
): Promise<{ lines: number; head: string | null; firstBrokenId: number | null }> {
  const verdict = await row(
    db,
    z.object({ lines: z.number(), head: z.string().nullable(), firstBrokenId: z.number().nullable() }),
    sql`with chain as (
          select *, lag(hash, 1, '') over (order by id) as expected_previous, row_number() over (order by id) as number
          from audit)
        select count(*)::int as lines,
          (select hash from audit order by id desc limit 1) as head,
          min(id) filter (where id <> number or previous_hash <> expected_previous
            or hash <> audit_hash(previous_hash, id, at, actor, action, subject, details)) as "firstBrokenId"
        from chain`,
  )
  return verdict ?? { lines: 0, head: null, firstBrokenId: null }
}
