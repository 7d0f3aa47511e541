import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { migrate } from '../db/migrate.ts'
import { createPool, transaction, type Pool } from '../db/pool.ts'
import { createSilence, endSilence } from '../db/silences.ts'
import { testDatabase } from '../deploy/sandbox/postgres/testing.ts'
import type { Alerting } from './context.ts'
import { resolve } from './incidents.ts'
import type { Incoming } from './incoming.ts'
import { takeIn, type IntakeDeps } from './intake.ts'
import { lookAgain } from './look-again.ts'
import { AlertingSettings } from './settings.ts'

let database: Awaited<ReturnType<typeof testDatabase>>
let pool: Pool
let deps: IntakeDeps
let maintenanceUntil: Date | null = null
let names = 0
let name = ''

beforeAll(async () => {
  database = await testDatabase(migrate)
  pool = createPool(database.url, { max: 12 })
})
afterAll(async () => {
  await pool.end()
  await database.drop()
})
beforeEach(async () => {
  maintenanceUntil = null
  name = `alert-${names++}`
  await pool.query('truncate incident, incident_event, alert, silence, job, subject restart identity cascade')
  deps = withSettings({})
})

const withSettings = (more: Record<string, unknown>): IntakeDeps => {
  const alerting: Alerting = {
    settings: AlertingSettings.parse({
      levels: [1, 2, 3].map((level) => ({
        level,
        name: `Level ${level}`,
        respondMinutes: 0,
        conditions: [],
      })),
      escalation: [{ level: 1, who: 'Engineer on-call', respondMinutes: 15 }],
      rules: [
        {
          name: 'error-rate-10',
          level: 1,
          title: 'Errors > 10 %',
          group: 'error-rate',
          when: { alertname: 'E10' },
        },
        {
          name: 'error-rate-5',
          level: 2,
          title: 'Errors > 5 %',
          group: 'error-rate',
          when: { alertname: 'E5' },
        },
      ],
      ...more,
    }),
    timeZone: 'America/Sao_Paulo',
    locale: 'en',
    environments: ['production', 'staging'],
    links: {},
    reach: async () => ({ people: [], routingKey: null }),
  }
  return { pool, alerting, maintenanceUntil: () => maintenanceUntil }
}

const minutesAgo = (minutes: number): Date => new Date(Date.now() - minutes * 60_000)
const alert = (more: Partial<Incoming> = {}): Incoming => ({
  source: 'alertmanager',
  fingerprint: name,
  status: 'firing',
  startsAt: minutesAgo(10),
  endsAt: null,
  title: 'It burns',
  description: '',
  labels: { alertname: name, environment: 'production' },
  link: null,
  ...more,
})
const take = async (...alerts: Incoming[]) =>
  (await takeIn(deps, { source: alerts[0]?.source ?? 'alertmanager', alerts })).incidents
const all = async (query: string): Promise<Record<string, unknown>[]> => (await pool.query(query)).rows
const incidents = async () =>
  await all('select id, state, level, title, rule, is_storm, is_flapping from incident order by id')
const events = async () => (await all('select kind from incident_event order by id')).map(({ kind }) => kind)
const announced = async () => await all('select name, revision from subject order by name')
const alerts = async () =>
  await all('select fingerprint, status, incident_id, suppressed_by from alert order by id')
const timers = async () =>
  await all(`select incident_id, round(extract(epoch from due_at - now()) / 60)::int as minutes
             from incident_timer where kind = 'resolve' order by incident_id`)
const after = async (minutes: number) => {
  await pool.query(`update alert set resolved_at = resolved_at - make_interval(mins => ${minutes}),
    received_at = received_at - make_interval(mins => ${minutes})`)
  await pool.query(`update incident set opened_at = opened_at - make_interval(mins => ${minutes}),
    storm_until = storm_until - make_interval(mins => ${minutes})`)
}
const endIncident = async (incidentId: number) =>
  await transaction(pool, async (tx) => await resolve(tx, { incidentId, by: 'U0OPERATOR', via: 'api' }))

describe('one alert', () => {
  test('opens an incident whose escalation begins, announced once', async () => {
    expect(await take(alert())).toEqual([1])
    expect(await incidents()).toMatchObject([
      { id: 1, state: 'open', level: 2, title: 'It burns', rule: 'unmatched' },
    ])
    expect(await all('select incident_id, level from escalation')).toEqual([{ incident_id: 1, level: 0 }])
    expect(await events()).toEqual(['opened'])
    expect((await announced()).map((one) => one['name'])).toEqual(['incident/1'])
  })

  test('delivered again, also by two replicas at once, changes nothing', async () => {
    const one = alert()
    const answers = await Promise.all(Array.from({ length: 8 }, async () => await take(one)))
    expect(answers).toEqual(Array(8).fill([1]))
    const before = [await announced(), await events(), await alerts()]
    expect(await take(one)).toEqual([1])
    expect([await announced(), await events(), await alerts()]).toEqual(before)
    expect(await incidents()).toHaveLength(1)
  })

  test('that ends has its incident held, then one more delivery of its end changes nothing', async () => {
    const one = alert()
    await take(one)
    const end = { ...one, status: 'resolved' as const, endsAt: new Date() }
    expect(await take(end)).toEqual([1])
    expect(await timers()).toEqual([{ incident_id: 1, minutes: 3 }])
    const before = [await announced(), await timers()]
    await take(end)
    await take(one)
    expect([await announced(), await timers()]).toEqual(before)
    expect(await alerts()).toMatchObject([{ status: 'resolved' }])
    expect(await incidents()).toMatchObject([{ state: 'open' }])
  })

  test('that burns again while its incident is held joins it: no new one, no longer held', async () => {
    await take(alert())
    await take(alert({ status: 'resolved', endsAt: minutesAgo(1) }))
    expect(await take(alert({ startsAt: new Date() }))).toEqual([1])
    expect(await timers()).toEqual([])
    expect(await incidents()).toHaveLength(1)
    expect(await events()).toEqual(['opened', 'alert-joined'])
  })

  test('that burns again after its incident was resolved opens a new one', async () => {
    await take(alert())
    await take(alert({ status: 'resolved', endsAt: minutesAgo(1) }))
    await endIncident(1)
    expect(await take(alert({ startsAt: new Date() }))).toEqual([2])
  })

  test('whose end comes before its beginning is recorded as over; the late beginning changes nothing', async () => {
    const one = alert()
    expect(await take({ ...one, status: 'resolved', endsAt: minutesAgo(1) })).toEqual([])
    expect(await take(one)).toEqual([])
    expect(await alerts()).toEqual([
      { fingerprint: name, status: 'resolved', incident_id: null, suppressed_by: null },
    ])
    expect(await incidents()).toEqual([])
  })

  test('that is said to burn with its old start long after its end burns again', async () => {
    const one = alert()
    await take(one)
    await take({ ...one, status: 'resolved', endsAt: new Date() })
    await endIncident(1)
    expect(await take(one)).toEqual([1])
    await after(5)
    expect(await take(one)).toEqual([2])
    expect(await alerts()).toMatchObject([
      { status: 'resolved', incident_id: 1 },
      { status: 'firing', incident_id: 2 },
    ])
    expect(await take(one)).toEqual([2])
    expect(await take({ ...one, status: 'resolved' })).toEqual([2])
    expect(await timers()).toEqual([{ incident_id: 2, minutes: 3 }])
  })

  test('said to have begun later goes on; the end of its earlier part is a late one', async () => {
    await take(alert({ startsAt: minutesAgo(10) }))
    expect(await take(alert({ startsAt: minutesAgo(2) }))).toEqual([1])
    await take(alert({ startsAt: minutesAgo(10), status: 'resolved', endsAt: minutesAgo(5) }))
    expect(await alerts()).toMatchObject([{ status: 'firing' }])
    await take(alert({ startsAt: minutesAgo(10), status: 'resolved', endsAt: minutesAgo(1) }))
    expect(await alerts()).toMatchObject([{ status: 'resolved' }])
  })

  test('whose end and next beginning come in one delivery has both', async () => {
    const first = alert()
    await take(first)
    await take({ ...first, status: 'resolved', endsAt: minutesAgo(3) }, alert({ startsAt: minutesAgo(1) }))
    expect(await alerts()).toMatchObject([{ status: 'resolved' }, { status: 'firing', incident_id: 1 }])
    expect(await timers()).toEqual([])
  })

  test('that comes and goes marks its incident as flapping, which is held longer', async () => {
    for (const minutes of [9, 6, 3]) {
      await take(alert({ startsAt: minutesAgo(minutes) }))
      await take(
        alert({ startsAt: minutesAgo(minutes), status: 'resolved', endsAt: minutesAgo(minutes - 1) }),
      )
    }
    expect(await incidents()).toMatchObject([{ is_flapping: true }])
    expect(await events()).toEqual(['opened', 'alert-joined', 'alert-joined', 'flapping'])
    expect(await timers()).toEqual([{ incident_id: 1, minutes: 15 }])
  })
})

describe('several alerts', () => {
  const named = (alertname: string, more: Partial<Incoming> = {}): Incoming =>
    alert({ fingerprint: `${name}-${alertname}`, labels: { alertname, environment: 'production' }, ...more })

  test('of one group make one incident; a worse one that joins makes it worse and gives it its name', async () => {
    expect(await take(named('E5'))).toEqual([1])
    expect(await take(named('E10'))).toEqual([1])
    expect(await incidents()).toMatchObject([{ level: 1, title: 'Errors > 10 %', rule: 'error-rate-10' }])
    expect(await events()).toEqual(['opened', 'alert-joined', 'upgraded'])
    expect(await take(named('E5', { fingerprint: 'another' }))).toEqual([1])
    expect(await incidents()).toMatchObject([{ level: 1, title: 'Errors > 10 %' }])
  })

  test('of one group in one delivery open one incident, called after the worst', async () => {
    expect(await take(named('E5'), named('E10'))).toEqual([1])
    expect(await incidents()).toMatchObject([{ level: 1, title: 'Errors > 10 %' }])
    expect(await events()).toEqual(['opened'])
  })

  test('an alert whose sender makes it worse while it burns makes its incident worse', async () => {
    const labels = { alertname: 'x', severity: 'warning' }
    await take(alert({ labels, source: 'generic' }))
    await take(alert({ labels: { ...labels, severity: 'critical' }, source: 'generic' }))
    expect(await incidents()).toMatchObject([{ level: 1 }])
    expect(await events()).toEqual(['opened', 'upgraded'])
  })

  test('an incident is held when the last of its alerts ended, not before', async () => {
    await take(named('E5'), named('E10'))
    await take(named('E5', { status: 'resolved' }))
    expect(await timers()).toEqual([])
    await take(named('E10', { status: 'resolved' }))
    expect(await timers()).toHaveLength(1)
  })

  test('arriving from many senders at once all get their incidents, none twice', async () => {
    deps = withSettings({ storm: { incidents: 1_000, withinMinutes: 5 } })
    const groups = Array.from({ length: 40 }, (_, index) =>
      alert({ fingerprint: `g${index % 20}-${index}`, labels: { alertname: `group-${index % 20}` } }),
    )
    const deliveries = Array.from({ length: 10 }, (_, index) => [
      ...groups.slice(index * 4, index * 4 + 4),
      ...groups.slice(0, 10).toReversed(),
    ])
    await Promise.all([...deliveries, ...deliveries].map(async (delivery) => await take(...delivery)))
    expect(await incidents()).toHaveLength(20)
    expect(await all(`select count(*)::int as n from alert where incident_id is not null`)).toEqual([
      { n: 40 },
    ])
  })
})

describe('a storm', () => {
  const storm = (from: number, count: number, more: Record<string, string> = {}): Incoming[] =>
    Array.from({ length: count }, (_, index) =>
      alert({
        fingerprint: `${name}-${from + index}`,
        labels: { alertname: `storm-${from + index}`, environment: 'production', ...more },
      }),
    )

  test('is one incident for all beyond the first few, also when it comes by many deliveries at once', async () => {
    await Promise.all(Array.from({ length: 10 }, async (_, index) => await take(...storm(index * 50, 50))))
    expect(await incidents()).toHaveLength(6)
    expect((await incidents()).filter((one) => one['is_storm'])).toMatchObject([
      { level: 2, rule: 'storm', title: 'Storm of level 2 alerts in production' },
    ])
    expect(await all('select count(*)::int as n from alert where incident_id is not null')).toEqual([
      { n: 500 },
    ])
  })

  test('leaves alone what is of another level or environment', async () => {
    await take(...storm(0, 20))
    await take(...storm(20, 1, { severity: 'critical' }), ...storm(30, 1, { environment: 'staging' }))
    expect((await incidents()).filter((one) => !one['is_storm'])).toHaveLength(7)
  })

  test('is over when nothing joined for a while: what comes then is an incident of its own again', async () => {
    await take(...storm(0, 20))
    await after(6)
    await take(...storm(50, 1))
    expect(await incidents()).toHaveLength(7)
  })

  test('goes on as long as something joins', async () => {
    await take(...storm(0, 20))
    for (const from of [50, 60, 70]) {
      await after(4)
      await take(...storm(from, 10))
    }
    expect(await incidents()).toHaveLength(6)
  })
})

test('what still fires long after its incident was resolved by hand opens another', async () => {
  const [id] = await take(alert())
  await transaction(
    pool,
    async (tx) => await resolve(tx, { incidentId: Number(id), by: 'U0OPERATOR', via: 'slack' }),
  )
  await lookAgain(deps)
  expect(await incidents()).toMatchObject([{ state: 'resolved' }])
  await pool.query(`update alert set look_again_at = look_again_at - interval '15 minutes'`)
  await lookAgain(deps)
  expect(await incidents()).toMatchObject([{ state: 'resolved' }, { state: 'open' }])
  await lookAgain(deps)
  expect(await incidents()).toHaveLength(2)
  expect(await alerts()).toMatchObject([
    { status: 'resolved', incident_id: 1 },
    { status: 'firing', incident_id: 2 },
  ])
  expect(await take(alert({ status: 'resolved' }))).toEqual([2])
  expect(await timers()).toEqual([{ incident_id: 2, minutes: 3 }])
})

describe('what is kept quiet', () => {
  const silence = async (minutes = 60) =>
    await createSilence(pool, {
      matchers: [{ label: 'alertname', value: name }],
      reason: 'known',
      createdBy: 'U0OPERATOR',
      minutes,
      idempotencyKey: name,
    })

  test('by a silence is recorded and opens no incident; when the silence ends and it still burns, it does', async () => {
    const { silence: made } = await silence()
    expect(await take(alert())).toEqual([])
    expect(await alerts()).toMatchObject([{ status: 'firing', suppressed_by: `silence/${made.id}` }])
    await lookAgain(deps)
    expect(await incidents()).toEqual([])
    await endSilence(pool, made.id, 'U0OPERATOR')
    await pool.query('update alert set look_again_at = now()')
    await lookAgain(deps)
    expect(await incidents()).toHaveLength(1)
    expect(await alerts()).toMatchObject([{ suppressed_by: null, incident_id: 1 }])
  })

  test('and ends meanwhile never opens one', async () => {
    await silence()
    await take(alert())
    await take(alert({ status: 'resolved', endsAt: new Date() }))
    await pool.query('update silence set ends_at = now()')
    await lookAgain(deps)
    expect(await incidents()).toEqual([])
  })

  test('by the maintenance window is looked at when it ends; level 1 is never kept quiet by it', async () => {
    maintenanceUntil = new Date(Date.now() + 3_600_000)
    await take(alert())
    expect(await alerts()).toMatchObject([{ suppressed_by: 'maintenance' }])
    await take(alert({ fingerprint: 'critical', labels: { alertname: 'c', severity: 'critical' } }))
    expect(await incidents()).toMatchObject([{ level: 1 }])
  })

  test('by a running job of the environment opens an incident when the job is over', async () => {
    deps = withSettings({ inhibitions: [{ jobs: ['deploy'], rules: ['error-rate-5'] }] })
    await pool.query(`insert into job (kind, params, environment, state, requested_by, idempotency_key, freezable)
      values ('deploy', '{}', 'production', 'running', 'U0OPERATOR', 'a', true)`)
    const labels = { alertname: 'E5', environment: 'production' }
    await take(
      alert({ labels }),
      alert({ fingerprint: 'staging', labels: { ...labels, environment: 'staging' } }),
    )
    expect(await alerts()).toMatchObject([
      { suppressed_by: 'job/1' },
      { suppressed_by: null, incident_id: 1 },
    ])
    await pool.query('update alert set look_again_at = now() where look_again_at is not null')
    await lookAgain(deps)
    expect(await incidents()).toHaveLength(1)
    await pool.query(`update job set state = 'succeeded'`)
    await pool.query('update alert set look_again_at = now() where look_again_at is not null')
    await lookAgain(deps)
    expect(await incidents()).toHaveLength(2)
  })
})
