import fc from 'fast-check'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { findEscalation } from '../db/escalations.ts'
import { findIncident, incidentTimeline, type IncidentRow } from '../db/incidents.ts'
import { pagesOf } from '../db/pages.ts'
import { acknowledge, assign, declare, escalate, resolve, stillWorking, upgrade } from './incidents.ts'
import { silence } from './silences.ts'
import { alertingForTest, type AlertingForTest } from './testing.ts'
import { escalateDue, fireDue } from './timers.ts'

let room: AlertingForTest
beforeAll(async () => {
  room = await alertingForTest()
})
afterAll(async () => await room.close())

async function declared(level: number): Promise<number> {
  const asked = { title: 'x', level, environment: null, declaredBy: 'U0OPERATOR', idempotencyKey: room.key() }
  return (await room.change(async (tx) => await declare(tx, asked, room.alerting))).incident.id
}

/** What may happen to an incident at any moment. */
const acts = {
  acknowledge: async (id: number) =>
    await room.change(async (tx) => await acknowledge(tx, { incidentId: id, by: 'U0A', via: 'slack' })),
  answerPhone: async (id: number) =>
    await room.change(
      async (tx) => await acknowledge(tx, { incidentId: id, by: 'pagerduty:Ana', via: 'pagerduty' }),
    ),
  stillWorking: async (id: number) =>
    await room.change(async (tx) => await stillWorking(tx, { incidentId: id, by: 'U0A' })),
  /** Sees the card, then presses the button: meanwhile it may have moved on. */
  escalate: async (id: number) => {
    const { round = 1, level = 0 } = (await findEscalation(room.pool, id)) ?? {}
    const act = { incidentId: id, by: 'U0B', seen: { round, level } }
    await room.change(async (tx) => await escalate(tx, act, room.alerting))
  },
  assign: async (id: number) =>
    await room.change(async (tx) => await assign(tx, { incidentId: id, by: 'U0A', to: 'U0B' })),
  resolve: async (id: number) =>
    await room.change(async (tx) => await resolve(tx, { incidentId: id, by: 'U0A', via: 'slack' })),
  upgrade: async (id: number) =>
    await room.change(async (tx) => await upgrade(tx, { incidentId: id, from: 2, to: 1 }, room.alerting)),
  silence: async (id: number) => {
    const matchers = [{ label: 'alertname', value: 'X' }]
    const asked = { by: 'U0A', incidentId: id, matchers, minutes: 5, reason: 'x', idempotencyKey: room.key() }
    await room.change(async (tx) => await silence(tx, asked, room.alerting))
  },
  due: async () => await Promise.all([escalateDue(room), fireDue(room.pool), escalateDue(room)]),
  later: async () => await room.later(31),
}
const steps = fc.constantFrom(...(Object.keys(acts) as (keyof typeof acts)[]))

/** How it was left, by its timeline. */
async function saidLast(id: number): Promise<string> {
  const states: Record<string, string> = {
    acknowledged: 'acknowledged',
    unacknowledged: 'open',
    resolved: 'resolved',
  }
  const kinds = (await incidentTimeline(room.pool, id)).map(({ kind }) => states[kind])
  return kinds.findLast((kind) => kind !== undefined) ?? 'open'
}

/** What is not as it has to be; nothing, if all is. */
async function wrongWith({ id, state }: IncidentRow): Promise<string[]> {
  const escalation = await findEscalation(room.pool, id)
  const pages = await pagesOf(room.pool, [id])
  const triggers = pages.filter(({ action }) => action === 'trigger')
  const calls = triggers.map(({ round, level }) => `${round}/${level}`)
  const inRound = triggers.filter(({ round }) => round === escalation?.round)
  const isSkipped = ({ round, level }: { round: number; level: number }): boolean =>
    level > 1 ? !calls.includes(`${round}/${level - 1}`) : round > 1 && !calls.includes(`${round - 1}/1`)
  const { rows } = await room.pool.query('select kind from incident_timer where incident_id = $1', [id])
  const timers = rows.map(({ kind }) => String(kind)).filter((kind) => kind !== 'unowned')
  const isCalling = escalation?.dueAt !== null
  const found: [boolean, string][] = [
    [state !== (await saidLast(id)), 'its timeline says otherwise'],
    [isCalling !== (state === 'open' && escalation?.isExhausted === false), 'who is called next'],
    [new Set(calls).size !== calls.length, 'a level was called twice in a round'],
    [triggers.some(isSkipped), 'a level was passed over'],
    [escalation?.level !== (inRound.at(-1)?.level ?? 0), 'the level is not the one called last'],
    [state === 'resolved' && rows.length > 0, 'timers of what is over'],
    [state === 'resolved' && triggers.some((one) => one.state === 'pending'), 'calls for what is over'],
    [state === 'acknowledged' && timers.length !== 1, 'nothing asks again'],
    [state === 'open' && timers.length > 0, 'timers of what nobody has'],
  ]
  return found.flatMap(([isWrong, what]) => (isWrong ? [`${state}: ${what}`] : []))
}

test('whatever several people and engines do at once, incidents stay in order', async () => {
  const waves = fc.array(fc.array(steps, { minLength: 1, maxLength: 4 }), { minLength: 1, maxLength: 6 })
  const run = async (all: (keyof typeof acts)[][]): Promise<string[]> => {
    const ids = [await declared(1), await declared(2)]
    for (const wave of all) {
      await Promise.all(ids.flatMap((id) => wave.map(async (step) => await acts[step](id))))
    }
    const wrong: string[] = []
    for (const id of ids) {
      const incident = await findIncident(room.pool, id)
      if (incident) wrong.push(...(await wrongWith(incident)))
      await acts.resolve(id)
    }
    return wrong
  }
  await fc.assert(
    fc.asyncProperty(waves, async (all) => {
      expect(await run(all)).toEqual([])
    }),
    { numRuns: 15 },
  )
}, 120_000)
