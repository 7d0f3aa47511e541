import type { HomeView, ModalView } from '@slack/web-api'
import { expect, test } from 'vitest'
import {
  appForTest,
  clientFor,
  clockForTest,
  errorOf,
  operator,
  opsAlerts,
  payloadOf,
  slackForTest,
} from '../testing.ts'
import type { SlackStandIn } from '../server.ts'

const modal = (title: string, fields: Partial<ModalView> = {}): ModalView => ({
  type: 'modal',
  title: { type: 'plain_text', text: title },
  blocks: [{ type: 'divider' }],
  ...fields,
})

/** A person types a command; the app holds the trigger. */
async function triggerFrom(slack: SlackStandIn): Promise<string> {
  const app = await appForTest()
  slack.setRequestUrl(app.url)
  await slack.command({ user: operator, channel: opsAlerts, command: '/deploy' })
  return payloadOf(app.received[0])['trigger_id'] ?? ''
}

test('a trigger opens one view, once', async () => {
  const slack = await slackForTest()
  const client = clientFor(slack)
  const trigger_id = await triggerFrom(slack)
  await client.views.open({ trigger_id, view: modal('first') })
  expect(slack.state(operator).views).toMatchObject([{ title: { text: 'first' } }])
  expect((await errorOf(client.views.open({ trigger_id, view: modal('again') }))).error).toBe(
    'exchanged_trigger_id',
  )
  expect((await errorOf(client.views.open({ trigger_id: '1.2.3', view: modal('x') }))).error).toBe(
    'invalid_trigger_id',
  )
})

test('a trigger lives three seconds', async () => {
  const clock = clockForTest()
  const slack = await slackForTest({ now: clock.now })
  const client = clientFor(slack)
  const inTime = await triggerFrom(slack)
  clock.advance(3)
  await client.views.open({ trigger_id: inTime, view: modal('in time') })
  const late = await triggerFrom(slack)
  clock.advance(3.001)
  expect((await errorOf(client.views.open({ trigger_id: late, view: modal('late') }))).error).toBe(
    'expired_trigger_id',
  )
})

test('an invalid view is named and does not cost the trigger', async () => {
  const slack = await slackForTest()
  const client = clientFor(slack)
  const trigger_id = await triggerFrom(slack)
  expect(await errorOf(client.views.open({ trigger_id, view: modal('x'.repeat(25)) }))).toEqual({
    error: 'invalid_arguments',
    messages: ['[ERROR] must be less than 25 characters [json-pointer:/view/title/text]'],
  })
  const large = modal('x', { private_metadata: 'x'.repeat(250_000) })
  expect((await errorOf(client.views.open({ trigger_id, view: large }))).error).toBe('view_too_large')
  await client.views.open({ trigger_id, view: modal('fine') })
})

test('three views stack, a fourth does not', async () => {
  const slack = await slackForTest()
  const client = clientFor(slack)
  const onNothing = client.views.push({ trigger_id: await triggerFrom(slack), view: modal('x') })
  expect((await errorOf(onNothing)).error).toBe('not_found')
  await client.views.open({ trigger_id: await triggerFrom(slack), view: modal('one') })
  await client.views.push({ trigger_id: await triggerFrom(slack), view: modal('two') })
  const third = await client.views.push({ trigger_id: await triggerFrom(slack), view: modal('three') })
  const [first] = slack.state(operator).views
  expect(third.view).toMatchObject({ root_view_id: first?.id })
  const fourth = client.views.push({ trigger_id: await triggerFrom(slack), view: modal('four') })
  expect((await errorOf(fourth)).error).toBe('push_limit_reached')
})

test('an update names the view and, if it likes, the state it knew', async () => {
  const slack = await slackForTest()
  const client = clientFor(slack)
  const trigger_id = await triggerFrom(slack)
  const { view } = await client.views.open({ trigger_id, view: modal('one', { external_id: 'job-42' }) })
  const { id: view_id = '', hash = '' } = view ?? {}
  await client.views.update({ view_id, hash, view: modal('two', { external_id: 'job-42' }) })
  expect((await errorOf(client.views.update({ view_id, hash, view: modal('x') }))).error).toBe(
    'hash_conflict',
  )
  await client.views.update({ external_id: 'job-42', view: modal('three') })
  expect(slack.state(operator).views).toMatchObject([{ title: { text: 'three' } }])
  await slack.closeView({ user: operator, viewId: view_id })
  expect((await errorOf(client.views.update({ view_id, view: modal('x') }))).error).toBe('not_found')
})

test('Home is published per person', async () => {
  const slack = await slackForTest()
  const client = clientFor(slack)
  const home: HomeView = { type: 'home', blocks: [{ type: 'divider' }] }
  const { view } = await client.views.publish({ user_id: operator, view: home })
  expect(slack.state(operator).home).toMatchObject({ id: view?.id, type: 'home' })
  expect(slack.state('U0VIEWER').home).toBeNull()
  expect((await errorOf(client.views.publish({ user_id: operator, view: home, hash: 'old' }))).error).toBe(
    'hash_conflict',
  )
  expect((await errorOf(client.views.publish({ user_id: 'U0NOBODY', view: home }))).error).toBe(
    'user_not_found',
  )
})
