import { verifySlackRequest } from '@slack/bolt'
import { expect, test } from 'vitest'
import { sign } from './deliveries.ts'
import { appForTest, operator, opsAlerts, payloadOf, type Received, slackForTest } from './testing.ts'

const deploy = { user: operator, channel: opsAlerts, command: '/deploy', text: 'staging v1 & <x> @joao' }

function verify({ headers, body }: Received, now = Date.now()): void {
  verifySlackRequest({
    signingSecret: 'sandbox-signing-secret',
    body,
    headers: {
      'x-slack-signature': String(headers['x-slack-signature']),
      'x-slack-request-timestamp': Number(headers['x-slack-request-timestamp']),
    },
    nowMilliseconds: now,
  })
}

test("the signature is Slack's own (the example of its documentation)", () => {
  const body =
    'token=xyzz0WbapA4vBCDEFasx0q6G&team_id=T1DC2JH3J&team_domain=testteamnow&channel_id=G8PSS9T3V' +
    '&channel_name=foobar&user_id=U2CERLKJA&user_name=roadrunner&command=%2Fwebhook-collect&text=' +
    '&response_url=https%3A%2F%2Fhooks.slack.com%2Fcommands%2FT1DC2JH3J%2F397700885554%2F96rGlfmibIGlgcZRskXaIFfN' +
    '&trigger_id=398738663015.47445629121.803a0bc887a14d10d2c447fce8b6703c'
  expect(sign('8f742231b10e8888abcd99yyyzzz85a5', 1531420618, body)).toBe(
    'v0=a2114d57b48eac39b9ad189dd8316235a7b4a8d21a10bd27519666489c69b503',
  )
})

test('a slash command arrives signed, escaped and complete', async () => {
  const app = await appForTest()
  const slack = await slackForTest({ requestUrl: app.url })
  const answer = await slack.command(deploy)
  expect(answer).toMatchObject({ status: 200, body: '', timedOut: false })
  const [received] = app.received
  if (received === undefined) throw new Error('nothing received')
  verify(received)
  expect(() => verify(received, Date.now() + 6 * 60_000)).toThrow('stale')
  expect(() => verify({ ...received, body: `${received.body} ` })).toThrow('mismatch')
  expect(payloadOf(received)).toMatchObject({
    command: '/deploy',
    text: 'staging v1 &amp; &lt;x&gt; <@U0APPROVER|joao>',
    user_id: operator,
    channel_id: opsAlerts,
    channel_name: 'ops-alerts',
    team_id: 'T0PLANTAO',
    api_app_id: 'A0PLANTAO',
    trigger_id: expect.stringMatching(/^\d+\.\d+\.[0-9a-f]{32}$/),
    response_url: expect.stringContaining(`${slack.url}/response/`),
  })
})

test.each([
  ['text', 'text/plain', 'on it'],
  ['JSON', 'application/json', JSON.stringify({ text: 'on it' })],
])('an acknowledgement with %s is shown to the person alone', async (_kind, type, body) => {
  const app = await appForTest((_request, response) => response.setHeader('content-type', type).end(body))
  const slack = await slackForTest({ requestUrl: app.url })
  await slack.command(deploy)
  expect(slack.ephemerals(operator)).toMatchObject([{ text: 'on it', channel: opsAlerts }])
  expect(slack.messages(opsAlerts)).toEqual([])
})

test('an in_channel acknowledgement is shown to all, with the command', async () => {
  const answer = JSON.stringify({ response_type: 'in_channel', text: 'on it' })
  const app = await appForTest((_request, response) =>
    response.setHeader('content-type', 'application/json').end(answer),
  )
  const slack = await slackForTest({ requestUrl: app.url })
  await slack.command({ ...deploy, text: 'staging' })
  expect(slack.messages(opsAlerts).map(({ text }) => text)).toEqual(['/deploy staging', 'on it'])
})

test.each([
  ['silence', 'operation_timeout', () => undefined],
  [
    'an error',
    'http_service_error',
    (response: { statusCode: number; end: () => void }) => Object.assign(response, { statusCode: 500 }).end(),
  ],
])('%s from the app shows %s to the person', async (_kind, error, answer) => {
  const app = await appForTest((_request, response) => answer(response))
  const slack = await slackForTest({ requestUrl: app.url })
  expect(await slack.command(deploy)).toMatchObject({ error, timedOut: error === 'operation_timeout' })
  expect(slack.ephemerals(operator)).toMatchObject([{ text: `/deploy failed with the error "${error}"` }])
})

test('without an app the command is not delivered', async () => {
  const slack = await slackForTest()
  expect(await slack.command(deploy)).toMatchObject({ error: 'dispatch_failed' })
  slack.setRequestUrl('http://127.0.0.1:1/')
  expect(await slack.command(deploy)).toMatchObject({ error: 'dispatch_failed' })
})

test('deliverTwice sends the same bytes again; deliveries sends as many as wanted', async () => {
  const app = await appForTest()
  const slack = await slackForTest({ requestUrl: app.url })
  slack.levers({ deliverTwice: true })
  await slack.command(deploy)
  expect(app.received).toHaveLength(2)
  expect(app.received[0]?.body).toBe(app.received[1]?.body)
  slack.levers({ deliveries: 5 })
  await slack.command(deploy)
  expect(app.received).toHaveLength(7)
  expect(new Set(app.received.slice(2).map(({ body }) => body)).size).toBe(1)
  slack.levers({ deliverTwice: false })
  await slack.command(deploy)
  expect(app.received).toHaveLength(8)
})

test('a command the app does not have is not sent to it: Slackbot says so', async () => {
  const app = await appForTest()
  const slack = await slackForTest({ commands: ['/deploy'], requestUrl: app.url })
  await slack.command({ ...deploy, command: '/deply' })
  expect(app.received).toEqual([])
  expect(slack.ephemerals(operator)).toMatchObject([
    { text: expect.stringContaining('`/deply` is not a valid command') },
  ])
  await slack.command(deploy)
  expect(app.received).toHaveLength(1)
})
