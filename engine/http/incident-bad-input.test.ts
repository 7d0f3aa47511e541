import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { testContext } from '../testing.ts'
import { createApi } from './api.ts'

let room: Awaited<ReturnType<typeof testContext>>
let api: ReturnType<typeof createApi>
let incident: number
beforeAll(async () => {
  room = await testContext()
  api = createApi(room.context, 'token')
  const made = await send('/v1/incidents', { title: 'shop down', level: 1, by, idempotencyKey: 'first' })
  incident = made.body.id
})
afterAll(async () => await room.close())

const by = 'U0OPERATOR'
const nul = 'a\u0000b'
const half = 'a\ud800b'
const reason = 'because'

interface Body {
  id: number
  code: string
  errors: { field: string }[]
}
async function send(path: string, body: unknown) {
  const response = await api.request(path, {
    method: 'POST',
    headers: { authorization: 'Bearer token', 'content-type': 'application/json' },
    body: JSON.stringify(body),
  })
  return { status: response.status, body: (await response.json()) as Body }
}
/** All that acts on incidents could have changed. */
const everything = async (): Promise<unknown> => {
  const tables = ['incident', 'incident_event', 'escalation', 'incident_timer', 'silence', 'page', 'audit']
  const found = tables.map(async (table) => (await room.context.pool.query(`select * from ${table}`)).rows)
  return await Promise.all(found)
}

const declared = { title: 'down', level: 1, by, idempotencyKey: 'k' }
const silenced = { by, matchers: [{ label: 'a', value: 'b' }], minutes: 5, reason, idempotencyKey: 'k' }
/** What is asked of which route, and the field that is wrong. */
const wrong: [path: string, body: unknown, field: string][] = [
  ['/v1/incidents', [], 'body'],
  ['/v1/incidents', null, 'body'],
  ['/v1/incidents', { ...declared, title: nul }, 'title'],
  ['/v1/incidents', { ...declared, title: half }, 'title'],
  ['/v1/incidents', { ...declared, title: 'x'.repeat(201) }, 'title'],
  ['/v1/incidents', { ...declared, level: '1' }, 'level'],
  ['/v1/incidents', { ...declared, level: 4 }, 'level'],
  ['/v1/incidents', { ...declared, idempotencyKey: nul }, 'idempotencyKey'],
  ['/v1/incidents', { ...declared, enviroment: 'production' }, 'enviroment'],
  ['/v1/incidents', { ...declared, by: 'maria' }, 'by'],
  ['acknowledge', { by: { slack: by } }, 'by'],
  ['acknowledge', { by, force: true }, 'force'],
  ['escalate', { by }, 'seen'],
  ['escalate', { by, seen: { round: 1, level: -1 } }, 'seen.level'],
  ['escalate', { by, seen: { round: 1e300, level: 0 } }, 'seen.round'],
  ['escalate', { by, seen: { round: 1, level: 0, who: 'CEO' } }, 'seen.who'],
  ['resolve', { by, reason: nul }, 'reason'],
  ['resolve', { by, raeson: reason }, 'raeson'],
  ['assign', { by, to: 'maria' }, 'to'],
  ['note', { by, text: ' ' }, 'text'],
  ['note', { by, text: half }, 'text'],
  ['note', { by, text: 'x'.repeat(2_001) }, 'text'],
  ['note', { by, text: 'x', idempotencyKey: nul }, 'idempotencyKey'],
  ['role', { by, person: by, role: 'boss' }, 'role'],
  ['channel', { by, channel: '#war-room' }, 'channel'],
  ['/v1/silences', { ...silenced, minutes: 0 }, 'minutes'],
  ['/v1/silences', { ...silenced, minutes: 1e9 }, 'minutes'],
  ['/v1/silences', { ...silenced, reason: 'x' }, 'reason'],
  ['/v1/silences', { ...silenced, matchers: [] }, 'matchers'],
  ['/v1/silences', { ...silenced, matchers: [{ label: nul, value: 'b' }] }, 'matchers.0.label'],
  ['/v1/silences', { ...silenced, matchers: [{ label: 'a', value: half }] }, 'matchers.0.value'],
  [
    '/v1/silences',
    { ...silenced, matchers: [{ label: 'a', value: 'b', isRegex: true }] },
    'matchers.0.isRegex',
  ],
  // What has no such label would match too, so everything.
  ['/v1/silences', { ...silenced, matchers: [{ label: 'a', value: '' }] }, 'matchers'],
  ['/v1/silences', { ...silenced, matchers: undefined }, 'matchers'],
  ['/v1/silences', { ...silenced, incidentId: 1e300 }, 'incidentId'],
]

describe('what is wrong is refused by the name of its field, and changes nothing', () => {
  test.each(wrong)('%s %j', async (path, body, field) => {
    const before = await everything()
    const answer = await send(path.startsWith('/') ? path : `/v1/incidents/${incident}/${path}`, body)
    expect(answer).toMatchObject({ status: 400, body: { code: 'invalid-request', values: { field } } })
    expect(await everything()).toEqual(before)
  })

  test.each(['abc', '0', '-1', '1.5', '99999999999999999999', '%00'])('incident %s', async (id) => {
    const answer = await send(`/v1/incidents/${id}/acknowledge`, { by })
    expect(answer).toMatchObject({ status: 400, body: { values: { field: 'id' } } })
  })

  test('what is asked for in the address', async () => {
    const headers = { authorization: 'Bearer token' }
    for (const [query, field] of [
      ['/v1/incidents?state=gone', 'state.0'],
      ['/v1/incidents?level=9', 'level'],
      ['/v1/incidents?limit=1000', 'limit'],
      ['/v1/incident-stats?weeks=0', 'weeks'],
      ['/v1/audit?subject=%00', 'subject'],
    ] as const) {
      const response = await api.request(query, { headers })
      expect({ status: response.status, body: await response.json() }).toMatchObject({
        status: 400,
        body: { values: { field } },
      })
    }
  })
})
