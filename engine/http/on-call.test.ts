import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { z } from 'zod'
import { announceOnCall } from '../../alerts/on-call/announce.ts'
import { staleSubjects, subjectRevision } from '../../db/announcements.ts'
import { execute, rows, sql } from '../../db/sql.ts'
import type { Runbook } from '../runbook-file.ts'
import { testContext } from '../testing.ts'
import { createApi } from './api.ts'

const token = 'a-token-of-tests-only'
const hourMs = 3_600_000
const soon = (hours: number): string => new Date(Date.now() + hours * hourMs).toISOString()
let keys = 0

/** Nobody hands over while these tests run, whatever day it is. */
const midWeek = (runbook: Runbook): Runbook => {
  const handOver = `0 0 * * ${(new Date().getUTCDay() + 3) % 7}`
  const rotations = runbook.onCall.rotations.map((rotation) => ({ ...rotation, handOver }))
  return { ...runbook, onCall: { ...runbook.onCall, rotations } }
}

async function world(change: (runbook: Runbook) => Runbook = midWeek) {
  const made = await testContext({ runbook: change })
  const api = createApi(made.context, token)
  const send = async (method: string, path: string, body?: unknown) => {
    const response = await api.request(path, {
      method,
      headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    })
    return { status: response.status, body: JSON.parse(await response.text()) }
  }
  const override = async (change: Record<string, unknown> = {}) =>
    await send('POST', '/v1/oncall/overrides', {
      person: 'U0APPROVER',
      endsAt: soon(3),
      by: 'U0OPERATOR',
      idempotencyKey: `override-${keys++}`,
      ...change,
    })
  const announce = async () =>
    await announceOnCall({
      pool: made.context.pool,
      onCall: made.context.onCall,
      gapNoticeHours: made.context.runbook.onCall.gapNoticeHours,
    })
  return { ...made, send, override, announce }
}

const Notice = z.object({ id: z.number(), kind: z.string() })
const noticesOf = async ({ context }: Awaited<ReturnType<typeof testContext>>) =>
  await rows(context.pool, Notice, sql`select id, kind from on_call_notice order by id`)

describe('by the runbook file', () => {
  let it: Awaited<ReturnType<typeof world>>
  beforeAll(async () => void (it = await world()))
  afterAll(async () => await it.close())

  test('who is on call, until when, who is next, and whom the matrix calls', async () => {
    const { status, body } = await it.send('GET', '/v1/oncall')
    expect(status).toBe(200)
    expect(body).toMatchObject({ source: 'runbook', isFallback: false, overrides: [] })
    const [primary] = body.rotations
    const both = [primary.now.person, primary.next.person].toSorted((one, other) =>
      one.slack.localeCompare(other.slack),
    )
    expect(both).toEqual([
      { slack: 'U0ADMIN', name: 'Pedro Costa' },
      { slack: 'U0OPERATOR', name: 'Maria Santos' },
    ])
    expect(primary).toMatchObject({ name: 'primary', now: { isOverride: false }, gaps: [] })
    expect(primary.now.until).toBe(primary.next.at)
    expect(body.levels).toEqual([
      { level: 1, who: 'Engineer on-call', people: [primary.now.person] },
      { level: 2, who: 'Tech Lead', people: [{ slack: 'U0APPROVER', name: 'João Silva' }] },
      { level: 3, who: 'CTO', people: [{ slack: 'cto', name: 'CTO' }] },
      { level: 4, who: 'CEO', people: [{ slack: 'ceo', name: 'CEO' }] },
    ])
  })

  test('an override holds at once, for the matrix too, is announced and audited, and is made once', async () => {
    const idempotencyKey = 'override-once'
    const endsAt = soon(3)
    const first = await it.override({ idempotencyKey, endsAt })
    expect(first).toMatchObject({
      status: 201,
      body: { rotation: 'primary', person: { slack: 'U0APPROVER' }, endsAt, cancelledBy: null },
    })
    expect(await it.override({ idempotencyKey, endsAt })).toEqual({ status: 200, body: first.body })
    const { body } = await it.send('GET', '/v1/oncall')
    expect(body.rotations[0].now).toEqual({
      person: { slack: 'U0APPROVER', name: 'João Silva' },
      until: endsAt,
      isOverride: true,
    })
    expect(body.overrides.map(({ id }: { id: number }) => id)).toEqual([first.body.id])
    const [level] = it.context.runbook.alerting.escalation
    if (!level) throw new Error('no level')
    expect((await it.context.alerting.reach(level)).people).toEqual(['U0APPROVER'])
    const audit = (await it.send('GET', '/v1/audit?subject=on-call/primary')).body.lines
    expect(audit).toMatchObject([{ actor: 'U0OPERATOR', action: 'override-on-call' }])

    await it.announce()
    await it.announce()
    const notices = await noticesOf(it)
    expect(notices.map(({ kind }) => kind)).toEqual(['hand-over'])
    const id = notices[0]?.id ?? 0
    const told = (await it.send('GET', `/v1/oncall/notices/${id}`)).body
    expect(told).toMatchObject({
      kind: 'hand-over',
      to: { slack: 'U0APPROVER' },
      until: endsAt,
      isOverride: true,
      incidents: [],
      openIncidents: 0,
    })
    expect((await staleSubjects(it.context.pool)).map(({ name }) => name)).toContain(`on-call/${id}`)
  })

  test('an override that is cancelled holds no longer, and whoever comes back is announced', async () => {
    const [{ id }] = (await it.send('GET', '/v1/oncall')).body.overrides
    await execute(
      it.context.pool,
      sql`insert into incident (title, level, state, declared_by, idempotency_key)
          values ('loja <!channel> fora do ar', 1, 'open', 'U0OPERATOR', 'handed-over')`,
    )
    // It has held for a while: what began and ended at the same moment is nobody's hand-over.
    await execute(it.context.pool, sql`update on_call_override set starts_at = now() - interval '5 minutes'`)
    const cancelled = await it.send('DELETE', `/v1/oncall/overrides/${id}`, { by: 'U0ADMIN' })
    expect(cancelled).toMatchObject({ status: 200, body: { id, cancelledBy: { slack: 'U0ADMIN' } } })
    const { body } = await it.send('GET', '/v1/oncall')
    expect(body.rotations[0].now.isOverride).toBe(false)
    expect(body.overrides).toEqual([])
    expect(await it.send('DELETE', `/v1/oncall/overrides/${id}`, { by: 'U0ADMIN' })).toMatchObject({
      status: 409,
      body: { code: 'override-over' },
    })
    await it.announce()
    const last = (await noticesOf(it)).at(-1)?.id
    expect((await it.send('GET', `/v1/oncall/notices/${last}`)).body).toMatchObject({
      from: { slack: 'U0APPROVER' },
      to: body.rotations[0].now.person,
      isOverride: false,
      incidents: [{ title: 'loja <!channel> fora do ar', level: 1 }],
      openIncidents: 1,
    })
  })

  test.each([
    ['that has passed already', { endsAt: soon(-1) }, 'endsAt'],
    ['that ends before it starts', { startsAt: soon(5), endsAt: soon(4) }, 'endsAt'],
    ['by nobody of the runbook file', { person: 'U0STRANGER' }, 'person'],
    ['of a rotation that is not there', { rotation: 'secondary' }, 'rotation'],
    ['without a time', { endsAt: 'tomorrow' }, 'endsAt'],
  ])('an override %s is refused at its field', async (_, change, field) => {
    const { status, body } = await it.override(change)
    expect([400, 422]).toContain(status)
    expect([body.values.field, ...(body.errors ?? []).map((one: { field: string }) => one.field)]).toContain(
      field,
    )
  })

  test('who may not act on incidents may not override either', async () => {
    expect(await it.override({ by: 'U0VIEWER' })).toMatchObject({ status: 403 })
    expect(await it.send('DELETE', '/v1/oncall/overrides/1', { by: 'U0VIEWER' })).toMatchObject({
      status: 403,
    })
  })

  test('what is not there is not found', async () => {
    const missing = await it.send('DELETE', '/v1/oncall/overrides/999', { by: 'U0ADMIN' })
    expect(missing).toMatchObject({ status: 404 })
    expect(await it.send('GET', '/v1/oncall/notices/999')).toMatchObject({ status: 404 })
  })

  test('Home shows who is on call', async () => {
    const { body } = await it.send('GET', '/v1/home/U0OPERATOR')
    const { rotations } = (await it.send('GET', '/v1/oncall')).body
    expect(body.overview.onCall).toEqual([
      { name: 'primary', now: rotations[0].now, next: rotations[0].next },
    ])
  })
})

describe('a gap', () => {
  /** Nobody is on call but for an hour that began `ago` minutes ago. */
  const withHour = (ago: number) => (runbook: Runbook) => {
    const began = new Date(Date.now() - ago * 60_000)
    const hours = { starts: `${began.getUTCMinutes()} ${began.getUTCHours()} * * *`, minutes: 60 }
    const rotations = midWeek(runbook).onCall.rotations.map((rotation) => ({ ...rotation, hours }))
    return { ...runbook, timeZone: 'UTC', onCall: { ...runbook.onCall, rotations } }
  }

  test('is announced once before it begins, and its message says when somebody fills it', async () => {
    const it = await world(withHour(30))
    const twice = [it.announce(), it.announce()]
    await Promise.all(twice)
    const gap = (await noticesOf(it)).filter(({ kind }) => kind === 'gap')
    // The one in half an hour; tomorrow's is further off than any notice.
    expect(gap).toHaveLength(1)
    const path = `/v1/oncall/notices/${gap[0]?.id}`
    const before = (await it.send('GET', path)).body
    expect(before).toMatchObject({ kind: 'gap', rotation: 'primary', coveredBy: null })
    const { body } = await it.send('GET', '/v1/oncall')
    expect(body.rotations[0].gaps[0]).toEqual({ startsAt: before.startsAt, endsAt: before.endsAt })
    expect(Date.parse(before.endsAt) - Date.parse(before.startsAt)).toBe(23 * hourMs)

    const shown = await subjectRevision(it.context.pool, `on-call/${gap[0]?.id}`)
    await it.override({ startsAt: before.startsAt, endsAt: before.endsAt })
    expect((await it.send('GET', path)).body.coveredBy).toEqual({ slack: 'U0APPROVER', name: 'João Silva' })
    expect(await subjectRevision(it.context.pool, `on-call/${gap[0]?.id}`)).toBeGreaterThan(shown)
    expect((await it.send('GET', '/v1/oncall')).body.rotations[0].gaps[0].startsAt).not.toBe(before.startsAt)
    await it.close()
  })

  test('that holds now reaches nobody', async () => {
    const it = await world(withHour(120))
    const { body } = await it.send('GET', '/v1/oncall')
    expect(body.rotations[0].now).toBeNull()
    expect(body.levels[0]).toEqual({ level: 1, who: 'Engineer on-call', people: [] })
    const [level] = it.context.runbook.alerting.escalation
    expect(level && (await it.context.alerting.reach(level)).people).toEqual([])
    await it.close()
  })
})
