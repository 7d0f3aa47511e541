import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { ZodError } from 'zod'
import { findIncident, incidentTimeline } from '../db/incidents.ts'
import { pagesOf } from '../db/pages.ts'
import { acknowledge, declare, escalate } from './incidents.ts'
import { policyFor } from './policy.ts'
import { alertingForTest, type AlertingForTest } from './testing.ts'
import { escalateDue } from './timers.ts'

let room: AlertingForTest
const nobody = { people: [], routingKey: null }
beforeAll(async () => {
  room = await alertingForTest()
})
afterAll(async () => await room.close())
beforeEach(() => {
  for (const level of [1, 2, 3, 4]) {
    room.reaches.set(level, { people: [`U0LEVEL${level}`], routingKey: `key-${level}` })
  }
})

async function declared(level = 1): Promise<number> {
  const asked = { title: 'x', level, environment: null, declaredBy: 'U0OPERATOR', idempotencyKey: room.key() }
  return (await room.change(async (tx) => await declare(tx, asked, room.alerting))).incident.id
}
const called = async (id: number): Promise<string[]> =>
  (await pagesOf(room.pool, [id]))
    .filter(({ action }) => action === 'trigger')
    .map(({ round, level, state }) => `${round}/${level} ${state}`)

test('an incident whose policy cannot be read holds up no other', async () => {
  const [broken, other] = [await declared(), await declared(2)]
  await room.pool.query(
    `with unreadable as (insert into escalation_policy (digest, policy) values ('unreadable', '{}') returning id)
     update escalation set policy_id = unreadable.id from unreadable where incident_id = $1`,
    [broken],
  )
  await expect(escalateDue(room)).rejects.toThrow(ZodError)
  expect(await called(other)).toEqual(['1/1 pending'])
  await room.pool.query('update escalation set due_at = null where incident_id = $1', [broken])
})

test('nobody at any level: escalating by hand says so and leaves the incident with whoever has it', async () => {
  const id = await declared()
  await escalateDue(room)
  await room.change(async (tx) => await acknowledge(tx, { incidentId: id, by: 'U0OPERATOR', via: 'slack' }))
  for (const level of [1, 2, 3, 4]) room.reaches.set(level, nobody)
  const act = { incidentId: id, by: 'U0APPROVER', seen: { round: 1, level: 1 } }
  const before = await incidentTimeline(room.pool, id)
  expect(await room.change(async (tx) => await escalate(tx, act, room.alerting))).toEqual({
    result: 'nobody',
  })
  expect(await findIncident(room.pool, id)).toMatchObject({ state: 'acknowledged' })
  expect(await incidentTimeline(room.pool, id)).toEqual(before)
})

test('nobody at any level by itself: shown level by level, and tried again after the shortest time', async () => {
  for (const level of [1, 2, 3, 4]) room.reaches.set(level, nobody)
  const id = await declared()
  await escalateDue(room)
  expect(await called(id)).toEqual(['1/1 skipped', '1/2 skipped', '1/3 skipped', '1/4 skipped'])
  room.reaches.set(3, { people: ['U0LEVEL3'], routingKey: 'key-3' })
  await room.later(15)
  await escalateDue(room)
  expect((await called(id)).slice(4)).toEqual(['2/1 skipped', '2/2 skipped', '2/3 pending'])
})

test('what the runbook file says later does not disturb an incident: levels, times and rounds are those of its opening', async () => {
  const id = await declared()
  await escalateDue(room)
  const { settings } = room.alerting
  const [first] = settings.escalation
  const other = { ...settings, rounds: 1, escalation: first ? [{ ...first, respondMinutes: 1 }] : [] }
  const changed = { ...room.alerting, settings: other }
  expect(policyFor(other, 1).steps).toHaveLength(1)
  await room.later(15)
  await escalateDue({ pool: room.pool, alerting: changed })
  await room.later(30)
  await escalateDue({ pool: room.pool, alerting: changed })
  expect(await called(id)).toEqual(['1/1 pending', '1/2 pending', '1/3 pending'])
})
