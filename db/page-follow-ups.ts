import { z } from 'zod'
import { announce } from './announcements.ts'
import { incidentSubject, lockIncident, recordIncidentEvent } from './incidents.ts'
import { markRefused } from './page-sending.ts'
import { wakeAlerting, type PageRow } from './pages.ts'
import { execute, row, sql, type Database } from './sql.ts'

/** What follows a call: that somebody acknowledged, or that all is over. */
export type FollowUp = 'acknowledge' | 'resolve'

/**
 * A call rang after it was answered for: PagerDuty was slow with it, and what followed came to nothing, because an
 * event for an alert that is not open is dropped without a word. It is said again.
 */
export async function repeatFollowUp(
  db: Database,
  { dedupKey, action }: { dedupKey: string; action: FollowUp },
): Promise<void> {
  await execute(
    db,
    sql`insert into page (incident_id, action, round, level, dedup_key, route, severity, targets)
        select incident_id, ${action}, round, level, dedup_key, route, severity, targets
        from page where dedup_key = ${dedupKey} and action = 'trigger'
        on conflict (dedup_key, action, route) do update
          set state = 'pending', superseded_at = null, due_at = now(), resends = 0,
            confirm_by = null, still_rings_at = null
          where page.state in ('accepted', 'confirmed', 'dropped', 'refused')`,
  )
  await wakeAlerting(db, 'pages')
}

/** PagerDuty has done this, whoever had it do so: there is nothing to send any more, nothing to wait for. */
export async function confirmFollowUp(
  db: Database,
  { dedupKey, action }: { dedupKey: string; action: FollowUp },
): Promise<void> {
  const confirmed = await row(
    db,
    z.object({ incidentId: z.number(), isTold: z.boolean() }),
    sql`with before as (
          select id, still_rings_at from page
          where dedup_key = ${dedupKey} and action = ${action}
            and state in ('pending', 'sending', 'accepted', 'refused') for update)
        update page set state = 'confirmed', sent_at = coalesce(sent_at, now()), confirmed_at = now(),
          confirm_by = null, still_rings_at = null, problem = null
        from before where page.id = before.id
        returning page.incident_id as "incidentId", before.still_rings_at is not null as "isTold"`,
  )
  if (confirmed?.isTold) await announce(db, incidentSubject(confirmed.incidentId))
}

/** Whether PagerDuty said that it rang for a key, in an incident that stands for nothing else of ours, and not that it is over. */
export async function rangAlone(db: Database, dedupKey: string): Promise<boolean> {
  const found = await row(
    db,
    z.object({ id: z.number() }),
    sql`select id from page where dedup_key = ${dedupKey} and action = 'trigger' and confirmed_at is not null
          and ended_at is null
          and not exists (
            select from page other where other.pagerduty_incident = page.pagerduty_incident
              and other.action = 'trigger' and other.dedup_key <> page.dedup_key)`,
  )
  return found !== null
}

type Told = Pick<PageRow, 'id' | 'incidentId' | 'level' | 'problem'> & { action: FollowUp }

/**
 * Whether an acknowledge on the phone is older than what happened here: PagerDuty had ours for this key by then, and
 * that was taken back since.
 */
export async function isTakenBack(
  db: Database,
  { incidentId, dedupKey, occurredAt }: { incidentId: number; dedupKey: string; occurredAt: Date },
): Promise<boolean> {
  const found = await row(
    db,
    z.object({ id: z.number() }),
    sql`select id from incident_event
        where incident_id = ${incidentId} and kind = 'unacknowledged' and at > ${occurredAt}
          and exists (select from page where dedup_key = ${dedupKey} and action = 'acknowledge'
                        and state in ('accepted', 'confirmed') and sent_at < incident_event.at)
        limit 1`,
  )
  return found !== null
}

/** PagerDuty will never take it, and goes on ringing. */
export async function refuseFollowUp(db: Database, page: Told & { attempts: number }): Promise<void> {
  await lockIncident(db, page.incidentId)
  if (await markRefused(db, page, page.problem ?? '')) await tellStillRinging(db, page)
}

/** Sends it anew, under the same key. False: it was sent, confirmed or overtaken meanwhile. */
export async function resendFollowUp(db: Database, page: { id: number; resends: number }): Promise<boolean> {
  const resent = await execute(
    db,
    sql`update page set state = 'pending', resends = resends + 1, due_at = now(), confirm_by = null
        where id = ${page.id} and state = 'accepted' and resends = ${page.resends} and superseded_at is null`,
  )
  if (resent > 0) await wakeAlerting(db, 'pages')
  return resent > 0
}

/** Nothing can be known of it: it is taken for done, as where nothing can be confirmed. */
export async function stopWaiting(db: Database, pageId: number): Promise<void> {
  await execute(db, sql`update page set confirm_by = null where id = ${pageId}`)
}

/** So often it is looked whether it rings no longer, for a day. */
const lookAgainSeconds = 300

/**
 * An acknowledge or resolve did not take: PagerDuty goes on ringing. It is said on the incident, once however many
 * calls there were, and looked at again later. False: it is no longer so, or was said already.
 */
export async function tellStillRinging(db: Database, page: Told): Promise<boolean> {
  const incident = await lockIncident(db, page.incidentId)
  if (incident?.state !== (page.action === 'resolve' ? 'resolved' : 'acknowledged')) {
    await stopWaiting(db, page.id)
    return false
  }
  const told = await row(
    db,
    z.object({ others: z.number() }),
    sql`update page set still_rings_at = coalesce(still_rings_at, now()),
          confirm_by = case when coalesce(still_rings_at, now()) > now() - interval '1 day'
            then now() + make_interval(secs => ${lookAgainSeconds}) end
        where id = ${page.id} and state in ('accepted', 'refused') and superseded_at is null
        returning (select count(*) from page other where other.incident_id = page.incident_id
          and other.action = page.action and other.still_rings_at is not null) as others`,
  )
  if (told?.others !== 0) return false
  const { level, action, problem } = page
  await recordIncidentEvent(db, {
    incidentId: page.incidentId,
    actor: 'plantao',
    kind: 'still-rings',
    details: { level, action, problem },
  })
  await announce(db, incidentSubject(page.incidentId))
  return true
}

/** An acknowledge that no longer holds in PagerDuty: the next one is sent again. */
export async function forgetAcknowledge(db: Database, dedupKey: string): Promise<void> {
  await execute(
    db,
    sql`update page set state = 'dropped', superseded_at = now(), acted_as = null, confirm_by = null,
          still_rings_at = null
        where dedup_key = ${dedupKey} and action = 'acknowledge' and state <> 'dropped'`,
  )
}

/** Recorded before it is done: PagerDuty's webhook about it may be here before its answer. */
export async function recordActedAs(db: Database, pageId: number, person: string): Promise<void> {
  await execute(db, sql`update page set acted_as = ${person} where id = ${pageId}`)
}

/** It is done, in a person's name. */
export async function markDoneInPerson(db: Database, page: { id: number; attempts: number }): Promise<void> {
  await execute(
    db,
    sql`update page set state = 'confirmed', sent_at = now(), confirmed_at = now(), problem = null,
          confirm_by = null, still_rings_at = null
        where id = ${page.id} and state = 'sending' and attempts = ${page.attempts}`,
  )
}

/** Whether we did this in PagerDuty ourselves, in this person's name, or are about to. */
export async function isOwnDoing(
  db: Database,
  did: { dedupKey: string; action: FollowUp; person: string | null },
): Promise<boolean> {
  const found = await row(
    db,
    z.object({ id: z.number() }),
    sql`select id from page where dedup_key = ${did.dedupKey} and action = ${did.action}
          and state in ('sending', 'accepted', 'confirmed')
          and (acted_as = ${did.person} or ${did.person}::text is null)`,
  )
  return found !== null
}
