import { z } from 'zod'
import { announce } from './announcements.ts'
import { incidentSubject } from './incidents.ts'
import { PageAction } from './pages.ts'
import { execute, row, rows, sql, type Database } from './sql.ts'

/** A page that is being sent, with what is said about its incident. */
const Sending = z.object({
  id: z.number(),
  incidentId: z.number(),
  action: PageAction,
  round: z.number(),
  level: z.number(),
  dedupKey: z.string(),
  route: z.enum(['main', 'fallback']),
  targets: z.array(z.string()),
  attempts: z.number(),
  title: z.string(),
  rule: z.string(),
  incidentLevel: z.number(),
  environment: z.string().nullable(),
  openedAt: z.date(),
  /** Who acknowledged or resolved, for the event that says so. */
  by: z.string().nullable(),
  /** PagerDuty's incident of the same key, where it is known. */
  pagerdutyIncident: z.string().nullable(),
})
export type Sending = z.infer<typeof Sending>

/** Whether anything is to be sent now, and whether a call that nobody wants any more was abandoned. */
export async function whatIsDue(db: Database): Promise<{ hasPages: boolean; hasAbandoned: boolean }> {
  const found = await row(
    db,
    z.object({ hasPages: z.boolean(), hasAbandoned: z.boolean() }),
    sql`select exists(select from page where state in ('pending', 'sending') and due_at <= now()) as "hasPages",
          exists(select from page where state = 'sending' and due_at <= now() and superseded_at is not null)
            as "hasAbandoned"`,
  )
  return found ?? { hasPages: false, hasAbandoned: false }
}

/**
 * How many events of a channel began within the last seconds, over all engines. Holds the channel for this
 * transaction: what is claimed in it is counted before another engine looks.
 */
export async function countAttempts(
  db: Database,
  { channel, windowSeconds }: { channel: string; windowSeconds: number },
): Promise<number> {
  await execute(db, sql`select pg_advisory_xact_lock(hashtext(${`page channel ${channel}`}))`)
  const found = await row(
    db,
    z.object({ count: z.number() }),
    sql`select count(*) as count from page_attempt
        where channel = ${channel} and at > clock_timestamp() - make_interval(secs => ${windowSeconds})`,
  )
  return found?.count ?? 0
}

export interface PageClaim {
  channel: string
  route: 'main' | 'fallback'
  levels: readonly number[]
  /** Incidents of this level and above: 1 is the most severe. */
  severity: number
  limit: number
  /** A sender that has not said what came of it by then is given up for dead. */
  deadlineSeconds: number
}

/**
 * Takes pages to be sent now: most severe first, calls before what follows them, then the oldest; of one key only the
 * first that is not over. Commit before sending: the row then says that a call may be under way.
 */
export async function claimPages(db: Database, claim: PageClaim): Promise<Sending[]> {
  if (claim.limit < 1) return []
  return await rows(
    db,
    Sending,
    sql`with next as (
          select id from page
          where state in ('pending', 'sending') and due_at <= now() and superseded_at is null
            and route = ${claim.route} and level = any(${claim.levels}::int[]) and severity <= ${claim.severity}
            and (action = 'trigger' or not exists (
              select from page earlier
              where earlier.dedup_key = page.dedup_key and earlier.route = page.route
                and earlier.state in ('pending', 'sending')
                and (earlier.action = 'trigger' or earlier.action = 'acknowledge' and page.action = 'resolve')))
          order by severity, (action <> 'trigger'), id limit ${claim.limit} for update skip locked),
        claimed as (
          update page set state = 'sending', attempts = attempts + 1, attempted_at = now(),
            may_have_arrived = may_have_arrived or state = 'sending',
            due_at = now() + make_interval(secs => ${claim.deadlineSeconds})
          from next where page.id = next.id returning page.*),
        attempt as (insert into page_attempt (channel) select ${claim.channel} from claimed)
        select claimed.id, claimed.incident_id as "incidentId", claimed.action, claimed.round, claimed.level,
          claimed.dedup_key as "dedupKey", claimed.route, claimed.targets, claimed.attempts, incident.title,
          incident.rule, incident.level as "incidentLevel", incident.environment,
          incident.opened_at as "openedAt",
          case claimed.action when 'acknowledge' then incident.acknowledged_by when 'resolve' then incident.resolved_by
            end as by,
          (select called.pagerduty_incident from page called where called.dedup_key = claimed.dedup_key
            and called.route = claimed.route and called.action = 'trigger') as "pagerdutyIncident"
        from claimed join incident on incident.id = claimed.incident_id
        order by claimed.severity, (claimed.action <> 'trigger'), claimed.id`,
  )
}

/**
 * A call that nobody wants any more and whose sender died is over: what came after it may go. Until then that waits,
 * because the call may still be under way.
 */
export async function dropAbandonedPages(db: Database): Promise<void> {
  await execute(
    db,
    sql`update page set state = 'dropped', may_have_arrived = true
        where state = 'sending' and due_at <= now() and superseded_at is not null`,
  )
}

/**
 * The trouble is over for which pages wait to be tried again: they are due now, so that the most severe ones go
 * first, whichever were tried last.
 */
export async function hurryPages(db: Database): Promise<void> {
  await execute(db, sql`update page set due_at = now() where state = 'pending' and due_at > now()`)
}

/** Forgets what no limit counts any more. */
export async function forgetAttempts(db: Database): Promise<void> {
  await execute(db, sql`delete from page_attempt where at < now() - interval '5 minutes'`)
}

/**
 * PagerDuty took it. `confirmSeconds`: by then it has to have proved that it rang, or no longer does; null: it cannot.
 * False: another sender was quicker, or PagerDuty proved it before it answered.
 */
export async function markAccepted(
  db: Database,
  page: Pick<Sending, 'id' | 'attempts'>,
  confirmSeconds: number | null,
): Promise<boolean> {
  const marked = await row(
    db,
    z.object({ incidentId: z.number() }),
    sql`update page set state = 'accepted', sent_at = now(), may_have_arrived = true, problem = null,
          confirm_by = case when route = 'main' and superseded_at is null and fallback_at is null
            then now() + make_interval(secs => ${confirmSeconds}) end
        where id = ${page.id} and state = 'sending' and attempts = ${page.attempts}
        returning incident_id as "incidentId"`,
  )
  if (marked) await announce(db, incidentSubject(marked.incidentId))
  return marked !== null
}

/** It is tried again later, unless something later of the same key is wanted by now. */
export async function markForRetry(
  db: Database,
  page: Pick<Sending, 'id' | 'attempts'>,
  trouble: { reason: string; mayHaveArrived: boolean; seconds: number },
): Promise<void> {
  await execute(
    db,
    sql`update page set state = case when superseded_at is null then 'pending' else 'dropped' end,
          due_at = now() + make_interval(secs => ${trouble.seconds}), problem = ${trouble.reason},
          may_have_arrived = may_have_arrived or ${trouble.mayHaveArrived}
        where id = ${page.id} and state = 'sending' and attempts = ${page.attempts}`,
  )
}

/** Nothing was sent after all: the page is as it was before it was claimed. */
export async function unclaimPage(
  db: Database,
  page: Pick<Sending, 'id' | 'attempts'>,
  seconds: number,
): Promise<void> {
  await execute(
    db,
    sql`update page set state = case when superseded_at is null then 'pending' else 'dropped' end,
          attempts = attempts - 1, due_at = now() + make_interval(secs => ${seconds})
        where id = ${page.id} and state = 'sending' and attempts = ${page.attempts}`,
  )
}

/**
 * PagerDuty will never take it: people see why, and a call goes the other way at once. False: another sender said what
 * came of it.
 */
export async function markRefused(
  db: Database,
  page: Pick<Sending, 'id' | 'attempts'>,
  reason: string,
): Promise<boolean> {
  const refused = await row(
    db,
    z.object({ incidentId: z.number(), level: z.number(), action: PageAction }),
    sql`update page set state = 'refused', problem = ${reason},
          confirm_by = case
            when action = 'trigger' and route = 'main' and superseded_at is null and fallback_at is null
            then now() end
        where id = ${page.id} and state = 'sending' and attempts = ${page.attempts}
        returning incident_id as "incidentId", level, action`,
  )
  if (!refused) return false
  if (refused.action === 'trigger') {
    const details = { level: refused.level, problem: reason }
    await execute(
      db,
      sql`insert into incident_event (incident_id, actor, kind, details)
          values (${refused.incidentId}, 'plantao', 'page-problem', ${details})`,
    )
  }
  await announce(db, incidentSubject(refused.incidentId))
  return true
}
