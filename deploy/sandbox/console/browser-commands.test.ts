import { describe, expect, onTestFinished, test } from 'vitest'
import { slackForTest } from '../slack/testing.ts'
import { startConsole } from './console.ts'
import { browserForFile, consoleForTest, hasChromium, windowOf } from './testing.ts'

describe.skipIf(!hasChromium())('typing in the console', () => {
  const browser = browserForFile()

  test('a command reaches the app, and its answer is seen by that person alone', async () => {
    const { url, payloads } = await consoleForTest((_request, response) => {
      response.setHeader('Content-Type', 'application/json')
      response.end(JSON.stringify({ text: 'Tarefa *42* recebida' }))
    })
    const maria = await windowOf(browser(), { url, person: 'U0OPERATOR' })
    const joao = await windowOf(browser(), { url, person: 'U0APPROVER' })
    await maria.getByTestId('invite').click()
    await maria.keyboard.press('Enter')
    await maria.getByText('Tarefa 42 recebida').waitFor()
    expect(await maria.locator('.ephemeral').innerText()).toContain('Só visível para você')
    expect(payloads()).toMatchObject([
      { command: '/deploy', text: 'staging v1.4.0', user_id: 'U0OPERATOR', channel_id: 'C0OPSALERTS' },
    ])
    await joao.getByTestId('composer').fill('oi')
    await joao.getByTestId('send').click()
    await joao.getByText('oi', { exact: true }).waitFor()
    expect(await joao.getByText('Tarefa 42 recebida').count()).toBe(0)
    await maria.getByText('oi', { exact: true }).waitFor()
  })

  test('commands are completed by keyboard, and the last one comes back with arrow up', async () => {
    const { url, payloads } = await consoleForTest()
    const page = await windowOf(browser(), { url, person: 'U0OPERATOR' })
    const composer = page.getByTestId('composer')
    await composer.focus()
    await page.keyboard.type('/r')
    expect(await page.getByRole('listbox').getByRole('option').allInnerTexts()).toEqual([
      expect.stringContaining('/rollback'),
      expect.stringContaining('/restore'),
    ])
    await page.keyboard.press('ArrowDown')
    await page.keyboard.press('Tab')
    expect(await composer.inputValue()).toBe('/restore ')
    await page.keyboard.type('staging')
    await page.keyboard.press('Enter')
    expect(await composer.inputValue()).toBe('')
    await page.keyboard.press('ArrowUp')
    expect(await composer.inputValue()).toBe('/restore staging')
    await expect.poll(payloads).toMatchObject([{ command: '/restore', text: 'staging' }])
  })

  test('what people write is seen by the others, also in a thread', async () => {
    const { url, slack } = await consoleForTest()
    const maria = await windowOf(browser(), { url, person: 'U0OPERATOR' })
    const joao = await windowOf(browser(), { url, person: 'U0APPROVER' })
    await maria.getByTestId('composer').fill('vou publicar <b>agora</b>, @joao')
    await maria.keyboard.press('Enter')
    await joao.getByText('vou publicar <b>agora</b>, @João Silva').waitFor()
    const [parent] = slack.messages('C0OPSALERTS')
    await joao.getByTestId(`message-${parent?.ts}`).hover()
    await joao.getByTestId(`reply-${parent?.ts}`).click()
    await joao.getByTestId('thread-composer').fill('pode ir')
    await joao.keyboard.press('Enter')
    await maria.getByTestId(`replies-${parent?.ts}`).click()
    await maria.getByTestId('thread').getByText('pode ir').waitFor()
    await maria.getByTestId('thread-composer').fill('/deploy staging v1')
    await maria.keyboard.press('Enter')
    await maria.getByText('não funciona dentro de conversas').waitFor()
    expect(await maria.getByTestId('thread-composer').inputValue()).toBe('/deploy staging v1')
    await maria.keyboard.press('Escape')
    await maria.getByTestId('thread').waitFor({ state: 'hidden' })
  })

  test('one window changes person and place, and finds both again after a reload', async () => {
    const { url } = await consoleForTest()
    const page = await windowOf(browser(), { url, person: 'U0OPERATOR' })
    await page.getByTestId('person').selectOption('U0VIEWER')
    await page.getByTestId('channel-C0INCIDENTS').click()
    expect(new URL(page.url()).hash).toBe('#/U0VIEWER/C0INCIDENTS')
    await page.goto('about:blank')
    await page.goto(url)
    await page.getByPlaceholder('Mensagem para #incidents').waitFor()
    expect(await page.getByTestId('person').inputValue()).toBe('U0VIEWER')
    await page.goto(`${url}/?lang=en#/U0VIEWER/C0INCIDENTS`)
    await page.getByPlaceholder('Message #incidents').waitFor()
  })

  test('unread channels stand out until they are looked at', async () => {
    const { url, web } = await consoleForTest()
    const page = await windowOf(browser(), { url, person: 'U0OPERATOR' })
    await web.chat.postMessage({ channel: 'C0INCIDENTS', text: 'fila parada' })
    await page.getByRole('button', { name: 'incidents, 1 mensagem não lida' }).click()
    await page.getByText('fila parada').waitFor()
    await page.getByTestId('channel-C0OPSALERTS').click()
    await expect.poll(() => page.getByRole('button', { name: 'incidents', exact: true }).count()).toBe(1)
  })

  test('two people beside each other; Alt and an arrow lead to the next channel', async () => {
    const { url } = await consoleForTest()
    const page = await windowOf(browser(), { url, person: 'U0OPERATOR' })
    const opened = page.waitForEvent('popup')
    await page.getByTestId('together').click()
    const both = await opened
    const [maria, joao] = ['U0OPERATOR', 'U0APPROVER'].map((person) =>
      both.frameLocator(`[data-testid="window-${person}"]`),
    )
    // Each window puts the cursor into its own composer once it is drawn: who types earlier types into the other.
    for (const one of [maria, joao])
      await one?.getByTestId('channel-C0OPSALERTS').waitFor({ state: 'attached' })
    await maria?.getByTestId('composer').fill('alguém aprova?')
    await maria?.getByTestId('send').click()
    await joao?.getByText('alguém aprova?').waitFor()
    expect(await joao?.getByTestId('person').inputValue()).toBe('U0APPROVER')
    await page.keyboard.press('Alt+ArrowDown')
    await page.getByPlaceholder('Mensagem para #incidents').waitFor()
    await page.keyboard.press('Alt+ArrowUp')
    await page.getByPlaceholder('Mensagem para #ops-alerts').waitFor()
  })

  test('a sandbox that is stopped is said to be away, what was written stays, and all is there when it is back', async () => {
    const slack = await slackForTest()
    const first = await startConsole({ port: 0, slackUrl: slack.url })
    const page = await windowOf(browser(), { url: first.url, person: 'U0OPERATOR' })
    const away = page.locator('#contact')
    await first.close()
    await away.waitFor()
    await page.getByTestId('composer').fill('alguém aí?')
    await page.keyboard.press('Enter')
    await page.getByText('Sem contato com a sandbox').waitFor()
    expect(await page.getByTestId('composer').inputValue()).toBe('alguém aí?')
    await slack.message({ user: 'U0ADMIN', channel: 'C0OPSALERTS', text: 'enquanto isso' })
    const again = await startConsole({ port: Number(new URL(first.url).port), slackUrl: slack.url })
    onTestFinished(again.close)
    await page.locator('#messages').getByText('enquanto isso').waitFor()
    await away.waitFor({ state: 'hidden' })
    await page.getByTestId('composer').press('Enter')
    await page.locator('#messages').getByText('alguém aí?').waitFor()
  })

  test('shortcuts stand beside the composer and at each message', async () => {
    const { url, slack, payloads } = await consoleForTest()
    await slack.message({ user: 'U0ADMIN', channel: 'C0OPSALERTS', text: 'está lento' })
    const page = await windowOf(browser(), { url, person: 'U0OPERATOR' })
    await page.getByTestId('shortcuts').click()
    await page.getByTestId('shortcut-deploy').click()
    await expect.poll(() => payloads().at(-1)).toMatchObject({ type: 'shortcut', callback_id: 'deploy' })
    const [message] = slack.messages('C0OPSALERTS')
    await page.getByTestId(`message-${message?.ts}`).hover()
    await page.getByTestId(`shortcuts-${message?.ts}`).click()
    await page.getByTestId('shortcut-diagnose').click()
    await expect
      .poll(() => payloads().at(-1))
      .toMatchObject({ type: 'message_action', callback_id: 'diagnose', message: { text: 'está lento' } })
  })

  test('on a phone the channels are a drawer', async () => {
    const { url } = await consoleForTest()
    const phone = { viewport: { width: 390, height: 844 }, hasTouch: true, isMobile: true }
    const page = await windowOf(browser(), { url, person: 'U0OPERATOR' }, phone)
    await page.getByTestId('channel-C0INCIDENTS').waitFor({ state: 'hidden' })
    await page.getByTestId('menu').tap()
    await page.getByTestId('channel-C0INCIDENTS').tap()
    await page.getByPlaceholder('Mensagem para #incidents').waitFor()
    await page.getByTestId('channel-C0INCIDENTS').waitFor({ state: 'hidden' })
    const overflow = await page.evaluate('document.documentElement.scrollWidth - innerWidth')
    expect(overflow).toBe(0)
  })
})
