import { z } from 'zod'
import { announce } from './announcements.ts'
import { row, rows, sql, type Database } from './sql.ts'

export const OverrideRow = z.object({
  id: z.number(),
  rotation: z.string(),
  /** The runbook file's id of whoever stands in. */
  person: z.string(),
  startsAt: z.date(),
  /** Of a cancelled one, when it was cancelled. */
  endsAt: z.date(),
  createdBy: z.string(),
  cancelledBy: z.string().nullable(),
  /** PagerDuty, which keeps the rotation, has not been told yet. */
  isWaiting: z.boolean(),
})
export type OverrideRow = z.infer<typeof OverrideRow>

export const overrideColumns = sql`id, rotation, person, starts_at as "startsAt", least(ends_at, cancelled_at) as "endsAt",
  created_by as "createdBy", cancelled_by as "cancelledBy", copy_due_at is not null as "isWaiting"`

/** The subject of a notice; its message is in #ops-alerts. */
export const noticeSubject = (id: number): string => `on-call/${id}`

/** What time it is to everything that compares with a time: the database's clock. */
export async function databaseTime(db: Database): Promise<Date> {
  const found = await row(db, z.object({ now: z.date() }), sql`select now()`)
  if (!found) throw new Error('the database did not say what time it is')
  return found.now
}

/** Overrides that hold within a span, in the order in which they were recorded; a cancelled one as far as it held. */
export async function listOverrides(db: Database, span: { from: Date; to: Date }): Promise<OverrideRow[]> {
  return await rows(
    db,
    OverrideRow,
    sql`select ${overrideColumns} from on_call_override
        where starts_at < ${span.to} and least(ends_at, cancelled_at) > greatest(starts_at, ${span.from}::timestamptz)
        order by id`,
  )
}

export async function findOverride(db: Database, id: number): Promise<OverrideRow | null> {
  return await row(db, OverrideRow, sql`select ${overrideColumns} from on_call_override where id = ${id}`)
}

/** Records an override once per idempotency key; a repeat returns the first. It begins now at the earliest. */
export async function createOverride(
  db: Database,
  override: {
    rotation: string
    person: string
    startsAt: Date | null
    endsAt: Date
    createdBy: string
    idempotencyKey: string
    /** Where PagerDuty keeps the rotation: it is to be told. */
    inPagerDuty?: { schedule: string; user: string } | null
  },
): Promise<{ override: OverrideRow; created: boolean }> {
  const { schedule = null, user = null } = override.inPagerDuty ?? {}
  const created = await row(
    db,
    OverrideRow,
    sql`insert into on_call_override (rotation, person, starts_at, ends_at, created_by, idempotency_key,
          pagerduty_schedule, pagerduty_user, copy_due_at)
        values (${override.rotation}, ${override.person}, greatest(${override.startsAt}::timestamptz, now()),
          ${override.endsAt}, ${override.createdBy}, ${override.idempotencyKey}, ${schedule}, ${user},
          case when ${schedule}::text is not null then now() end)
        on conflict (idempotency_key) do nothing returning ${overrideColumns}`,
  )
  if (created) {
    await announceGapNotices(db)
    return { override: created, created: true }
  }
  const first = await row(
    db,
    OverrideRow,
    sql`select ${overrideColumns} from on_call_override where idempotency_key = ${override.idempotencyKey}`,
  )
  if (!first) throw new Error(`override with key ${override.idempotencyKey} vanished`)
  return { override: first, created: false }
}

/** Ends an override now, in PagerDuty too. Null: it is over or cancelled already, or there is none. */
export async function cancelOverride(db: Database, id: number, by: string): Promise<OverrideRow | null> {
  const cancelled = await row(
    db,
    OverrideRow,
    sql`update on_call_override set cancelled_by = ${by}, cancelled_at = now(),
          copy_due_at = case when pagerduty_schedule is not null then greatest(copy_due_at, now()) end
        where id = ${id} and cancelled_by is null and ends_at > now() returning ${overrideColumns}`,
  )
  if (cancelled) await announceGapNotices(db)
  return cancelled
}

/** The incident that whoever takes over finds. */
const OpenIncident = z.object({ id: z.number(), title: z.string(), level: z.number() })
export type OpenIncident = z.infer<typeof OpenIncident>

const incidentsShown = 5

/** What whoever takes over finds: the worst ones, and how many there are in all. */
export async function incidentsHandedOver(
  db: Database,
): Promise<{ incidents: OpenIncident[]; total: number }> {
  const found = await rows(
    db,
    OpenIncident.extend({ total: z.number() }),
    sql`select id, title, level, (count(*) over ())::int as total from incident
        where state <> 'resolved' order by level, id limit ${incidentsShown}`,
  )
  return {
    incidents: found.map(({ id, title, level }) => ({ id, title, level })),
    total: found[0]?.total ?? 0,
  }
}

const NoticeRow = z.object({
  id: z.number(),
  kind: z.enum(['hand-over', 'gap']),
  details: z.record(z.string(), z.unknown()),
  createdAt: z.date(),
})
export type NoticeRow = z.infer<typeof NoticeRow>

/** Says something once: of all engines that see the same, the first records it. False: it was said already. */
export async function recordNotice(
  db: Database,
  notice: { key: string; kind: NoticeRow['kind']; details: Record<string, unknown> },
): Promise<boolean> {
  const recorded = await row(
    db,
    z.object({ id: z.number() }),
    sql`insert into on_call_notice (key, kind, details) values (${notice.key}, ${notice.kind}, ${notice.details})
        on conflict (key) do nothing returning id`,
  )
  if (recorded) await announce(db, noticeSubject(recorded.id))
  return recorded !== null
}

/** Which of these were said already. */
export async function knownNotices(db: Database, keys: readonly string[]): Promise<string[]> {
  const found = await rows(
    db,
    z.object({ key: z.string() }),
    sql`select key from on_call_notice where key = any(${keys})`,
  )
  return found.map(({ key }) => key)
}

export async function findNotice(db: Database, id: number): Promise<NoticeRow | null> {
  return await row(
    db,
    NoticeRow,
    sql`select id, kind, details, created_at as "createdAt" from on_call_notice where id = ${id}`,
  )
}

/** Somebody may have filled a gap that was announced, or opened one again: its message has to say so. */
async function announceGapNotices(db: Database): Promise<void> {
  const found = await rows(
    db,
    z.object({ id: z.number() }),
    sql`select id from on_call_notice where kind = 'gap' and created_at > now() - interval '3 days'`,
  )
  await announce(db, ...found.map(({ id }) => noticeSubject(id)))
}
