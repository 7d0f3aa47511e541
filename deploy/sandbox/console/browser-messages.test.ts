import type { KnownBlock } from '@slack/web-api'
import type { Page } from 'playwright-core'
import { describe, expect, test } from 'vitest'
import { startConsole } from './console.ts'
import { browserForFile, consoleForTest, hasChromium, windowOf } from './testing.ts'
import { slackForTest } from '../slack/testing.ts'

const channel = 'C0OPSALERTS'
const plain = (text: string) => ({ type: 'plain_text' as const, text })

const progress = (done: string): KnownBlock => ({
  type: 'section',
  block_id: 'progress',
  text: { type: 'mrkdwn', text: `Esperar os pods: *${done}*` },
})

const actions: KnownBlock = {
  type: 'actions',
  block_id: 'decide',
  elements: [
    { type: 'button', action_id: 'log', text: plain('Ver o log'), value: '42' },
    {
      type: 'button',
      action_id: 'approve',
      style: 'primary',
      text: plain('Aprovar'),
      value: '42',
      confirm: {
        title: plain('Aprovar?'),
        text: plain('Vai agora.'),
        confirm: plain('Sim'),
        deny: plain('Não'),
      },
    },
    {
      type: 'static_select',
      action_id: 'retry',
      placeholder: plain('A partir de…'),
      options: [
        { text: plain('Imagem'), value: 'image' },
        { text: plain('Pods'), value: 'pods' },
      ],
    },
    { type: 'overflow', action_id: 'more', options: [{ text: plain('Emergência'), value: 'break-glass' }] },
    { type: 'datepicker', action_id: 'day' },
    {
      type: 'checkboxes',
      action_id: 'checks',
      options: [
        { text: plain('Backup feito'), value: 'backup' },
        { text: plain('Time avisado'), value: 'team' },
      ],
    },
  ],
}

describe.skipIf(!hasChromium())('messages in the console', () => {
  const browser = browserForFile()

  /** A card in the channel, before one person. */
  async function withCard(person = 'U0APPROVER') {
    const world = await consoleForTest()
    const page = await windowOf(browser(), { url: world.url, person })
    const { ts = '' } = await world.web.chat.postMessage({
      channel,
      text: 'Deploy',
      blocks: [progress('0'), actions],
    })
    const card = page.getByTestId(`message-${ts}`)
    await card.waitFor()
    const update = (...blocks: KnownBlock[]) => world.web.chat.update({ channel, ts, text: 'Deploy', blocks })
    return { ...world, page, card, ts, update }
  }

  test('a message appears by itself, and its button tells the app who pressed it', async () => {
    const { page, payloads, ts } = await withCard()
    await page.getByTestId('action-log').click()
    await expect.poll(payloads).toMatchObject([
      {
        type: 'block_actions',
        user: { id: 'U0APPROVER' },
        container: { message_ts: ts, channel_id: channel },
        actions: [{ action_id: 'log', block_id: 'decide', value: '42' }],
      },
    ])
  })

  test('a button with a confirmation asks first', async () => {
    const { page, payloads } = await withCard()
    await page.getByTestId('action-approve').click()
    await page.getByTestId('confirm-cancel').click()
    await page.getByTestId('action-approve').click()
    await page.keyboard.press('Escape')
    await page.getByTestId('confirm').waitFor({ state: 'detached' })
    await page.getByTestId('action-approve').click()
    await page.getByTestId('confirm-ok').click()
    await expect.poll(payloads).toHaveLength(1)
    expect(payloads()).toMatchObject([{ actions: [{ action_id: 'approve' }] }])
  })

  test('selects, menus, dates and ticks tell what was chosen', async () => {
    const { page, payloads } = await withCard()
    await page.getByTestId('action-retry').selectOption('pods')
    await expect.poll(payloads).toHaveLength(1)
    await page.getByTestId('action-more').click()
    await page.getByTestId('option-break-glass').click()
    await expect.poll(payloads).toHaveLength(2)
    await page.getByTestId('action-day').fill('2026-11-27')
    await expect.poll(payloads).toHaveLength(3)
    await page.getByLabel('Time avisado').check()
    await expect.poll(payloads).toHaveLength(4)
    expect(payloads().map((payload) => payload['actions'])).toMatchObject([
      [{ action_id: 'retry', selected_option: { value: 'pods' } }],
      [{ action_id: 'more', selected_option: { value: 'break-glass' } }],
      [{ action_id: 'day', selected_date: '2026-11-27' }],
      [{ action_id: 'checks', selected_options: [{ value: 'team' }] }],
    ])
  })

  test('a form inside a message: its button brings what was entered', async () => {
    const { page, payloads, update } = await withCard()
    await update(
      {
        type: 'input',
        block_id: 'why',
        label: plain('Motivo'),
        element: { type: 'plain_text_input', action_id: 'reason' },
      },
      actions,
    )
    await page.getByLabel('Motivo').fill('Black Friday')
    await page.getByTestId('action-log').click()
    await expect
      .poll(() => payloads().at(-1))
      .toMatchObject({
        actions: [{ action_id: 'log' }],
        state: { values: { why: { reason: { value: 'Black Friday' } } } },
      })
  })

  test('an update draws only what changed', async () => {
    const { card, update } = await withCard()
    const button = await card.getByTestId('action-log').elementHandle()
    const heading = await card.getByText('Esperar os pods').elementHandle()
    await update(progress('5 de 5'), actions)
    await card.getByText('5 de 5').waitFor()
    expect(await button?.evaluate((element) => element.isConnected)).toBe(true)
    expect(await heading?.evaluate((element) => element.isConnected)).toBe(false)
    expect(await card.innerText()).toContain('(editado)')
  })

  test('a button that changes while it is pressed is still pressed', async () => {
    const { page, card, update, payloads } = await withCard()
    const elements = [{ type: 'button' as const, action_id: 'log', text: plain('Log final'), value: '42' }]
    await card.getByTestId('action-log').hover()
    await page.mouse.down()
    const drawnAgain = page.waitForResponse((response) => response.url().includes('/slack/state'))
    await update(progress('5 de 5'), { type: 'actions', block_id: 'decide', elements })
    await (await drawnAgain).finished()
    await page.mouse.up()
    await expect.poll(payloads).toMatchObject([{ actions: [{ action_id: 'log' }] }])
    await expect.poll(() => card.getByTestId('action-log').innerText()).toBe('Log final')
  })

  test('who reads further up stays there, who reads at the end follows', async () => {
    const { page, slack, web } = await withCard()
    for (let line = 0; line < 40; line += 1)
      await slack.message({ user: 'U0ADMIN', channel, text: `linha ${line}` })
    await page.getByText('linha 39').waitFor()
    await expect.poll(() => distanceFromEnd(page)).toBeLessThan(2)
    await page.getByText('linha 3', { exact: true }).scrollIntoViewIfNeeded()
    await page.locator('#messages').evaluate((scroller) => scroller.scrollBy(0, -40))
    const top = await topOf(page, 'linha 3')
    await web.chat.postMessage({ channel, text: 'novidade' })
    await page.getByRole('button', { name: 'Novas mensagens' }).waitFor()
    expect(await topOf(page, 'linha 3')).toBe(top)
    await page.getByRole('button', { name: 'Novas mensagens' }).click()
    await expect.poll(() => distanceFromEnd(page)).toBeLessThan(2)
    await page.setViewportSize({ width: 500, height: 500 })
    await expect.poll(() => distanceFromEnd(page)).toBeLessThan(2)
  })

  test('a stand-in that goes away and comes back is found again', async () => {
    const gone = await slackForTest()
    const { url, close } = await startConsole({ port: 0, slackUrl: gone.url })
    const page = await windowOf(browser(), { url, person: 'U0OPERATOR' })
    await gone.close()
    await page.getByText('Sem contato com o Slack').waitFor()
    const back = await slackForTest({ port: Number(new URL(gone.url).port) })
    await page.getByText('Sem contato com o Slack').waitFor({ state: 'hidden' })
    await back.message({ user: 'U0ADMIN', channel, text: 'voltamos' })
    await expect.poll(() => page.getByText('voltamos').count()).toBe(1)
    await close()
  })
})

const distanceFromEnd = (page: Page) =>
  page
    .locator('#messages')
    .evaluate((scroller) => scroller.scrollHeight - scroller.scrollTop - scroller.clientHeight)

const topOf = async (page: Page, text: string) =>
  (await page.getByText(text, { exact: true }).boundingBox())?.y
