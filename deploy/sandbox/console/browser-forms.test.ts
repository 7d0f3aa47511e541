import type { ModalView } from '@slack/web-api'
import type { Page } from 'playwright-core'
import { describe, expect, test } from 'vitest'
import { payloadOf } from '../slack/testing.ts'
import { browserForFile, consoleForTest, hasChromium, windowOf } from './testing.ts'

const plain = (text: string) => ({ type: 'plain_text' as const, text })

const rollback: ModalView = {
  type: 'modal',
  title: plain('Voltar uma versão'),
  submit: plain('Voltar'),
  close: plain('Desistir'),
  blocks: [
    {
      type: 'input',
      block_id: 'revision',
      label: plain('Revisão'),
      element: {
        type: 'static_select',
        action_id: 'revision',
        options: [
          { text: plain('42'), value: '42' },
          { text: plain('41'), value: '41' },
        ],
      },
    },
    {
      type: 'input',
      block_id: 'reason',
      label: plain('Motivo'),
      hint: plain('Fica na auditoria'),
      element: { type: 'plain_text_input', action_id: 'reason', multiline: true },
    },
    {
      type: 'input',
      block_id: 'version',
      label: plain('Versão'),
      optional: true,
      element: { type: 'external_select', action_id: 'version', min_query_length: 2 },
    },
    {
      type: 'input',
      block_id: 'who',
      label: plain('Avisar'),
      optional: true,
      element: { type: 'users_select', action_id: 'who' },
    },
    {
      type: 'input',
      block_id: 'when',
      label: plain('Quando'),
      element: {
        type: 'radio_buttons',
        action_id: 'when',
        options: [
          { text: plain('Agora'), value: 'now' },
          { text: plain('Depois'), value: 'later' },
        ],
        initial_option: { text: plain('Depois'), value: 'later' },
      },
    },
    {
      type: 'actions',
      block_id: 'more',
      elements: [{ type: 'button', action_id: 'details', text: plain('Detalhes') }],
    },
  ],
}

const answer = (body: object) => JSON.stringify(body)

describe.skipIf(!hasChromium())('forms in the console', () => {
  const browser = browserForFile()

  /** The rollback form open before Maria; the app refuses short reasons. `late`: what it offers for a text, and when. */
  async function withForm(late: Record<string, Promise<void>> = {}) {
    const world = await consoleForTest((request, response) => {
      const payload: Record<string, unknown> = payloadOf(request)
      response.setHeader('Content-Type', 'application/json')
      if (payload['type'] === 'block_suggestion') {
        const typed = String(payload['value'])
        const options = [{ text: plain(`${typed}.0`), value: 'v1.4.0' }]
        return void Promise.resolve(late[typed]).then(() => response.end(answer({ options })))
      }
      const short = payload['type'] === 'view_submission' && !JSON.stringify(payload).includes('porque sim')
      response.end(
        short ? answer({ response_action: 'errors', errors: { reason: 'Explique melhor.' } }) : undefined,
      )
    })
    const page = await windowOf(browser(), { url: world.url, person: 'U0OPERATOR' })
    await page.getByTestId('composer').fill('/rollback production')
    await page.keyboard.press('Enter')
    await expect.poll(world.payloads).toHaveLength(1)
    await world.web.views.open({ trigger_id: String(world.payloads()[0]?.['trigger_id']), view: rollback })
    await page.getByTestId('modal').waitFor()
    const last = () => world.payloads().at(-1)
    return { ...world, page, last }
  }

  test('an empty form says what is missing before the app hears of it', async () => {
    const { page, payloads } = await withForm()
    await page.getByTestId('modal-submit').click()
    expect(await errorsIn(page)).toEqual(['Preencha este campo.', 'Preencha este campo.'])
    expect(payloads()).toHaveLength(1)
    expect(await page.evaluate('document.activeElement.dataset.testid')).toBe('action-revision')
  })

  test('the app’s complaint stands at its field, what was entered stays, and a right form closes', async () => {
    const { page, last } = await withForm()
    await page.getByLabel('Revisão').selectOption('41')
    await page.getByLabel('Motivo').fill('sei lá')
    await page.getByLabel('Avisar').selectOption('U0ADMIN')
    await page.getByLabel('Agora').check()
    const version = page.getByRole('combobox', { name: /^Versão/ })
    await version.fill('v9')
    await page.getByTestId('option-v1.4.0').waitFor()
    await page.getByLabel('Motivo').focus()
    expect(await version.inputValue()).toBe('')
    await version.fill('v1.4')
    await page.getByTestId('option-v1.4.0').click()
    await page.getByTestId('modal-submit').click()
    await page.getByText('Explique melhor.').waitFor()
    expect(await errorsIn(page)).toEqual(['Explique melhor.'])
    expect(await page.getByLabel('Motivo').inputValue()).toBe('sei lá')
    await page.getByLabel('Motivo').fill('porque sim')
    await page.getByTestId('modal-submit').click()
    await page.getByTestId('modal').waitFor({ state: 'hidden' })
    expect(last()).toMatchObject({
      type: 'view_submission',
      view: {
        state: {
          values: {
            revision: { revision: { selected_option: { value: '41' } } },
            reason: { reason: { value: 'porque sim' } },
            version: { version: { selected_option: { value: 'v1.4.0' } } },
            who: { who: { selected_user: 'U0ADMIN' } },
            when: { when: { selected_option: { value: 'now' } } },
          },
        },
      },
    })
  })

  test('options that come late leave the keyboard where it is', async () => {
    let come = (): void => undefined
    const { page } = await withForm({ 'v1.4': new Promise((resolve) => (come = resolve)) })
    await page.getByRole('combobox', { name: /^Versão/ }).focus()
    await page.keyboard.type('v1')
    const option = page.getByTestId('option-v1.4.0')
    await option.filter({ hasText: 'v1.0' }).waitFor()
    await page.keyboard.type('.4')
    await page.keyboard.press('ArrowDown')
    come()
    await option.filter({ hasText: 'v1.4.0' }).waitFor()
    expect(await page.evaluate('document.activeElement.dataset.testid')).toBe('option-v1.4.0')
    await page.keyboard.press('Enter')
    expect(await page.getByRole('combobox', { name: /^Versão/ }).inputValue()).toBe('v1.4.0')
  })

  test('what is typed and followed by Enter takes the first option offered, even before it is there; Tab goes on', async () => {
    let come = (): void => undefined
    const { page, payloads } = await withForm({ 'v1.4': new Promise((resolve) => (come = resolve)) })
    const version = page.getByRole('combobox', { name: /^Versão/ })
    await version.focus()
    await page.keyboard.type('v1.4')
    await page.keyboard.press('Enter')
    come()
    await expect.poll(async () => await version.inputValue()).toBe('v1.4.0')
    await page.getByTestId('option-v1.4.0').waitFor({ state: 'hidden' })
    expect(await page.locator(`#${await version.getAttribute('aria-controls')}[role=listbox]`).count()).toBe(
      1,
    )
    expect(await errorsIn(page)).toEqual([])
    expect(payloads().some(({ type }) => type === 'view_submission')).toBe(false)
    await version.fill('v9')
    await page.getByTestId('option-v1.4.0').waitFor()
    await page.keyboard.press('Tab')
    expect(await page.evaluate('document.activeElement.dataset.testid')).toBe('action-who')
    expect(await version.inputValue()).toBe('v1.4.0')
  })

  test('a form’s button tells the app what was entered so far, and an update keeps it', async () => {
    const { page, last, web, slack } = await withForm()
    await page.getByLabel('Motivo').fill('rascunho')
    await page.getByTestId('action-details').click()
    await expect.poll(last).toMatchObject({
      type: 'block_actions',
      view: { state: { values: { reason: { reason: { value: 'rascunho' } } } } },
    })
    const { id = '' } = slack.state('U0OPERATOR').views[0] ?? {}
    const blocks = rollback.blocks.toSpliced(0, 1)
    await web.views.update({ view_id: id, view: { ...rollback, title: plain('Mais nada'), blocks } })
    await page.getByRole('heading', { name: 'Mais nada' }).waitFor()
    expect(await page.getByLabel('Motivo').inputValue()).toBe('rascunho')
    expect(await page.getByLabel('Revisão').count()).toBe(0)
  })

  test('a pushed form leads back to the one beneath; Esc closes them all', async () => {
    const { page, payloads, web, slack } = await withForm()
    const push = async () => {
      const heard = payloads().length
      await page.getByTestId('action-details').click()
      await expect.poll(() => payloads().length).toBeGreaterThan(heard)
      const view = { ...rollback, title: plain('Por cima') }
      await web.views.push({ trigger_id: String(payloads().at(-1)?.['trigger_id']), view })
      await page.getByRole('heading', { name: 'Por cima' }).waitFor()
    }
    await push()
    await page.getByTestId('modal-back').click()
    await page.getByRole('heading', { name: 'Voltar uma versão' }).waitFor()
    await push()
    await page.keyboard.press('Escape')
    await page.getByTestId('modal').waitFor({ state: 'hidden' })
    expect(slack.state('U0OPERATOR').views).toEqual([])
  })

  test('a form that is closed twice is closed, and nothing is wrong', async () => {
    const { page } = await withForm()
    await page.evaluate(`for (const again of [1, 2])
      document.querySelector('dialog[open]').dispatchEvent(new Event('cancel', { cancelable: true }))`)
    await page.getByTestId('modal').waitFor({ state: 'hidden' })
    await page.getByTestId('composer').fill('/rollback')
    expect(await page.locator('.notice').allInnerTexts()).toEqual([])
  })

  test('the app’s Home is asked for, shown, and its buttons work', async () => {
    const { url, web, payloads } = await consoleForTest()
    const page = await windowOf(browser(), { url, person: 'U0OPERATOR' })
    await page.getByTestId('app').click()
    await expect.poll(payloads).toMatchObject([{ event: { type: 'app_home_opened', user: 'U0OPERATOR' } }])
    const button = { type: 'button' as const, action_id: 'open', text: plain('Abrir'), value: '42' }
    const blocks = [
      { type: 'section' as const, text: { type: 'mrkdwn' as const, text: '*Tarefa 42*' }, accessory: button },
    ]
    await web.views.publish({ user_id: 'U0OPERATOR', view: { type: 'home', blocks } })
    await page.getByTestId('home').getByText('Tarefa 42').waitFor()
    await page.getByTestId('action-open').click()
    await expect
      .poll(() => payloads().at(-1))
      .toMatchObject({ container: { type: 'view' }, actions: [{ value: '42' }] })
  })
})

const errorsIn = (page: Page) => page.getByRole('alert').allInnerTexts()
