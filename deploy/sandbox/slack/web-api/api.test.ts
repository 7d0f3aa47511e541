import fc from 'fast-check'
import { expect, test } from 'vitest'
import { clientFor, errorOf, operator, opsAlerts, slackForTest } from '../testing.ts'

test('the token decides: none, an unknown one, the wrong kind, the right one', async () => {
  const slack = await slackForTest()
  const bare = await fetch(`${slack.apiUrl}auth.test`, { method: 'POST' })
  expect([bare.status, await bare.json()]).toEqual([200, { ok: false, error: 'not_authed' }])
  expect((await errorOf(clientFor(slack, {}, 'xoxb-other').auth.test())).error).toBe('invalid_auth')
  expect((await errorOf(clientFor(slack).apps.connections.open({}))).error).toBe('not_allowed_token_type')
  expect(await clientFor(slack).auth.test()).toMatchObject({ user_id: 'U0PLANTAO', bot_id: 'B0PLANTAO' })
})

test('unknown methods and missing arguments are said', async () => {
  const client = clientFor(await slackForTest())
  expect((await errorOf(client.apiCall('chat.shout'))).error).toBe('unknown_method')
  expect(await errorOf(client.apiCall('chat.update', { channel: opsAlerts }))).toEqual({
    error: 'invalid_arguments',
    messages: ['[ERROR] missing required field: ts [json-pointer:]'],
  })
})

test('JSON bodies work like forms', async () => {
  const slack = await slackForTest()
  const answer = await fetch(`${slack.apiUrl}chat.postMessage`, {
    method: 'POST',
    headers: { authorization: 'Bearer xoxb-sandbox', 'content-type': 'application/json; charset=utf-8' },
    body: JSON.stringify({ channel: opsAlerts, text: 'oi', blocks: [{ type: 'divider' }] }),
  })
  expect(await answer.json()).toMatchObject({ ok: true, channel: opsAlerts })
})

test('posting faster than Slack allows is answered 429 with Retry-After, and only there', async () => {
  const slack = await slackForTest()
  const client = clientFor(slack)
  for (let post = 0; post < 5; post++) await client.chat.postMessage({ channel: opsAlerts, text: 'x' })
  await expect(client.chat.postMessage({ channel: opsAlerts, text: 'x' })).rejects.toMatchObject({
    code: 'slack_webapi_rate_limited_error',
    retryAfter: 5,
  })
  await client.chat.postMessage({ channel: 'C0INCIDENTS', text: 'x' })
  expect(slack.countOf('chat.postMessage')).toBe(7)
  expect(slack.countOf('chat.postMessage', 'ratelimited')).toBe(1)
})

test('the budget scale widens the limits', async () => {
  const slack = await slackForTest()
  slack.levers({ budgetScale: 100 })
  const client = clientFor(slack)
  for (let post = 0; post < 50; post++) await client.chat.postMessage({ channel: opsAlerts, text: 'x' })
  expect(slack.messages(opsAlerts)).toHaveLength(50)
})

test('429 and 500 strike the method and channel they are meant for, as often as they are meant to', async () => {
  const slack = await slackForTest()
  const client = clientFor(slack)
  slack.levers({
    down: '429',
    retryAfterSeconds: 7,
    method: 'chat.postMessage',
    channel: opsAlerts,
    times: 1,
  })
  await client.chat.postMessage({ channel: 'C0INCIDENTS', text: 'x' })
  await expect(client.chat.postMessage({ channel: opsAlerts, text: 'x' })).rejects.toMatchObject({
    retryAfter: 7,
  })
  await client.chat.postMessage({ channel: opsAlerts, text: 'x' })
  slack.levers({ down: '500' })
  await expect(client.auth.test()).rejects.toMatchObject({ statusCode: 500 })
  slack.levers({ down: null })
  await client.auth.test()
})

test('a reset breaks the connection, silence holds it', async () => {
  const slack = await slackForTest()
  slack.levers({ down: 'reset' })
  await expect(fetch(`${slack.apiUrl}api.test`)).rejects.toThrow('fetch failed')
  slack.levers({ down: 'silent' })
  const giveUp = new AbortController()
  const silent = fetch(`${slack.apiUrl}api.test`, { signal: giveUp.signal })
  await slack.until(() => slack.countOf('api.test', 'down: silent') === 1)
  giveUp.abort()
  await expect(silent).rejects.toThrow('aborted')
})

test('the log of calls holds no token', async () => {
  const slack = await slackForTest()
  await clientFor(slack).chat.postMessage({ channel: opsAlerts, text: 'oi', token: 'xoxb-sandbox' })
  expect(slack.calls()).toMatchObject([
    { method: 'chat.postMessage', ok: true, channel: opsAlerts, arguments: { text: 'oi' } },
  ])
  expect(JSON.stringify(slack.calls())).not.toContain('xoxb')
})

test('people, groups and channels are found as Slack finds them', async () => {
  const client = clientFor(await slackForTest())
  const { user } = await client.users.info({ user: operator, include_locale: true })
  expect(user).toMatchObject({ name: 'maria', locale: 'pt-BR', tz: 'America/Sao_Paulo' })
  expect(await client.users.lookupByEmail({ email: 'MARIA@example.com' })).toMatchObject({
    user: { id: operator },
  })
  expect((await client.usergroups.users.list({ usergroup: 'S0OPS' })).users).toEqual([operator, 'U0ADMIN'])
  expect((await client.usergroups.list({ include_users: true })).usergroups).toHaveLength(2)
  expect((await client.conversations.members({ channel: opsAlerts })).members).toContain('U0PLANTAO')
  const page = await client.conversations.list({ limit: 1 })
  expect(page.channels).toMatchObject([{ id: opsAlerts, is_member: true }])
  const next = await client.conversations.list({
    cursor: page.response_metadata?.next_cursor ?? '',
    limit: 1,
  })
  expect(next.channels).toMatchObject([{ id: 'C0INCIDENTS' }])
  expect((await errorOf(client.users.info({ user: 'U0NOBODY' }))).error).toBe('user_not_found')
  expect((await errorOf(client.usergroups.users.list({ usergroup: 'S0NONE' }))).error).toBe('no_such_subteam')
})

test('a file goes up in three steps and is shared in a thread', async () => {
  const slack = await slackForTest()
  const client = clientFor(slack)
  const { ts = '' } = await client.chat.postMessage({ channel: opsAlerts, text: 'job 42' })
  await client.filesUploadV2({
    channel_id: opsAlerts,
    thread_ts: ts,
    filename: 'log.txt',
    title: 'Log',
    content: 'line 1\nline 2 é',
    initial_comment: 'the whole log',
  })
  const [, shared] = slack.messages(opsAlerts)
  expect(shared).toMatchObject({
    thread_ts: ts,
    text: 'the whole log',
    files: [{ name: 'log.txt', title: 'Log' }],
  })
  const file = shared?.files?.[0]
  const content = await fetch(file?.url_private ?? '', { headers: { authorization: 'Bearer xoxb-sandbox' } })
  expect(await content.text()).toBe('line 1\nline 2 é')
  expect(await client.files.info({ file: file?.id ?? '' })).toMatchObject({ file: { id: file?.id } })
  const missing = client.files.completeUploadExternal({ files: [{ id: 'F0NONE' }] })
  expect((await errorOf(missing)).error).toBe('file_not_found')
})

test('reactions, pins and bookmarks', async () => {
  const slack = await slackForTest()
  const client = clientFor(slack)
  const { ts = '' } = await client.chat.postMessage({ channel: opsAlerts, text: 'x' })
  const at = { channel: opsAlerts, timestamp: ts }
  await client.reactions.add({ ...at, name: 'eyes' })
  expect((await errorOf(client.reactions.add({ ...at, name: 'eyes' }))).error).toBe('already_reacted')
  await client.pins.add(at)
  expect((await errorOf(client.pins.add(at))).error).toBe('already_pinned')
  await client.bookmarks.add({
    channel_id: opsAlerts,
    title: 'Status',
    type: 'link',
    link: 'https://example.com',
  })
  expect(slack.messages(opsAlerts)).toMatchObject([{ pinned: true, reactions: [{ name: 'eyes', count: 1 }] }])
})

test('no arguments whatever make a method fail otherwise than Slack does', async () => {
  const slack = await slackForTest()
  slack.levers({ budgetScale: 1000 })
  const names = [
    'channel',
    'ts',
    'text',
    'blocks',
    'attachments',
    'metadata',
    'view',
    'users',
    'files',
    'cursor',
  ]
  const methods = [
    'chat.postMessage',
    'chat.update',
    'views.publish',
    'conversations.open',
    'views.open',
    'files.completeUploadExternal',
    'constructor',
  ]
  const value = fc.oneof(fc.jsonValue(), fc.constantFrom(opsAlerts, operator, '[{"type":"section"}]', '{'))
  const args = fc.dictionary(fc.constantFrom(...names), value)
  await fc.assert(
    fc.asyncProperty(fc.constantFrom(...methods), args, async (method, given) => {
      const response = await fetch(`${slack.apiUrl}${method}`, {
        method: 'POST',
        headers: { authorization: 'Bearer xoxb-sandbox', 'content-type': 'application/json' },
        body: JSON.stringify({ channel: opsAlerts, user_id: operator, ...given }),
      })
      expect([response.status, await response.json()]).toMatchObject([200, { ok: expect.any(Boolean) }])
    }),
    { numRuns: 300 },
  )
})

test('an app is refused what it was not installed for, and told what it was', async () => {
  const slack = await slackForTest({ scopes: ['commands', 'chat:write'] })
  const client = clientFor(slack)
  const { response_metadata } = await client.auth.test()
  expect(response_metadata?.scopes).toEqual(['commands', 'chat:write'])
  await client.chat.postMessage({ channel: opsAlerts, text: 'hello' })
  expect(await errorOf(client.users.info({ user: operator }))).toMatchObject({ error: 'missing_scope' })
  expect(await errorOf(client.conversations.history({ channel: opsAlerts }))).toMatchObject({
    error: 'missing_scope',
  })
})
