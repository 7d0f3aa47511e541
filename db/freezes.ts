import { z } from 'zod'
import { execute, prepared, row, rows, sql, type Database } from './sql.ts'

export const Freeze = z.object({
  id: z.number(),
  environment: z.string(),
  reason: z.string(),
  createdBy: z.string(),
  startsAt: z.date(),
  endsAt: z.date(),
})
export type Freeze = z.infer<typeof Freeze>

const columns = sql`id, environment, reason, created_by as "createdBy", starts_at as "startsAt", ends_at as "endsAt"`

/** Freezes by hand that hold right now. Scheduled windows are in the runbook file, not here. */
export async function activeFreezes(db: Database): Promise<Freeze[]> {
  return await rows(
    db,
    Freeze,
    prepared('active-freezes')`select ${columns} from change_freeze
        where lifted_at is null and starts_at <= now() and ends_at > now() order by ends_at`,
  )
}

/** Records a freeze once per idempotency key; a repeat returns the first. */
export async function createFreeze(
  db: Database,
  freeze: { environment: string; reason: string; createdBy: string; endsAt: Date; idempotencyKey: string },
): Promise<{ freeze: Freeze; created: boolean }> {
  const created = await row(
    db,
    Freeze,
    sql`insert into change_freeze (environment, reason, created_by, ends_at, idempotency_key)
        values (${freeze.environment}, ${freeze.reason}, ${freeze.createdBy}, ${freeze.endsAt}, ${freeze.idempotencyKey})
        on conflict (idempotency_key) do nothing returning ${columns}`,
  )
  if (created) return { freeze: created, created: true }
  const first = await row(
    db,
    Freeze,
    sql`select ${columns} from change_freeze where idempotency_key = ${freeze.idempotencyKey}`,
  )
  if (!first) throw new Error(`freeze with key ${freeze.idempotencyKey} vanished`)
  return { freeze: first, created: false }
}

/** Ends every freeze by hand of an environment. Returns how many were lifted. */
export async function liftFreezes(db: Database, environment: string, by: string): Promise<number> {
  return await execute(
    db,
    sql`update change_freeze set lifted_at = now(), lifted_by = ${by}
        where environment = ${environment} and lifted_at is null and ends_at > now()`,
  )
}
