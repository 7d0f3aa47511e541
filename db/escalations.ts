import { z } from 'zod'
import { changeChannel, everything, rungOneByOne } from './announcements.ts'
import { alertingChannel } from './incident-timers.ts'
import { insertTriggers } from './pages.ts'
import { execute, prepared, row, rows, sql, type Database } from './sql.ts'

/** Keeps policies once, each by what it says; returns their ids in the same order. */
export async function keepPolicies(
  db: Database,
  policies: readonly { digest: string; policy: Record<string, unknown> }[],
): Promise<number[]> {
  const known = await rows(
    db,
    Id.extend({ digest: z.string() }),
    sql`select id, digest from escalation_policy where digest = any(${policies.map(({ digest }) => digest)}::text[])`,
  )
  const ids: number[] = []
  for (const policy of policies) {
    ids.push(known.find(({ digest }) => digest === policy.digest)?.id ?? (await keepPolicy(db, policy)))
  }
  return ids
}

async function keepPolicy(
  db: Database,
  policy: { digest: string; policy: Record<string, unknown> },
): Promise<number> {
  const kept = await row(
    db,
    Id,
    sql`insert into escalation_policy (digest, policy) values (${policy.digest}, ${policy.policy})
        on conflict (digest) do update set digest = excluded.digest returning id`,
  )
  if (!kept) throw new Error('the policy was not kept')
  return kept.id
}

/** One policy for the incidents of each level. */
export interface PolicyOfLevel {
  severity: number
  policyId: number
  afterMinutes: number
  rounds: number
}

/**
 * Begins the escalation of incidents, from when they opened, and the reminders that nobody owns them. Those that have
 * one already are left as they are. Rings where somebody is paged at once: what is due later is seen when it is due.
 */
export async function openEscalations(
  db: Database,
  incidentIds: readonly number[],
  { policies, unownedMinutes }: { policies: readonly PolicyOfLevel[]; unownedMinutes: number | null },
): Promise<void> {
  await execute(
    db,
    sql`with begun as (
          insert into escalation (incident_id, policy_id, last_round, due_at)
          select incident.id, policy_id, rounds, opened_at + make_interval(secs => after_minutes * 60)
          from incident
            join unnest(${policies.map((one) => one.severity)}::int[], ${policies.map((one) => one.policyId)}::bigint[],
              ${policies.map((one) => one.rounds)}::int[], ${policies.map((one) => one.afterMinutes)}::float8[])
              as policy (severity, policy_id, rounds, after_minutes) on severity = incident.level
          where incident.id = any(${incidentIds}::bigint[])
          order by incident.id
          on conflict (incident_id) do nothing
          returning due_at),
        reminded as (
          insert into incident_timer (incident_id, kind, due_at)
          select id, 'unowned', now() + make_interval(secs => minutes * 60)
          from unnest(${incidentIds}::bigint[]) as opened (id), (select ${unownedMinutes}::float8 as minutes) unowned
          where minutes is not null
          order by id
          on conflict (incident_id, kind) do nothing)
        select pg_notify(${alertingChannel}, 'timers') where exists (select from begun where due_at <= now())`,
  )
}

const EscalationRow = z.object({
  incidentId: z.number(),
  policyId: z.number(),
  policy: z.unknown(),
  round: z.number(),
  lastRound: z.number(),
  level: z.number(),
  dueAt: z.date().nullable(),
  isExhausted: z.boolean(),
})
export type EscalationRow = z.infer<typeof EscalationRow>

const escalationColumns = sql`incident_id as "incidentId", policy_id as "policyId", policy, round,
  last_round as "lastRound", level, due_at as "dueAt", is_exhausted as "isExhausted"`

export async function findEscalation(db: Database, incidentId: number): Promise<EscalationRow | null> {
  return await row(
    db,
    EscalationRow,
    sql`select ${escalationColumns} from escalation join escalation_policy policy on policy.id = policy_id
        where incident_id = ${incidentId}`,
  )
}

/** Reads it and keeps the timers away from it until this transaction ends. */
export async function lockEscalation(db: Database, incidentId: number): Promise<EscalationRow | null> {
  return await row(
    db,
    EscalationRow,
    sql`select ${escalationColumns} from escalation join escalation_policy policy on policy.id = policy_id
        where incident_id = ${incidentId} for update of escalation`,
  )
}

/** Nobody is paged any more, until something happens. */
export async function stopEscalation(db: Database, incidentId: number): Promise<void> {
  await execute(db, sql`update escalation set due_at = null where incident_id = ${incidentId}`)
}

/** Makes the next step due now; `lastRound` only ever grows. */
export async function makeDue(
  db: Database,
  { incidentId, lastRound }: { incidentId: number; lastRound: number },
): Promise<void> {
  await execute(
    db,
    sql`update escalation set due_at = now(), last_round = greatest(last_round, ${lastRound}), is_exhausted = false
        where incident_id = ${incidentId}`,
  )
}

/** Begins a new round from the bottom by this policy, with as many rounds to come as it has. */
export async function restartEscalation(
  db: Database,
  incidentId: number,
  policy: Omit<PolicyOfLevel, 'severity'>,
): Promise<void> {
  await execute(
    db,
    sql`update escalation set policy_id = ${policy.policyId}, level = 0, is_exhausted = false,
          round = round + case when level > 0 then 1 else 0 end,
          last_round = round + case when level > 0 then 1 else 0 end + ${policy.rounds} - 1,
          due_at = now() + make_interval(secs => ${policy.afterMinutes} * 60.0)
        where incident_id = ${incidentId}`,
  )
}

/** The policies of what is due now, at most of the `limit` first. */
export async function duePolicies(db: Database, limit: number): Promise<{ id: number; policy: unknown }[]> {
  return await rows(
    db,
    z.object({ id: z.number(), policy: z.unknown() }),
    sql`select id, policy from escalation_policy where id in (
          select policy_id from (
            select policy_id from escalation where due_at <= now() order by due_at limit ${limit}) as due)`,
  )
}

/** What the next step is for everything that stands at one place of one policy. */
export interface PlannedStep {
  policyId: number
  severity: number
  level: number
  isLastRound: boolean
  toLevel: number
  isNewRound: boolean
  /** Null: no level is left. */
  minutes: number | null
  pages: {
    level: number
    isNewRound: boolean
    state: 'pending' | 'skipped' | 'unrouted'
    targets: readonly string[]
  }[]
}

/**
 * Takes what is due, the longest due first, moves it on by the plan and writes the calls into the outbox, all in one
 * statement; returns how many were moved. What another engine is just moving is left to it. The next step is due from
 * when this one was planned; if that is more than a minute ago, from now: an outage of ours delays, it does not
 * call everybody at once.
 */
export async function advanceDue(
  db: Database,
  plan: readonly PlannedStep[],
  { limit, confirmSeconds, incidentId }: { limit: number; confirmSeconds: number; incidentId?: number },
): Promise<number> {
  const pages = plan.flatMap(({ pages: all, ...place }) => all.map((page) => ({ ...place, page })))
  const calls = sql`select incident_id, round + rounds as round, called as level, severity, targets, state, planned_at
          from due join call
            on "policyId" = policy_id and call.level = due.level and "isLastRound" = is_last_round`
  const moved = await row(
    db,
    z.object({ moved: z.number() }),
    prepared('advance-due')`with plan as materialized (
          select * from jsonb_to_recordset(${JSON.stringify(plan)}) as plan (
            "policyId" bigint, level int, "isLastRound" boolean, "toLevel" int, "isNewRound" boolean, minutes float8)),
        call as materialized (
          select "policyId", severity, level, "isLastRound", (page ->> 'level')::int as called,
            (page ->> 'isNewRound')::boolean::int as rounds, page ->> 'state' as state,
            array(select jsonb_array_elements_text(page -> 'targets')) as targets
          from jsonb_to_recordset(${JSON.stringify(pages)}) as call (
            "policyId" bigint, severity int, level int, "isLastRound" boolean, page jsonb)),
        due as materialized (
          select incident_id, policy_id, round, level, round >= last_round as is_last_round,
            case when due_at < now() - interval '1 minute' then now() else due_at end as planned_at
          from escalation
          where due_at <= now() and policy_id = any(${[...new Set(plan.map((one) => one.policyId))]}::bigint[])
            and (${incidentId ?? null}::bigint is null or incident_id = ${incidentId ?? null})
          order by due_at limit ${limit} for update skip locked),
        moved as (
          update escalation set round = due.round + "isNewRound"::int, level = "toLevel",
            due_at = planned_at + make_interval(secs => minutes * 60), is_exhausted = minutes is null
          from due join plan
            on "policyId" = due.policy_id and plan.level = due.level and "isLastRound" = is_last_round
          where escalation.incident_id = due.incident_id
          returning escalation.incident_id, escalation.round, minutes),
        called as (
          ${insertTriggers(calls, confirmSeconds)}),
        exhausted as (
          insert into incident_event (incident_id, actor, kind, details)
          select incident_id, 'plantao', 'exhausted', jsonb_build_object('rounds', round) from moved
          where minutes is null),
        changed as (
          select 'incident/' || incident_id as name from moved
          union all select 'page/' || id from called where state = 'unrouted'),
        announced as (
          insert into subject (name) select name from changed order by name
          on conflict (name) do update set revision = nextval('change_number'), changed_at = now()
          returning name, revision),
        rung as (
          select pg_notify(${changeChannel}, case when total > ${rungOneByOne} then ${everything}
            else name || ' ' || revision end)
          from (select name, revision, count(*) over () as total, row_number() over () as number from announced) one
          where total <= ${rungOneByOne} or number = 1
          union all select pg_notify(${alertingChannel}, 'pages') where exists (select from called))
        select (select count(*) from moved)::int as moved, (select count(*) from rung)`,
  )
  return moved?.moved ?? 0
}

/** How long until an incident's next level is due, in milliseconds; 0: it is. Null: none will be. */
export async function millisecondsUntilDue(db: Database): Promise<number | null> {
  const found = await row(
    db,
    z.object({ wait: z.number().nullable() }),
    sql`select greatest(0, extract(epoch from min(due_at) - now()) * 1000)::float8 as wait from escalation
        where due_at is not null`,
  )
  return found?.wait ?? null
}

const Id = z.object({ id: z.number() })
