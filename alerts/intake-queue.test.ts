import { afterAll, beforeAll, expect, test } from 'vitest'
import { migrate } from '../db/migrate.ts'
import { createPool, type Pool } from '../db/pool.ts'
import { testDatabase } from '../deploy/sandbox/postgres/testing.ts'
import type { Incoming } from './incoming.ts'
import { intakeQueue, type TakeIn } from './intake-queue.ts'
import { AlertingSettings } from './settings.ts'

let database: Awaited<ReturnType<typeof testDatabase>>
let pool: Pool
let takeIn: TakeIn

beforeAll(async () => {
  database = await testDatabase(migrate)
  pool = createPool(database.url)
  takeIn = intakeQueue({
    pool,
    alerting: {
      settings: AlertingSettings.parse({ levels: [], escalation: [], storm: { incidents: 1_000 } }),
      timeZone: 'America/Sao_Paulo',
      locale: 'en',
      environments: [],
      links: {},
      reach: async () => ({ people: [], routingKey: null }),
    },
    maintenanceUntil: () => null,
  })
})
afterAll(async () => {
  await pool.end()
  await database.drop()
})

const alert = (name: string, more: Partial<Incoming> = {}): Incoming => ({
  source: 'alertmanager',
  fingerprint: name,
  status: 'firing',
  startsAt: new Date('2026-07-06T05:00:00Z'),
  endsAt: null,
  title: name,
  description: '',
  labels: { alertname: name },
  link: null,
  ...more,
})
const deliver = async (...alerts: Incoming[]) =>
  await takeIn({ source: alerts[0]?.source ?? 'alertmanager', alerts })

test('many at once are each answered with their own incidents', async () => {
  const answers = await Promise.all(
    Array.from({ length: 60 }, async (_, index) => await deliver(alert(`a${index}`), alert(`b${index}`))),
  )
  const { rows } = await pool.query('select fingerprint, incident_id from alert')
  const incidentOf = new Map(rows.map((row) => [row.fingerprint, row.incident_id]))
  answers.forEach(({ incidents }, index) => {
    const own = [incidentOf.get(`a${index}`), incidentOf.get(`b${index}`)]
    expect(incidents).toEqual(own.toSorted((one, other) => one - other))
  })
  expect(new Set(answers.flatMap(({ incidents }) => incidents)).size).toBe(120)
})

test('one that Postgres refuses fails alone, those that waited with it are taken in', async () => {
  const poison = alert('poison', { title: 'a\u0000b' })
  const names = Array.from({ length: 12 }, (_, index) => `with-poison-${index}`)
  const outcomes = await Promise.allSettled([
    ...names.slice(0, 6).map(async (name) => await deliver(alert(name))),
    deliver(poison),
    ...names.slice(6).map(async (name) => await deliver(alert(name))),
  ])
  expect(outcomes.map(({ status }) => status)).toEqual([
    ...Array(6).fill('fulfilled'),
    'rejected',
    ...Array(6).fill('fulfilled'),
  ])
  const { rows } = await pool.query('select fingerprint from alert where fingerprint like $1', ['%poison%'])
  expect(new Set(rows.map(({ fingerprint }) => fingerprint))).toEqual(new Set(names))
})

test('of several sources at once all are taken in, and the same alert at two sources is two', async () => {
  const sources = ['alertmanager', 'grafana', 'generic'] as const
  const answers = await Promise.all(
    Array.from({ length: 30 }, async (_, index) => {
      const source = sources[index % 3] ?? 'generic'
      return await deliver(alert(`s${Math.floor(index / 3)}`, { source }))
    }),
  )
  // One group, so one incident, for the three of them.
  expect(new Set(answers.flatMap(({ incidents }) => incidents)).size).toBe(10)
  const { rows } = await pool.query(`select count(*)::int as n from alert where fingerprint ~ '^s[0-9]'`)
  expect(rows[0]).toEqual({ n: 30 })
})
