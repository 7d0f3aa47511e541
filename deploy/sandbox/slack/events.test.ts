import { expect, test } from 'vitest'
import { appForTest, operator, opsAlerts, payloadOf, slackForTest } from './testing.ts'

test('the app is told what is written, who opens Home, and who joins a group', async () => {
  const app = await appForTest()
  const slack = await slackForTest({ requestUrl: app.url })
  await slack.message({ user: operator, channel: opsAlerts, text: 'oi @plantao' })
  await slack.openHome({ user: operator })
  await slack.changeGroup({ group: 'S0OPS', users: [operator, 'U0VIEWER'] })
  const events = app.received.map((received) => payloadOf(received)['event'])
  expect(events).toMatchObject([
    { type: 'message', text: 'oi <@U0PLANTAO>', user: operator, channel: opsAlerts, channel_type: 'channel' },
    { type: 'app_mention', channel: opsAlerts },
    { type: 'app_home_opened', user: operator, tab: 'home' },
    { type: 'subteam_members_changed', added_users: ['U0VIEWER'], removed_users: ['U0ADMIN'] },
  ])
  expect(payloadOf(app.received[0])).toMatchObject({
    type: 'event_callback',
    event_id: expect.stringMatching(/^Ev/),
  })
})

test('an event the app refuses comes again at once, after a minute and after five', async () => {
  const waited: number[] = []
  const app = await appForTest((_request, response) => response.writeHead(500).end())
  const slack = await slackForTest({
    requestUrl: app.url,
    wait: (seconds) => Promise.resolve(void waited.push(seconds)),
  })
  await slack.openHome({ user: operator })
  await expect.poll(() => app.received.length).toBe(4)
  expect(waited).toEqual([0, 60, 300])
  expect(app.received.map(({ headers }) => headers['x-slack-retry-num'])).toEqual([undefined, '1', '2', '3'])
  expect(app.received[1]?.headers['x-slack-retry-reason']).toBe('http_error')
  expect(new Set(app.received.map(({ body }) => body)).size).toBe(1)
})

test('X-Slack-No-Retry ends it', async () => {
  const app = await appForTest((_request, response) =>
    response.writeHead(500, { 'x-slack-no-retry': '1' }).end(),
  )
  let waits = 0
  const slack = await slackForTest({ requestUrl: app.url, wait: () => Promise.resolve(void waits++) })
  await slack.openHome({ user: operator })
  await slack.message({ user: operator, channel: opsAlerts, text: 'oi' })
  expect([app.received.length, waits]).toEqual([2, 0])
})

test('a request address proves itself by its challenge', async () => {
  const app = await appForTest((request, response) => response.end(JSON.parse(request.body).challenge))
  const slack = await slackForTest({ requestUrl: app.url })
  expect(await slack.verifyRequestUrl()).toBe(true)
  const deaf = await appForTest()
  slack.setRequestUrl(deaf.url)
  expect(await slack.verifyRequestUrl()).toBe(false)
})
