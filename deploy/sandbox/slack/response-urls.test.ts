import { expect, test } from 'vitest'
import type { SlackStandIn } from './server.ts'
import {
  appForTest,
  clientFor,
  clockForTest,
  operator,
  opsAlerts,
  payloadOf,
  slackForTest,
} from './testing.ts'

/** A command is typed; answers a function that posts to its response_url. */
async function typed(slack: SlackStandIn): Promise<(reply: unknown) => Promise<[number, string]>> {
  const app = await appForTest()
  slack.setRequestUrl(app.url)
  await slack.command({ user: operator, channel: opsAlerts, command: '/deploy' })
  return poster(payloadOf(app.received[0])['response_url'] ?? '')
}

function poster(url: string): (reply: unknown) => Promise<[number, string]> {
  return async (reply) => {
    const response = await fetch(url, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(reply),
    })
    return [response.status, await response.text()]
  }
}

const code = (error: string) => JSON.stringify({ ok: false, error })

test('five posts, and no sixth', async () => {
  const slack = await slackForTest()
  const post = await typed(slack)
  for (let use = 1; use <= 5; use++) expect(await post({ text: `use ${use}` })).toEqual([200, 'ok'])
  expect(await post({ text: 'use 6' })).toEqual([404, code('used_url')])
  expect(slack.ephemerals(operator)).toHaveLength(5)
  expect(slack.countOf('response_url', 'used_url')).toBe(1)
})

test('thirty minutes, and no later', async () => {
  const clock = clockForTest()
  const slack = await slackForTest({ now: clock.now })
  const post = await typed(slack)
  clock.advance(30 * 60)
  expect(await post({ text: 'just in time' })).toEqual([200, 'ok'])
  clock.advance(1)
  expect(await post({ text: 'late' })).toEqual([404, code('expired_url')])
})

test('alone or in the channel, replaced, deleted', async () => {
  const slack = await slackForTest()
  const post = await typed(slack)
  await post({ text: 'one' })
  await post({ text: 'two', replace_original: 'true' })
  expect(slack.ephemerals(operator).map(({ text }) => text)).toEqual(['two'])
  await post({ delete_original: true })
  expect(slack.ephemerals(operator)).toEqual([])
  await post({ text: 'for all', response_type: 'in_channel' })
  expect(slack.messages(opsAlerts)).toMatchObject([{ text: 'for all', bot_id: 'B0PLANTAO' }])
})

test('a button’s response_url replaces its message', async () => {
  const app = await appForTest()
  const slack = await slackForTest({ requestUrl: app.url })
  const button = {
    type: 'button' as const,
    action_id: 'go',
    text: { type: 'plain_text' as const, text: 'Go' },
  }
  const { ts = '' } = await clientFor(slack).chat.postMessage({
    channel: opsAlerts,
    text: 'go?',
    blocks: [{ type: 'actions', elements: [button] }],
  })
  await slack.action({ user: operator, channel: opsAlerts, ts, actionId: 'go' })
  const post = poster(payloadOf(app.received[0])['response_url'] ?? '')
  await post({ text: 'gone', blocks: [], replace_original: true })
  expect(slack.messages(opsAlerts)).toMatchObject([{ ts, text: 'gone', blocks: [], edited: {} }])
})

test.each([
  ['invalid_blocks', { text: 'x', blocks: [{ type: 'header' }] }],
  ['no_text', {}],
  ['invalid_payload', { text: 7 }],
])('%s is refused', async (error, reply) => {
  const post = await typed(await slackForTest())
  expect(await post(reply)).toEqual([400, code(error)])
})

test('an address nobody gave out does not exist', async () => {
  const slack = await slackForTest()
  expect(await poster(`${slack.url}/response/NONE`)({ text: 'x' })).toEqual([404, code('invalid_url')])
})

test('Slack being down takes response_urls with it', async () => {
  const slack = await slackForTest()
  const post = await typed(slack)
  slack.levers({ down: '500' })
  expect((await post({ text: 'x' }))[0]).toBe(500)
})
