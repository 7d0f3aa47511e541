import { afterAll, beforeAll, expect, test } from 'vitest'
import { findIncident, incidentTimeline } from '../db/incidents.ts'
import { acknowledge, declare } from './incidents.ts'
import { endSilenceBy, silence } from './silences.ts'
import { alertingForTest, type AlertingForTest } from './testing.ts'
import { escalateDue, fireDue } from './timers.ts'

let room: AlertingForTest
beforeAll(async () => {
  room = await alertingForTest()
})
afterAll(async () => await room.close())

const by = 'U0OPERATOR'

/** An incident that somebody called has, and an alert in it that fires, of this name. */
async function burning(alertname: string): Promise<number> {
  const asked = { title: 'down', level: 1, environment: null, declaredBy: by, idempotencyKey: room.key() }
  const { incident } = await room.change(async (tx) => await declare(tx, asked, room.alerting))
  await room.pool.query(
    `insert into alert (source, fingerprint, starts_at, last_starts_at, status, rule, level, title, group_key, labels, incident_id)
     values ('generic', gen_random_uuid(), now(), now(), 'firing', 'rule', 1, 'down', 'g', $1, $2)`,
    [{ alertname }, incident.id],
  )
  return incident.id
}
const quiet = async (incidentId: number, minutes: number, matchers?: { label: string; value: string }[]) => {
  const asked = { by, incidentId, minutes, matchers, reason: 'we know', idempotencyKey: room.key() }
  const made = await room.change(async (tx) => await silence(tx, asked, room.alerting))
  if (made.result !== 'created') throw new Error(made.result)
  return made.silence.id
}
/** Time passes for what is planned and for silences alike. */
async function later(minutes: number): Promise<void> {
  await room.later(minutes)
  await room.pool.query('update silence set ends_at = ends_at - make_interval(mins => $1)', [minutes])
  await fireDue(room.pool)
  await escalateDue(room)
}
const last = async (id: number): Promise<string | undefined> =>
  (await incidentTimeline(room.pool, id)).at(-1)?.kind

test('while all that fires is silenced nobody is asked about it nor called again; when it no longer is, they are', async () => {
  const id = await burning('Known')
  await quiet(id, 300)
  expect(await last(id)).toBe('silenced')
  await later(120)
  await later(120)
  expect(await last(id)).toBe('silenced')
  await later(120)
  expect(await last(id)).toBe('still-firing')
  await quiet(id, 60)
  await later(15)
  expect(await findIncident(room.pool, id)).toMatchObject({ state: 'acknowledged' })
})

test('a silence that comes after the question, without the incident, puts the call off too', async () => {
  const id = await burning('Other')
  await room.change(async (tx) => await acknowledge(tx, { incidentId: id, by, via: 'slack' }))
  await later(120)
  expect(await last(id)).toBe('still-firing')
  const asked = { by, incidentId: null, minutes: 600, reason: 'we know', idempotencyKey: room.key() }
  const matchers = [{ label: 'alertname', value: 'Other' }]
  const made = await room.change(async (tx) => await silence(tx, { ...asked, matchers }, room.alerting))
  await later(15)
  await later(120)
  expect(await findIncident(room.pool, id)).toMatchObject({ state: 'acknowledged' })
  if (made.result === 'created') await room.change(async (tx) => await endSilenceBy(tx, made.silence.id, by))
  await later(120)
  await later(15)
  expect(await findIncident(room.pool, id)).toMatchObject({ state: 'open' })
})

test('what is silenced in part is asked about', async () => {
  const id = await burning('Known')
  await room.pool.query(
    `insert into alert (source, fingerprint, starts_at, last_starts_at, status, rule, level, title, group_key, labels, incident_id)
     values ('generic', gen_random_uuid(), now(), now(), 'firing', 'rule', 1, 'down', 'g', '{"alertname": "New"}', $1)`,
    [id],
  )
  await quiet(id, 600, [{ label: 'alertname', value: 'Known' }])
  await later(120)
  expect(await last(id)).toBe('still-firing')
})
