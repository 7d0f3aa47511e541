import type { ModalView } from '@slack/web-api'
import { expect, test } from 'vitest'
import type { SlackStandIn } from './server.ts'
import type { OpenView } from './state.ts'
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
const staging = { text: plain('staging'), value: 'staging' }
const production = { text: plain('production'), value: 'production' }

const form = (fields: Partial<ModalView> = {}): ModalView => ({
  type: 'modal',
  callback_id: 'deploy',
  private_metadata: 'job 42',
  title: plain('Deploy'),
  submit: plain('Go'),
  blocks: [
    {
      type: 'input',
      block_id: 'env',
      label: plain('Where'),
      element: {
        type: 'static_select',
        action_id: 'pick',
        options: [staging, production],
        initial_option: staging,
      },
    },
    {
      type: 'input',
      block_id: 'why',
      label: plain('Why'),
      element: { type: 'plain_text_input', action_id: 'say', min_length: 3 },
    },
    {
      type: 'input',
      block_id: 'note',
      optional: true,
      label: plain('Note'),
      element: { type: 'plain_text_input', action_id: 'say' },
    },
  ],
  ...fields,
})

/** A modal is open; `reply` is what the app answers to what follows. */
async function opened(view: ModalView): Promise<{
  slack: SlackStandIn
  app: AppForTest
  view: OpenView
  reply: { body: unknown }
  submit: (why?: string) => ReturnType<SlackStandIn['submit']>
}> {
  const reply: { body: unknown } = { body: '' }
  const app = await appForTest((_request, response) => {
    response.setHeader('content-type', 'application/json')
    response.end(reply.body === '' ? '' : JSON.stringify(reply.body))
  })
  const slack = await slackForTest({ requestUrl: app.url })
  await slack.command({ user: operator, channel: opsAlerts, command: '/deploy' })
  const trigger_id = payloadOf(app.received.pop())['trigger_id'] ?? ''
  await clientFor(slack).views.open({ trigger_id, view })
  const shown = slack.state(operator).views[0]
  if (shown === undefined) throw new Error('no view')
  const submit = (why = 'because') =>
    slack.submit({ user: operator, viewId: shown.id, values: { why: { say: why } } })
  return { slack, app, view: shown, reply, submit }
}

const titles = (slack: SlackStandIn) => slack.state(operator).views.map((view) => view.title?.['text'])

test('a submission carries the whole state and closes the view', async () => {
  const { slack, app, submit } = await opened(form())
  expect(await submit()).toMatchObject({ status: 200 })
  expect(payloadOf(app.received[0])).toMatchObject({
    type: 'view_submission',
    user: { id: operator },
    view: {
      callback_id: 'deploy',
      private_metadata: 'job 42',
      state: {
        values: {
          env: { pick: { type: 'static_select', selected_option: staging } },
          why: { say: { type: 'plain_text_input', value: 'because' } },
          note: { say: { type: 'plain_text_input', value: null } },
        },
      },
    },
  })
  expect(slack.state(operator).views).toEqual([])
})

test("Slack's client itself asks for what is required", async () => {
  const { slack, app, submit } = await opened(form())
  expect(await submit('')).toMatchObject({
    status: 0,
    body: { errors: { why: expect.stringContaining('required') } },
  })
  expect(await submit('no')).toMatchObject({
    status: 0,
    body: { errors: { why: expect.stringContaining('at least 3') } },
  })
  expect(app.received).toEqual([])
  expect(slack.state(operator).views).toHaveLength(1)
})

test('errors keep the view open and must belong to an input', async () => {
  const { slack, reply, submit } = await opened(form())
  reply.body = { response_action: 'errors', errors: { why: 'no' } }
  expect(await submit()).toMatchObject({ body: reply.body })
  expect(titles(slack)).toEqual(['Deploy'])
  reply.body = { response_action: 'errors', errors: { elsewhere: 'no' } }
  expect((await submit()).error).toContain('invalid_response_action')
})

test('update, push and clear', async () => {
  const { slack, reply, submit } = await opened(form())
  reply.body = { response_action: 'update', view: form({ title: plain('Second') }) }
  await submit()
  expect(titles(slack)).toEqual(['Second'])
  reply.body = { response_action: 'push', view: form({ title: plain('Third') }) }
  await submit()
  expect(titles(slack)).toEqual(['Second', 'Third'])
  reply.body = { response_action: 'clear' }
  const top = slack.state(operator).views[1]?.id ?? ''
  await slack.submit({ user: operator, viewId: top, values: { why: { say: 'because' } } })
  expect(titles(slack)).toEqual([])
})

test('an invalid view in the answer is an error, not a view', async () => {
  const { slack, reply, submit } = await opened(form())
  reply.body = { response_action: 'update', view: form({ title: plain('x'.repeat(25)) }) }
  expect((await submit()).error).toContain('must be less than 25 characters [json-pointer:/view/title/text]')
  expect(titles(slack)).toEqual(['Deploy'])
})

test('what was entered survives an update of the view', async () => {
  const { slack, app, view } = await opened(form())
  await slack.action({ user: operator, viewId: view.id, actionId: 'pick', value: 'production' })
  expect(app.received).toEqual([])
  await clientFor(slack).views.update({ view_id: view.id, view: form({ title: plain('Updated') }) })
  expect(slack.state(operator).views[0]?.state.values['env']).toMatchObject({
    pick: { selected_option: production },
  })
})

test('an input with dispatch_action tells the app at once', async () => {
  const [env, ...others] = form().blocks
  const { slack, app, view } = await opened(
    form({ blocks: [{ ...env, dispatch_action: true } as never, ...others] }),
  )
  await slack.action({ user: operator, viewId: view.id, actionId: 'pick', value: 'production' })
  expect(payloadOf(app.received[0])).toMatchObject({
    type: 'block_actions',
    container: { type: 'view', view_id: view.id },
    view: { id: view.id, state: { values: { env: { pick: { selected_option: production } } } } },
    actions: [{ action_id: 'pick', selected_option: production }],
  })
  expect(payloadOf(app.received[0])).not.toHaveProperty('response_url')
})

test('closing tells the app only when it asked', async () => {
  const quiet = await opened(form())
  await quiet.slack.closeView({ user: operator, viewId: quiet.view.id })
  expect([quiet.app.received.length, titles(quiet.slack)]).toEqual([0, []])
  const told = await opened(form({ notify_on_close: true, clear_on_close: true }))
  await told.slack.closeView({ user: operator, viewId: told.view.id })
  expect(payloadOf(told.app.received[0])).toMatchObject({ type: 'view_closed', is_cleared: true })
})

test('nobody submits a view they do not have', async () => {
  const { slack, view } = await opened(form())
  await expect(slack.submit({ user: 'U0VIEWER', viewId: view.id })).rejects.toThrow('not_found')
})
