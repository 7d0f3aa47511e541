import { z } from 'zod'
import { announce } from './announcements.ts'
import { wakeTimers } from './incident-timers.ts'
import { incidentSubject, lockIncident, recordIncidentEvent } from './incidents.ts'
import { PageRow, pageColumns, pageSubject, wakeAlerting } from './pages.ts'
import { execute, row, rows, sql, type Database } from './sql.ts'

const Unconfirmed = PageRow.extend({ mayHaveArrived: z.boolean(), resends: z.number() })
export type Unconfirmed = z.infer<typeof Unconfirmed>

/**
 * What should have been confirmed by now, calls before what follows them. Each is left to whoever took it for `leaseSeconds`; it comes back if
 * nothing came of that.
 */
export async function takeUnconfirmed(
  db: Database,
  take: { limit: number; leaseSeconds: number },
): Promise<Unconfirmed[]> {
  return await rows(
    db,
    Unconfirmed,
    sql`update page set confirm_by = now() + make_interval(secs => ${take.leaseSeconds})
        where id in (
          select id from page where confirm_by <= now()
          order by (action <> 'trigger'), severity, confirm_by limit ${take.limit} for update skip locked)
        returning ${pageColumns}, page.may_have_arrived as "mayHaveArrived", page.resends`,
  )
}

/**
 * PagerDuty says that it rang for this key: in `pagerdutyIncident`. `isRinging`: that is its incident for this key from
 * now on; otherwise only if none is known, because word of an earlier one may come late. Returns what it belongs to;
 * null: no call of ours has this key.
 */
export async function confirmPage(
  db: Database,
  { dedupKey, pagerdutyIncident, isRinging }: Confirmation,
): Promise<{ incidentId: number; pagerdutyIncident: string; isNews: boolean } | null> {
  const found = await row(
    db,
    z.object({ incidentId: z.number(), pagerdutyIncident: z.string(), isNews: z.boolean() }),
    sql`with before as (
          select id, state from page where dedup_key = ${dedupKey} and action = 'trigger' for update)
        update page set may_have_arrived = true, confirm_by = null,
          ended_at = case when not ${isRinging} then ended_at end,
          pagerduty_incident = case when ${isRinging} or pagerduty_incident is null then ${pagerdutyIncident}
            else pagerduty_incident end,
          confirmed_at = coalesce(confirmed_at, now()), sent_at = coalesce(sent_at, attempted_at), problem = null,
          state = case when page.state in ('pending', 'sending', 'accepted', 'refused') then 'confirmed'
            else page.state end
        from before where page.id = before.id
        returning page.incident_id as "incidentId", page.pagerduty_incident as "pagerdutyIncident",
          before.state <> page.state as "isNews"`,
  )
  if (found?.isNews) await announce(db, incidentSubject(found.incidentId))
  return found
}

interface Confirmation {
  dedupKey: string
  pagerdutyIncident: string
  isRinging: boolean
}

/** PagerDuty's incident for a key is over: nothing sent for it has any effect. */
export async function markEnded(db: Database, dedupKey: string): Promise<void> {
  await execute(
    db,
    sql`update page set ended_at = now() where dedup_key = ${dedupKey} and action = 'trigger'`,
  )
}

/** PagerDuty has put what rings for a key into another incident of its own. */
export async function moveToPagerDutyIncident(
  db: Database,
  { dedupKey, pagerdutyIncident }: Pick<Confirmation, 'dedupKey' | 'pagerdutyIncident'>,
): Promise<void> {
  await execute(
    db,
    sql`update page set pagerduty_incident = ${pagerdutyIncident}
        where dedup_key = ${dedupKey} and action = 'trigger'`,
  )
}

/** The calls that PagerDuty knows under one incident of its own. */
export async function keysOfPagerDutyIncident(db: Database, pagerdutyIncident: string): Promise<string[]> {
  const found = await rows(
    db,
    z.object({ key: z.string() }),
    sql`select distinct dedup_key as key from page
        where pagerduty_incident = ${pagerdutyIncident} and action = 'trigger'`,
  )
  return found.map(({ key }) => key)
}

export type FallbackReason = 'not-confirmed' | 'not-sent' | 'refused'

/**
 * A call did not prove that it rang: its people are told in Slack, it goes out by the second route where there is
 * one, and the next level is called at once. That last only for the first such call of a round: an outage of
 * PagerDuty's is no reason to have all of the matrix in within minutes. False: it is not needed any more.
 */
export async function fallBack(
  db: Database,
  page: Pick<PageRow, 'id' | 'incidentId' | 'round' | 'level'>,
  { why, hasRoute }: { why: FallbackReason; hasRoute: boolean },
): Promise<boolean> {
  const incident = await lockIncident(db, page.incidentId)
  await execute(db, sql`select from escalation where incident_id = ${page.incidentId} for update`)
  if (incident?.state !== 'open') {
    await execute(db, sql`update page set confirm_by = null where id = ${page.id}`)
    return false
  }
  const others = await row(
    db,
    z.object({ count: z.number() }),
    sql`select count(*) as count from page where incident_id = ${page.incidentId} and round = ${page.round}
          and id <> ${page.id} and fallback_at is not null and state <> 'unrouted'`,
  )
  const marked = await execute(
    db,
    sql`update page set fallback_at = now(), confirm_by = null
        where id = ${page.id} and fallback_at is null and superseded_at is null
          and state in ('pending', 'sending', 'accepted', 'refused')`,
  )
  if (marked === 0) return false
  if (others?.count === 0) {
    await execute(
      db,
      sql`update escalation set due_at = now() where incident_id = ${page.incidentId} and due_at > now()
            and round = ${page.round} and level = ${page.level}`,
    )
    await wakeTimers(db)
  }
  if (hasRoute) await writeFallbackTrigger(db, page.id)
  await recordIncidentEvent(db, {
    incidentId: page.incidentId,
    actor: 'plantao',
    kind: 'fallback',
    details: { level: page.level, why },
  })
  await announce(db, pageSubject(page.id))
  return true
}

/** The second route has a key of its own, so that what is heard of it later is not taken for the first. */
async function writeFallbackTrigger(db: Database, pageId: number): Promise<void> {
  await execute(
    db,
    sql`insert into page (incident_id, action, round, level, dedup_key, route, severity, targets)
        select incident_id, 'trigger', round, level, dedup_key || '/fallback', 'fallback', severity, targets
        from page where id = ${pageId}
        on conflict (dedup_key, action, route) do nothing`,
  )
  await wakeAlerting(db, 'pages')
}
