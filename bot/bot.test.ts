import { createHmac } from 'node:crypto'
import { expect, onTestFinished, test, vi } from 'vitest'
import { slackForTest } from '../deploy/sandbox/slack/testing.ts'
import { EngineRefused } from '../engine/client.ts'
import { botForTest, operations, overSockets, told } from './testing/bot-for-test.ts'
import { createFakeEngine } from './testing/fake-engine.ts'

const user = 'U0OPERATOR'
const deploy = { user, channel: operations, command: '/deploy', text: 'staging v1' }
const ops = (text: string, asker = user) => ({ user: asker, channel: operations, command: '/ops', text })
const impatient = { answering: { acknowledgeSeconds: 0.2, patienceSeconds: 30 } }

test('one command delivered five times carries one key, and is one job with one message', async () => {
  const { slack, engine } = await start()
  slack.levers({ deliveries: 5 })
  const answer = await slack.command(deploy)
  expect(answer).toMatchObject({ status: 200, timedOut: false })
  expect(new Set(engine.asked.map((job) => job.idempotencyKey)).size).toBe(1)
  expect(engine.asked).toHaveLength(5)
  await slack.until(() => slack.messages(operations).length > 0)
  await slack.command(ops('later'))
  expect(slack.messages(operations).map((message) => message.text)).toEqual(['job/1 queued'])
})

test('a command is acknowledged after the engine has recorded it', async () => {
  const { slack, engine } = await start()
  await slack.command(deploy)
  expect((await engine.job(1)).params).toEqual({ environment: 'staging', version: 'v1' })
})

test('text arrives as it was typed', async () => {
  const { slack } = await start()
  await slack.command(ops('a < b && c'))
  expect(told(slack)[0]).toContain('a < b && c')
})

test('an answer for everybody is seen by everybody', async () => {
  const { slack } = await start()
  await slack.command(ops('aloud'))
  expect(slack.messages(operations).map((message) => message.text)).toContain('heard by all')
})

test('people are answered in their language and time zone from their first act on', async () => {
  const { slack } = await start()
  await slack.command(ops('hello', 'U0STRANGER'))
  await slack.command(ops('again', 'U0STRANGER'))
  expect(told(slack, 'U0STRANGER')).toEqual([
    expect.stringContaining('hello · en ·'),
    expect.stringContaining('again · en ·'),
  ])
  expect(slack.countOf('users.info')).toBe(1)
})

test('somebody new is answered in time also when Slack does not say who they are', async () => {
  const { slack } = await start()
  slack.levers({ down: 'silent', method: 'users.info' })
  const answer = await slack.command(ops('hello', 'U0STRANGER'))
  expect(answer).toMatchObject({ status: 200, timedOut: false })
  expect(told(slack, 'U0STRANGER')).toEqual(['hello · pt-BR · America/Sao_Paulo · ML Bling Sync'])
})

test('a slow engine: the person is told at once that it goes on, and later how it ended', async () => {
  const { slack, engine } = await start({ times: impatient })
  engine.levers.delaySeconds = 0.5
  await slack.command(deploy)
  expect(told(slack)[0]).toContain('Continuo tentando')
  await slack.until(() => told(slack).length === 2)
  expect(told(slack)[1]).toContain('foi registrado')
  expect(engine.asked).toHaveLength(1)
})

test('an engine that is down and comes back: the same request, tried again under its key', async () => {
  const { slack, engine } = await start({ times: impatient })
  await slack.command(ops('so that the settings are known'))
  engine.levers.down = true
  await slack.command(deploy)
  expect(told(slack)[1]).toContain('não roda duas vezes')
  expect(engine.missed()).toBeGreaterThan(0)
  engine.levers.down = false
  await slack.until(() => told(slack).length === 3)
  expect(told(slack)[2]).toContain('foi registrado')
  expect(engine.asked).toHaveLength(1)
  await slack.until(() => slack.messages(operations).length === 1)
})

test('an engine that stays down: the person is told that it was given up', async () => {
  const times = { answering: { acknowledgeSeconds: 0.1, patienceSeconds: 0.5 } }
  const { slack, engine } = await start({ times })
  engine.levers.down = true
  await slack.command(deploy)
  await slack.until(() => told(slack).length === 2)
  expect(told(slack)[1]).toContain('parei de tentar')
})

test('a refusal is told as the sentence of its code', async () => {
  const { slack, engine } = await start()
  engine.levers.refusal = new EngineRefused({ code: 'frozen', values: {}, detail: '', status: 409 })
  await slack.command(deploy)
  expect(told(slack)).toEqual(['pt-BR: frozen'])
})

test('a bug is told as a reference that is in the log, never as a stack', async () => {
  const { slack, bot } = await start()
  await slack.command(ops('bug'))
  const [text] = told(slack)
  expect(text).not.toMatch(/undefined|TypeError| at /)
  const reference = /\*([0-9A-F]{6})\*/.exec(text ?? '')?.[1]
  expect(bot.logged).toContainEqual(expect.objectContaining({ reference, name: '/ops' }))
})

test('a command and a button without a handler are answered all the same', async () => {
  const { slack } = await start()
  await slack.command({ ...deploy, command: '/constructor' })
  expect(told(slack)[0]).toContain('não conhece esse comando')
  await slack.command(deploy)
  const card = await slack.until(() => slack.messages(operations)[0])
  const answer = await slack.action({ user, channel: operations, ts: card.ts, actionId: 'docs' })
  expect(answer).toMatchObject({ status: 200, timedOut: false })
})

test('a button answers the one who pressed it', async () => {
  const { slack } = await start()
  await slack.command(deploy)
  const card = await slack.until(() => slack.messages(operations)[0])
  await slack.action({ user, channel: operations, ts: card.ts, actionId: 'approve' })
  await slack.until(() => told(slack).length === 1)
  expect(told(slack)).toEqual([`approved by ${user} in ${operations}`])
})

test('a form opens, shows what is wrong at its field, and its answer is told where it belongs', async () => {
  const { slack } = await start()
  await slack.command(ops('form'))
  const [view] = slack.state(user).views
  const send = (value: string) =>
    slack.submit({
      user,
      viewId: view?.id ?? '',
      values: { reason: { text: { type: 'plain_text_input', value } } },
    })
  expect((await send('no')).body).toEqual({ response_action: 'errors', errors: { reason: 'too short' } })
  await send('it is time')
  expect(slack.state(user).views).toEqual([])
  await slack.until(() => told(slack).length === 1)
  expect(told(slack)).toEqual(['because it is time'])
})

test('a refusal is laid over the form, which keeps what was typed; trouble takes its place', async () => {
  const { slack, engine } = await start({ times: impatient })
  await slack.command(ops('form'))
  const [view] = slack.state(user).views
  const values = { reason: { text: { type: 'plain_text_input', value: 'it is time' } } }
  engine.levers.refusal = new EngineRefused({ code: 'not-allowed', values: {}, detail: '', status: 403 })
  await slack.submit({ user, viewId: view?.id ?? '', values })
  expect(slack.state(user).views).toHaveLength(2)
  const [, over] = slack.state(user).views
  expect(JSON.stringify(over?.blocks)).toContain('pt-BR: not-allowed')
  await slack.closeView({ user, viewId: over?.id ?? '' })

  engine.levers.refusal = null
  engine.levers.delaySeconds = 0.5
  await slack.submit({ user, viewId: view?.id ?? '', values })
  expect(JSON.stringify(slack.state(user).views)).toContain('Continuo tentando')
  await slack.until(() => told(slack).length === 1)
  expect(told(slack)).toEqual(['because it is time'])
})

test('a form opens while a channel is under a 429', async () => {
  const { slack, engine } = await start()
  slack.levers({ down: '429', retryAfterSeconds: 3600, method: 'chat.postMessage' })
  engine.setJob(1, {})
  await slack.until(() => slack.countOf('chat.postMessage', 'ratelimited') === 1)
  await slack.command(ops('form'))
  expect(slack.state(user).views).toHaveLength(1)
})

test('a form that Slack does not open in time is said so', async () => {
  const { slack } = await start()
  slack.levers({ down: '429', method: 'views.open' })
  await slack.command(ops('form'))
  expect(told(slack)).toEqual(['O formulário não abriu a tempo. Tente de novo.'])
})

test('starts and answers while Slack itself is down', async () => {
  const slack = await slackForTest({ now: () => new Date() })
  slack.levers({ down: 'reset' })
  await botForTest(slack, createFakeEngine())
  expect(await slack.command(ops('hello'))).toMatchObject({ status: 200, timedOut: false })
})

test('starts while the engine is down, says so to who asks, and is ready for them', async () => {
  const slack = await slackForTest({ now: () => new Date() })
  const engine = createFakeEngine()
  engine.levers.down = true
  const bot = await botForTest(slack, engine, { times: impatient })
  expect((await fetch(`${bot.url}/readyz`)).status).toBe(200)
  await slack.command(deploy)
  expect(told(slack)[0]).toContain('Continuo tentando')
})

test('a bot that stops says what it could not finish', async () => {
  const { slack, engine, bot } = await start({ times: impatient })
  await slack.command(ops('so that the settings are known'))
  engine.levers.down = true
  await slack.command(deploy)
  await bot.stop()
  expect(told(slack).at(-1)).toContain('parei de tentar')
})

test('the members of the user groups are made known to the engine', async () => {
  const { engine } = await start()
  await expect.poll(() => engine.userGroups.size).toBe(2)
  expect(engine.userGroups.get('S0APPROVERS')).toEqual(['U0APPROVER', 'U0ADMIN'])
})

test('health, readiness and metrics are served', async () => {
  const { slack, bot } = await start()
  await slack.command(deploy)
  expect((await fetch(`${bot.url}/healthz`)).status).toBe(200)
  expect(await (await fetch(`${bot.url}/readyz`)).json()).toMatchObject({ ready: true, intake: 'http' })
  const text = await (await fetch(`${bot.url}/metrics`)).text()
  expect(text).toContain('plantao_bot_answers_total{kind="command",outcome="answered"} 1')
  expect((await fetch(`${bot.url}/elsewhere`)).status).toBe(404)
})

const body = new URLSearchParams({
  command: '/deploy',
  text: 'staging v1',
  user_id: user,
  channel_id: operations,
}).toString()
const now = () => Math.floor(Date.now() / 1000)
const sign = (timestamp: number, text = body, secret = 'sandbox-signing-secret') => ({
  'x-slack-request-timestamp': String(timestamp),
  'x-slack-signature': `v0=${createHmac('sha256', secret).update(`v0:${timestamp}:${text}`).digest('hex')}`,
})

test.each<[string, () => Record<string, string>, number]>([
  ['a good signature', () => sign(now()), 200],
  ['no signature', () => ({}), 401],
  ['another secret', () => sign(now(), body, 'guessed'), 401],
  ['another body', () => sign(now(), body.replace('staging', 'production')), 401],
  ['the same words in another order', () => sign(now(), body.split('&').toReversed().join('&')), 401],
  ['older than 5 minutes', () => sign(now() - 301), 401],
  ['no timestamp', () => ({ 'x-slack-signature': sign(now())['x-slack-signature'] }), 401],
])('a request with %s', async (_, headers, status) => {
  const { bot, engine } = await start()
  const type = { 'content-type': 'application/x-www-form-urlencoded' }
  const response = await fetch(`${bot.url}/slack/events`, {
    method: 'POST',
    body,
    headers: { ...type, ...headers() },
  })
  expect(response.status).toBe(status)
  expect(engine.asked).toHaveLength(status === 200 ? 1 : 0)
})

test('the request of Slack’s own documentation is taken at its time, byte for byte', async () => {
  // api.slack.com/authentication/verifying-requests-from-slack
  const body =
    'token=xyzz0WbapA4vBCDEFasx0q6G&team_id=T1DC2JH3J&team_domain=testteamnow&channel_id=G8PSS9T3V&channel_name=foobar&user_id=U2CERLKJA&user_name=roadrunner&command=%2Fwebhook-collect&text=&response_url=https%3A%2F%2Fhooks.slack.com%2Fcommands%2FT1DC2JH3J%2F397700885554%2F96rGlfmibIGlgcZRskXaIFfN&trigger_id=398738663015.47445629121.803a0bc887a14d10d2c447fce8b6703c'
  const slack = await slackForTest()
  const intake = { kind: 'http' as const, signingSecret: '8f742231b10e8888abcd99yyyzzz85a5' }
  const bot = await botForTest(slack, createFakeEngine(), { intake })
  vi.useFakeTimers({ toFake: ['Date'], now: 1531420618_000 })
  onTestFinished(() => void vi.useRealTimers())
  const headers = {
    'content-type': 'application/x-www-form-urlencoded',
    'x-slack-request-timestamp': '1531420618',
    'x-slack-signature': 'v0=a2114d57b48eac39b9ad189dd8316235a7b4a8d21a10bd27519666489c69b503',
  }
  const request = (text: string) => fetch(`${bot.url}/slack/events`, { method: 'POST', body: text, headers })
  expect((await request(body)).status).toBe(200)
  expect((await request(`${body}&`)).status).toBe(401)
})

test('a body larger than any of Slack is refused', async () => {
  const { bot } = await start()
  const response = await fetch(`${bot.url}/slack/events`, {
    method: 'POST',
    body: 'x'.repeat(2 * 1024 * 1024),
  })
  expect(response.status).toBe(413)
})

test('in Socket Mode commands are answered, and a refresh leaves no deaf moment', async () => {
  const slack = await slackForTest({ now: () => new Date() })
  const engine = createFakeEngine()
  const bot = await botForTest(slack, engine, { intake: overSockets })
  await slack.until(() => slack.socketCount() === 2)
  await slack.command(ops('hello'))
  expect(told(slack)[0]).toContain('hello')

  slack.refreshSockets()
  for (const count of [1, 2, 3, 4, 5]) {
    expect(await slack.command(ops(`during ${count}`))).toMatchObject({ timedOut: false, status: 200 })
  }
  await slack.until(() => slack.socketCount() === 4)
  await slack.command(deploy)
  expect(engine.asked).toHaveLength(1)
  expect(await (await fetch(`${bot.url}/readyz`)).json()).toMatchObject({ ready: true, intake: 'sockets' })
  expect(await (await fetch(`${bot.url}/metrics`)).text()).toContain('plantao_slack_deaf_seconds_total 0')
})

test('a bot without a Socket Mode connection is not ready', async () => {
  const slack = await slackForTest({ now: () => new Date() })
  slack.levers({ down: '500' })
  const bot = await botForTest(slack, createFakeEngine(), { intake: overSockets })
  expect((await fetch(`${bot.url}/readyz`)).status).toBe(503)
  slack.levers({ down: null })
  await slack.until(() => slack.socketCount() > 0)
  await expect.poll(async () => (await fetch(`${bot.url}/readyz`)).status).toBe(200)
})

async function start(options: Parameters<typeof botForTest>[2] = {}) {
  const slack = await slackForTest({ now: () => new Date() })
  const engine = createFakeEngine()
  const bot = await botForTest(slack, engine, options)
  return { slack, engine, bot }
}
