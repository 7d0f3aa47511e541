import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { subjectRevision } from '../../db/announcements.ts'
import { execute, rows, sql } from '../../db/sql.ts'
import { z } from 'zod'
import { testContext } from '../testing.ts'
import { createApi } from './api.ts'

const token = 'a-token-of-tests-only'
let world: Awaited<ReturnType<typeof testContext>>
let api: ReturnType<typeof createApi>
let keys = 0

beforeAll(async () => {
  world = await testContext()
  api = createApi(world.context, token)
})
afterAll(async () => await world.close())

async function send(method: string, path: string, body?: unknown) {
  const response = await api.request(path, {
    method,
    headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  })
  return { status: response.status, body: JSON.parse(await response.text()) }
}

async function declare(): Promise<number> {
  const body = { title: 'shop down', level: 1, by: 'U0OPERATOR', idempotencyKey: `told-${keys++}` }
  return (await send('POST', '/v1/incidents', body)).body.id
}
const act = async (id: number, what: string, body: object) =>
  await send('POST', `/v1/incidents/${id}/${what}`, { by: 'U0OPERATOR', ...body })

async function said(id: number): Promise<string[]> {
  const found = await rows(
    world.context.pool,
    z.object({ kind: z.string() }),
    sql`select kind from incident_event event
        join subject on subject.name = 'incident-event/' || incident_id || '.' || event.id
        where incident_id = ${id} order by event.id`,
  )
  return found.map(({ kind }) => kind)
}
async function copiesOfLast(id: number, kind: string): Promise<string[]> {
  const [event] = await rows(
    world.context.pool,
    z.object({ id: z.number() }),
    sql`select id from incident_event where incident_id = ${id} and kind = ${kind} order by id desc limit 1`,
  )
  return (await copies(`incident-event/${id}.${event?.id}`)).people
}
const copies = async (subject: string) => (await send('GET', `/v1/slack/copies?subject=${subject}`)).body

/** A level that was called, and, where PagerDuty did not answer for it, is told in Slack. */
async function paged(id: number, people: string[], inSlack = false): Promise<number> {
  const [page] = await rows(
    world.context.pool,
    z.object({ id: z.number() }),
    sql`insert into page (incident_id, action, round, level, dedup_key, severity, targets, state, sent_at, fallback_at)
        values (${id}, 'trigger', 9, ${keys++}, ${`told-${keys}`}, 1, ${people}, 'accepted', now(),
          case when ${inSlack} then now() end) returning id`,
  )
  return page?.id ?? 0
}

describe('what is said in the thread', () => {
  test('what matters, each once; not that it opened', async () => {
    const id = await declare()
    await act(id, 'acknowledge', {})
    const text = { text: 'looking', idempotencyKey: `note-${keys++}` }
    await act(id, 'note', text)
    await act(id, 'note', text)
    await act(id, 'resolve', { reason: 'restarted' })
    expect(await said(id)).toEqual(['acknowledged', 'note', 'resolved'])
  })

  test('that it ended by itself only where somebody was called or has it', async () => {
    const [quiet, called] = [await declare(), await declare()]
    await execute(world.context.pool, sql`delete from page where incident_id in (${quiet}, ${called})`)
    await paged(called, ['U0APPROVER'])
    for (const id of [quiet, called])
      await execute(
        world.context.pool,
        sql`insert into incident_event (incident_id, actor, kind, details) values (${id}, 'plantao', 'resolved', '{}')`,
      )
    expect(await said(quiet)).toEqual([])
    expect(await said(called)).toEqual(['resolved'])
  })
})

test('a further level that is called is said, each call once; not the first, nor one that reaches nobody', async () => {
  const id = await declare()
  const calls = async () => {
    const found = await rows(
      world.context.pool,
      z.object({ round: z.number(), level: z.number() }),
      sql`select round, level from page
          join subject on subject.name = 'incident-page/' || incident_id || '.' || page.id and revision > 0
          where incident_id = ${id} order by page.id`,
    )
    return found.map(({ round, level }) => `${round}/${level}`)
  }
  const call = async (change: {
    round?: number
    level?: number
    state?: string
    route?: string
    late?: true
  }) =>
    await execute(
      world.context.pool,
      sql`insert into page (incident_id, action, round, level, dedup_key, severity, state, route, planned_at)
          values (${id}, 'trigger', ${change.round ?? 1}, ${change.level ?? 1}, ${`further-${keys++}`}, 1,
            ${change.state ?? 'pending'}, ${change.route ?? 'main'},
            now() + make_interval(mins => ${change.late ? 2 : 0}))`,
    )
  await call({})
  expect(await calls()).toEqual([])
  await call({ level: 2 })
  await call({ level: 2, route: 'fallback' })
  await call({ level: 3, state: 'skipped' })
  await call({ level: 4, state: 'unrouted' })
  await call({ round: 2, late: true })
  expect(await calls()).toEqual(['1/2', '2/1'])
})

describe('who is notified', () => {
  test('everybody who was called hears that somebody has it and that it is over, but not who did it', async () => {
    const id = await declare()
    await paged(id, ['U0APPROVER', 'U0OPERATOR', 'Somebody Without Slack'])
    await act(id, 'acknowledge', {})
    expect(await copiesOfLast(id, 'acknowledged')).toEqual(['U0APPROVER'])
    await act(id, 'resolve', { by: 'U0APPROVER' })
    expect(await copiesOfLast(id, 'resolved')).toEqual(['U0OPERATOR'])
  })

  test('whoever it was given to', async () => {
    const id = await declare()
    await act(id, 'assign', { to: 'U0APPROVER' })
    expect(await copiesOfLast(id, 'assigned')).toEqual(['U0APPROVER'])
    await act(id, 'assign', { to: 'U0OPERATOR' })
    expect(await copiesOfLast(id, 'assigned')).toEqual([])
  })

  test('whoever was called and wants no messages is told of the page itself, and of nothing else', async () => {
    await send('PATCH', '/v1/people/U0APPROVER/settings', { directMessages: false })
    const id = await declare()
    const page = await paged(id, ['U0APPROVER'], true)
    expect(await copies(`page/${page}`)).toMatchObject({ people: ['U0APPROVER'], incidentId: id })
    await act(id, 'acknowledge', {})
    expect(await copiesOfLast(id, 'acknowledged')).toEqual([])
    await send('PATCH', '/v1/people/U0APPROVER/settings', { directMessages: true })
  })

  test('a page that is told in Slack changes when somebody has it and when it is over', async () => {
    const id = await declare()
    const subject = `page/${await paged(id, ['U0APPROVER'], true)}`
    const revision = async () => await subjectRevision(world.context.pool, subject)
    const before = await revision()
    await act(id, 'note', { text: 'looking' })
    expect(await revision()).toBe(before)
    await act(id, 'acknowledge', {})
    const after = await revision()
    expect(after).toBeGreaterThan(before)
    await act(id, 'resolve', {})
    expect(await revision()).toBeGreaterThan(after)
  })

  test('a page that PagerDuty delivered is told to nobody here', async () => {
    const id = await declare()
    expect(await copies(`page/${await paged(id, ['U0APPROVER'])}`)).toMatchObject({
      people: [],
      incidentId: null,
    })
  })
})

test('the postmortem comes as a file once for each state of the incident', async () => {
  const id = await declare()
  const file = async () => (await send('POST', `/v1/incidents/${id}/postmortem-file`, {})).body.state
  expect(await file()).toBe('coming')
  expect(await file()).toBe('there')
  await act(id, 'resolve', {})
  expect(await file()).toBe('coming')
  expect((await send('POST', '/v1/incidents/999999/postmortem-file', {})).status).toBe(404)
})
