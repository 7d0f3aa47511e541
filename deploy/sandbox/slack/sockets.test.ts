import { SocketModeClient } from '@slack/socket-mode'
import { expect, onTestFinished, test } from 'vitest'
import type { SlackStandIn } from './server.ts'
import { clientFor, errorOf, operator, opsAlerts, silentLogger, slackForTest } from './testing.ts'

const deploy = { user: operator, channel: opsAlerts, command: '/deploy', text: 'staging' }
type Delivered = {
  ack: (payload?: Record<string, unknown>) => Promise<void>
  type: string
  body: { command?: string; event?: { type: string } }
  retry_num?: number
  accepts_response_payload: boolean
}

/** Slack's own client, connected; it keeps what it is sent and answers as the test says. */
async function connect(
  slack: SlackStandIn,
  answer: (delivered: Delivered) => Promise<void> = ({ ack }) => ack(),
): Promise<{ client: SocketModeClient; delivered: Delivered[] }> {
  const client = new SocketModeClient({
    appToken: 'xapp-sandbox',
    logger: silentLogger,
    clientPingTimeout: 200,
    clientOptions: { slackApiUrl: slack.apiUrl },
  })
  const delivered: Delivered[] = []
  client.on('slack_event', async (event: Delivered) => {
    delivered.push(event)
    await answer(event)
  })
  await client.start()
  onTestFinished(() => client.disconnect())
  return { client, delivered }
}

test('with a connection, commands and events come over it and are answered on it', async () => {
  const slack = await slackForTest({ requestUrl: 'http://127.0.0.1:1/never' })
  const { delivered } = await connect(slack, ({ ack, type }) =>
    ack(type === 'slash_commands' ? { text: 'on it' } : {}),
  )
  expect(slack.socketCount()).toBe(1)
  expect(await slack.command(deploy)).toMatchObject({ status: 200, body: { text: 'on it' } })
  await slack.openHome({ user: operator })
  expect(slack.ephemerals(operator)).toMatchObject([{ text: 'on it' }])
  expect(delivered).toMatchObject([
    { type: 'slash_commands', accepts_response_payload: true, body: { command: '/deploy', text: 'staging' } },
    { type: 'events_api', accepts_response_payload: false, body: { event: { type: 'app_home_opened' } } },
  ])
})

test('each payload goes to one connection', async () => {
  const slack = await slackForTest()
  const first = await connect(slack)
  const second = await connect(slack)
  for (let count = 0; count < 4; count++) await slack.command(deploy)
  expect([first.delivered.length, second.delivered.length]).toEqual([2, 2])
})

test('no acknowledgement in time is an operation_timeout', async () => {
  const slack = await slackForTest()
  await connect(slack, async () => undefined)
  expect(await slack.command(deploy)).toMatchObject({ error: 'operation_timeout', timedOut: true })
})

test('deliverTwice sends two envelopes with the same payload', async () => {
  const slack = await slackForTest()
  const { delivered } = await connect(slack)
  slack.levers({ deliverTwice: true })
  await slack.command(deploy)
  expect(delivered).toHaveLength(2)
  expect(delivered[0]?.body).toEqual(delivered[1]?.body)
})

test('an event nobody took comes again with its retry number', async () => {
  let open = () => undefined as void
  const gate = new Promise<void>((resolve) => (open = resolve))
  const slack = await slackForTest({ wait: () => gate })
  expect(await slack.openHome({ user: operator })).toMatchObject({ error: 'dispatch_failed' })
  let took = (_delivered: Delivered) => undefined as void
  const taken = new Promise<Delivered>((resolve) => (took = resolve))
  await connect(slack, async (delivered) => {
    await delivered.ack()
    took(delivered)
  })
  open()
  expect(await taken).toMatchObject({ body: { event: { type: 'app_home_opened' } }, retry_num: 1 })
})

test('a refresh makes the client leave and come back', async () => {
  const slack = await slackForTest()
  const { client } = await connect(slack)
  const back = new Promise((resolve) => client.once('connected', resolve))
  slack.refreshSockets()
  await slack.until(() => slack.socketCount() === 0)
  expect(await slack.command(deploy)).toMatchObject({ error: 'dispatch_failed' })
  await back
  expect(await slack.command(deploy)).toMatchObject({ status: 200 })
})

test('payloads avoid a connection that was told to leave', async () => {
  const slack = await slackForTest()
  const { url = '' } = await clientFor(slack, {}, 'xapp-sandbox').apps.connections.open({})
  const lingering = await rawSocket(url)
  slack.refreshSockets()
  const { delivered } = await connect(slack)
  for (let count = 0; count < 3; count++) await slack.command(deploy)
  expect(delivered).toHaveLength(3)
  expect(lingering.types).toEqual(['hello', 'disconnect'])
})

test('a socket address works once, and reconnecting in a loop is rate limited', async () => {
  const slack = await slackForTest()
  const client = clientFor(slack, {}, 'xapp-sandbox')
  const { url = '' } = await client.apps.connections.open({})
  await rawSocket(url)
  await expect(rawSocket(url)).rejects.toThrow('408')
  for (let count = 0; count < 4; count++) await client.apps.connections.open({})
  await expect(client.apps.connections.open({})).rejects.toMatchObject({
    code: 'slack_webapi_rate_limited_error',
  })
  expect((await errorOf(clientFor(slack).apps.connections.open({}))).error).toBe('not_allowed_token_type')
})

test('the eleventh connection is turned away', async () => {
  const slack = await slackForTest()
  slack.levers({ budgetScale: 10 })
  const client = clientFor(slack, {}, 'xapp-sandbox')
  const open = async () => rawSocket((await client.apps.connections.open({})).url ?? '')
  const sockets = []
  for (let count = 0; count < 11; count++) sockets.push(await open())
  expect(sockets.map(({ types }) => types[0])).toEqual([...Array(10).fill('hello'), 'disconnect'])
  expect(slack.socketCount()).toBe(10)
})

/** A bare connection that keeps the types of what it is sent; resolves after the first message. */
async function rawSocket(url: string): Promise<{ types: string[] }> {
  const { WebSocket } = await import('ws')
  const socket = new WebSocket(url)
  const types: string[] = []
  onTestFinished(() => socket.terminate())
  return new Promise((resolve, reject) => {
    socket.on('error', reject)
    socket.on('message', (data: Buffer) => {
      types.push(JSON.parse(data.toString()).type)
      resolve({ types })
    })
  })
}
