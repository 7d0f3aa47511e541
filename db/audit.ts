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
  /** Null for a moment, until the line is sealed. */
  hash: z.string().nullable(),
})
export type AuditLine = z.infer<typeof AuditLine>

/** Records a line, in the transaction of the change it is about. `sealAudit` chains it soon after. */
export async function recordAudit(db: Database, entry: AuditEntry): Promise<void> {
  await execute(
    db,
    sql`insert into audit (actor, action, subject, details)
        values (${entry.actor}, ${entry.action}, ${entry.subject}, ${entry.details})`,
  )
}

/** Chains every line that is not chained yet, one process at a time. */
export async function sealAudit(db: Database): Promise<void> {
  await execute(db, sql`select seal_audit()`)
}

/** Newest first. */
export async function listAudit(
  db: Database,
  query: { before: number | null; subject: string | null; limit: number },
): Promise<AuditLine[]> {
  return await rows(
    db,
    AuditLine,
    sql`select audit.id, at, actor, action, subject, details, hash
        from audit left join audit_seal on line_id = audit.id
        where (${query.before}::bigint is null or audit.id < ${query.before})
          and (${query.subject}::text is null or subject = ${query.subject})
        order by audit.id desc limit ${query.limit}`,
  )
}

/**
 * Seals what is new and recomputes the whole chain. `firstBrokenId` is the first line that was changed, removed or put
 * in. Keep `head` somewhere else: it is what shows that the end was cut off.
 */
export async function verifyAudit(
  db: Database,
): Promise<{ lines: number; head: string | null; firstBrokenId: number | null }> {
  await sealAudit(db)
  const verdict = await row(
    db,
    z.object({ lines: z.number(), head: z.string().nullable(), firstBrokenId: z.number().nullable() }),
    sql`with chain as (
          select audit_seal.*, audit as line,
            lag(hash, 1, '') over (order by number) as expected_previous,
            row_number() over (order by number) as expected_number
          from audit_seal left join audit on audit.id = line_id)
        select count(*)::int as lines,
          (select hash from audit_seal order by number desc limit 1) as head,
          min(line_id) filter (where number <> expected_number or previous_hash <> expected_previous
            or line is null or hash <> audit_hash(previous_hash, line)) as "firstBrokenId"
        from chain`,
  )
  return verdict ?? { lines: 0, head: null, firstBrokenId: null }
}
