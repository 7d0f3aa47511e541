// Incidents as people meet them, through the Slack stand-in: the card, what is pressed, what is told and to whom.
import { expect, test } from 'vitest'
import { slackForTest } from '../deploy/sandbox/slack/testing.ts'
import { buttons } from './buttons/index.ts'
import { commands } from './commands/index.ts'
import {
  dependencies,
  pressed,
  recordingEngine,
  sampleWho,
  typed,
} from './commands/testing/recording-engine.ts'
import { everything } from './everything.ts'
import { botForTest, operations, told } from './testing/bot-for-test.ts'
import { createFakeEngine, type FakeEngine } from './testing/fake-engine.ts'
import { page, sampleIncidentWith } from './views/testing/incident-samples.ts'
import { joao, maria } from './views/testing/job-samples.ts'

const incidents = 'C0INCIDENTS'
const user = maria.slack

test('one message says how it stands, and is edited as that changes', async () => {
  const { slack, engine, card, press } = await start()
  engine.setIncident(7, {})
  const posted = await card()
  expect(posted).toContain('Incidente #7: Loja fora do ar')
  expect(posted).toContain('Ninguém assumiu ainda')
  await press('incident.acknowledge')
  await slack.until(() => messageText(slack, incidents).includes('Maria Santos assumiu'))
  expect(engine.incidentActs).toEqual([{ act: 'acknowledge', id: 7, body: { by: user } }])
  expect(told(slack)).toEqual(['✋ Você assumiu o incidente *#7*. A escalada parou.'])
  expect(slack.messages(incidents)).toHaveLength(1)
})

test('what can wait is shown in the channel of operations; when it gets worse, in the other as well', async () => {
  const { slack, engine } = await start()
  engine.setIncident(7, { level: 3 })
  await slack.until(() => slack.messages(operations).length === 1)
  expect(slack.messages(incidents)).toEqual([])
  engine.setIncident(7, { level: 1 })
  await slack.until(() => slack.messages(incidents).length === 1)
  await slack.until(() => messageText(slack, operations).includes('CRÍTICO'))
})

test('a second press of Escalate calls nobody more, and says who was called', async () => {
  const { slack, engine, card, press } = await start()
  engine.setIncident(7, {})
  await card()
  const before = slack.messages(incidents)[0]
  expect(JSON.stringify(before?.blocks)).toContain('Chama agora: João Silva (Tech Lead).')
  await Promise.all([press('incident.escalate'), press('incident.escalate')])
  await slack.until(() => messageText(slack, incidents).includes('"7 1 2"'))
  await expect(engine.incident(7)).resolves.toMatchObject({ escalation: { level: 2 } })
  expect(engine.incidentActs.map(({ body }) => body['seen'])).toEqual([
    { round: 1, level: 1 },
    { round: 1, level: 1 },
  ])
  await slack.until(() => told(slack).length === 1)
  expect(told(slack)[0]).toContain('Alguém já escalou o incidente *#7*')
})

test('whoever acknowledges what somebody else has is told who has it, not that it is theirs', async () => {
  const { engine, type } = await start()
  const acknowledgedAt = '2026-11-23T17:00:00.000Z'
  const incident = engine.setIncident(7, { state: 'acknowledged', acknowledgedBy: joao, acknowledgedAt })
  const said = 'O incidente *#7* já está com *João Silva*, que assumiu às '
  expect(await type('assumir 7')).toContain(said)
  const deps = dependencies(recordingEngine({ acknowledgeIncident: async () => incident }).engine)
  const answer = await buttons['incident.acknowledge']?.(
    pressed('incident.acknowledge', { value: '7' }),
    deps,
  )
  expect(answer?.text).toContain(said)
})

test.each([
  [1, incidents, operations],
  [2, incidents, operations],
  [3, operations, incidents],
])(
  'who declares one of level %i is told where its card is, unless they look there',
  async (level, its, other) => {
    const { engine } = recordingEngine({
      declareIncident: async () => sampleIncidentWith({ id: 9, level }),
    })
    const answerIn = async (channel: string) =>
      await commands['/incident'](
        typed(`declarar ${level} "loja fora do ar"`, { channel }),
        dependencies(engine),
      )
    expect(await answerIn(its)).toBeNull()
    expect((await answerIn(other))?.text).toBe(`Incidente *#9* aberto. Acompanhe em <#${its}>.`)
  },
)

test('with no incident open there is nothing to fill in', async () => {
  const { slack } = await start()
  await slack.command({ user, channel: operations, command: '/incident', text: 'anotar' })
  await slack.until(() => formText(slack).includes('Nenhum incidente aberto'))
  expect(slack.state(user).views.at(-1)?.submit ?? null).toBeNull()
})

test('to escalate it says whom that calls; of what is over, since when and by whom', async () => {
  const { engine, type } = await start()
  engine.setIncident(7, {})
  expect(await type('escalar 7')).toContain('*Escalar o incidente #7?* Chama agora: João Silva (Tech Lead).')
  engine.setIncident(7, { state: 'resolved', resolvedBy: joao, resolvedAt: '2026-11-23T17:00:00.000Z' })
  for (const what of ['escalar 7', 'resolver 7', 'assumir 7'])
    expect(await type(what)).toContain('O incidente *#7* já foi resolvido por João Silva, <!date^')
})

test.each([
  ['resolve', { reason: 'pod reiniciado' }, { act: 'resolve', body: { by: user, reason: 'pod reiniciado' } }],
  ['assign', { person: 'U0APPROVER' }, { act: 'assign', body: { by: user, to: 'U0APPROVER' } }],
  [
    'note',
    { note: 'reiniciei <!channel>' },
    { act: 'note', body: { by: user, text: 'reiniciei <!channel>' } },
  ],
])('the button %s opens a form about its incident', async (form, values, expected) => {
  const { engine, card, press, submit } = await start()
  engine.setIncident(7, {})
  await card()
  await press(`form.open.${form}`)
  const view = await submit(values)
  expect(view).toContain('Incidente #7')
  expect(engine.incidentActs).toMatchObject([{ id: 7, ...expected }])
})

test('a silence says what it silences, and for how long', async () => {
  const { slack, engine, card, press, submit } = await start()
  engine.setIncident(7, {})
  await card()
  await press('form.open.silence')
  const view = await submit({ reason: 'troca de disco' })
  expect(view).toContain('`alertname=SystemDown` `environment=production`')
  expect(view).not.toContain('instance=')
  expect(engine.incidentActs).toMatchObject([
    { act: 'silence', id: 7, body: { reason: 'troca de disco', by: user } },
  ])
  await slack.until(() => told(slack).some((text) => text.includes('Silêncio *#5*')))
})

test('a silence of more than a week is refused at its field, and by the command', async () => {
  const { engine, card, press, enter, type } = await start()
  engine.setIncident(7, {})
  await card()
  await press('form.open.silence')
  const tooLate = { selected_date_time: Math.floor(Date.now() / 1_000) + 8 * 86_400 }
  const { body } = await enter({ reason: 'troca de disco', until: tooLate })
  expect(body).toMatchObject({
    response_action: 'errors',
    errors: { until: expect.stringContaining('no máximo uma semana') },
  })
  expect(await type('silenciar 7 until 2999-01-01 08:00 "troca de disco"')).toContain('no máximo uma semana')
  expect(engine.incidentActs).toEqual([])
})

test('a form that is sent after the incident is over says how it stands', async () => {
  const { slack, engine, card, press, submit } = await start()
  engine.setIncident(7, {})
  await card()
  await press('form.open.assign')
  engine.setIncident(7, { state: 'resolved', resolvedBy: joao, resolvedAt: new Date().toISOString() })
  await submit({ person: 'U0APPROVER' })
  await slack.until(() => told(slack).length === 1)
  expect(told(slack)[0]).toContain('já foi resolvido por João Silva')
})

test('/incident alone, and without what it needs, opens the form', async () => {
  const { slack, engine, open, submit } = await start()
  await open('')
  await submit({ title: 'Loja fora do ar', level: '1', environment: 'production' })
  expect(engine.incidentActs).toMatchObject([
    { act: 'declare', body: { by: user, level: 1, title: 'Loja fora do ar' } },
  ])
  await slack.until(() => slack.messages(incidents).length === 1)
  engine.setIncident(8, {})
  await open('anotar')
  expect(formText(slack)).toContain('#8 Loja fora do ar')
  await submit({ incident: '8', note: 'vendo' })
  expect(engine.incidentActs.at(-1)).toMatchObject({ act: 'note', id: 8 })
  await open('papel 8')
  await submit({ role: 'scribe', person: 'U0APPROVER' })
  expect(engine.incidentActs.at(-1)).toMatchObject({
    act: 'role',
    id: 8,
    body: { role: 'scribe', person: 'U0APPROVER' },
  })
})

test('without a number it is the only open one, and where there are several they are shown', async () => {
  const { slack, engine, type } = await start()
  engine.setIncident(7, {})
  expect(await type('assumir')).toContain('Você assumiu o incidente *#7*')
  engine.setIncident(8, { channel: operations })
  engine.setIncident(9, {})
  expect(await type('assumir')).toContain('*#8*')
  expect(await type('assumir', incidents)).toContain('Qual?')
  expect(engine.incidentActs.map(({ id }) => id)).toEqual([7, 8])
  expect(slack.messages(incidents).length).toBeGreaterThan(0)
})

test('an incident that is declared from a message begins with what it says, and links it', async () => {
  const { slack, engine, submit } = await start()
  await slack.message({ user, channel: operations, text: 'checkout parou <!channel> & nada carrega' })
  const said = await slack.until(() => slack.messages(operations)[0])
  await slack.shortcut({ user, callbackId: 'declare', channel: operations, ts: said.ts })
  await slack.until(() => formText(slack).includes('checkout parou'))
  await submit({ level: '2' })
  const [declared, note] = engine.incidentActs
  expect(declared?.body['title']).toContain('checkout parou')
  expect(note).toMatchObject({
    act: 'note',
    body: { text: `https://plantao.slack.com/archives/${operations}/p${said.ts.replace('.', '')}` },
  })
})

test('a channel of its own: opened once, with whoever is concerned, and the card in it', async () => {
  const { slack, engine, card, press } = await start()
  const strangers = [
    { slack: 'U0NOBODY', name: 'Nobody' },
    { slack: 'CEO', name: 'CEO' },
  ]
  engine.setIncident(7, { pages: [page(1, { people: [joao, ...strangers] })] })
  await card()
  await press('incident.channel')
  const channel = await slack.until(() =>
    slack.state(user).channels.find(({ name }) => name === 'inc-7-loja-fora-do-ar'),
  )
  await slack.until(() => slack.messages(channel.id).some(({ text }) => text.includes('Incidente #7')))
  expect(channel.topic).toBe('Incidente #7 · crítico · production · Loja fora do ar')
  expect(channel.members).toEqual(expect.arrayContaining([user, joao.slack]))
  expect(engine.incidentActs).toMatchObject([{ act: 'channel', id: 7, body: { channel: channel.id } }])
  await slack.until(() => messageText(slack, incidents).includes(`<#${channel.id}>`))
})

test('a channel that was opened before its answer was lost is found again', async () => {
  const { slack, engine, card, press } = await start()
  engine.setIncident(7, {})
  await card()
  await press('incident.channel')
  const channel = await slack.until(() =>
    slack.state(user).channels.find(({ name }) => name.startsWith('inc-7')),
  )
  engine.setIncident(7, { channel: null })
  await press('incident.channel')
  await slack.until(() => engine.incidentActs.length === 2)
  expect(engine.incidentActs.at(-1)?.body['channel']).toBe(channel.id)
})

test('an app without the scope says what is missing', async () => {
  const { slack, engine, card, press } = await start({
    scopes: ['commands', 'chat:write', 'users:read', 'im:write', 'channels:history'],
  })
  engine.setIncident(7, {})
  await card()
  await press('incident.channel')
  await slack.until(() => told(slack).some((text) => text.includes('missing_scope')))
  expect(engine.incidentActs).toEqual([])
})

test('whoever PagerDuty did not reach is told in person and in the thread, and sees that it is answered', async () => {
  const { slack, engine } = await start()
  engine.setPage(1, 7)
  engine.people.set('page/1', ['U0APPROVER'])
  engine.setIncident(7, {
    pages: [page(1, { people: [joao], fallbackAt: '2026-11-23T17:00:00.000Z' })],
    isUnconfirmed: true,
  })
  engine.change('page/1')
  await slack.until(() => direct(slack, 'U0APPROVER').includes('Você está sendo chamado'))
  expect(direct(slack, 'U0APPROVER')).toContain('incident.acknowledge')
  const reply = await slack.until(() => replies(slack)[0])
  expect(reply.text).toContain('<@U0APPROVER> *é com você:*')
  expect(messageText(slack, incidents)).toContain('O PagerDuty não confirmou a chamada')

  engine.setIncident(7, { state: 'acknowledged', acknowledgedBy: joao, owner: joao })
  engine.change('page/1')
  await slack.until(() => direct(slack, 'U0APPROVER').includes('já tem quem cuide'))
  await slack.until(() => !JSON.stringify(replies(slack)[0]?.blocks).includes('incident.acknowledge'))
  expect(replies(slack)).toHaveLength(1)
})

test('the thread tells each event once, and notifies whoever was called', async () => {
  const { slack, engine } = await start()
  const event = { id: 5, at: new Date().toISOString(), actor: maria, kind: 'acknowledged', details: {} }
  engine.people.set('incident-event/7.5', ['U0APPROVER', 'U0ADMIN'])
  engine.setIncident(7, { timeline: [event], state: 'acknowledged', acknowledgedBy: maria })
  engine.change('incident-event/7.5')
  const reply = await slack.until(() => replies(slack)[0])
  expect(reply.text).toBe('✋ *Maria Santos assumiu*\n<@U0APPROVER> <@U0ADMIN> podem descansar.')
  engine.announce('incident-event/7.5', engine.revisionOf('incident-event/7.5'))
  engine.setIncident(7, { commander: joao })
  await slack.until(() => messageText(slack, incidents).includes('comandante: João Silva'))
  expect(replies(slack)).toHaveLength(1)
})

test('a further level that is called is told in the thread, the first is on the card', async () => {
  const { slack, engine } = await start()
  const pages = [page(1, {}), page(2, { level: 2, who: 'Tech Lead', people: [joao] })]
  engine.setIncident(7, { pages })
  engine.change('incident-page/7.2')
  const reply = await slack.until(() => replies(slack)[0])
  expect(reply.text).toBe('📟 *Chamando Tech Lead*: João Silva. Ninguém tinha assumido.')
  engine.setIncident(7, { commander: joao })
  await slack.until(() => messageText(slack, incidents).includes('comandante: João Silva'))
  expect(replies(slack)).toHaveLength(1)
})

test('a further level is told once also where its card has long been true: a bot died in between', async () => {
  const { slack, engine, card } = await start()
  engine.setIncident(7, { pages: [page(1, {}), page(2, { level: 2, who: 'Tech Lead', people: [joao] })] })
  await card()
  await expect.poll(() => shownOf(engine, 'incident/7')).toBe(engine.revisionOf('incident/7'))
  expect(replies(slack)).toEqual([])
  engine.change('incident-page/7.2')
  await expect.poll(() => shownOf(engine, 'incident-page/7.2')).toBe(engine.revisionOf('incident-page/7.2'))
  expect(replies(slack).map(({ text }) => text)).toEqual([
    '📟 *Chamando Tech Lead*: João Silva. Ninguém tinha assumido.',
  ])
})

test('a call that was not needed after all is not told', async () => {
  const { slack, engine, card } = await start()
  engine.setIncident(7, { pages: [page(2, { level: 2, state: 'dropped' })] })
  await card()
  engine.change('incident-page/7.2')
  await expect.poll(() => shownOf(engine, 'incident-page/7.2')).toBe(engine.revisionOf('incident-page/7.2'))
  expect(replies(slack)).toEqual([])
})

test('whoever is asked whether they are still at it answers with one press', async () => {
  const { slack, engine } = await start()
  const event = { id: 5, at: new Date().toISOString(), actor: maria, kind: 'still-firing', details: {} }
  engine.people.set('incident-event/7.5', [user])
  engine.setIncident(7, { timeline: [event], state: 'acknowledged' })
  engine.change('incident-event/7.5')
  const reply = await slack.until(() => replies(slack)[0])
  expect(reply.text).toContain(`<@${user}>`)
  await slack.action({ user, channel: incidents, ts: reply.ts, actionId: 'incident.still-working' })
  await slack.until(() => engine.incidentActs.length === 1)
  expect(engine.incidentActs).toMatchObject([{ act: 'still-working', id: 7 }])
})

test('the postmortem comes into the thread as a file that can be edited', async () => {
  const { slack, engine, card, press } = await start()
  engine.setIncident(7, { state: 'resolved', resolvedAt: new Date().toISOString() })
  await card()
  await press('incident.postmortem')
  const reply = await slack.until(() => replies(slack)[0])
  expect(reply.files?.map(({ name }) => name)).toEqual(['postmortem-7-4.md'])
})

test('the list has what is open, with the button that stops the escalation', async () => {
  const { type, engine } = await start()
  engine.setIncident(7, {})
  engine.setIncident(8, { level: 2, state: 'acknowledged', owner: joao })
  const list = await type('lista')
  expect(list).toContain('crítico · production · aberto · sem dono')
  expect(list).toContain('com João Silva')
  expect(list.match(/incident\.acknowledge/g)).toHaveLength(1)
})

type Slack = Awaited<ReturnType<typeof slackForTest>>

async function start(options: Parameters<typeof slackForTest>[0] = {}) {
  const slack = await slackForTest({ now: () => new Date(), ...options })
  const engine = Object.assign(createFakeEngine(), {
    who: async () => ({
      ...sampleWho,
      may: [...sampleWho.may, { command: 'incident', environments: [], needsApproval: [] }],
    }),
  })
  const bot = await botForTest(slack, engine, { content: everything })
  // The settings are known from here on.
  await expect.poll(async () => await (await fetch(`${bot.url}/readyz`)).text()).toContain('"answered"')
  /** Sends the open form with these values, by field; answers what the bot said to it. */
  const enter = async (typed: Record<string, unknown>) => {
    await slack.until(() => (slack.state(user).views.at(-1)?.submit ?? null) !== null)
    const values = Object.fromEntries(
      Object.entries(typed).map(([field, value]) => [field, { [`form.${field}`]: value }]),
    )
    return await slack.submit({ user, viewId: slack.state(user).views.at(-1)?.id ?? '', values })
  }
  return {
    slack,
    engine,
    card: async () => {
      await slack.until(() => slack.messages(incidents).length > 0)
      return messageText(slack, incidents)
    },
    press: async (actionId: string) => {
      const [card] = slack.messages(incidents)
      await slack.action({ user, channel: incidents, ts: card?.ts ?? '', actionId })
    },
    open: async (text: string) => {
      await slack.command({ user, channel: operations, command: '/incident', text })
      await slack.until(() => (slack.state(user).views.at(-1)?.submit ?? null) !== null)
    },
    /** What was answered to a command. */
    type: async (text: string, channel = operations) => {
      const before = slack.ephemerals(user).length
      await slack.command({ user, channel, command: '/incident', text })
      await slack.until(() => slack.ephemerals(user).length > before)
      return JSON.stringify(slack.ephemerals(user).at(-1))
    },
    enter,
    /** Sends the open form with these values, by field; answers what it showed. */
    submit: async (typed: Record<string, string>) => {
      await slack.until(() => (slack.state(user).views.at(-1)?.submit ?? null) !== null)
      const shown = formText(slack)
      await enter(typed)
      await slack.until(() => slack.state(user).views.length === 0)
      return shown
    },
  }
}

const formText = (slack: Slack): string => JSON.stringify(slack.state(user).views.at(-1)?.blocks ?? [])

/** The first message of a channel, whole. */
const messageText = (slack: Slack, channel: string): string => {
  const [first] = slack.messages(channel)
  return JSON.stringify(first ?? null)
}

/** The revision of a subject that is shown, or known to be nothing to show. */
const shownOf = (engine: FakeEngine, subject: string): number => engine.row(subject)?.shownRevision ?? 0

function replies(slack: Slack) {
  const [card, ...others] = slack.messages(incidents)
  return others.filter(({ thread_ts }) => card !== undefined && thread_ts === card.ts)
}

function direct(slack: Slack, person: string): string {
  const conversation = slack.state(person).channels.find(({ isDm, user: who }) => isDm && who === person)
  return JSON.stringify(conversation === undefined ? [] : slack.messages(conversation.id))
}
