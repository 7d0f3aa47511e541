import type { AddressInfo } from 'node:net'
import { App, HTTPReceiver } from '@slack/bolt'
import { expect, onTestFinished, test } from 'vitest'
import { sign } from './deliveries.ts'
import type { SlackStandIn } from './server.ts'
import { operator, opsAlerts, silentLogger, slackForTest } from './testing.ts'

const plain = (text: string) => ({ type: 'plain_text' as const, text })
const signingSecret = 'sandbox-signing-secret'

/** An app made with Slack's own framework, at the stand-in's service over HTTP. */
async function boltApp(slack: SlackStandIn): Promise<{ app: App; url: string }> {
  const receiver = new HTTPReceiver({ signingSecret, logger: silentLogger })
  const clientOptions = { slackApiUrl: slack.apiUrl }
  const app = new App({ token: 'xoxb-sandbox', receiver, clientOptions, logger: silentLogger })
  const server = await receiver.start(0)
  onTestFinished(() => void app.stop())
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/slack/events`
  slack.setRequestUrl(url)
  return { app, url }
}

test('from a command to a button to a form and back, as a Bolt app lives it', async () => {
  const slack = await slackForTest()
  const { app } = await boltApp(slack)
  app.command('/deploy', async ({ ack, command, client }) => {
    await ack(`deploying ${command.text}`)
    const elements = [{ type: 'button' as const, action_id: 'reject', text: plain('Reject') }]
    await client.chat.postMessage({
      channel: command.channel_id,
      text: 'job 42',
      blocks: [{ type: 'actions', elements }],
    })
  })
  app.action('reject', async ({ ack, body, client }) => {
    await ack()
    if (!('trigger_id' in body)) throw new Error('no trigger')
    const element = { type: 'plain_text_input' as const, action_id: 'say' }
    const blocks = [{ type: 'input' as const, block_id: 'why', label: plain('Why'), element }]
    const view = {
      type: 'modal' as const,
      callback_id: 'reason',
      title: plain('Reject'),
      submit: plain('Go'),
      blocks,
    }
    await client.views.open({ trigger_id: body.trigger_id, view })
  })
  app.view('reason', async ({ ack, view, client }) => {
    await ack()
    const why = view.state.values['why']?.['say']?.value ?? ''
    await client.chat.postMessage({ channel: opsAlerts, text: `rejected: ${why}` })
  })

  expect(await slack.verifyRequestUrl()).toBe(true)
  await slack.command({ user: operator, channel: opsAlerts, command: '/deploy', text: 'staging' })
  expect(slack.ephemerals(operator)).toMatchObject([{ text: 'deploying staging' }])
  const [card] = await slack.until(() => slack.messages(opsAlerts).length === 1 && slack.messages(opsAlerts))
  await slack.action({ user: 'U0APPROVER', channel: opsAlerts, ts: card?.ts, actionId: 'reject' })
  const view = await slack.until(() => slack.state('U0APPROVER').views[0])
  await slack.submit({ user: 'U0APPROVER', viewId: view.id, values: { why: { say: 'too late' } } })
  await slack.until(() => slack.messages(opsAlerts)[1]?.text === 'rejected: too late')
  expect(slack.state('U0APPROVER').views).toEqual([])
})

test('what is unsigned, stale or signed with another secret, a Bolt app refuses', async () => {
  const { url } = await boltApp(await slackForTest())
  const body = 'command=%2Fdeploy&text=production'
  const now = Math.floor(Date.now() / 1000)
  const post = (secret: string, timestamp: number) =>
    fetch(url, {
      method: 'POST',
      body,
      headers: {
        'content-type': 'application/x-www-form-urlencoded',
        'x-slack-request-timestamp': String(timestamp),
        'x-slack-signature': sign(secret, timestamp, body),
      },
    }).then((response) => response.status)
  expect(await post('another secret', now)).toBe(401)
  expect(await post(signingSecret, now - 301)).toBe(401)
})
