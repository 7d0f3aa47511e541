import { setTimeout as delay } from 'node:timers/promises'
import { join } from 'node:path'
import { pino } from 'pino'
import { z } from 'zod'
import type { Alerting } from '../../alerts/context.ts'
import { digestOf, policyFor } from '../../alerts/policy.ts'
import { escalateDue, startTimers } from '../../alerts/timers.ts'
import { keepPolicies, millisecondsUntilDue } from '../../db/escalations.ts'
import { alertingChannel } from '../../db/incident-timers.ts'
import { listen } from '../../db/listen.ts'
import { migrate } from '../../db/migrate.ts'
import { createPool, type Pool } from '../../db/pool.ts'
import { loadRunbook } from '../../engine/runbook-file.ts'
import { startPostgres } from '../sandbox/postgres/embedded.ts'
import { line, ms, percentile, ratio, spread, type Bench } from './report.ts'

const open = 100_000
const batch = 1_000
const goalMs = 1_500
const rounds = 3
/** Each is on connections of its own, as engines in processes of their own are; both take what is due. */
const severalEngines = 2

/**
 * 100,000 open incidents whose next level is due within one second, and what a look at nothing due costs, beside a
 * claim loop that keeps only a due time and an outbox row. Lateness is from when a step was planned until it was
 * committed.
 */
export const benchEscalation: Bench = async (dir) => {
  const postgres = await startPostgres({ dataDir: join(dir, 'postgres'), port: 0 })
  const url = await postgres.createDatabase('bench')
  await commitTimes(postgres.url('postgres'), postgres.restart)
  await migrate(url)
  const pool = createPool(url, { max: 6 })
  const alerting = await benchAlerting()
  const idle = await tick(pool, alerting)
  await prepareBare(pool)
  await prepareIncidents(pool, alerting)
  const crowded = await tick(pool, alerting)
  for (let round = 1; round <= rounds; round++) {
    const floor = await bareRound(pool)
    line(`${round}: bare claim loop: a due time and an outbox row`, spread(floor))
    for (const engines of [1, severalEngines]) {
      const lateness = await climb(pool, url, { alerting, engines })
      const what = `${round}: 100,000 due in one second, ${engines === 1 ? 'one engine' : `${engines} engines`}`
      line(`${what}: called, announced`, spread(lateness), `max <= ${ms(goalMs)}`)
      line(`${what}: the latest, beside the bare loop`, ratio(percentile(lateness, 1), percentile(floor, 1)))
    }
  }
  const afterwards = await tick(pool, alerting)
  line('a look at nothing due, none open', spread(idle))
  line('a look at nothing due, 100,000 open', beside(crowded, idle))
  line('a look at nothing due, just after all were moved on', beside(afterwards, idle))
  await pool.end()
  await postgres.stop()
}

/** When a row was committed is Postgres's own to say. */
async function commitTimes(url: string, restart: () => Promise<void>): Promise<void> {
  const pool = createPool(url, { max: 1 })
  await pool.query('alter system set track_commit_timestamp = on')
  await pool.end()
  await restart()
}

async function benchAlerting(): Promise<Alerting> {
  const runbook = await loadRunbook('deploy/plantao.yaml')
  return {
    settings: runbook.alerting,
    timeZone: runbook.timeZone,
    locale: runbook.locale,
    environments: [],
    links: {},
    reach: async ({ level }) => ({ people: [`U0LEVEL${level}`], routingKey: 'key' }),
  }
}

/** Incidents whose next level is not due for long. */
async function prepareIncidents(pool: Pool, alerting: Alerting): Promise<void> {
  const policy = policyFor(alerting.settings, 1)
  const [policyId = 0] = await keepPolicies(pool, [{ digest: digestOf(policy), policy }])
  await pool.query(
    `insert into incident (title, level, declared_by, idempotency_key)
     select 'bench ' || n, 1, 'bench', 'bench-' || n from generate_series(1, ${open}) as n`,
  )
  await pool.query(`insert into subject (name) select 'incident/' || id from incident`)
  await pool.query(
    `insert into escalation (incident_id, policy_id, last_round, due_at)
     select id, $1, 3, now() + interval '1 hour' from incident`,
    [policyId],
  )
  await settle(pool, ['incident', 'subject', 'escalation'])
}

/** Every incident is called once, whoever of the engines takes it. */
async function climb(
  pool: Pool,
  url: string,
  { alerting, engines }: { alerting: Alerting; engines: number },
): Promise<number[]> {
  await pool.query('truncate page')
  await pool.query(
    `update escalation set level = 0, round = 1, due_at = now() + interval '12 seconds'
       + make_interval(secs => incident_id / ${open}.0)`,
  )
  await settle(pool, ['subject', 'escalation', 'page'])
  const stops = await Promise.all(Array.from({ length: engines }, async () => await engine(url, alerting)))
  await until(pool, 'page')
  await Promise.all(stops.map(async (stop) => await stop()))
  return await latenessOf(pool, 'page')
}

async function engine(url: string, alerting: Alerting): Promise<() => Promise<void>> {
  const pool = createPool(url, { max: 6 })
  const { events, close } = await listen(url, [alertingChannel])
  const stop = startTimers({ pool, alerting, notifications: events, logger: pino({ level: 'warn' }) })
  return async () => {
    await stop()
    await close()
    await pool.end()
  }
}

/** The floor: a claim loop that does nothing else. */
async function prepareBare(pool: Pool): Promise<void> {
  await pool.query(
    `create table bare (id bigint primary key, step int not null, due_at timestamptz);
     create index bare_due on bare (due_at) where due_at is not null;
     create table bare_outbox (id bigint generated always as identity primary key, bare_id bigint, step int,
       planned_at timestamptz, unique (bare_id, step))`,
  )
  await pool.query(`insert into bare select n, 0, null from generate_series(1, ${open}) as n`)
}

async function bareRound(pool: Pool): Promise<number[]> {
  await pool.query('truncate bare_outbox')
  await pool.query(
    `update bare set due_at = now() + interval '8 seconds' + make_interval(secs => id / ${open}.0)`,
  )
  await settle(pool, ['bare', 'bare_outbox'])
  for (let done = 0; done < open;) {
    const { rows } = await pool.query(
      `with due as (select id, due_at from bare where due_at <= now() order by due_at limit ${batch}
           for update skip locked),
         moved as (update bare set step = step + 1, due_at = due.due_at + interval '15 minutes' from due
           where bare.id = due.id returning bare.id, step, due.due_at)
       insert into bare_outbox (bare_id, step, planned_at) select id, step, due_at from moved returning 1`,
    )
    done += rows.length
    if (rows.length === 0) await delay(5)
  }
  return await latenessOf(pool, 'bare_outbox')
}

/** How long one look takes, again and again, while nothing is due. */
async function tick(pool: Pool, alerting: Alerting): Promise<number[]> {
  const samples: number[] = []
  for (let index = 0; index < 500; index++) {
    const startedAt = performance.now()
    await escalateDue({ pool, alerting })
    await millisecondsUntilDue(pool)
    samples.push(performance.now() - startedAt)
  }
  return samples
}

async function settle(pool: Pool, tables: string[]): Promise<void> {
  for (const table of tables) await pool.query(`vacuum analyze ${table}`)
  await pool.query('checkpoint')
}

async function until(pool: Pool, table: string): Promise<void> {
  for (;;) {
    const { rows } = await pool.query(`select count(*)::int as count from ${table}`)
    if (rows[0].count >= open) return
    await delay(2_000)
  }
}

async function latenessOf(pool: Pool, table: string): Promise<number[]> {
  const { rows } = await pool.query(
    `select (extract(epoch from pg_xact_commit_timestamp(xmin) - planned_at) * 1000)::float8 as late from ${table}`,
  )
  return rows.map(({ late }) => z.number().parse(late))
}

const beside = (samples: readonly number[], floor: readonly number[]): string =>
  `${spread(samples)}  ${ratio(percentile(samples, 0.5), percentile(floor, 0.5))}`
