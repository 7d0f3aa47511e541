import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { escalateDue } from '../../alerts/timers.ts'
import { announceIncidentsOf } from '../../db/incident-details.ts'
import { testContext } from '../testing.ts'
import { createApi } from './api.ts'

let room: Awaited<ReturnType<typeof testContext>>
let api: ReturnType<typeof createApi>
let keys = 0
beforeAll(async () => {
  room = await testContext({
    runbook: (runbook) => ({ ...runbook, links: { ...runbook.links, runbook: 'https://wiki.test/runbook' } }),
  })
  // Everybody can be reached, by a key of their own.
  room.context.alerting.reach = async ({ level }) => ({ people: ['U0OPERATOR'], routingKey: `key-${level}` })
  api = createApi(room.context, 'token')
})
afterAll(async () => await room.close())

/** As much of any answer as a test looks into. */
interface Body {
  id: number
  revision: number
  jobs: unknown[]
  incidents: { id: number }[]
  markdown: string
  fileName: string
}

async function send(method: 'GET' | 'POST', path: string, body?: unknown) {
  const response = await api.request(path, {
    method,
    headers: { authorization: 'Bearer token', 'content-type': 'application/json' },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  })
  return { status: response.status, body: (await response.json()) as Body }
}
const declare = async (part: Record<string, unknown> = {}) => {
  const { body } = await send('POST', '/v1/incidents', {
    title: 'loja fora do ar',
    level: 1,
    environment: 'production',
    by: 'U0OPERATOR',
    idempotencyKey: `incident-${keys++}`,
    ...part,
  })
  return body.id
}
const act = async (id: number, what: string, body: Record<string, unknown> = {}) =>
  await send('POST', `/v1/incidents/${id}/${what}`, { by: 'U0OPERATOR', ...body })

describe('an incident over HTTP', () => {
  test('is declared once per key, and shows who is called next and when', async () => {
    const body = { title: 'down', level: 2, by: 'U0OPERATOR', idempotencyKey: 'once' }
    const [first, second] = [
      await send('POST', '/v1/incidents', body),
      await send('POST', '/v1/incidents', body),
    ]
    expect([first.status, second.status]).toEqual([201, 200])
    expect(second.body.id).toBe(first.body.id)
    await escalateDue(room.context)
    expect((await send('GET', `/v1/incidents/${first.body.id}`)).body).toMatchObject({
      state: 'open',
      rule: 'declared',
      declaredBy: { slack: 'U0OPERATOR' },
      escalation: {
        round: 1,
        rounds: 3,
        level: 1,
        next: { round: 1, level: 2, who: 'Tech Lead' },
        byHand: { level: 2, people: [{ slack: 'U0OPERATOR' }] },
        isExhausted: false,
      },
      pages: [{ round: 1, level: 1, who: 'Engineer on-call', state: 'pending' }],
      timeline: [
        { kind: 'declared', actor: { slack: 'U0OPERATOR' } },
        { kind: 'paged', details: { level: 1, people: ['Maria Santos'] } },
      ],
      links: [{ name: 'logs' }, { name: 'runbook', url: 'https://wiki.test/runbook' }],
    })
  })

  test('is acknowledged, given to somebody, noted on, has roles and a channel, and is resolved', async () => {
    const id = await declare()
    const seen = { round: 1, level: 0 }
    expect((await act(id, 'escalate', { seen })).body).toMatchObject({ escalation: { level: 1 } })
    expect(await act(id, 'escalate', { seen })).toMatchObject({
      status: 409,
      body: { code: 'wrong-state', values: { state: 'open', round: 1, level: 1 } },
    })
    expect((await act(id, 'acknowledge')).body).toMatchObject({
      state: 'acknowledged',
      owner: { slack: 'U0OPERATOR' },
      escalation: { next: null },
    })
    await act(id, 'assign', { to: 'U0APPROVER' })
    await act(id, 'note', { text: 'olhando' })
    await act(id, 'role', { role: 'scribe', person: 'U0ADMIN' })
    await act(id, 'channel', { channel: 'C0WARROOM' })
    expect((await act(id, 'resolve', { reason: 'voltou' })).body).toMatchObject({
      state: 'resolved',
      resolution: 'voltou',
      owner: { slack: 'U0APPROVER' },
      scribe: { slack: 'U0ADMIN' },
      channel: 'C0WARROOM',
    })
    for (const late of ['acknowledge', 'resolve']) {
      expect(await act(id, late)).toMatchObject({ status: 409, body: { values: { state: 'resolved' } } })
    }
    const { body } = await send('GET', `/v1/incidents/${id}/postmortem`)
    expect(body.fileName).toBe(`postmortem-${id}.md`)
    expect(body.markdown).toContain('anotou: olhando')
    expect(body.markdown).toContain('Maria Santos')
  })

  test('is listed by what it is', async () => {
    const [high, resolved] = [await declare({ level: 2 }), await declare({ level: 3 })]
    await act(resolved, 'resolve')
    const listed = async (query: string): Promise<number[]> => {
      const { body } = await send('GET', `/v1/incidents?${query}`)
      return body.incidents.map(({ id }) => id)
    }
    expect(await listed('open=true')).toContain(high)
    expect(await listed('open=true')).not.toContain(resolved)
    expect(await listed('state=resolved&level=3')).toEqual([resolved])
    expect(await listed('limit=1')).toEqual([resolved])
  })

  test('is not for everybody, and says no in words', async () => {
    const id = await declare()
    expect(await act(id, 'acknowledge', { by: 'U0VIEWER' })).toMatchObject({
      status: 403,
      body: { code: 'not-allowed' },
    })
    expect(await act(999_999, 'acknowledge')).toMatchObject({ status: 404 })
    expect(await act(id, 'escalate')).toMatchObject({ status: 400, body: { values: { field: 'seen' } } })
  })

  test('shows what changed its environment: begun or going on within the hour before it, or since', async () => {
    /** Began and ended so many minutes ago; null: it runs. */
    const job = async (kind: string, began: number, ended: number | null) =>
      await room.context.pool.query(
        `insert into job (kind, params, environment, state, requested_by, idempotency_key, freezable, created_at,
           started_at, finished_at)
         values ($1, '{"version": "v1.2.3"}', 'production', case when $3::int is null then 'running' else 'succeeded' end,
           'U0OPERATOR', gen_random_uuid(), true, now() - make_interval(mins => $2), now() - make_interval(mins => $2),
           now() - make_interval(mins => $3))`,
        [kind, began, ended],
      )
    await job('deploy', 90, 80)
    await job('restore', 90, null)
    await job('deploy', 4, 3)
    await job('sync', 4, 3)
    const id = await declare()
    const { body } = await send('GET', `/v1/incidents/${id}`)
    expect(body.jobs).toMatchObject([
      { kind: 'restore', state: 'running' },
      { kind: 'deploy', target: 'v1.2.3', by: { name: 'Maria Santos' } },
    ])
    const elsewhere = await send('GET', `/v1/incidents/${await declare({ environment: 'staging' })}`)
    expect(elsewhere.body.jobs).toEqual([])
    // The postmortem tells of all that ran.
    for (let more = 0; more < 12; more++) await job('sync', 1, 0)
    const { markdown } = (await send('GET', `/v1/incidents/${id}/postmortem`)).body
    expect(markdown.match(/ restore production /g)).toHaveLength(1)
    expect(markdown.match(/ sync production /g)).toHaveLength(13)
  })
})

test('an incident is shown anew when such a job on its environment begins or ends', async () => {
  const [here, there] = [await declare(), await declare({ environment: 'staging' })]
  const revisions = async () =>
    await Promise.all(
      [here, there].map(async (id) => (await send('GET', `/v1/incidents/${id}`)).body.revision),
    )
  const before = await revisions()
  await announceIncidentsOf(room.context.pool, { kind: 'sync', environment: 'production' })
  expect(await revisions()).toEqual(before)
  await announceIncidentsOf(room.context.pool, { kind: 'deploy', environment: 'production' })
  const after = await revisions()
  expect([after[0] === before[0], after[1] === before[1]]).toEqual([false, true])
})
