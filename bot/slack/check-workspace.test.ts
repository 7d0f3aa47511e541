import { WebClient } from '@slack/web-api'
import { expect, onTestFinished, test } from 'vitest'
import { type SlackOptions, type SlackStandIn, startSlack } from '../../deploy/sandbox/slack/server.ts'
import { fakeSettings } from '../testing/fake-engine.ts'
import { checkWorkspace, type Workspace } from './check-workspace.ts'

const wanted = ['commands', 'chat:write', 'channels:history', 'users:read', 'usergroups:read']

async function startWorkspace(options: Partial<SlackOptions> = {}): Promise<SlackStandIn> {
  const slack = await startSlack({
    botToken: 'xoxb-1',
    appToken: 'xapp-1',
    signingSecret: 'secret',
    scopes: wanted,
    ...options,
  })
  onTestFinished(() => slack.close())
  return slack
}

const client = (slack: SlackStandIn, token: string): WebClient =>
  new WebClient(token, {
    slackApiUrl: slack.apiUrl,
    retryConfig: { retries: 0 },
    rejectRateLimitedCalls: true,
  })

const look = async (slack: SlackStandIn, change: Partial<Workspace> = {}) =>
  await checkWorkspace({
    bot: client(slack, 'xoxb-1'),
    app: client(slack, 'xapp-1'),
    intake: 'sockets',
    settings: fakeSettings,
    scopes: wanted,
    ...change,
  })
const wrong = async (slack: SlackStandIn, change: Partial<Workspace> = {}): Promise<string[]> =>
  (await look(slack, change)).filter(({ kind }) => kind === 'wrong').map(({ what }) => what)

test('a workspace in which all is well: everything was looked at, and nothing was posted', async () => {
  const slack = await startWorkspace()
  const findings = await look(slack)
  expect(findings.map(({ kind, what }) => `${kind} ${what}`)).toEqual([
    'fine SLACK_BOT_TOKEN: @plantao in the workspace Plantão',
    'fine scopes: all 5 of deploy/slack-manifest.yaml',
    'fine slack.channels.operations (C0OPSALERTS)',
    'fine slack.channels.incidents (C0INCIDENTS)',
    'fine user group S0OPS',
    'fine user group S0APPROVERS',
    'fine SLACK_APP_TOKEN: Socket Mode',
  ])
  expect(slack.countOf('chat.postMessage')).toBe(0)
})

test('a token that is not taken ends the search, with what to do', async () => {
  const slack = await startWorkspace()
  const findings = await look(slack, { bot: client(slack, 'xoxb-other') })
  expect(findings).toEqual([
    expect.objectContaining({ kind: 'wrong', what: 'SLACK_BOT_TOKEN: invalid_auth' }),
  ])
  expect(findings[0]?.advice).toContain('install the app again')
})

test('scopes: those that are missing stop something, those that are not used are noted', async () => {
  const slack = await startWorkspace({
    scopes: ['commands', 'chat:write', 'channels:history', 'files:write'],
  })
  const found = await look(slack)
  expect(found).toContainEqual(
    expect.objectContaining({ kind: 'wrong', what: 'scopes are missing: users:read, usergroups:read' }),
  )
  expect(found).toContainEqual(
    expect.objectContaining({ kind: 'note', what: 'scopes that Plantão does not use: files:write' }),
  )
  expect(await wrong(slack)).toContain('user group S0OPS: missing_scope')
})

test('channels and user groups that are not there, or where the bot is not a member', async () => {
  const slack = await startWorkspace()
  const settings = {
    channels: { operations: 'C0NOWHERE', incidents: 'C0INCIDENTS' },
    userGroups: ['S0NOBODY'],
  }
  expect(await wrong(slack, { settings })).toEqual([
    'slack.channels.operations (C0NOWHERE): channel_not_found',
    'user group S0NOBODY: no_such_subteam',
  ])
})

test('an app token of the wrong kind, and an engine that is away', async () => {
  const slack = await startWorkspace()
  expect(await wrong(slack, { app: client(slack, 'xoxb-1'), settings: null })).toEqual([
    'the engine does not say which channels and user groups there are',
    'SLACK_APP_TOKEN: Socket Mode: not_allowed_token_type',
  ])
})

test('over HTTP it says which address Slack must reach', async () => {
  const slack = await startWorkspace()
  const note = (await look(slack, { app: undefined, intake: 'http' })).at(-1)
  expect(note).toMatchObject({ kind: 'note' })
  expect(note?.advice).toContain('/slack/events')
})
