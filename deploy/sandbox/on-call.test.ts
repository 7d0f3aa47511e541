// Who is on call, all the way: typed or filled in in Slack, decided by the engine, told in the channel and on Home.
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { everything } from '../../bot/everything.ts'
import { botForTest, operations } from '../../bot/testing/bot-for-test.ts'
import { createEngineClient } from '../../engine/client.ts'
import { readConfig } from '../../engine/config.ts'
import { startEngine } from '../../engine/engine.ts'
import { testDatabase } from './postgres/testing.ts'
import { slackForTest } from './slack/testing.ts'

const maria = 'U0OPERATOR'
const joao = 'U0APPROVER'

test('somebody stands in: by the form, told to the channel, shown on Home, and taken back by a command', async () => {
  const { slack, type, open, submit, channel, told } = await start()
  await slack.openHome({ user: maria })
  await slack.until(() => JSON.stringify(slack.state(maria).home).includes('Quem está de plantão'))

  await open('oncall override')
  const inFourHours = Math.floor(Date.now() / 1000) + 4 * 3600
  const past = await submit({ person: joao, until: inFourHours - 5 * 3600 })
  expect(past.body).toMatchObject({ errors: { until: 'Escolha um momento que ainda não passou.' } })
  const stranger = await submit({ person: 'U0STRANGER', until: inFourHours })
  expect(JSON.stringify(stranger.body)).toContain('"person":"Essa pessoa não está no arquivo do runbook')
  const early = await submit({ person: joao, from: inFourHours + 3600, until: inFourHours })
  expect(early.body).toMatchObject({ errors: { until: 'Isto é antes do começo.' } })
  await submit({ person: joao, from: inFourHours - 5 * 3600, until: inFourHours })
  await slack.until(() => told().at(-1)?.includes('Feito: João Silva fica de plantão em primary'))
  await slack.until(() => channel().some((text) => text.includes('agora é com <@U0APPROVER>')))
  await slack.until(() => JSON.stringify(slack.state(maria).home).includes('*João Silva*'))

  await type('plantão')
  await slack.until(() => told().at(-1)?.includes('*nº 1* João Silva em primary'))
  expect(told().at(-1)).toContain('1. Engineer on-call: *João Silva*')
  expect(told().at(-1)).toContain('3. CTO: *CTO*')

  await type('plantão cancelar 1')
  await slack.until(() => told().at(-1)?.includes('Substituição nº 1 desfeita'))
  await slack.until(() => channel().some((text) => /agora é com <@(U0OPERATOR|U0ADMIN)>/.test(text)))
  await slack.until(() => !JSON.stringify(slack.state(maria).home).includes('*João Silva*'))
  await type('plantão cancelar 1')
  await slack.until(() => told().at(-1)?.includes('já acabou ou já foi desfeita'))
  // Each hand-over is one message, and it mentions one person.
  const handOvers = channel().filter((text) => text.includes('agora é com'))
  expect(handOvers).toHaveLength(2)
  for (const text of handOvers) expect(new Set(text.match(/<@\w+>/g)).size).toBe(1)
})

test('typed, it is taken as well; who may not is told so', async () => {
  const { slack, type, channel, told } = await start()
  await type('oncall override @pedro until tomorrow 09:00')
  await slack.until(() => told().at(-1)?.includes('Feito: Pedro Costa'))
  await slack.command({
    user: 'U0VIEWER',
    channel: operations,
    command: '/ops',
    text: 'oncall override @joao for 4h',
  })
  await slack.until(() => slack.ephemerals('U0VIEWER').at(-1)?.text?.includes('não tem permissão'))
  expect(channel().filter((text) => text.includes(joao))).toEqual([])
})

test('a gap is announced before it begins', async () => {
  const inHalfAnHour = new Date(Date.now() + 30 * 60_000)
  const began = new Date(inHalfAnHour.getTime() - 60 * 60_000)
  const hours = `hours: { starts: '${began.getUTCMinutes()} ${began.getUTCHours()} * * *', minutes: 60 }`
  const { slack, channel } = await start((text) =>
    text
      .replace("starts: '2026-01-05 09:00'", `starts: '2026-01-05 09:00'\n      ${hours}`)
      .replace('timeZone: America/Sao_Paulo', 'timeZone: UTC'),
  )
  await slack.until(() => channel().some((text) => text.includes('*Plantão de primary*: ninguém de')))
  expect(channel().filter((text) => text.includes('ninguém de'))).toHaveLength(1)
})

/** Slack, an engine and a bot, with nobody's turn changing meanwhile. */
async function start(change: (runbook: string) => string = (text) => text) {
  const folder = await mkdtemp(join(tmpdir(), 'plantao-on-call-'))
  onTestFinished(async () => await rm(folder, { recursive: true }))
  const runbook = await readFile('deploy/plantao.yaml', 'utf8')
  const midWeek = `handOver: '0 0 * * ${(new Date().getUTCDay() + 3) % 7}'`
  const file = join(folder, 'plantao.yaml')
  await writeFile(file, change(runbook.replace("handOver: '0 9 * * 1'", midWeek)))
  const database = await testDatabase()
  const token = 'a-token-of-tests-only'
  const engine = await startEngine(
    readConfig({
      DATABASE_URL: database.url,
      ENGINE_TOKEN: token,
      ENGINE_PORT: '0',
      SECRETS_KEY: Buffer.alloc(32).toString('base64'),
      PLANTAO_CONFIG: file,
      WORK_DIR: folder,
      LOG_LEVEL: 'silent',
    }),
  )
  onTestFinished(async () => {
    await engine.close()
    await database.drop()
  })
  const slack = await slackForTest()
  const client = createEngineClient({ url: `http://127.0.0.1:${engine.port}`, token })
  const bot = await botForTest(slack, client, { content: everything })
  // The settings are known from here on.
  await expect.poll(async () => await (await fetch(`${bot.url}/readyz`)).text()).toContain('"answered"')
  const type = async (text: string) =>
    await slack.command({ user: maria, channel: operations, command: '/ops', text })
  return {
    slack,
    type,
    async open(text: string) {
      await type(text)
      await slack.until(() => (slack.state(maria).views.at(-1)?.submit ?? null) !== null)
    },
    async submit(entered: Record<string, string | number>) {
      const view = slack.state(maria).views.at(-1)
      const values = Object.entries(entered).map(([field, value]) => [field, { [`form.${field}`]: value }])
      return await slack.submit({ user: maria, viewId: view?.id ?? '', values: Object.fromEntries(values) })
    },
    channel: () => slack.messages(operations).map(({ blocks, text }) => `${text} ${JSON.stringify(blocks)}`),
    told: () => slack.ephemerals(maria).map(({ blocks, text }) => `${text} ${JSON.stringify(blocks ?? [])}`),
  }
}
