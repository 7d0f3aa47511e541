import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { watchHeartbeats } from '../../alerts/heartbeats.ts'
import { intakeDeps } from '../intake.ts'
import { alertsWorld, bearer, vendorAlert } from './alerts-testing.ts'

let world: Awaited<ReturnType<typeof alertsWorld>>
beforeAll(async () => {
  world = await alertsWorld()
})
afterAll(async () => await world.close())
beforeEach(async () => await world.empty())

const watch = async () => await watchHeartbeats(intakeDeps(world.context))
/** By an engine that was started with another runbook file. */
const watchOnly = async (names: string[]) => {
  const { alerting } = world.context
  const heartbeats = alerting.settings.heartbeats.filter(({ name }) => names.includes(name))
  const other = { ...alerting, settings: { ...alerting.settings, heartbeats } }
  await watchHeartbeats({ ...intakeDeps(world.context), alerting: other })
}
const beat = async (name: string, headers = bearer) =>
  (await world.send(`/v1/heartbeats/${name}`, '', headers)).status
/** Nothing is heard of for so long, although an engine listens. */
const pass = async (minutes: number) => {
  await watch()
  await world.context.pool.query(
    `with older as (update heartbeat_watch set since = since - make_interval(mins => $1))
     update heartbeat set last_at = last_at - make_interval(mins => $1)`,
    [minutes],
  )
}
/** As if no engine had been there for so long. */
const beAway = async (minutes: number) => {
  await pass(minutes)
  await world.context.pool.query(`update heartbeat_watch set seen_at = seen_at - make_interval(mins => $1)`, [
    minutes,
  ])
}

test('one that falls silent opens an incident, and its next beat ends that', async () => {
  expect(await beat('nightly', { authorization: 'Bearer no' })).toBe(401)
  expect(await beat('unknown')).toBe(404)
  await watch()
  expect(await world.rows('select id from incident')).toEqual([])
  expect(await beat('nightly')).toBe(200)
  await watch()
  expect(await world.rows('select id from incident')).toEqual([])
  await pass(2)
  await Promise.all([watch(), watch(), watch()])
  await watch()
  expect(await world.rows('select title, level, rule from incident')).toEqual([
    { title: 'No nightly run', level: 2, rule: 'heartbeat' },
  ])
  await beat('nightly')
  expect(await world.rows('select status from alert')).toEqual([{ status: 'resolved' }])
  expect(await world.rows(`select kind from incident_timer where kind = 'resolve'`)).toHaveLength(1)
})

test('after an outage of ours a heartbeat has its whole time again', async () => {
  await beat('nightly')
  await beAway(120)
  await Promise.all([watch(), watch()])
  expect(await world.rows('select id from incident')).toEqual([])
  await pass(2)
  await watch()
  expect(await world.rows('select title from incident')).toEqual([{ title: 'No nightly run' }])
})

test('one that is taken out of the runbook file is forgotten: its incident ends, and it begins anew if it comes back', async () => {
  await beat('nightly')
  await beat('watchdog')
  await pass(2)
  await watch()
  await watchOnly(['watchdog'])
  expect(await world.rows('select name from heartbeat')).toEqual([{ name: 'watchdog' }])
  expect(await world.rows('select fingerprint, status from alert order by 1')).toEqual([
    { fingerprint: 'nightly', status: 'resolved' },
    { fingerprint: 'watchdog', status: 'firing' },
  ])
  await watchOnly([])
  expect(await world.rows(`select id from alert where status = 'firing'`)).toEqual([])
  expect(await world.rows(`select kind from incident_timer where kind = 'resolve'`)).toHaveLength(2)
  await watch()
  expect(await world.rows(`select id from alert where status = 'firing'`)).toEqual([])
})

test('Alertmanager’s Watchdog is one and opens nothing', async () => {
  const alert = vendorAlert({ labels: { alertname: 'Watchdog', severity: 'none' } })
  expect(await world.deliver('alertmanager', { alerts: [alert, vendorAlert()] })).toMatchObject({
    status: 200,
    body: { accepted: 2, incidents: [1] },
  })
  expect(await world.rows('select name from heartbeat')).toEqual([{ name: 'watchdog' }])
  expect(await world.stored()).toBe(1)
  await world.deliver('alertmanager', { alerts: [{ ...alert, status: 'resolved' }] })
  expect(await world.rows('select silent_since from heartbeat')).toEqual([{ silent_since: null }])
})
