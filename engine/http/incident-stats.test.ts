import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import type { IncidentStats } from '../incident-client.ts'
import { createMetrics } from '../metrics.ts'
import { testContext } from '../testing.ts'
import { createApi } from './api.ts'

let room: Awaited<ReturnType<typeof testContext>>
beforeAll(async () => {
  room = await testContext()
})
afterAll(async () => await room.close())
beforeEach(async () => {
  await room.context.pool.query('truncate incident, page, lease, escalation_policy restart identity cascade')
})

/** An engine of several on one database. */
const engine = () => createApi({ ...room.context, metrics: createMetrics() }, 'token')

/** Opened so long ago; acknowledged and resolved so many minutes after that. */
async function incident(
  level: number,
  opened: { at: string } | { minutesAgo: number },
  { acknowledged = null as number | null, resolved = null as number | null } = {},
): Promise<number> {
  const at = 'at' in opened ? opened.at : new Date(Date.now() - opened.minutesAgo * 60_000).toISOString()
  const { rows } = await room.context.pool.query(
    `insert into incident (title, level, declared_by, idempotency_key, state, opened_at, first_acknowledged_at, resolved_at)
     select 'x', $1, 'U0OPERATOR', gen_random_uuid(), case when $4::float8 is null then 'open' else 'resolved' end,
       $2::timestamptz, $2::timestamptz + make_interval(secs => $3 * 60), $2::timestamptz + make_interval(secs => $4 * 60)
     returning id::int`,
    [level, at, acknowledged, resolved],
  )
  return rows[0].id
}
async function page(person: string, what: { state: string; sent?: boolean; told?: boolean; at?: string }) {
  await room.context.pool.query(
    `insert into page (incident_id, action, round, level, dedup_key, severity, targets, state, sent_at, fallback_at, created_at)
     values (1, 'trigger', 1, 1, gen_random_uuid(), 1, $1, $2, case when $3 then now() end, case when $4 then now() end,
       coalesce($5::timestamptz, now()))`,
    [[person], what.state, what.sent ?? false, what.told ?? false, what.at ?? null],
  )
}
async function weeks(count: number): Promise<IncidentStats['weeks']> {
  const headers = { authorization: 'Bearer token' }
  const response = await engine().request(`/v1/incident-stats?weeks=${count}`, { headers })
  return ((await response.json()) as IncidentStats).weeks
}

describe('by week', () => {
  test('that begins on Monday at midnight of the runbook file’s time zone', async () => {
    const [present, last] = await weeks(2)
    const begin = new Date(present?.startsAt ?? '')
    const clock = new Intl.DateTimeFormat('en', {
      timeZone: 'America/Sao_Paulo',
      weekday: 'long',
      hour: 'numeric',
      hourCycle: 'h23',
    })
    expect(clock.format(begin)).toMatch(/Monday.*00/)
    await incident(1, { at: begin.toISOString() })
    await incident(2, { at: new Date(begin.getTime() - 1).toISOString() })
    await incident(3, { at: last?.startsAt ?? '' })
    await incident(3, { at: new Date(Date.parse(last?.startsAt ?? '') - 1).toISOString() })
    expect((await weeks(2)).map((week) => week.incidents)).toEqual([
      [{ level: 1, count: 1 }],
      [
        { level: 2, count: 1 },
        { level: 3, count: 1 },
      ],
    ])
  })

  test('mean and median until the first acknowledge and until the end; none of what is not there yet', async () => {
    const [present] = await weeks(1)
    expect(present).toMatchObject({
      incidents: [],
      acknowledgeSeconds: null,
      resolveSeconds: null,
      pages: [],
    })
    const at = present?.startsAt ?? ''
    await incident(1, { at }, { acknowledged: 1, resolved: 10 })
    await incident(1, { at }, { acknowledged: 2 })
    await incident(2, { at }, { acknowledged: 9 })
    await incident(3, { at })
    expect((await weeks(1))[0]).toMatchObject({
      acknowledgeSeconds: { mean: 240, median: 120 },
      resolveSeconds: { mean: 600, median: 600 },
    })
  })

  test('how often each was called: on the phone or, where that could not be, in Slack', async () => {
    await page('U0OPERATOR', { state: 'confirmed', sent: true })
    await page('U0OPERATOR', { state: 'dropped', sent: true })
    await page('U0OPERATOR', { state: 'refused', told: true })
    await page('U0ADMIN', { state: 'unrouted', told: true })
    await page('U0ADMIN', { state: 'pending' })
    await page('U0ADMIN', { state: 'dropped' })
    await page('U0ADMIN', { state: 'skipped' })
    const [present] = await weeks(1)
    expect(present?.pages.map(({ person, count }) => [person.name, count])).toEqual([
      ['Maria Santos', 3],
      ['Pedro Costa', 1],
    ])
  })
})

describe('as metrics', () => {
  const read = async (one: ReturnType<typeof engine>): Promise<string> =>
    await (await one.request('/metrics')).text()
  /** As Prometheus sums a series over engines. */
  const summed = (scrapes: string[], series: string): number =>
    scrapes
      .flatMap((text) => text.split('\n').filter((line) => line.startsWith(`${series} `)))
      .reduce((sum, line) => sum + Number(line.split(' ').at(-1)), 0)

  test('every incident counts once over all engines, also one that ends while they look, and after they were all replaced', async () => {
    const [one, other] = [engine(), engine()]
    await incident(1, { minutesAgo: 20 }, { acknowledged: 1, resolved: 10 })
    const first = [await read(one), await read(other)]
    expect(summed(first, 'plantao_incident_resolve_seconds_count{level="1"}')).toBe(1)

    const late = await room.context.pool.connect()
    await late.query('begin')
    await late.query('select now()')
    await Promise.all([read(one), read(other)])
    await late.query(
      `insert into incident (title, level, declared_by, idempotency_key, state, opened_at, resolved_at)
       values ('x', 1, 'U0', 'late', 'resolved', now() - interval '2 hours', now())`,
    )
    await late.query('commit')
    late.release()
    const second = [await read(other), await read(one)]
    expect(summed(second, 'plantao_incident_resolve_seconds_count{level="1"}')).toBe(2)
    expect(summed(second, 'plantao_incident_resolve_seconds_sum{level="1"}')).toBe(7_800)

    // As long after they were last asked as it takes.
    await room.context.pool.query(`update lease set until = now() - interval '1 second'`)
    const third = [await read(engine()), await read(engine())]
    expect(summed(third, 'plantao_incident_resolve_seconds_count{level="1"}')).toBe(2)
    expect(summed(third, 'plantao_incident_acknowledge_seconds_count{level="1"}')).toBe(1)
  })

  test('buckets hold what lasted at most so long', async () => {
    await incident(2, { minutesAgo: 20_000 }, { acknowledged: 1, resolved: 15 })
    await incident(2, { minutesAgo: 20_000 }, { acknowledged: 16, resolved: 10_000 })
    const text = await read(engine())
    const bucket = (name: string, le: string) =>
      summed([text], `plantao_incident_${name}_seconds_bucket{le="${le}",level="2"}`)
    expect(['60', '900', '1800', '86400', '+Inf'].map((le) => bucket('acknowledge', le))).toEqual([
      1, 1, 2, 2, 2,
    ])
    expect(['60', '900', '1800', '86400', '+Inf'].map((le) => bucket('resolve', le))).toEqual([0, 1, 1, 1, 2])
    expect(text.match(/^# TYPE plantao_incident_resolve_seconds histogram$/gm)).toHaveLength(1)
  })

  test('what is open and what was called now, and how late paging is', async () => {
    await incident(3, { minutesAgo: 1 })
    await page('U0OPERATOR', { state: 'confirmed', sent: true })
    const text = await read(engine())
    expect(text).toContain('plantao_incidents{level="3",state="open"} 1')
    expect(text).toContain('plantao_pages{action="trigger",state="confirmed"} 1')
    expect(text).toMatch(/plantao_timer_lag_seconds \d/)
  })
})
