// Cards and what belongs to them, pressed as people press them: access, logs, emergencies, threads, Home, the keyboard.
import { readFile } from 'node:fs/promises'
import type { Locator, Page } from 'playwright-core'
import { afterEach, describe, expect, onTestFinished, test } from 'vitest'
import { textsFor } from '../../bot/texts/index.ts'
import { asPlain } from '../../bot/texts/mrkdwn.ts'
import {
  type Card,
  actingIn,
  incidents,
  languages,
  overflow,
  patienceMs,
  sizes,
  type,
  whispered,
} from './acting.ts'
import { browserForFile, hasChromium } from './console/testing.ts'
import { needs } from './needs.ts'
import { houseForTests } from './testing.ts'

const minute = 60_000
const fits = [0, 0]

describe.skipIf(!hasChromium() || needs('pg_dump')).each(languages)('in %s', (language) => {
  const browser = browserForFile()
  const texts = textsFor(language)
  const house = houseForTests(language)

  /** What a test that failed left open stands before the next one. */
  afterEach(async () => {
    const { slack } = house().world
    for (const user of ['U0OPERATOR', 'U0APPROVER', 'U0ADMIN', 'U0STRANGER'])
      for (const { id } of slack.state(user).views.toReversed()) await slack.closeView({ user, viewId: id })
  })

  describe.each(sizes)('on $name', { timeout: 3 * minute }, ({ name, options }) => {
    const version = name === 'a phone' ? 'v1.5.0' : 'v1.4.0'
    /** What is not live there yet. */
    const next = (environment: string): string =>
      ['v1.4.0', 'v1.5.0'].find((one) => !live(environment).endsWith(`:${one}`)) ?? ''
    const as = async (person: string, place?: string): Promise<Page> => await acting().as(person, place)
    const ask = async (page: Page, command: string): Promise<Card> => await acting().ask(page, command)
    const acting = () => actingIn(house(), browser(), options)
    const live = (environment: string): string =>
      house().world.cluster.deployment(environment, 'backend').spec.template.spec.containers[0]?.image ?? ''
    const shows = async (where: Locator, words: string): Promise<void> =>
      await where.getByText(words).first().waitFor({ timeout: patienceMs })
    const newest = (page: Page): Locator => page.locator('#message-list article').last()

    test('a stranger asks to be let in, is refused, asks again, is let in, acts, and is put out again', async () => {
      // Reads English whatever the others read.
      const { access } = textsFor('en').home
      const bruno = await as('U0STRANGER')
      const hisMessages = await as('U0STRANGER', 'messages')
      const pedro = await as('U0ADMIN', 'messages')

      await type(bruno, '/deploy')
      const modal = bruno.getByTestId('modal')
      await shows(modal, asPlain(access.how))
      await modal.getByTestId('action-access.ask').click()
      await shows(modal, asPlain(access.asked))
      expect(await overflow(bruno)).toEqual(fits)
      await bruno.keyboard.press('Escape')
      await modal.waitFor({ state: 'hidden' })

      await newest(pedro).getByText('Bruno Reis').first().waitFor()
      await newest(pedro).getByTestId('action-access.refuse').click()
      await shows(newest(pedro), asPlain(texts.home.access.refused('Pedro Costa', 'Bruno Reis')))
      expect(await newest(pedro).getByRole('button').filter({ hasText: /\w/ }).count()).toBe(0)
      await shows(newest(hisMessages), asPlain(access.youAreNot('Pedro Costa')))

      await type(bruno, `/deploy development ${version}`)
      await whispered(bruno).getByTestId('action-access.ask').click()
      await shows(whispered(bruno), asPlain(access.asked))
      await newest(pedro).getByTestId('action-access.operator').click()
      await shows(pedro.getByTestId('confirm'), texts.home.access.confirm.text('Bruno Reis'))
      expect(await overflow(pedro)).toEqual(fits)
      await pedro.getByTestId('confirm-ok').click()
      await pedro.getByTestId('action-access.operator').waitFor({ state: 'detached' })
      await shows(newest(hisMessages), 'You are now operator')

      const card = await ask(bruno, `/deploy development ${version}`)
      await acting().over(card, bruno)
      expect(live('development')).toContain(`:${version}`)
      expect(await overflow(bruno)).toEqual(fits)

      const admin = await as('U0ADMIN')
      await type(admin, '/ops revoke @bruno')
      await shows(whispered(admin), asPlain(texts.home.access.revoked({ mrkdwn: '@Bruno Reis' })))
      await type(bruno, `/deploy development ${version}`)
      await whispered(bruno).getByTestId('action-access.ask').waitFor()
      expect(live('development')).toContain(`:${version}`)
    })

    test('a log in pages, to older lines, and whole as a file in the thread', async () => {
      const maria = await as('U0OPERATOR')
      await acting().over(await ask(maria, '/ops backup staging'), maria)
      const card = await ask(maria, '/restore staging')
      await acting().over(card, maria)
      await card.on(maria).getByTestId('action-job.log').click()
      const page = whispered(maria)
      await shows(page, 'pg_restore: creating INDEX')
      const newestLines = await linesIn(page)
      const whispers = await maria.locator('.ephemeral').count()
      expect(newestLines.at(-1)).toMatch(/healthy|saudável/)
      expect(await overflow(maria)).toEqual(fits)

      await page.getByTestId('action-log.older').click()
      await shows(page, 'Downloading')
      const olderLines = await linesIn(page)
      expect(newestLines.filter((line) => olderLines.includes(line))).toEqual([])
      // It is the same message: nothing is scrolled away by looking further back.
      expect(await maria.locator('.ephemeral').count()).toBe(whispers)

      await page.getByTestId('action-log.newest').click()
      await page.getByTestId('action-log.newest').waitFor({ state: 'detached' })
      expect(await linesIn(page)).toEqual(newestLines)

      await page.getByTestId('action-log.file').click()
      await card.on(maria).locator('.replies').click()
      const file = maria.getByTestId('thread').locator('.file')
      await file.waitFor()
      expect(await overflow(maria)).toEqual(fits)
      const download = maria.waitForEvent('download')
      await file.click()
      const whole = await readFile(await (await download).path(), 'utf8')
      // A page shows a line's spaces as one.
      const written = whole.replaceAll(/ +/g, ' ')
      for (const line of [...olderLines, ...newestLines]) expect(written).toContain(line)
      expect(whole.split('\n')[0]).toContain(texts.job.states.succeeded)
    })

    test('a version that does not come up: the card says why, "Details" what the system said, and it can be retried', async () => {
      house().world.cluster.markVersion('v1.4.1', 'never-ready')
      const maria = await as('U0OPERATOR')
      const before = live('staging')
      const card = await ask(maria, '/deploy staging v1.4.1')
      await acting().over(card, maria)
      await shows(card.on(maria), texts.job.steps['wait-rollout'])
      expect(await card.on(maria).innerText()).not.toContain('rollout-not-settled')
      expect(live('staging')).toBe(before)
      await card.on(maria).getByTestId('action-job.details').click()
      await shows(whispered(maria), 'code: rollout-not-settled')
      expect(await overflow(maria)).toEqual(fits)
      house().world.cluster.markVersion('v1.4.1', 'good')
      await card.on(maria).getByTestId('action-job.retry').click()
      await maria.getByTestId('confirm-ok').click()
      await house().world.slack.until(() => card.content().includes('✅ *Deploy v1.4.1'), patienceMs / 1_000)
      expect(live('staging')).toContain(':v1.4.1')
      expect(acting().cardsOf(card)).toHaveLength(1)
    })

    test('an emergency: refused without a critical incident, let through with one, and told on both cards', async () => {
      const maria = await as('U0OPERATOR')
      const wanted = next('production')
      const card = await ask(maria, `/deploy production ${wanted}`)
      const button = card.on(maria).getByTestId('action-job.break-glass')
      await button.click()
      const modal = maria.getByTestId('modal')
      await modal.locator('textarea').fill('João não atende')
      await modal.getByTestId('modal-submit').click()
      await shows(modal.getByRole('alert'), '/incident')
      expect(await overflow(maria)).toEqual(fits)
      expect(await modal.locator('textarea').inputValue()).toBe('João não atende')
      await maria.keyboard.press('Escape')
      await modal.waitFor({ state: 'hidden' })
      expect(live('production')).not.toContain(`:${wanted}`)

      const hall = await as('U0OPERATOR', incidents)
      await type(hall, '/incident declare 1 "Loja fora do ar" production')
      const number = await incidentNumber(newest(hall))
      onTestFinished(async () => void (await resolved(number)))
      await button.click()
      await modal.locator('textarea').fill('x')
      await modal.getByTestId('modal-submit').click()
      await modal.getByRole('alert').waitFor()
      await modal.locator('textarea').fill('João não atende')
      await modal.getByTestId('modal-submit').click()
      await modal.waitFor({ state: 'hidden' })
      await acting().over(card, maria)
      expect(live('production')).toContain(`:${wanted}`)
      await shows(card.on(maria), '“João não atende”')
      // On its card or in the card's thread.
      await house().world.slack.until(() =>
        JSON.stringify(house().world.slack.messages(incidents)).includes('João não atende'),
      )
      expect(await overflow(hall)).toEqual(fits)
    })

    test('a refusal of an approver, with its reason, ends the job on every copy of its card', async () => {
      const maria = await as('U0OPERATOR')
      const joao = await as('U0APPROVER')
      const directly = await as('U0APPROVER', 'messages')
      const atHome = await as('U0APPROVER', 'home')
      const wanted = next('production')
      const card = await ask(maria, `/deploy production ${wanted}`)
      await newest(directly).getByTestId('action-job.approve').waitFor()
      const waiting = atHome.getByTestId('action-job.reject')
      await waiting.first().waitFor()
      expect(await overflow(directly)).toEqual(fits)
      expect(await overflow(atHome)).toEqual(fits)

      await card.on(joao).getByTestId('action-job.reject').click()
      const modal = joao.getByTestId('modal')
      await modal.locator('textarea').fill('na sexta não')
      await modal.getByTestId('modal-submit').click()
      await modal.waitFor({ state: 'hidden' })
      for (const copy of [card.on(maria), card.on(joao), newest(directly)]) {
        await shows(copy, '“na sexta não”')
        await copy.getByTestId('action-job.approve').waitFor({ state: 'detached' })
      }
      await expect.poll(() => waiting.count(), { timeout: patienceMs }).toBe(0)
      expect(await card.on(maria).getByTestId('action-job.retry').count()).toBe(0)
      expect(live('production')).not.toContain(`:${wanted}`)
      expect(acting().cardsOf(card)).toHaveLength(1)
    })

    test('people talk in the thread of a card, and the one who asked is told there how it ended', async () => {
      const atHome = await as('U0OPERATOR', 'home')
      const notice = atHome.getByTestId('action-settings.end-notice')
      await notice.selectOption('always')
      const maria = await as('U0OPERATOR')
      const joao = await as('U0APPROVER')
      const card = await ask(maria, '/deploy staging v1.3.0')
      await acting().over(card, maria)
      await card.on(joao).locator('.replies').click()
      const thread = joao.getByTestId('thread')
      await shows(thread, '@Maria Santos')
      await shows(thread, texts.job.states.succeeded)
      await joao.getByTestId('thread-composer').fill('obrigado!')
      await joao.keyboard.press('Enter')
      await card.on(maria).locator('.replies').click()
      await shows(maria.getByTestId('thread'), 'obrigado!')
      expect(await overflow(maria)).toEqual(fits)
      await maria.getByTestId('thread-close').click()
      await maria.getByTestId('thread').waitFor({ state: 'hidden' })
      expect(await card.on(maria).isVisible()).toBe(true)
      await notice.selectOption('long')
    })

    test('a deploy to production by keyboard alone: form, approval, thread', async () => {
      const maria = await as('U0OPERATOR')
      const { keyboard } = maria
      const wanted = next('production')
      await maria.getByTestId('composer').focus()
      await keyboard.type('/dep')
      await keyboard.press('Tab')
      expect(await maria.getByTestId('composer').inputValue()).toBe('/deploy ')
      await keyboard.press('Enter')
      const modal = maria.getByTestId('modal')
      const environment = modal.getByTestId('action-form.environment')
      await environment.focus()
      await keyboard.type('production')
      await keyboard.press('Enter')
      const choice = modal.getByTestId('action-form.choice')
      await choice.waitFor()
      await tabTo(maria, choice)
      await keyboard.type(wanted)
      const first = modal.getByRole('listbox').locator('[data-testid^="option-"]').first()
      await expect.poll(() => first.getAttribute('data-testid')).toBe(`option-${wanted}`)
      await keyboard.press('ArrowDown')
      await keyboard.press('Enter')
      await shows(modal, `→ ${wanted}`)
      await tabTo(maria, modal.getByTestId('action-form.confirm'))
      await keyboard.type('production')
      expect(await modal.getByTestId('action-form.confirm').inputValue()).toBe('production')
      const last = acting().newest().ts
      await keyboard.press('Enter')
      await modal.waitFor({ state: 'hidden', timeout: patienceMs })
      await house().world.slack.until(() => acting().newest().ts !== last)

      const joao = await as('U0APPROVER')
      const made = acting().newest()
      const card = made.on(joao)
      await shows(card, `→ ${wanted}`)
      await card.getByTestId('action-job.approve').focus()
      await joao.keyboard.press('Enter')
      const dialog = joao.getByTestId('confirm')
      await dialog.waitFor()
      await joao.keyboard.press('Escape')
      await dialog.waitFor({ state: 'detached' })
      expect(await focused(joao)).toBe('action-job.approve')
      await joao.keyboard.press('Enter')
      await tabTo(joao, dialog.getByTestId('confirm-ok'))
      await joao.keyboard.press('Enter')
      await acting().over(made, joao)
      expect(live('production')).toContain(`:${wanted}`)

      await tabTo(joao, card.getByTestId(/^reply-/))
      await joao.keyboard.press('Enter')
      await joao.getByTestId('thread').waitFor()
      await joao.getByTestId('thread-composer').focus()
      await joao.keyboard.type('feito')
      await joao.keyboard.press('Enter')
      await shows(joao.getByTestId('thread'), 'feito')
      await joao.keyboard.press('Escape')
      await joao.getByTestId('thread').waitFor({ state: 'hidden' })
    })

    async function incidentNumber(card: Locator): Promise<string> {
      await shows(card, 'Loja fora do ar')
      return /#(\d+)/.exec(await card.innerText())?.[1] ?? ''
    }

    /** Also where the test fails: the next one needs that there is no open incident. */
    const resolved = async (number: string): Promise<unknown> =>
      await house().world.slack.command({
        user: 'U0OPERATOR',
        channel: incidents,
        command: '/incident',
        text: `resolve ${number}`,
      })
  })
})

const linesIn = async (page: Locator): Promise<string[]> =>
  (await page.locator('pre').innerText()).split('\n').filter((line) => line !== '')

const focused = async (page: Page): Promise<unknown> =>
  await page.evaluate('document.activeElement?.dataset.testid')

/** Goes there as people without a mouse do. */
async function tabTo(page: Page, goal: Locator): Promise<void> {
  const wanted = await goal.getAttribute('data-testid')
  for (let presses = 0; presses < 20; presses += 1) {
    if ((await focused(page)) === wanted) return
    await page.keyboard.press('Tab')
  }
  throw new Error(`Tab does not lead to ${wanted}`)
}
