import { get, type IncomingMessage } from 'node:http'
import { EventSourceParserStream } from 'eventsource-parser/stream'
import { expect, test } from 'vitest'
import { appForTest, clientFor, operator, opsAlerts, slackForTest } from './testing.ts'
import type { SlackStandIn } from './server.ts'

const post = (slack: SlackStandIn, path: string, body: unknown, type = 'application/json') =>
  fetch(`${slack.url}/sandbox/${path}`, {
    method: 'POST',
    headers: { 'content-type': type },
    body: JSON.stringify(body),
  })

const stateOf = async (slack: SlackStandIn, user: string) =>
  (await fetch(`${slack.url}/sandbox/state?user=${user}`)).json() as Promise<Record<string, never>>

test('a person types, presses and is shown the outcome, all over HTTP', async () => {
  const app = await appForTest((_request, response) => response.end('on it'))
  const slack = await slackForTest({ requestUrl: app.url })
  const button = {
    type: 'button' as const,
    action_id: 'go',
    text: { type: 'plain_text' as const, text: 'Go' },
  }
  const { ts } = await clientFor(slack).chat.postMessage({
    channel: opsAlerts,
    text: 'go?',
    blocks: [{ type: 'actions', block_id: 'b', elements: [button] }],
  })
  const command = { user: operator, channel: opsAlerts, command: '/deploy', text: 'staging' }
  expect(await (await post(slack, 'command', command)).json()).toMatchObject({
    status: 200,
    body: 'on it',
    timedOut: false,
    milliseconds: expect.any(Number),
  })
  const press = { user: operator, channel: opsAlerts, ts, blockId: 'b', actionId: 'go' }
  expect(await (await post(slack, 'action', press)).json()).toMatchObject({ status: 200 })
  expect(await stateOf(slack, operator)).toMatchObject({
    user: {
      id: operator,
      name: 'maria',
      realName: 'Maria Santos',
      locale: 'pt-BR',
      tz: 'America/Sao_Paulo',
      isBot: false,
    },
    channels: [{ id: opsAlerts, name: 'ops-alerts', isDm: false }, { id: 'C0INCIDENTS' }],
    userGroups: [{ id: 'S0OPS', handle: 'ops' }, { id: 'S0APPROVERS' }],
    messages: { [opsAlerts]: [{ ts, text: 'go?' }], C0INCIDENTS: [] },
    ephemerals: { [opsAlerts]: [{ text: 'on it', ephemeral: true }] },
    views: [],
    home: null,
    calls: [{ method: 'chat.postMessage', ok: true, channel: opsAlerts }],
    limits: { down: null, budgetScale: 1 },
  })
})

test('levers are pulled and shown', async () => {
  const slack = await slackForTest()
  const change = { down: '429', retryAfterSeconds: 3, method: 'chat.update', deliverTwice: true }
  expect(await (await post(slack, 'levers', change)).json()).toMatchObject({ down: '429', deliveries: 2 })
  expect(await stateOf(slack, operator)).toMatchObject({
    limits: { method: 'chat.update', retryAfterSeconds: 3 },
  })
  expect(await (await post(slack, 'levers', { down: null })).json()).toMatchObject({
    down: null,
    method: null,
  })
})

test.each([
  ['command', { user: operator, channel: 'C0NOWHERE', command: '/deploy' }, 'channel_not_found'],
  ['command', { user: 'U0NOBODY', channel: opsAlerts, command: '/deploy' }, 'user_not_found'],
  ['command', { user: operator, channel: opsAlerts, command: 'deploy' }, 'invalid_arguments'],
  ['action', { user: operator, viewId: 'V0NONE', actionId: 'go' }, 'not_found'],
  ['levers', { down: 'flood' }, 'invalid_arguments'],
])('%s %j is refused with %s', async (path, body, error) => {
  const response = await post(await slackForTest(), path, body)
  expect([response.status, await response.json()]).toMatchObject([400, { error }])
})

test('a foreign page cannot type commands: plain forms are refused', async () => {
  const command = { user: operator, channel: opsAlerts, command: '/deploy' }
  expect((await post(await slackForTest(), 'command', command, 'text/plain')).status).toBe(415)
})

test('a foreign name that points here is refused', async () => {
  const slack = await slackForTest()
  const answer = await new Promise<IncomingMessage>((resolve) =>
    get(`${slack.url}/sandbox/state?user=${operator}`, { headers: { host: 'evil.example' } }, resolve),
  )
  answer.resume()
  expect(answer.statusCode).toBe(403)
})

test('changes are streamed, a burst as one', async () => {
  const slack = await slackForTest()
  const response = await fetch(`${slack.url}/sandbox/events?user=${operator}`)
  if (response.body === null) throw new Error('no stream')
  const events = response.body
    .pipeThrough(new TextDecoderStream())
    .pipeThrough(new EventSourceParserStream())
    .getReader()
  const next = async () => {
    const { value } = await events.read()
    return { event: value?.event, ...(JSON.parse(value?.data ?? '{}') as { revision: number }) }
  }
  const first = await next()
  expect(first.event).toBe('changed')
  const client = clientFor(slack)
  await Promise.all(['a', 'b', 'c'].map((text) => client.chat.postMessage({ channel: opsAlerts, text })))
  let last = first
  const { revision } = (await (await fetch(`${slack.url}/sandbox/state?user=${operator}`)).json()) as {
    revision: number
  }
  while (last.revision < revision) last = await next()
  expect(last.revision).toBe(revision)
  await events.cancel()
})
