import { expect, test } from 'vitest'
import { clientFor, errorOf, operator, opsAlerts, slackForTest } from '../testing.ts'

const divider = { type: 'divider' } as const
const metadata = { event_type: 'job', event_payload: { job: 42 } }

test('a message is posted, updated, read back with its metadata, and deleted', async () => {
  const slack = await slackForTest()
  const client = clientFor(slack)
  const posted = await client.chat.postMessage({
    channel: opsAlerts,
    text: 'one',
    blocks: [divider],
    metadata,
  })
  const at = { channel: opsAlerts, ts: posted.ts ?? '' }
  await client.chat.update({ ...at, text: 'two' })
  const { messages } = await client.conversations.history({ channel: opsAlerts, include_all_metadata: true })
  expect(messages).toMatchObject([
    {
      ts: posted.ts,
      text: 'two',
      bot_id: 'B0PLANTAO',
      metadata,
      blocks: [{ type: 'divider', block_id: expect.any(String) }],
    },
  ])
  await client.chat.delete(at)
  expect(slack.messages(opsAlerts)).toEqual([])
  expect(await errorOf(client.chat.update({ ...at, text: 'three' }))).toMatchObject({
    error: 'message_not_found',
  })
})

test('an update keeps the parts it does not mention and drops what it empties', async () => {
  const slack = await slackForTest()
  const client = clientFor(slack)
  const { ts = '' } = await client.chat.postMessage({
    channel: opsAlerts,
    text: 'one',
    blocks: [divider],
    metadata,
  })
  await client.chat.update({ channel: opsAlerts, ts, text: 'two', blocks: [] })
  expect(slack.messages(opsAlerts)).toMatchObject([
    { text: 'two', blocks: [], metadata, edited: { user: 'U0PLANTAO' } },
  ])
})

test.each([
  ['no_text', {}],
  ['msg_too_long', { text: 'x'.repeat(4001) }],
  ['invalid_blocks', { text: 'x', blocks: [{ type: 'header' }] }],
  [
    'msg_blocks_too_long',
    { blocks: Array(5).fill({ type: 'section', text: { type: 'mrkdwn', text: 'x'.repeat(3000) } }) },
  ],
  ['invalid_blocks_format', { text: 'x', blocks: 'nonsense' }],
  ['too_many_attachments', { text: 'x', attachments: Array(101).fill({ text: 'a' }) }],
  ['channel_not_found', { channel: 'C0NOWHERE', text: 'x' }],
  ['invalid_metadata_schema', { text: 'x', metadata: { event_type: 'job' } }],
  ['thread_not_found', { text: 'x', thread_ts: '1.000001' }],
])('chat.postMessage refuses with %s', async (error, args) => {
  const client = clientFor(await slackForTest())
  expect((await errorOf(client.apiCall('chat.postMessage', { channel: opsAlerts, ...args }))).error).toBe(
    error,
  )
})

test('invalid blocks are named, as Slack names them', async () => {
  const client = clientFor(await slackForTest())
  const blocks = [divider, { type: 'header', text: { type: 'plain_text', text: 'x'.repeat(151) } }]
  expect(await errorOf(client.apiCall('chat.postMessage', { channel: opsAlerts, blocks }))).toEqual({
    error: 'invalid_blocks',
    messages: ['[ERROR] must be less than 151 characters [json-pointer:/blocks/1/text/text]'],
  })
})

test("the app changes no one else's messages, and writes only where it is a member", async () => {
  const slack = await slackForTest()
  const client = clientFor(slack)
  await slack.message({ user: operator, channel: opsAlerts, text: 'oi' })
  const ts = slack.messages(opsAlerts)[0]?.ts ?? ''
  expect((await errorOf(client.chat.update({ channel: opsAlerts, ts, text: 'x' }))).error).toBe(
    'cant_update_message',
  )
  expect((await errorOf(client.chat.delete({ channel: opsAlerts, ts }))).error).toBe('cant_delete_message')
  const { id: channel } = slack.createChannel({ user: operator, name: 'war-room' })
  expect((await errorOf(client.chat.postMessage({ channel, text: 'x' }))).error).toBe('not_in_channel')
  await client.conversations.join({ channel })
  await client.chat.postMessage({ channel: '#war-room', text: 'x' })
  await client.conversations.archive({ channel })
  expect((await errorOf(client.chat.postMessage({ channel, text: 'x' }))).error).toBe('is_archived')
})

test('an ephemeral message is seen by one person and cannot be updated', async () => {
  const slack = await slackForTest()
  const client = clientFor(slack)
  const { message_ts = '' } = await client.chat.postEphemeral({
    channel: opsAlerts,
    user: operator,
    text: 'psst',
  })
  expect(slack.state(operator).ephemerals[opsAlerts]).toMatchObject([{ text: 'psst', ephemeral: true }])
  expect(slack.state('U0VIEWER').ephemerals[opsAlerts]).toEqual([])
  const update = client.chat.update({ channel: opsAlerts, ts: message_ts, text: 'x' })
  expect((await errorOf(update)).error).toBe('message_not_found')
})

test('a message to a person opens their direct messages', async () => {
  const slack = await slackForTest()
  const client = clientFor(slack)
  const { channel } = await client.chat.postMessage({ channel: operator, text: 'oi' })
  const opened = await client.conversations.open({ users: operator })
  expect(opened.channel?.id).toBe(channel)
  expect(slack.state(operator).channels.find(({ id }) => id === channel)).toMatchObject({
    isDm: true,
    user: operator,
  })
  expect(slack.state('U0VIEWER').channels.some(({ id }) => id === channel)).toBe(false)
})

test('replies stay in their thread', async () => {
  const client = clientFor(await slackForTest())
  const { ts = '' } = await client.chat.postMessage({ channel: opsAlerts, text: 'parent' })
  await client.chat.postMessage({ channel: opsAlerts, text: 'reply', thread_ts: ts })
  const replies = await client.conversations.replies({ channel: opsAlerts, ts })
  expect(replies.messages?.map(({ text }) => text)).toEqual(['parent', 'reply'])
  const history = await client.conversations.history({ channel: opsAlerts })
  expect(history.messages).toMatchObject([{ text: 'parent', reply_count: 1 }])
})
