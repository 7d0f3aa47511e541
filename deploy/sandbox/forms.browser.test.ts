// Every form and every page in person, on the real engine and bot, in both languages and at both widths.
import type { Locator, Page } from 'playwright-core'
import { describe, expect, test } from 'vitest'
import { textsFor } from '../../bot/texts/index.ts'
import { languages, operations, overflow, sizes, type } from './acting.ts'
import { browserForFile, hasChromium, windowOf } from './console/testing.ts'
import { needs } from './needs.ts'
import { houseForTests } from './testing.ts'

describe.skipIf(!hasChromium() || needs('pg_dump')).each(languages)('in %s', (language) => {
  const browser = browserForFile()
  const texts = textsFor(language)
  const house = houseForTests(language)

  describe.each(sizes)('on $name', ({ options }) => {
    const as = async (person: string, place = operations): Promise<Page> =>
      await windowOf(browser(), { url: house().url, person, place }, options)

    /** The form a command without arguments opens, once it is filled. */
    async function formOf(page: Page, command: string): Promise<Locator> {
      await type(page, command)
      const modal = page.getByTestId('modal')
      await modal.locator('.block-input').first().waitFor()
      return modal
    }
    const send = async (modal: Locator): Promise<void> => await modal.getByTestId('modal-submit').click()
    const gone = async (modal: Locator): Promise<void> => await modal.waitFor({ state: 'hidden' })
    const complaints = async (modal: Locator): Promise<string[]> => {
      await modal.getByRole('alert').first().waitFor()
      return await modal.getByRole('alert').allInnerTexts()
    }
    const newestCard = (page: Page, words: string): Locator =>
      page.locator('article').filter({ hasText: words }).last()

    test('deploy: search, what will change, confirmation by hand, rejected with a reason', async () => {
      const maria = await as('U0OPERATOR')
      const modal = await formOf(maria, '/deploy')
      await modal.getByRole('heading', { name: texts.forms.titles.deploy }).waitFor()
      await modal.getByTestId('action-form.environment').selectOption('production')
      const version = modal.getByTestId('action-form.choice')
      await version.fill('v1.4')
      await modal.getByTestId('option-v1.4.0').click()
      await modal.getByText('v1.3.0 → v1.4.0').waitFor()
      await modal.getByTestId('action-form.confirm').fill('prod')
      await send(modal)
      expect(await complaints(modal)).toEqual([texts.forms.typeTheName('production').mrkdwn])
      await modal.getByTestId('action-form.confirm').fill('production')
      expect(await overflow(maria)).toEqual([0, 0])
      await send(modal)
      await gone(modal)
      const card = newestCard(maria, 'Deploy v1.4.0 → production')
      await card.getByTestId('action-job.approve').waitFor()

      const joao = await as('U0APPROVER', 'messages')
      const copy = newestCard(joao, 'Deploy v1.4.0 → production')
      await copy.getByTestId('action-job.reject').click()
      const reason = joao.getByTestId('modal')
      await reason.locator('textarea').fill('amanhã, com calma')
      await send(reason)
      await gone(reason)
      await card.getByText('amanhã, com calma').first().waitFor()
      await copy.getByTestId('action-job.reject').waitFor({ state: 'detached' })
      expect(await overflow(joao)).toEqual([0, 0])
    })

    test('rollback and restore show what they would do before anything is asked for', async () => {
      const maria = await as('U0OPERATOR')
      const rollback = await formOf(maria, '/rollback')
      await rollback.getByTestId('action-form.environment').selectOption('production')
      await rollback.getByText('v1.3.0 → v1.2.3').waitFor()
      expect(await rollback.getByTestId('action-form.choice').inputValue()).toBe(texts.forms.choices.previous)
      await maria.keyboard.press('Escape')
      await gone(rollback)
      const restore = await formOf(maria, '/restore')
      await restore.getByTestId('action-form.environment').selectOption('staging')
      await restore.getByTestId('action-form.choice').waitFor()
      expect(await restore.getByTestId('action-form.choice').inputValue()).toBe(texts.forms.choices.latest)
      expect(await overflow(maria)).toEqual([0, 0])
      await maria.keyboard.press('Escape')
      await gone(restore)
    })

    test('sync: a SKU that is none is said at its field', async () => {
      const maria = await as('U0OPERATOR')
      const modal = await formOf(maria, '/sync')
      await modal.getByTestId('action-form.entity').selectOption('stock')
      await modal.getByTestId('action-form.sku').fill('--all')
      await send(modal)
      expect(await complaints(modal)).toHaveLength(1)
      await modal.getByTestId('action-form.sku').fill('')
      await send(modal)
      await gone(modal)
      await newestCard(maria, texts.job.entities.stock).waitFor()
      expect(await overflow(maria)).toEqual([0, 0])
    })

    test('freeze and backup: from the form to the channel', async () => {
      const pedro = await as('U0ADMIN')
      const freeze = await formOf(pedro, `/ops ${language === 'en' ? 'freeze' : 'congelar'}`)
      await freeze.getByTestId('action-form.environment').selectOption('development')
      await freeze.getByTestId('action-form.reason').fill('Black Friday')
      expect(await overflow(pedro)).toEqual([0, 0])
      await send(freeze)
      await gone(freeze)
      await newestCard(pedro, 'Black Friday').waitFor()
      const backup = await formOf(pedro, '/ops backup')
      await backup.getByTestId('action-form.environment').selectOption('staging')
      await send(backup)
      await gone(backup)
      await newestCard(pedro, texts.job.titles.backup('staging')).waitFor()
    })

    test('the guide and the shortcut open forms; a viewer is told whom to ask', async () => {
      const maria = await as('U0OPERATOR')
      await type(maria, '/ops help')
      const guide = maria.locator('.ephemeral').last()
      await guide.getByTestId('action-form.open').first().click()
      const modal = maria.getByTestId('modal')
      await modal.getByRole('heading', { name: texts.forms.titles.deploy }).waitFor()
      await maria.keyboard.press('Escape')
      await gone(modal)
      const ana = await as('U0VIEWER')
      await ana.getByTestId('shortcuts').click()
      await ana.getByTestId('shortcut-deploy').click()
      const refused = ana.getByTestId('modal')
      await refused.getByText('Pedro Costa').waitFor()
      expect(await refused.getByTestId('modal-submit').isVisible()).toBe(false)
      await ana.keyboard.press('Escape')
      await gone(refused)
    })

    test('App Home: environments, what waits for me, my settings', async () => {
      const maria = await as('U0OPERATOR')
      await type(maria, '/deploy production v1.5.0')
      await newestCard(maria, 'Deploy v1.5.0 → production').getByTestId('action-job.approve').waitFor()
      const joao = await as('U0APPROVER', 'home')
      const home = joao.getByTestId('home')
      await home.getByText(texts.home.waitingForMe).waitFor()
      await home.getByText('v1.3.0 → v1.5.0').first().waitFor()
      for (const name of ['development', 'staging', 'production'])
        await home.getByText(name).first().waitFor()
      expect(await overflow(joao)).toEqual([0, 0])
      await home.getByTestId('action-job.reject').first().click()
      const reason = joao.getByTestId('modal')
      await reason.locator('textarea').fill('ainda não')
      await send(reason)
      await gone(reason)
      await expect.poll(() => home.getByTestId('action-job.reject').count(), { timeout: 20_000 }).toBe(0)
      const { turnOn, turnOff } = texts.home.settings.directMessages
      const toggle = home.getByTestId('action-settings.direct-messages')
      const says = async (label: string): Promise<void> =>
        await expect.poll(() => toggle.innerText(), { timeout: 20_000 }).toBe(label)
      await says(turnOff)
      await toggle.click()
      await says(turnOn)
      await toggle.click()
      await says(turnOff)
    })

    test('an incident is declared from its form', async () => {
      const maria = await as('U0OPERATOR')
      const modal = await formOf(maria, `/incident ${language === 'en' ? 'declare' : 'declarar'}`)
      await send(modal)
      expect(await complaints(modal)).toHaveLength(2)
      await modal.getByTestId('action-form.title').fill('Loja fora do ar')
      await modal.getByTestId('action-form.level').selectOption('2')
      await send(modal)
      await gone(modal)
      const incidents = await as('U0OPERATOR', 'C0INCIDENTS')
      await newestCard(incidents, 'Loja fora do ar').waitFor()
      expect(await overflow(incidents)).toEqual([0, 0])
    })
  })
})
