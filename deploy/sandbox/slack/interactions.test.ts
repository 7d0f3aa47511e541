import type { KnownBlock } from '@slack/web-api'
import { expect, test } from 'vitest'
import type { SlackStandIn } from './server.ts'
import {
  type AppForTest,
  appForTest,
  clientFor,
  operator,
  opsAlerts,
  payloadOf,
  slackForTest,
} from './testing.ts'

const plain = (text: string) => ({ type: 'plain_text' as const, text })
const options = ['v1', 'v2'].map((value) => ({ text: plain(value), value }))

const card: KnownBlock[] = [
  {
    type: 'actions',
    block_id: 'choices',
    elements: [
      { type: 'button', action_id: 'go', text: plain('Go'), value: '42', style: 'primary' },
      { type: 'static_select', action_id: 'version', options },
    ],
  },
  { type: 'section', text: plain('more'), accessory: { type: 'overflow', action_id: 'more', options } },
]

async function posted(): Promise<{
  slack: SlackStandIn
  app: AppForTest
  at: { channel: string; ts: string }
}> {
  const app = await appForTest()
  const slack = await slackForTest({ requestUrl: app.url })
  const { ts = '' } = await clientFor(slack).chat.postMessage({ channel: opsAlerts, text: 'x', blocks: card })
  return { slack, app, at: { channel: opsAlerts, ts } }
}

test('a pressed button arrives with who, where, what, a trigger and a response_url', async () => {
  const { slack, app, at } = await posted()
  const answer = await slack.action({ user: 'U0APPROVER', ...at, blockId: 'choices', actionId: 'go' })
  expect(answer).toMatchObject({ status: 200, timedOut: false })
  expect(payloadOf(app.received[0])).toMatchObject({
    type: 'block_actions',
    user: { id: 'U0APPROVER', username: 'joao', team_id: 'T0PLANTAO' },
    container: { type: 'message', message_ts: at.ts, channel_id: opsAlerts, is_ephemeral: false },
    channel: { id: opsAlerts, name: 'ops-alerts' },
    message: { ts: at.ts, text: 'x', bot_id: 'B0PLANTAO' },
    trigger_id: expect.stringMatching(/^\d+\.\d+\./),
    response_url: expect.stringContaining('/response/'),
    actions: [
      {
        type: 'button',
        action_id: 'go',
        block_id: 'choices',
        value: '42',
        text: plain('Go'),
        style: 'primary',
      },
    ],
  })
})

test('a choice arrives as the chosen option, and in the state', async () => {
  const { slack, app, at } = await posted()
  await slack.action({ user: operator, ...at, actionId: 'version', value: 'v2' })
  await slack.action({ user: operator, ...at, actionId: 'more', value: 'v1' })
  const [first, second] = app.received.map(payloadOf)
  expect(first).toMatchObject({
    actions: [{ type: 'static_select', selected_option: options[1] }],
    state: { values: { choices: { version: { type: 'static_select', selected_option: options[1] } } } },
  })
  expect(second).toMatchObject({ actions: [{ type: 'overflow', selected_option: options[0] }] })
})

test('a button is still the same one after an edit has given its block another id', async () => {
  const slack = await slackForTest()
  const app = await appForTest()
  slack.setRequestUrl(app.url)
  const go = { type: 'button' as const, action_id: 'go', text: { type: 'plain_text' as const, text: 'Go' } }
  const content = { channel: opsAlerts, text: 'x', blocks: [{ type: 'actions' as const, elements: [go] }] }
  const { ts = '' } = await clientFor(slack).chat.postMessage(content)
  const blockId = slack.messages(opsAlerts).at(-1)?.blocks[0]?.block_id ?? ''
  await clientFor(slack).chat.update({ ...content, ts })
  await slack.action({ user: operator, channel: opsAlerts, ts, actionId: 'go', blockId })
  expect(payloadOf(app.received[0])).toMatchObject({ actions: [{ action_id: 'go' }] })
  expect(slack.messages(opsAlerts).at(-1)?.blocks[0]?.block_id).not.toBe(blockId)
})

test('what a person cannot see they cannot press', async () => {
  const { slack, at } = await posted()
  await expect(slack.action({ user: operator, ...at, actionId: 'gone' })).rejects.toThrow('element_not_found')
  await expect(
    slack.action({ user: operator, channel: opsAlerts, ts: '1.1', actionId: 'go' }),
  ).rejects.toThrow('message_not_found')
  const whisper = await clientFor(slack).chat.postEphemeral({
    channel: opsAlerts,
    user: operator,
    text: 'x',
    blocks: card,
  })
  const there = { channel: opsAlerts, ts: whisper.message_ts ?? '', actionId: 'go' }
  await expect(slack.action({ user: 'U0VIEWER', ...there })).rejects.toThrow('message_not_found')
})

test('a button in an ephemeral message comes without the message', async () => {
  const { slack, app } = await posted()
  const whisper = await clientFor(slack).chat.postEphemeral({
    channel: opsAlerts,
    user: operator,
    text: 'x',
    blocks: card,
  })
  await slack.action({ user: operator, channel: opsAlerts, ts: whisper.message_ts ?? '', actionId: 'go' })
  const payload = payloadOf(app.received[0])
  expect(payload).toMatchObject({ container: { is_ephemeral: true, message_ts: whisper.message_ts } })
  expect(payload).not.toHaveProperty('message')
})

test('a press is delivered twice with the same trigger when the lever says so', async () => {
  const { slack, app, at } = await posted()
  slack.levers({ deliverTwice: true })
  await slack.action({ user: operator, ...at, actionId: 'go' })
  expect(app.received.map(({ body }) => body)).toEqual(Array(2).fill(app.received[0]?.body))
})

test('shortcuts: global and on a message', async () => {
  const { slack, app, at } = await posted()
  await slack.shortcut({ user: operator, callbackId: 'open-incident' })
  await slack.shortcut({ user: operator, callbackId: 'note', ...at })
  expect(app.received.map(payloadOf)).toMatchObject([
    { type: 'shortcut', callback_id: 'open-incident', trigger_id: expect.any(String) },
    {
      type: 'message_action',
      callback_id: 'note',
      message_ts: at.ts,
      message: { text: 'x' },
      channel: { id: opsAlerts },
    },
  ])
})

test('an external select asks the app for options', async () => {
  const answer = { current: JSON.stringify({ options }) }
  const app = await appForTest((_request, response) =>
    response.setHeader('content-type', 'application/json').end(answer.current),
  )
  const slack = await slackForTest({ requestUrl: app.url })
  const { ts = '' } = await clientFor(slack).chat.postMessage({
    channel: opsAlerts,
    text: 'x',
    blocks: [
      {
        type: 'actions',
        block_id: 'b',
        elements: [{ type: 'external_select', action_id: 'release', min_query_length: 2 }],
      },
    ],
  })
  const ask = (value: string) =>
    slack.options({ user: operator, channel: opsAlerts, ts, actionId: 'release', value })
  expect((await ask('v')).body).toEqual({ options: [] })
  expect(app.received).toHaveLength(0)
  expect((await ask('v1')).body).toEqual({ options })
  expect(payloadOf(app.received[0])).toMatchObject({
    type: 'block_suggestion',
    value: 'v1',
    action_id: 'release',
    block_id: 'b',
  })
  answer.current = JSON.stringify({ options: Array(101).fill(options[0]) })
  expect((await ask('v1')).error).toContain('invalid_options')
})

test('a button beside inputs in a message brings along what was entered in them, and nothing else', async () => {
  const { slack, app, at } = await posted()
  const version = { type: 'static_select', selected_option: options[1] }
  const values = { choices: { version, made: { type: 'static_select' } }, up: {} }
  await slack.action({ user: operator, ...at, blockId: 'choices', actionId: 'go', values })
  expect(payloadOf(app.received[0])).toMatchObject({
    state: { values: { choices: { version: { selected_option: { value: 'v2' } } } } },
  })
  expect(JSON.stringify(payloadOf(app.received[0]))).not.toContain('made')
})
