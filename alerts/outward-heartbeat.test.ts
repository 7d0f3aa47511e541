import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { pagingHealth } from '../db/heartbeats.ts'
import { migrate } from '../db/migrate.ts'
import { createPool, type Pool } from '../db/pool.ts'
import { testDatabase } from '../deploy/sandbox/postgres/testing.ts'
import { sendHeartbeat } from './outward-heartbeat.ts'

let database: Awaited<ReturnType<typeof testDatabase>>
let pool: Pool
let heard = 0
let answer = 200
const monitor = createServer((_, response) => {
  heard += 1
  response.writeHead(answer).end('ok')
})
let url = ''

beforeAll(async () => {
  database = await testDatabase(migrate)
  pool = createPool(database.url)
  await new Promise<void>((resolve) => monitor.listen(0, '127.0.0.1', resolve))
  url = `http://127.0.0.1:${(monitor.address() as AddressInfo).port}/ping`
})
afterAll(async () => {
  await pool.end()
  await database.drop()
  monitor.closeAllConnections()
  await new Promise((resolve) => monitor.close(resolve))
})
beforeEach(async () => {
  heard = 0
  answer = 200
  await pool.query(
    'truncate incident, page, escalation, incident_timer, escalation_policy restart identity cascade',
  )
  await pool.query(
    `insert into incident (title, level, declared_by, idempotency_key) values ('x', 1, 'U0', 'k')`,
  )
})

const send = async () =>
  await sendHeartbeat(pool, { url, everySeconds: 60, timerLagSeconds: 30, outboxAgeSeconds: 120 })

test('the outside monitor hears of us while nothing is late', async () => {
  await pool.query(
    `insert into incident_timer (incident_id, kind, due_at) values (1, 'unowned', now() + interval '1 hour')`,
  )
  expect(await send()).toEqual({ sent: true })
  expect(heard).toBe(1)
  expect(await pagingHealth(pool)).toEqual({ timerLagSeconds: 0, outboxAgeSeconds: 0 })
})

test.each([
  [
    'a timer',
    `insert into incident_timer (incident_id, kind, due_at) values (1, 'resolve', now() - interval '31 seconds')`,
    'escalation is 31 s late',
  ],
  [
    'an escalation',
    `with policy as (insert into escalation_policy (digest, policy) values ('d', '{}') returning id)
     insert into escalation (incident_id, policy_id, last_round, due_at)
     select 1, id, 1, now() - interval '1 minute' from policy`,
    'escalation is 60 s late',
  ],
  [
    'a page',
    `insert into page (incident_id, action, round, level, dedup_key, severity, planned_at)
     values (1, 'trigger', 1, 1, 'k', 1, now() - interval '5 minutes')`,
    'the oldest page has waited for 300 s',
  ],
])('it hears nothing while %s is late', async (_, query, reason) => {
  await pool.query(query)
  expect(await send()).toEqual({ sent: false, reason })
  expect(heard).toBe(0)
})

test('a monitor that does not take it is said to be out of reach', async () => {
  answer = 503
  await expect(send()).rejects.toThrow('the outside monitor answered 503')
})
