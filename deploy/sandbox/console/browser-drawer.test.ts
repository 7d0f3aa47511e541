import { describe, expect, onTestFinished, test } from 'vitest'
import { startBling } from '../bling/bling.ts'
import { startMercadoLivre } from '../mercado-livre/mercado-livre.ts'
import { pagedPeople, pagerDutyServices } from '../on-call-people.ts'
import { outsideCalls } from '../outside-calls.ts'
import { startPagerDuty } from '../pagerduty/pagerduty.ts'
import { type Panel, startConsole } from './console.ts'
import { slackPanel } from './slack-panel.ts'
import { clientFor, slackForTest } from '../slack/testing.ts'
import { browserForFile, consoleForTest, hasChromium, windowOf } from './testing.ts'

const panel: Panel = {
  id: 'release',
  title: { 'pt-BR': 'Uma versão ruim', en: 'A bad version' },
  description: { 'pt-BR': 'Nunca fica pronta.', en: 'It never gets ready.' },
  buttons: [
    {
      id: 'break',
      label: { 'pt-BR': 'Estragar', en: 'Break' },
      fields: [
        { name: 'version', label: { 'pt-BR': 'Versão', en: 'Version' }, type: 'text' },
        { name: 'environment', label: 'Ambiente', type: 'select', options: ['staging', 'production'] },
      ],
      run: async ({ version, environment }) => {
        if (version === '') throw new Error('qual versão?')
        return `${version} estragada em ${environment}`
      },
    },
  ],
}

async function consoleWithSlackPanel() {
  const channels = [{ id: 'C0OPSALERTS', name: 'ops-alerts' }]
  const slack = await slackForTest()
  const { url, close } = await startConsole({
    port: 0,
    slackUrl: slack.url,
    panels: [slackPanel(slack, channels)],
  })
  onTestFinished(close)
  return { url, slack, channels, web: clientFor(slack) }
}

describe.skipIf(!hasChromium())('the drawer that breaks things', () => {
  const browser = browserForFile()

  test('a lever is pulled with its values, and says what it did or why not', async () => {
    const { url } = await consoleForTest(undefined, [panel])
    const page = await windowOf(browser(), { url, person: 'U0OPERATOR' })
    await page.getByTestId('drawer').click()
    await page.getByTestId('panel-release-break').click()
    await page.getByText('Não deu certo: qual versão?').waitFor()
    await page.getByLabel('Ambiente').selectOption('production')
    await page.getByRole('textbox', { name: 'Versão' }).fill('v1.4.1')
    await page.keyboard.press('Enter')
    await page.getByText('v1.4.1 estragada em production').waitFor()
    await page.keyboard.press('Escape')
    expect(await page.getByTestId('panel-release-break').isVisible()).toBe(false)
    expect(await page.evaluate('document.activeElement.dataset.testid')).toBe('drawer')
  })

  test('the log of Slack calls shows what was refused and why', async () => {
    const { url, web } = await consoleForTest()
    const page = await windowOf(browser(), { url, person: 'U0OPERATOR' })
    await page.getByTestId('drawer').click()
    await page.getByTestId('calls').click()
    await page.getByText('Nenhuma chamada ainda.').waitFor()
    await web.chat.postMessage({ channel: 'C0OPSALERTS', text: 'oi' })
    await expect(web.chat.update({ channel: 'C0OPSALERTS', ts: '1.1', text: 'oi' })).rejects.toThrow(
      'message_not_found',
    )
    await page.getByText('message_not_found').waitFor()
    expect(await page.locator('.call').allInnerTexts()).toEqual([
      expect.stringMatching(/chat\.update[\s\S]*message_not_found/),
      expect.stringMatching(/chat\.postMessage[\s\S]*#ops-alerts[\s\S]*ok/),
    ])
  })

  test('the log is narrowed to one method or to what was refused, and a call shows its arguments', async () => {
    const { url, web } = await consoleForTest()
    const page = await windowOf(browser(), { url, person: 'U0OPERATOR' })
    await web.chat.postMessage({ channel: 'C0OPSALERTS', text: 'bom dia' })
    await web.users.info({ user: 'U0ADMIN' })
    await expect(web.chat.update({ channel: 'C0OPSALERTS', ts: '1.1', text: 'oi' })).rejects.toThrow(
      'message_not_found',
    )
    await page.getByTestId('drawer').click()
    await page.getByTestId('calls').click()
    const methods = async () => await page.locator('.call code').allInnerTexts()
    await expect.poll(methods).toEqual(['chat.update', 'users.info', 'chat.postMessage'])
    await page.getByLabel('só as recusadas').check()
    expect(await methods()).toEqual(['chat.update'])
    await page.getByLabel('só as recusadas').uncheck()
    await page.getByTestId('calls-method').selectOption('chat.postMessage')
    expect(await methods()).toEqual(['chat.postMessage'])
    await page.locator('.call summary').click()
    await page.getByText('text: bom dia').waitFor()
  })

  test('what PagerDuty and the connectors were called with is in the log too, and can be looked at alone', async () => {
    const slack = await slackForTest()
    const vendors = {
      pagerDuty: await startPagerDuty({
        port: 0,
        services: pagerDutyServices(['1'.repeat(32)]),
        users: [...pagedPeople],
        apiToken: 'token',
      }),
      bling: await startBling({ port: 0, clientId: 'id', clientSecret: 'secret' }),
      mercadoLivre: await startMercadoLivre({ port: 0, clientId: 'id', clientSecret: 'secret' }),
    }
    for (const vendor of Object.values(vendors)) onTestFinished(vendor.close)
    const { url, close } = await startConsole({
      port: 0,
      slackUrl: slack.url,
      calls: () => outsideCalls(vendors),
    })
    onTestFinished(close)
    const page = await windowOf(browser(), { url, person: 'U0OPERATOR' })
    await page.getByTestId('drawer').click()
    await page.getByTestId('calls').click()
    await clientFor(slack).chat.postMessage({ channel: 'C0OPSALERTS', text: 'oi' })
    await fetch(`${vendors.bling.url}/produtos?pagina=2`)
    await fetch(`${vendors.mercadoLivre.url}/users/me`)
    await fetch(`${vendors.pagerDuty.url}/v2/enqueue`, {
      method: 'POST',
      body: JSON.stringify({ routing_key: '1'.repeat(32), event_action: 'resolve', dedup_key: 'incident/7' }),
    })
    const calls = async () =>
      (await page.locator('.call').allInnerTexts()).map((call) => call.split('\n').slice(1))
    await expect.poll(calls).toEqual([
      ['POST /v2/enqueue', 'PagerDuty', '202'],
      ['GET /users/me', 'Mercado Livre', '401'],
      ['GET /Api/v3/produtos', 'Bling', '401'],
      ['chat.postMessage', 'Slack', '#ops-alerts · ok'],
    ])
    await page.getByTestId('calls-method').selectOption('PagerDuty: todas')
    expect(await calls()).toEqual([['POST /v2/enqueue', 'PagerDuty', '202']])
    await page.locator('.call summary').click()
    await page.getByText('dedupKey: incident/7').waitFor()
    await page.getByTestId('calls-method').selectOption('')
    await page.getByLabel('só as recusadas').check()
    expect((await calls()).map(([call]) => call)).toEqual(['GET /users/me', 'GET /Api/v3/produtos'])
  })

  test('Slack is limited in one channel alone for a while; the page says so until it is over', async () => {
    const { url, web, slack, channels } = await consoleWithSlackPanel()
    const page = await windowOf(browser(), { url, person: 'U0OPERATOR' })
    await page.getByTestId('drawer').click()
    await page.getByTestId('panel-slack-break-method').selectOption('chat.postMessage')
    await page.getByTestId('panel-slack-break-channel').selectOption(channels[0]?.id ?? '')
    await page.getByTestId('panel-slack-break-seconds').selectOption('')
    await page.getByTestId('panel-slack-break').click()
    await page.getByText('Slack limitado (429) · chat.postMessage · #ops-alerts').waitFor()
    await expect(web.chat.postMessage({ channel: 'C0OPSALERTS', text: 'oi' })).rejects.toThrow('rate')
    expect((await web.chat.postMessage({ channel: 'C0INCIDENTS', text: 'oi' })).ok).toBe(true)
    await page.getByTestId('panel-slack-well').click()
    await page.getByTestId('broken').waitFor({ state: 'hidden' })
    expect((await web.chat.postMessage({ channel: 'C0OPSALERTS', text: 'oi' })).ok).toBe(true)
    await page.getByTestId('panel-slack-twice').click()
    await page.getByText('tudo é entregue 2 vezes').waitFor()
    expect(slack.levers().deliveries).toBe(2)
  })
})
