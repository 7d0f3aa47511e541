import { afterAll, beforeAll, expect, test } from 'vitest'
import { z } from 'zod'
import { listen } from '../../db/listen.ts'
import { migrate } from '../../db/migrate.ts'
import { createPool, type Pool } from '../../db/pool.ts'
import { letTimePass } from './clock.ts'
import { testDatabase } from './postgres/testing.ts'

let database: Awaited<ReturnType<typeof testDatabase>>
let pool: Pool

beforeAll(async () => {
  database = await testDatabase(migrate)
  pool = createPool(database.url)
  await pool.query(`
    insert into incident (title, level, declared_by, idempotency_key, opened_at, acknowledged_at)
    values ('Database down', 1, 'alerts:alertmanager', 'one', now() - interval '1 minute', null);
    insert into escalation_policy (digest, policy) values ('digest', '{}');
    insert into escalation (incident_id, policy_id, level, due_at) values (1, 1, 1, now() + interval '14 minutes');
    insert into page (incident_id, action, round, level, dedup_key, severity, sent_at)
    values (1, 'trigger', 1, 1, 'plantao/incident/1/1/1', 1, now());
    insert into alert (source, fingerprint, starts_at, last_starts_at, status, rule, level, title, group_key, labels)
    values ('alertmanager', 'f', now(), now(), 'firing', 'database-down', 1, 'Down', 'database-down/-', '{}');
    insert into heartbeat (name) values ('alertmanager');
  `)
})
afterAll(async () => {
  await pool.end()
  await database.drop()
})

const Times = z.record(z.string(), z.date().nullable())

/** Every time of alerting, and one that is none of its. */
async function times() {
  const { rows } = await pool.query(`
    select opened_at, acknowledged_at, escalation.due_at as escalation_due_at, sent_at, planned_at, starts_at, last_at
    from incident join escalation on incident_id = incident.id join page using (incident_id), alert, heartbeat`)
  return Times.parse(rows[0])
}

test('everything of incidents is older by what has passed, what is not of them is as it was, and whoever waits is woken', async () => {
  const heard: string[] = []
  const listener = await listen(database.url, ['plantao_alerting', 'plantao_change'])
  listener.events.on('notification', (channel, payload) => heard.push(`${channel} ${payload.split(' ')[0]}`))
  const before = await times()
  await letTimePass(database.url, 15)
  const after = await times()
  const passed = Object.fromEntries(
    Object.keys(before).map((name) => {
      const [then, now] = [before[name], after[name]]
      return [name, then && now ? (then.getTime() - now.getTime()) / 60_000 : null]
    }),
  )
  expect(passed).toEqual({
    opened_at: 15,
    acknowledged_at: null,
    escalation_due_at: 15,
    sent_at: 15,
    planned_at: 15,
    starts_at: 15,
    last_at: 0,
  })
  await letTimePass(database.url, 15, { silent: ['alertmanager'] })
  expect(((after['last_at']?.getTime() ?? 0) - ((await times())['last_at']?.getTime() ?? 0)) / 60_000).toBe(
    15,
  )
  const due = await pool.query('select incident_id from escalation where due_at <= now()')
  expect(due.rowCount).toBe(1)
  await expect
    .poll(() => heard.toSorted())
    .toEqual(
      ['plantao_alerting pages', 'plantao_alerting timers', 'plantao_change incident/1'].flatMap((one) => [
        one,
        one,
      ]),
    )
  await listener.close()
})
