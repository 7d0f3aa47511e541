import { setTimeout as pause } from 'node:timers/promises'
import { expect, test } from 'vitest'
import { slackForTest } from '../../deploy/sandbox/slack/testing.ts'
import { EngineRefused } from '../../engine/client.ts'
import { samplePlan, sampleWho } from '../commands/testing/recording-engine.ts'
import { botForTest, contentForTest, operations, told } from '../testing/bot-for-test.ts'
import { createFakeEngine, type FakeEngine } from '../testing/fake-engine.ts'
import { commands } from '../commands/index.ts'
import { submissions } from './index.ts'

const user = 'U0OPERATOR'
const at = '2026-11-20T14:00:00.000Z'
const release = { revision: 3, version: 'v1.3.0', status: 'deployed', by: 'João Silva', at, rollbackOf: null }

test('a command without arguments opens its form, which is filled and shows what will change', async () => {
  const { slack, engine, open, choose } = await start()
  await open('/deploy')
  await choose('environment', 'production')
  const offer = await slack.options({ user, viewId: viewOf(slack).id, actionId: 'form.choice', value: '' })
  expect(JSON.stringify(offer.body)).toContain('no ar agora · 20/11/2026, 11:00 · João Silva')
  await choose('choice', 'v1.4.0')
  await slack.until(() => text(slack).includes('v1.3.0 → *v1.4.0*'))
  expect(text(slack)).toContain('Outra pessoa precisa aprovar')
  expect(engine.asked).toEqual([])

  await submit(slack, { confirm: 'produção' })
  expect(viewOf(slack)).toBeDefined()
  await submit(slack, { confirm: 'Production' })
  expect(slack.state(user).views).toEqual([])
  expect(engine.asked).toEqual([
    {
      kind: 'deploy',
      params: { environment: 'production', version: 'v1.4.0' },
      requestedBy: user,
      idempotencyKey: expect.stringMatching(/^form\/[0-9a-f]{64}$/),
      origin: { channel: operations },
    },
  ])
})

test('a wrong name is a complaint at its field, and nothing is asked for', async () => {
  const { slack, engine, open, choose } = await start()
  await open('/deploy')
  await choose('environment', 'production')
  await choose('choice', 'v1.4.0')
  const answer = await submit(slack, { confirm: 'staging' })
  expect(answer.body).toEqual({
    response_action: 'errors',
    errors: { 'confirm/production': 'Digite production, exatamente assim.' },
  })
  expect(engine.asked).toEqual([])
})

test('a slow engine: the place of the form is there at once, and is filled later', async () => {
  const { slack, engine } = await start()
  let answer = (): void => undefined
  const answered = new Promise<void>((resolve) => (answer = resolve))
  engine.settings = async () => {
    await answered
    throw new Error('not reached: the settings were known')
  }
  engine.who = async () => {
    await answered
    return mayAll
  }
  const outcome = await slack.command({ user, channel: operations, command: '/deploy', text: '' })
  expect(outcome).toMatchObject({ status: 200, timedOut: false })
  expect(text(slack)).toContain('Abrindo o formulário')
  answer()
  await slack.until(() => text(slack).includes('Ambiente'))
})

test('an engine that does not say who somebody is does not keep the form from them', async () => {
  const { slack, engine, open } = await start()
  engine.who = () => new Promise(() => undefined)
  await open('/rollback')
  expect(text(slack)).toContain('production')
})

test('an engine that was never there: the form says so, and is filled on trying again', async () => {
  const slack = await slackForTest({ now: () => new Date() })
  const engine = fakeEngine()
  engine.levers.down = true
  await botForTest(slack, engine, { content })
  await slack.command({ user, channel: operations, command: '/deploy', text: '' })
  await slack.until(() => text(slack).includes('não respondeu a tempo'))
  engine.levers.down = false
  await slack.action({ user, viewId: viewOf(slack).id, actionId: 'form.reload' })
  await slack.until(() => text(slack).includes('Ambiente'))
  expect(viewOf(slack).submit).not.toBeNull()
})

test('a bot that stops fills the form it has just opened first', async () => {
  const { slack, engine, bot } = await start()
  let answer = (): void => undefined
  engine.who = () => new Promise((resolve) => (answer = () => resolve(mayAll)))
  await slack.command({ user, channel: operations, command: '/deploy', text: '' })
  const stopped = bot.stop()
  expect(text(slack)).toContain('Abrindo o formulário')
  answer()
  await stopped
  expect(text(slack)).toContain('Ambiente')
})

test('a form that cannot be filled before the bot stops says so, and the next bot fills it', async () => {
  const slack = await slackForTest({ now: () => new Date() })
  const engine = fakeEngine()
  engine.settings = () => new Promise(() => undefined)
  const bot = await botForTest(slack, engine, { content })
  await slack.command({ user, channel: operations, command: '/deploy', text: '' })
  await bot.stop()
  expect(text(slack)).toContain('reiniciando')
  await botForTest(slack, fakeEngine(), { content })
  await slack.action({ user, viewId: viewOf(slack).id, actionId: 'form.reload' })
  await slack.until(() => text(slack).includes('Ambiente'))
})

test('a form whose bot was killed before it was filled is filled by the next one, at a press in it', async () => {
  const slack = await slackForTest({ now: () => new Date() })
  const dead = Object.assign(fakeEngine(), { settings: () => new Promise(() => undefined) })
  await botForTest(slack, dead, { content })
  await slack.command({ user, channel: operations, command: '/deploy', text: '' })
  expect(text(slack)).toContain('Abrindo o formulário')
  await botForTest(slack, fakeEngine(), { content })
  await slack.action({ user, viewId: viewOf(slack).id, actionId: 'form.reload' })
  await slack.until(() => text(slack).includes('Ambiente'))
})

test('an expired trigger is said so', async () => {
  const { slack, clock } = await start()
  clock.secondsPerLook = 4
  await slack.command({ user, channel: operations, command: '/deploy', text: '' })
  expect(told(slack)).toEqual(['O formulário não abriu a tempo. Tente de novo.'])
})

test('a command that is delivered twice opens one form and complains of nothing', async () => {
  const { slack, open } = await start()
  slack.levers({ deliveries: 2 })
  await open('/sync')
  expect(slack.countOf('views.open', 'exchanged_trigger_id')).toBe(1)
  expect(slack.state(user).views).toHaveLength(1)
  expect(told(slack)).toEqual([])
})

test('a form that is sent twice is one job', async () => {
  const { slack, engine, open } = await start()
  await open('/sync')
  slack.levers({ deliveries: 3 })
  await submit(slack, {})
  expect(engine.asked.length).toBeGreaterThan(1)
  expect(new Set(engine.asked.map((job) => job.idempotencyKey)).size).toBe(1)
  expect(engine.asked[0]).toMatchObject({ kind: 'sync', params: { entity: 'all' } })
})

test.each<[string, Record<string, unknown>, string]>([
  ['unknown-version', { version: 'v1.4.0', known: ['v1.3.0'] }, 'choice'],
  ['not-allowed', { roles: ['approver'], admins: [] }, 'environment'],
  ['invalid-request', { field: 'params.version' }, 'choice'],
])('the engine’s %s is laid at its field', async (code, values, block) => {
  const { slack, engine, open, choose } = await start()
  await open('/deploy')
  await choose('environment', 'staging')
  await choose('choice', 'v1.4.0')
  engine.levers.refusal = new EngineRefused({ code, values, detail: 'No.', status: 422 })
  const { body } = await submit(slack, {})
  expect(body).toMatchObject({ response_action: 'errors', errors: { [block]: expect.any(String) } })
  expect(slack.state(user).views).toHaveLength(1)
})

test('a frozen environment asks for the reason, and passes it on', async () => {
  const { slack, engine, open, choose } = await start()
  const freeze = {
    id: 1,
    environment: 'staging',
    reason: 'Black Friday',
    createdBy: null,
    startsAt: at,
    endsAt: at,
  }
  engine.plan = async () => ({ ...samplePlan, freeze, mayOverride: true })
  await open('/deploy')
  await choose('environment', 'staging')
  await choose('choice', 'v1.4.0')
  await slack.until(() => text(slack).includes('está congelado'))
  await submit(slack, { override: 'corrige o checkout' })
  expect(engine.asked[0]).toMatchObject({ overrideFreeze: 'corrige o checkout' })
})

test('what was found out for an older choice is not shown for a newer one', async () => {
  const { slack, engine, open, choose } = await start()
  let late = (): void => undefined
  engine.plan = async ({ params }) => {
    if (params['version'] === 'v1.4.0') await new Promise<void>((resolve) => (late = resolve))
    return { ...samplePlan, change: { from: 'v1.3.0', to: String(params['version']), details: [] } }
  }
  await open('/deploy')
  await choose('environment', 'staging')
  await choose('choice', 'v1.4.0')
  await choose('choice', 'v1.5.0')
  await slack.until(() => text(slack).includes('→ *v1.5.0*'))
  late()
  await pause(50)
  expect(text(slack)).toContain('→ *v1.5.0*')
})

test('somebody who may nothing is told whom to ask', async () => {
  const { slack, engine } = await start()
  engine.who = async () => ({ ...sampleWho, may: [] })
  await slack.command({ user, channel: operations, command: '/deploy', text: '' })
  await slack.until(() => text(slack).includes('João Silva'))
  expect(viewOf(slack).submit).toBeNull()
})

test('the shortcut and the buttons of the guide open forms; diagnosis says what it cannot do', async () => {
  const { slack, engine } = await start()
  await slack.shortcut({ user, callbackId: 'deploy' })
  await slack.until(() => text(slack).includes('Ambiente'))
  expect(viewOf(slack).callback_id).toBe('form.deploy')

  engine.setJob(1, {})
  const card = await slack.until(() => slack.messages(operations)[0])
  await slack.shortcut({ user, callbackId: 'diagnose', channel: operations, ts: card.ts })
  await slack.until(() => told(slack).length === 1)
  expect(told(slack)[0]).toContain('ainda não existe')
  const [answer] = slack.ephemerals(user)
  await slack.action({ user, channel: operations, ts: answer?.ts ?? '', actionId: 'form.open' })
  await slack.until(() => viewOf(slack).callback_id === 'form.declare' && text(slack).includes('Gravidade'))
})

const content = { ...contentForTest, commands, modals: submissions }

const everywhere = { environments: ['staging', 'production'], needsApproval: ['production'] }
const mayAll = {
  ...sampleWho,
  may: ['deploy', 'rollback', 'sync', 'incident'].map((command) => ({ command, ...everywhere })),
}

function fakeEngine(): FakeEngine {
  return Object.assign(createFakeEngine(), {
    who: async () => mayAll,
    releases: async () => ({ releases: [release], versions: ['v1.4.0', 'v1.3.0'] }),
    plan: async () => samplePlan,
  })
}

type Slack = Awaited<ReturnType<typeof slackForTest>>

async function start() {
  const clock = { aheadSeconds: 0, secondsPerLook: 0 }
  const now = () => new Date(Date.now() + (clock.aheadSeconds += clock.secondsPerLook) * 1000)
  const slack = await slackForTest({ now })
  const engine = fakeEngine()
  const bot = await botForTest(slack, engine, { content })
  // The settings are known from here on.
  await expect.poll(async () => await (await fetch(`${bot.url}/readyz`)).text()).toContain('"answered"')
  const choose = async (field: string, value: string) => {
    const drawnBefore = slack.countOf('views.update', 'ok')
    await slack.action({ user, viewId: viewOf(slack).id, actionId: `form.${field}`, value })
    await slack.until(() => slack.countOf('views.update', 'ok') > drawnBefore)
  }
  const open = async (command: string) => {
    await slack.command({ user, channel: operations, command, text: '' })
    await slack.until(() => (slack.state(user).views.at(-1)?.submit ?? null) !== null)
  }
  return { slack, engine, bot, clock, choose, open }
}

function viewOf(slack: Slack) {
  const view = slack.state(user).views.at(-1)
  if (view === undefined) throw new Error('no form is open')
  return view
}

const text = (slack: Slack): string => JSON.stringify(slack.state(user).views.at(-1)?.blocks ?? [])

/** Sends the form as it stands, with what else is typed into it, by field. */
async function submit(slack: Slack, typed: Record<string, string>) {
  const view = viewOf(slack)
  const values = Object.entries(typed).map(([field, value]) => {
    const block = view.blocks.find(({ block_id }) => block_id?.split('/')[0] === field)
    return [block?.block_id ?? field, { [`form.${field}`]: value }]
  })
  return await slack.submit({ user, viewId: view.id, values: Object.fromEntries(values) })
}
