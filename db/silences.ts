import { z } from 'zod'
import { prepared, row, rows, sql, type Database } from './sql.ts'

const Matcher = z.object({ label: z.string(), value: z.string() })

export const SilenceRow = z.object({
  id: z.number(),
  matchers: z.array(Matcher),
  reason: z.string(),
  createdBy: z.string(),
  createdAt: z.date(),
  endsAt: z.date(),
  endedBy: z.string().nullable(),
})
export type SilenceRow = z.infer<typeof SilenceRow>

const columns = sql`id, matchers, reason, created_by as "createdBy", created_at as "createdAt",
  ends_at as "endsAt", ended_by as "endedBy"`

/** Those in force now, the one that ends first first. */
export async function activeSilences(db: Database): Promise<SilenceRow[]> {
  return await rows(
    db,
    SilenceRow,
    prepared(
      'active-silences',
    )`select ${columns} from silence where ended_by is null and ends_at > now() order by ends_at, id`,
  )
}

export async function findSilence(db: Database, id: number): Promise<SilenceRow | null> {
  return await row(db, SilenceRow, sql`select ${columns} from silence where id = ${id}`)
}

/** Records a silence from now on, once per idempotency key; a repeat returns the first. */
export async function createSilence(
  db: Database,
  silence: {
    matchers: readonly { label: string; value: string }[]
    reason: string
    createdBy: string
    minutes: number
    idempotencyKey: string
  },
): Promise<{ silence: SilenceRow; created: boolean }> {
  const created = await row(
    db,
    SilenceRow,
    sql`insert into silence (matchers, reason, created_by, ends_at, idempotency_key)
        values (${JSON.stringify(silence.matchers)}::jsonb, ${silence.reason}, ${silence.createdBy},
          now() + make_interval(mins => ${silence.minutes}), ${silence.idempotencyKey})
        on conflict (idempotency_key) do nothing returning ${columns}`,
  )
  if (created) return { silence: created, created: true }
  const first = await row(
    db,
    SilenceRow,
    sql`select ${columns} from silence where idempotency_key = ${silence.idempotencyKey}`,
  )
  if (!first) throw new Error(`silence with key ${silence.idempotencyKey} vanished`)
  return { silence: first, created: false }
}

/** Ends a silence early. Null: it was over already. */
export async function endSilence(db: Database, id: number, by: string): Promise<SilenceRow | null> {
  return await row(
    db,
    SilenceRow,
    sql`update silence set ended_by = ${by}, ends_at = now()
        where id = ${id} and ended_by is null and ends_at > now() returning ${columns}`,
  )
}
