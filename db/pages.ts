import { z } from 'zod'
import { announce } from './announcements.ts'
import { alertingChannel } from './incident-timers.ts'
import { execute, rows, sql, type Database, type Query } from './sql.ts'

export const PageAction = z.enum(['trigger', 'acknowledge', 'resolve'])
export type PageAction = z.infer<typeof PageAction>

export const PageState = z.enum([
  'pending',
  'sending',
  'accepted',
  'confirmed',
  'skipped',
  'dropped',
  'refused',
  'unrouted',
])

export const PageRow = z.object({
  id: z.number(),
  incidentId: z.number(),
  action: PageAction,
  round: z.number(),
  level: z.number(),
  dedupKey: z.string(),
  route: z.enum(['main', 'fallback']),
  severity: z.number(),
  targets: z.array(z.string()),
  state: PageState,
  attempts: z.number(),
  plannedAt: z.date(),
  sentAt: z.date().nullable(),
  confirmedAt: z.date().nullable(),
  fallbackAt: z.date().nullable(),
  stillRingsAt: z.date().nullable(),
  problem: z.string().nullable(),
  pagerdutyIncident: z.string().nullable(),
})
export type PageRow = z.infer<typeof PageRow>

export const pageColumns = sql`page.id, page.incident_id as "incidentId", page.action, page.round, page.level,
  page.dedup_key as "dedupKey", page.route, page.severity, page.targets, page.state, page.attempts,
  page.planned_at as "plannedAt", page.sent_at as "sentAt", page.confirmed_at as "confirmedAt",
  page.fallback_at as "fallbackAt", page.still_rings_at as "stillRingsAt", page.problem,
  page.pagerduty_incident as "pagerdutyIncident"`

export const pageSubject = (id: number): string => `page/${id}`

/** A level of the matrix being called. */
export interface NewTrigger {
  incidentId: number
  round: number
  level: number
  /** The incident's own level: 1 is sent first. */
  severity: number
  /** Whom the level stands for: Slack ids or names. */
  targets: readonly string[]
  /** `skipped`: nobody is on call there. `unrouted`: no routing key; the targets are told in Slack at once. */
  state: 'pending' | 'skipped' | 'unrouted'
  /** When it was due; absent: now. */
  plannedAt?: Date
}

/**
 * The statement by which calls get into the outbox, with the key under which PagerDuty knows one level of one round,
 * so that sending it again makes no second alert: of what `calls` selects (incident_id, round, level, severity,
 * targets, state, planned_at), each once. Returns id and state of those that are new.
 */
export const insertTriggers = (calls: Query, confirmSeconds: number): Query =>
  sql`insert into page (incident_id, action, round, level, dedup_key, severity, targets, state, planned_at,
        confirm_by, fallback_at)
      select incident_id, 'trigger', round, level, 'plantao/incident/' || incident_id || '/' || round || '/' || level,
        severity, targets, state, planned_at,
        case when state = 'pending' then now() + make_interval(secs => ${confirmSeconds}) end,
        case when state = 'unrouted' then now() end
      from (${calls}) as called
      on conflict (dedup_key, action, route) do nothing
      returning id, state`

/**
 * Writes calls of levels into the outbox, in the transaction that decided them. One that is there already stays as
 * it is. A call that PagerDuty has not confirmed `confirmSeconds` from now goes the other way.
 */
export async function writeTriggers(
  db: Database,
  triggers: readonly NewTrigger[],
  confirmSeconds: number,
): Promise<void> {
  if (triggers.length === 0) return
  const written = await rows(
    db,
    z.object({ id: z.number(), state: PageState }),
    insertTriggers(
      sql`select incident_id, round, level, severity, string_to_array(targets, E'\n') as targets, state,
            coalesce(planned_at, now()) as planned_at
          from unnest(${triggers.map((one) => one.incidentId)}::bigint[], ${triggers.map((one) => one.round)}::int[],
            ${triggers.map((one) => one.level)}::int[], ${triggers.map((one) => one.severity)}::int[],
            ${triggers.map((one) => one.targets.join('\n'))}::text[], ${triggers.map((one) => one.state)}::text[],
            ${triggers.map((one) => one.plannedAt ?? null)}::timestamptz[])
            as new (incident_id, round, level, severity, targets, state, planned_at)`,
      confirmSeconds,
    ),
  )
  await announce(db, ...written.filter(({ state }) => state === 'unrouted').map(({ id }) => pageSubject(id)))
  await wakeAlerting(db, 'pages')
}

/**
 * Says after the calls of these incidents that somebody acknowledged, or that all is over: an event for every call
 * that went out or may have. What was not sent yet and is now pointless is dropped.
 */
export async function writeFollowUps(
  db: Database,
  incidentIds: readonly number[],
  action: 'acknowledge' | 'resolve',
): Promise<void> {
  if (incidentIds.length === 0) return
  const overtaken = action === 'resolve' ? ['trigger', 'acknowledge'] : ['trigger']
  // The sender marks what came of a call on the row itself: locked here, it then sees what was decided.
  await execute(
    db,
    sql`select from page where incident_id = any(${incidentIds}::bigint[]) and action = any(${overtaken}::text[])
        order by id for update`,
  )
  await execute(
    db,
    sql`update page set superseded_at = coalesce(superseded_at, now()), confirm_by = null, still_rings_at = null,
          state = case when state = 'pending' then 'dropped' else state end
        where incident_id = any(${incidentIds}::bigint[]) and action = any(${overtaken}::text[])`,
  )
  await execute(
    db,
    sql`insert into page (incident_id, action, round, level, dedup_key, route, severity, targets)
        select incident_id, ${action}, round, level, dedup_key, route, severity, targets from page
        where incident_id = any(${incidentIds}::bigint[]) and action = 'trigger'
          and (state in ('sending', 'accepted', 'confirmed') or state = 'dropped' and may_have_arrived)
        order by id
        on conflict (dedup_key, action, route) do update
          set state = 'pending', superseded_at = null, due_at = now(), planned_at = now(), resends = 0
          where page.state = 'dropped'`,
  )
  await wakeAlerting(db, 'pages')
}

/** Wakes, when the transaction commits, whoever sends pages, works on deliveries or tells of changes. */
export async function wakeAlerting(db: Database, what: 'pages' | 'deliveries' | 'changes'): Promise<void> {
  await execute(db, sql`select pg_notify(${alertingChannel}, ${what})`)
}

/** What was sent for these incidents, or is to be, oldest first. */
export async function pagesOf(db: Database, incidentIds: readonly number[]): Promise<PageRow[]> {
  return await rows(
    db,
    PageRow,
    sql`select ${pageColumns} from page where incident_id = any(${incidentIds}::bigint[]) order by id`,
  )
}
