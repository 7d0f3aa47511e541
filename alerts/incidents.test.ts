import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { ZodError } from 'zod'
import { findEscalation } from '../db/escalations.ts'
import { setTimer } from '../db/incident-timers.ts'
import { findIncident, incidentTimeline } from '../db/incidents.ts'
import { pagesOf } from '../db/pages.ts'
import {
  acknowledge,
  assign,
  declare,
  escalate,
  giveRole,
  note,
  resolve,
  stillWorking,
  upgrade,
} from './incidents.ts'
import { alertingForTest, type AlertingForTest } from './testing.ts'
import { escalateDue, fireDue } from './timers.ts'

let room: AlertingForTest
beforeAll(async () => {
  room = await alertingForTest()
})
afterAll(async () => await room.close())

async function declared(level = 1): Promise<number> {
  const { incident } = await room.change(
    async (tx) =>
      await declare(
        tx,
        {
          title: 'down',
          level,
          environment: 'production',
          declaredBy: 'U0OPERATOR',
          idempotencyKey: room.key(),
        },
        room.alerting,
      ),
  )
  return incident.id
}
async function firing(incidentId: number): Promise<void> {
  await room.pool.query(
    `insert into alert (source, fingerprint, starts_at, last_starts_at, status, rule, level, title, group_key, labels, incident_id)
     values ('generic', gen_random_uuid(), now(), now(), 'firing', 'rule', 1, 'down', 'g', '{}', $1)`,
    [incidentId],
  )
}
const due = async (): Promise<void> => {
  await fireDue(room.pool)
  await escalateDue(room)
}
const called = async (id: number): Promise<string[]> =>
  (await pagesOf(room.pool, [id]))
    .filter(({ action }) => action === 'trigger')
    .map(({ round, level, state }) => `${round}/${level} ${state}`)
const events = async (id: number): Promise<string[]> =>
  (await incidentTimeline(room.pool, id)).map(({ kind }) => kind)
const untilMinutes = async (id: number): Promise<number | null> => {
  const { rows } = await room.pool.query(
    'select round(extract(epoch from due_at - now()) / 60)::int as minutes from escalation where incident_id = $1',
    [id],
  )
  return rows[0].minutes
}
const seenNow = async (id: number): Promise<{ round: number; level: number }> => {
  const { round, level } = (await findEscalation(room.pool, id)) ?? { round: 0, level: 0 }
  return { round, level }
}

describe('nobody answers', () => {
  test('a critical incident climbs the whole matrix, as often as configured, and says when it is over', async () => {
    const id = await declared()
    const waits: (number | null)[] = []
    for (let step = 0; step < 13; step++) {
      await due()
      waits.push(await untilMinutes(id))
      await room.later(waits.at(-1) ?? 0)
    }
    const round = [15, 30, 60, 120]
    expect(waits).toEqual([...round, ...round, ...round, null])
    expect(await called(id)).toEqual(
      [1, 2, 3].flatMap((one) => [1, 2, 3, 4].map((level) => `${one}/${level} pending`)),
    )
    expect(await events(id)).toEqual(['declared', 'unowned-reminder', ...reminders(4), 'exhausted'])
  })
  const reminders = (count: number): string[] => Array.from({ length: count }, () => 'unowned-reminder')

  test('level 2 gives the first one half an hour; level 3 calls nobody for two hours, and only the one on call', async () => {
    const [high, medium] = [await declared(2), await declared(3)]
    await due()
    expect([await untilMinutes(high), await untilMinutes(medium)]).toEqual([30, 120])
    expect([await called(high), await called(medium)]).toEqual([['1/1 pending'], []])
    await room.later(120)
    await due()
    expect(await called(medium)).toEqual(['1/1 pending'])
    await room.later(15)
    await due()
    expect(await called(medium)).toEqual(['1/1 pending', '2/1 pending'])
  })

  test('a level that reaches nobody is passed over at once and shown; without a key people are told in Slack', async () => {
    const id = await declared()
    await due()
    room.reaches.set(2, { people: [], routingKey: null })
    room.reaches.set(3, { people: ['U0LEVEL3'], routingKey: null })
    await room.later(15)
    await due()
    expect(await called(id)).toEqual(['1/1 pending', '1/2 skipped', '1/3 unrouted'])
    expect(await untilMinutes(id)).toBe(60)
    for (const level of [2, 3]) {
      room.reaches.set(level, { people: [`U0LEVEL${level}`], routingKey: `key-${level}` })
    }
  })

  test('time runs from when a step was planned; after an outage of ours it is one step, then the full time', async () => {
    const id = await declared()
    await due()
    await room.later(15.5)
    await due()
    const { rows } = await room.pool.query(
      'select round(extract(epoch from due_at - now()))::int as s from escalation where incident_id = $1',
      [id],
    )
    expect(rows[0].s).toBe(30 * 60 - 30)
    await room.later(6 * 60)
    await due()
    expect(await called(id)).toEqual(['1/1 pending', '1/2 pending', '1/3 pending'])
    expect(await untilMinutes(id)).toBe(60)
  })
})

describe('somebody acts', () => {
  test('acknowledging stops the climb, makes an owner, and is told to whom was called', async () => {
    const id = await declared()
    await due()
    await room.pool.query(`update page set state = 'confirmed' where incident_id = $1`, [id])
    const act = { incidentId: id, by: 'U0APPROVER', via: 'slack' as const }
    expect(await room.change(async (tx) => await acknowledge(tx, act))).toEqual({ result: 'changed' })
    await room.later(600)
    await due()
    expect(await called(id)).toEqual(['1/1 confirmed'])
    expect(await findIncident(room.pool, id)).toMatchObject({ state: 'acknowledged', owner: 'U0APPROVER' })
    expect(await pagesOf(room.pool, [id])).toMatchObject([{ action: 'trigger' }, { action: 'acknowledge' }])
    expect(await room.change(async (tx) => await acknowledge(tx, act))).toEqual({ result: 'unchanged' })
  })

  test('a late acknowledge does not bring a resolved incident back', async () => {
    const id = await declared()
    await due()
    const act = { incidentId: id, by: 'U0OPERATOR', via: 'slack' as const }
    await room.change(async (tx) => await resolve(tx, { ...act, reason: 'fixed' }))
    expect(await room.change(async (tx) => await acknowledge(tx, act))).toMatchObject({
      result: 'refused',
      state: 'resolved',
    })
    expect(await findIncident(room.pool, id)).toMatchObject({ state: 'resolved', resolution: 'fixed' })
    expect(await called(id)).toEqual(['1/1 dropped'])
    await room.later(600)
    await due()
    expect(await events(id)).toEqual(['declared', 'resolved'])
  })

  test('of two who escalate what both saw, one calls the next level and the other is told how it is now', async () => {
    const id = await declared()
    await due()
    const seen = await seenNow(id)
    const click = async () =>
      await room.change(
        async (tx) => await escalate(tx, { incidentId: id, by: 'U0OPERATOR', seen }, room.alerting),
      )
    const results = await Promise.all([click(), click(), click()])
    expect(results.toSorted((a) => (a.result === 'changed' ? -1 : 1))).toEqual([
      { result: 'changed' },
      { result: 'refused', state: 'open', round: 1, level: 2 },
      { result: 'refused', state: 'open', round: 1, level: 2 },
    ])
    expect(await called(id)).toEqual(['1/1 pending', '1/2 pending'])
    expect(await untilMinutes(id)).toBe(30)
  })

  test('escalating takes an acknowledge back, reaches levels that are not called by themselves, and goes on after the last round', async () => {
    const id = await declared(3)
    await room.change(async (tx) => await acknowledge(tx, { incidentId: id, by: 'U0OPERATOR', via: 'slack' }))
    const byHand = async () => {
      const act = { incidentId: id, by: 'U0APPROVER', seen: await seenNow(id) }
      expect(await room.change(async (tx) => await escalate(tx, act, room.alerting))).toEqual({
        result: 'changed',
      })
      return (await called(id)).at(-1)
    }
    expect([await byHand(), await byHand(), await byHand()]).toEqual([
      '1/1 pending',
      '1/2 pending',
      '1/3 pending',
    ])
    expect(await findIncident(room.pool, id)).toMatchObject({ state: 'open', acknowledgedBy: null })
    expect(await untilMinutes(id)).toBe(60)
    for (const [minutes, next] of [
      [60, '2/1 pending'],
      [15, '3/1 pending'],
      [15, '3/1 pending'],
    ] as const) {
      await room.later(minutes)
      await due()
      expect((await called(id)).at(-1)).toBe(next)
    }
    expect(await findEscalation(room.pool, id)).toMatchObject({ round: 3, isExhausted: true, dueAt: null })
    expect([await byHand(), await byHand(), await byHand(), await byHand()]).toEqual([
      '3/2 pending',
      '3/3 pending',
      '3/4 pending',
      '4/1 pending',
    ])
  })

  test('one that gets worse is called anew, also when it was acknowledged', async () => {
    const id = await declared(2)
    await due()
    await room.change(async (tx) => await acknowledge(tx, { incidentId: id, by: 'U0OPERATOR', via: 'slack' }))
    const worse = { incidentId: id, from: 2, to: 1 }
    expect(await room.change(async (tx) => await upgrade(tx, worse, room.alerting))).toEqual({
      result: 'changed',
    })
    await due()
    expect(await called(id)).toEqual(['1/1 dropped', '2/1 pending'])
    expect(await findIncident(room.pool, id)).toMatchObject({ state: 'open', level: 1, owner: 'U0OPERATOR' })
    expect(await findEscalation(room.pool, id)).toMatchObject({ lastRound: 4 })
    expect(await room.change(async (tx) => await upgrade(tx, worse, room.alerting))).toEqual({
      result: 'unchanged',
    })
  })

  test('notes are written once per key, roles and owners are told, all of it audited', async () => {
    const id = await declared()
    const text = { incidentId: id, by: 'U0OPERATOR', text: 'looking', idempotencyKey: room.key() }
    const results = [
      await room.change(async (tx) => await note(tx, text)),
      await room.change(async (tx) => await note(tx, text)),
      await room.change(
        async (tx) => await assign(tx, { incidentId: id, by: 'U0OPERATOR', to: 'U0APPROVER' }),
      ),
      await room.change(
        async (tx) =>
          await giveRole(tx, {
            incidentId: id,
            by: 'U0OPERATOR',
            role: 'commander',
            person: 'U0ADMIN',
          }),
      ),
    ]
    expect(results.map(({ result }) => result)).toEqual(['changed', 'unchanged', 'changed', 'changed'])
    expect(await findIncident(room.pool, id)).toMatchObject({ owner: 'U0APPROVER', commander: 'U0ADMIN' })
    const { rows } = await room.pool.query('select action from audit where subject = $1 order by id', [
      `incident/${id}`,
    ])
    expect(rows.map(({ action }) => action)).toEqual([
      'incident.declared',
      'incident.note',
      'incident.assigned',
      'incident.role',
    ])
  })
})

describe('what happens by itself', () => {
  test('an incident is resolved when the time to hold it is over and nothing fires', async () => {
    const [quiet, loud] = [await declared(), await declared()]
    await firing(loud)
    for (const incidentId of [quiet, loud]) {
      await room.change(async (tx) => await setTimer(tx, { incidentId, kind: 'resolve', minutes: 3 }))
    }
    await room.later(3)
    await due()
    expect(await findIncident(room.pool, quiet)).toMatchObject({ state: 'resolved', resolvedBy: 'plantao' })
    expect(await findIncident(room.pool, loud)).toMatchObject({ state: 'open' })
  })

  test('acknowledged and still firing: asks, then calls again; who says that they are at it is left alone', async () => {
    const [silent, busy] = [await declared(), await declared()]
    await due()
    for (const incidentId of [silent, busy]) {
      await firing(incidentId)
      await room.change(async (tx) => await acknowledge(tx, { incidentId, by: 'U0OPERATOR', via: 'slack' }))
    }
    await room.later(120)
    await due()
    expect((await events(silent)).at(-1)).toBe('still-firing')
    await room.change(async (tx) => await stillWorking(tx, { incidentId: busy, by: 'U0OPERATOR' }))
    await room.later(15)
    await due()
    expect((await events(silent)).at(-1)).toBe('unacknowledged')
    expect((await called(silent)).at(-1)).toBe('2/1 pending')
    expect(await findIncident(room.pool, silent)).toMatchObject({ state: 'open' })
    expect(await findIncident(room.pool, busy)).toMatchObject({ state: 'acknowledged' })
    expect(await called(busy)).toHaveLength(1)
  })

  test('an incident that nobody owns reminds of itself, five times', async () => {
    const id = await declared(3)
    for (let minute = 0; minute < 8; minute++) {
      await room.later(10)
      await due()
    }
    const told = (await events(id)).filter((kind) => kind === 'unowned-reminder')
    expect(told).toHaveLength(5)
  })

  test('two engines at once move every incident on by one level each', async () => {
    const ids = await Promise.all(Array.from({ length: 40 }, async () => await declared()))
    await Promise.all([due(), due(), due()])
    for (const id of ids) expect(await called(id)).toEqual(['1/1 pending'])
  })
})

test('a timer that cannot be done holds up no other', async () => {
  const [broken, quiet] = [await declared(1), await declared(1)]
  await room.change(async (tx) => await acknowledge(tx, { incidentId: broken, by: 'U0OPERATOR', via: 'api' }))
  await firing(broken)
  await room.pool.query(
    `with unreadable as (insert into escalation_policy (digest, policy) values ('unreadable', '{}') returning id)
     update escalation set policy_id = unreadable.id from unreadable where incident_id = $1`,
    [broken],
  )
  await room.pool.query(
    `insert into incident_timer (incident_id, kind, due_at)
     values ($1, 'still-firing', now() - interval '2 minutes'), ($2, 'resolve', now() - interval '1 minute')
     on conflict (incident_id, kind) do update set due_at = excluded.due_at`,
    [broken, quiet],
  )
  await expect(fireDue(room.pool)).rejects.toThrow(ZodError)
  expect(await findIncident(room.pool, quiet)).toMatchObject({ state: 'resolved' })
})
