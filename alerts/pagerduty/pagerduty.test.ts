import { fc, test as property } from '@fast-check/vitest'
import { describe, expect, test } from 'vitest'
import { serverFor } from '../pager/testing.ts'
import { channelsOf, changesUrl, eventsUrl } from './channels.ts'
import { dedupKeyInTitle, eventBody, type PageEvent } from './event-body.ts'
import { answerOf, sendEvent } from './events.ts'
import { createRest } from './rest.ts'
import type { PagerDutySettings } from './settings.ts'
import { isSigned, readWebhook } from './webhooks.ts'

const page: PageEvent = {
  incidentId: 7,
  action: 'trigger',
  round: 1,
  level: 2,
  dedupKey: 'plantao/incident/7/1/2',
  who: 'Tech Lead',
  targets: ['João Silva'],
  title: 'Banco fora do ar',
  rule: 'database-down',
  incidentLevel: 1,
  environment: 'production',
  openedAt: new Date('2026-11-23T12:00:00Z'),
  links: [{ name: 'logs', url: 'https://logs.example.com' }],
  url: 'https://slack.com/app_redirect?channel=C1',
}

describe('what an event says', () => {
  test('a trigger', () => {
    expect(eventBody(page, 'k'.repeat(32))).toEqual({
      routing_key: 'k'.repeat(32),
      event_action: 'trigger',
      dedup_key: 'plantao/incident/7/1/2',
      client: 'Plantão',
      client_url: 'https://slack.com/app_redirect?channel=C1',
      links: [{ href: 'https://logs.example.com', text: 'logs' }],
      payload: {
        summary: 'Banco fora do ar · production (Plantão 7/1/2)',
        source: 'production',
        severity: 'critical',
        timestamp: '2026-11-23T12:00:00.000Z',
        component: 'production',
        group: 'database-down',
        class: 'level 1',
        custom_details: {
          incident: 7,
          incident_level: 1,
          escalation_level: 2,
          escalation_round: 1,
          who: 'Tech Lead',
          people: 'João Silva',
        },
      },
    })
  })

  test('what follows it carries the key alone', () => {
    expect(eventBody({ ...page, action: 'resolve' }, 'key')).toEqual({
      routing_key: 'key',
      event_action: 'resolve',
      dedup_key: 'plantao/incident/7/1/2',
    })
  })

  test.each([
    [1, 'critical'],
    [2, 'error'],
    [3, 'warning'],
  ])('an incident of level %i is %s', (incidentLevel, severity) => {
    expect(eventBody({ ...page, incidentLevel }, 'key')).toMatchObject({ payload: { severity } })
  })

  property.prop([fc.string({ unit: 'binary', maxLength: 3_000 }), fc.integer({ min: 1 })])(
    'the summary is never too long, and our key can be read back from it',
    (title, incidentId) => {
      const dedupKey = `plantao/incident/${incidentId}/1/2`
      const { payload } = eventBody({ ...page, title, dedupKey }, 'key') as { payload: { summary: string } }
      expect(payload.summary.length).toBeLessThanOrEqual(1_024)
      expect(dedupKeyInTitle(payload.summary)).toBe(dedupKey)
      expect(Buffer.from(payload.summary).toString()).toBe(payload.summary)
    },
  )

  test.each(['Banco (Plantão 7/1)', 'Plantão 7/1/2', '(Plantão x/1/2)', '(Plantão 7/1/2) depois'])(
    'no key is read from %s',
    (title) => expect(dedupKeyInTitle(title)).toBeNull(),
  )
})

describe('where events go', () => {
  test.each([
    'https://events.pagerduty.com',
    'https://events.pagerduty.com/',
    'https://events.pagerduty.com/v2',
    'https://events.pagerduty.com/v2/enqueue',
    'https://events.pagerduty.com/v2/enqueue/',
  ])('%s', (given) => {
    expect(eventsUrl(given)).toBe('https://events.pagerduty.com/v2/enqueue')
    expect(changesUrl(eventsUrl(given))).toBe('https://events.pagerduty.com/v2/change/enqueue')
  })

  test('behind a proxy with a path of its own', () => {
    expect(eventsUrl('http://proxy/pagerduty/')).toBe('http://proxy/pagerduty/v2/enqueue')
  })

  test('levels that share a key share a channel, whose name does not give the key away', () => {
    const settings: PagerDutySettings = {
      eventsUrl: 'https://events.pagerduty.com',
      apiUrl: 'https://api.pagerduty.com',
      routingKey: 'a'.repeat(32),
      routingKeys: { 2: 'b'.repeat(32) },
      fallback: { eventsUrl: 'https://events.eu.pagerduty.com', routingKey: 'c'.repeat(32) },
      apiToken: null,
      webhookSecrets: [],
      webhookSubscription: null,
    }
    const channels = channelsOf(settings, [1, 2, 3])
    expect(channels.map(({ route, levels }) => ({ route, levels }))).toEqual([
      { route: 'main', levels: [1, 3] },
      { route: 'main', levels: [2] },
      { route: 'fallback', levels: [1, 2, 3] },
    ])
    for (const { id, routingKey } of channels) expect(id).not.toContain(routingKey.slice(0, 6))
  })
})

describe('what came of an event', () => {
  test.each([
    [202, { result: 'accepted' }],
    [400, { result: 'refused' }],
    [413, { result: 'refused' }],
    [429, { result: 'retry', isLimit: true, mayHaveArrived: false }],
    [500, { result: 'retry', isLimit: false, mayHaveArrived: true }],
    [502, { result: 'retry', mayHaveArrived: true }],
    [200, { result: 'retry', mayHaveArrived: true }],
  ])('%i', (status, answer) => expect(answerOf(status, 'no JSON')).toMatchObject(answer))

  test('why it was refused', () => {
    expect(answerOf(400, JSON.stringify({ message: 'invalid', errors: ['a', 'b'] }))).toMatchObject({
      reason: 'PagerDuty answers 400: a; b',
    })
  })

  test('nothing listens: nothing can have arrived', async () => {
    const gone = await serverFor(() => undefined)
    await gone.close()
    expect(await sendEvent(gone.url, {}, 1_000)).toMatchObject({ result: 'retry', mayHaveArrived: false })
  })

  test('no answer within the deadline: it may have', async () => {
    const silent = await serverFor(() => undefined)
    expect(await sendEvent(silent.url, {}, 50)).toMatchObject({ result: 'retry', mayHaveArrived: true })
    await silent.close()
  })
})

describe('REST', () => {
  test('a server that never answers is given up at the deadline, and hung up on', async () => {
    let isClosed = false
    const silent = await serverFor((request) => void request.socket.on('close', () => (isClosed = true)))
    const rest = createRest({ url: silent.url, token: 't', deadlineMs: 1_000 })
    expect(await rest.incident('Q1')).toMatchObject({ ok: false, status: null, isPassing: true })
    await expect.poll(() => isClosed).toBe(true)
    await silent.close()
  })

  test.each([
    [400, '{"error":{"code":1001,"message":"Incident Already Resolved"}}', { code: 1001, isPassing: false }],
    [500, '{"error":{"code":2000,"message":"Internal"}}', { code: 2000, isPassing: true }],
    [502, '<html>', { status: 502, isPassing: true }],
    [404, '', { status: 404, isPassing: false }],
    [200, '{"incident":{"id":7}}', { ok: false, isPassing: true }],
  ])('%i %s', async (status, body, answer) => {
    const server = await serverFor((_request, response) => response.writeHead(status).end(body))
    const rest = createRest({ url: server.url, token: 't', deadlineMs: 5_000 })
    expect(await rest.incident('Q1')).toMatchObject({ ok: false, ...answer })
    await server.close()
  })
})

/** PagerDuty/go-pagerduty, webhookv3/webhookv3_test.go. */
const vector = {
  secret: 'lDQHScfUeXUKaQRNF+8XIiDKZ7XX3itBAYzwU0TARw8lJqRnkKl2iB1anSb0Z+IK',
  body: '{"event":{"id":"01BWDWL3NYY7LUFPZCC28QUCMK","event_type":"incident.priority_updated","resource_type":"incident","occurred_at":"2021-04-26T17:36:27.458Z","agent":{"html_url":"https://acme.pagerduty.com/users/PLH1HKV","id":"PLH1HKV","self":"https://api.pagerduty.com/users/PLH1HKV","summary":"Tenex Engineer","type":"user_reference"},"client":null,"data":{"id":"PGR0VU2","type":"incident","self":"https://api.pagerduty.com/incidents/PGR0VU2","html_url":"https://acme.pagerduty.com/incidents/PGR0VU2","number":2,"status":"triggered","title":"A little bump in the road","service":{"html_url":"https://acme.pagerduty.com/services/PF9KMXH","id":"PF9KMXH","self":"https://api.pagerduty.com/services/PF9KMXH","summary":"API Service","type":"service_reference"},"assignees":[{"html_url":"https://acme.pagerduty.com/users/PTUXL6G","id":"PTUXL6G","self":"https://api.pagerduty.com/users/PTUXL6G","summary":"User 123","type":"user_reference"}],"escalation_policy":{"html_url":"https://acme.pagerduty.com/escalation_policies/PUS0KTE","id":"PUS0KTE","self":"https://api.pagerduty.com/escalation_policies/PUS0KTE","summary":"Default","type":"escalation_policy_reference"},"teams":[{"html_url":"https://acme.pagerduty.com/teams/PFCVPS0","id":"PFCVPS0","self":"https://api.pagerduty.com/teams/PFCVPS0","summary":"Engineering","type":"team_reference"}],"priority":{"html_url":"https://acme.pagerduty.com/account/incident_priorities","id":"PSO75BM","self":"https://api.pagerduty.com/priorities/PSO75BM","summary":"P1","type":"priority_reference"},"urgency":"high","conference_bridge":{"conference_number":1000,"conference_url":"https://example.com"},"resolve_reason":null}}}',
  signature: 'v1=0c0b9495b893a39e70d1fea2fe11fbe0a825f88b9f67846f6cc07dd2bc5476cd',
  another: 'v1=7020c8a7ec668a9b7012bc3dd82e483394b038f4230acc6785efbf2a7d8bcaf5',
}

describe('webhooks', () => {
  const bytes = new TextEncoder().encode(vector.body)

  test.each([
    ['its signature', vector.signature, [vector.secret], true],
    ['one of several signatures', `${vector.another}, ${vector.signature}`, [vector.secret], true],
    ['one of several secrets', vector.signature, ['another', vector.secret], true],
    ['another signature', vector.another, [vector.secret], false],
    ['another secret', vector.signature, ['another'], false],
    ['no secret', vector.signature, [], false],
    ['no signature', undefined, [vector.secret], false],
    ['half a signature', vector.signature.slice(0, 40), [vector.secret], false],
    ['another version', vector.signature.replace('v1', 'v0'), [vector.secret], false],
  ])('%s', (_name, header, secrets, expected) => {
    expect(isSigned(bytes, header, secrets)).toBe(expected)
  })

  test('one byte more is another body', () => {
    expect(isSigned(new TextEncoder().encode(`${vector.body} `), vector.signature, [vector.secret])).toBe(
      false,
    )
  })

  test('types that do not concern us are nothing', () => {
    expect(readWebhook(vector.body)).toBeNull()
  })

  test('an acknowledge', () => {
    const body = JSON.parse(
      vector.body.replace('incident.priority_updated', 'incident.acknowledged'),
    ) as unknown
    expect(readWebhook(JSON.stringify(body))).toEqual({
      kind: 'acknowledged',
      eventId: '01BWDWL3NYY7LUFPZCC28QUCMK',
      occurredAt: new Date('2021-04-26T17:36:27.458Z'),
      incident: { id: 'PGR0VU2', title: 'A little bump in the road', incidentKey: null, mergedInto: null },
      user: { id: 'PLH1HKV', name: 'Tenex Engineer' },
      note: null,
    })
  })

  property.prop([fc.jsonValue()])('anything else is nothing, and no error', (body) => {
    expect(readWebhook(JSON.stringify(body))).toBeNull()
  })
})
