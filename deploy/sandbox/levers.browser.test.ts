// Everything the console can break, broken from its panel: afterwards the channel tells the truth, once per subject.
import type { Page } from 'playwright-core'
import { describe, expect, test } from 'vitest'
import { textsFor } from '../../bot/texts/index.ts'
import {
  type Acting,
  type Card,
  actingIn,
  overflow,
  patienceMs,
  pull,
  sizes,
  type,
  whispered,
} from './acting.ts'
import { browserForFile, hasChromium } from './console/testing.ts'
import { needs } from './needs.ts'
import { houseForTests } from './testing.ts'

const minute = 60_000
const texts = textsFor('pt-BR')
const failures = { '429': 'limita (429)', '500': 'dá erro (500)', silent: 'não responde', reset: 'derruba' }

describe.skipIf(!hasChromium() || needs('pg_dump'))(
  'what the console breaks',
  { timeout: 3 * minute },
  () => {
    const browser = browserForFile()
    const house = houseForTests()

    const acting = (size = sizes[0]): Acting => actingIn(house(), browser(), size?.options ?? {})
    const live = (environment: string): string =>
      house().world.cluster.deployment(environment, 'backend').spec.template.spec.containers[0]?.image ?? ''
    const pulled = async (page: Page, lever: string, choices: Record<string, string>, says: string) =>
      await (await pull(page, lever, choices)).getByText(says).waitFor({ timeout: patienceMs })

    /** What really runs is what the one message of the job says. */
    async function expectTruth(card: Card, version: string): Promise<void> {
      await acting().over(card)
      expect(card.content()).toContain(`*staging* está em *${version}*`)
      expect(live('staging')).toContain(`:${version}`)
      expect(acting().cardsOf(card)).toHaveLength(1)
    }

    test('the engine is killed while it works', async () => {
      const [maria, panel] = [await acting().as('U0OPERATOR'), await acting().as('U0ADMIN')]
      const card = await acting().ask(maria, '/deploy staging v1.4.0')
      await pulled(panel, 'processes-engine', {}, 'Motor morto.')
      await expectTruth(card, 'v1.4.0')
      expect(live('staging')).toContain(':v1.4.0')
    })

    test('the bot is killed while it writes', async () => {
      const [maria, panel] = [await acting().as('U0OPERATOR'), await acting().as('U0ADMIN')]
      const card = await acting().ask(maria, '/deploy staging v1.5.0')
      await pulled(panel, 'processes-bot', {}, 'Bot morto.')
      await expectTruth(card, 'v1.5.0')
      expect(live('staging')).toContain(':v1.5.0')
    })

    test('the database stops while a job runs, and another is asked for meanwhile', async () => {
      const [maria, panel] = [await acting().as('U0OPERATOR'), await acting().as('U0ADMIN')]
      const first = await acting().ask(maria, '/deploy staging v1.4.0')
      const result = await pull(panel, 'database-stop', { seconds: '5' })
      await result.getByText('Aguarde…').waitFor()
      const second = await acting().ask(maria, '/deploy development v1.4.0')
      await result.getByText('O Postgres ficou parado 5 s e voltou.').waitFor({ timeout: patienceMs })
      await expectTruth(first, 'v1.4.0')
      await acting().over(second)
      expect(live('development')).toContain(':v1.4.0')
      expect(acting().cardsOf(second)).toHaveLength(1)
    })

    test.each(Object.entries(failures))(
      'Slack %s for ten seconds, told on the page until it is over',
      async (how, words) => {
        const version = live('staging').endsWith('v1.4.0') ? 'v1.5.0' : 'v1.4.0'
        const [maria, panel] = [await acting().as('U0OPERATOR'), await acting().as('U0ADMIN')]
        await pulled(panel, 'slack-break', { how, seconds: '10' }, words)
        await maria.getByTestId('broken').waitFor()
        const card = await acting().ask(maria, `/deploy staging ${version}`)
        await maria.getByTestId('broken').waitFor({ state: 'hidden' })
        await expectTruth(card, version)
        expect(await maria.getByTestId('broken').isVisible()).toBe(false)
      },
    )

    test('Slack is away until it is told to be well again', async () => {
      const [maria, panel] = [await acting().as('U0OPERATOR'), await acting().as('U0ADMIN')]
      const before = house().world.slack.messages('C0OPSALERTS').length
      await pulled(panel, 'slack-break', { how: 'reset', seconds: '' }, failures.reset)
      await type(maria, '/deploy staging v1.3.0')
      await house().world.cluster.until(() => live('staging').includes(':v1.3.0'))
      expect(house().world.slack.messages('C0OPSALERTS')).toHaveLength(before)
      await pulled(panel, 'slack-well', {}, 'O Slack voltou.')
      await house().world.slack.until(
        () => house().world.slack.messages('C0OPSALERTS').length > before,
        patienceMs / 1_000,
      )
      const newest = acting().newest()
      await expectTruth(newest, 'v1.3.0')
      expect(await maria.getByTestId('broken').isVisible()).toBe(false)
    })

    test('everything is delivered twice', async () => {
      const [maria, panel] = [await acting().as('U0OPERATOR'), await acting().as('U0ADMIN')]
      await pulled(panel, 'slack-twice', {}, 'duas vezes')
      const card = await acting().ask(maria, '/deploy staging v1.4.0')
      await expectTruth(card, 'v1.4.0')
      const joao = await acting().as('U0APPROVER')
      const guarded = await acting().ask(maria, '/deploy production v1.4.0')
      await guarded.on(joao).getByTestId('action-job.approve').click()
      await joao.getByTestId('confirm-ok').click()
      await acting().over(guarded)
      expect(acting().cardsOf(guarded)).toHaveLength(1)
      expect(guarded.content().split('aprovado por João Silva')).toHaveLength(2)
      await pulled(panel, 'slack-once', {}, 'uma vez')
    })

    test('a version that never gets ready goes back by itself', async () => {
      const [maria, panel] = [await acting().as('U0OPERATOR'), await acting().as('U0ADMIN')]
      const choices = { version: 'v1.4.1', behaviour: 'never-ready' }
      await pulled(panel, 'versions-mark', choices, 'v1.4.1 agora nunca fica pronta.')
      const card = await acting().ask(maria, '/deploy staging v1.4.1')
      await acting().over(card, maria)
      expect(card.content()).toContain('*staging* voltou para *v1.4.0*')
      expect(live('staging')).toContain(':v1.4.0')
      expect(acting().cardsOf(card)).toHaveLength(1)
    })

    test('the registry is away: a form and a command go on without its list of versions, and it comes back', async () => {
      const [maria, panel] = [await acting().as('U0OPERATOR'), await acting().as('U0ADMIN')]
      await pulled(panel, 'vendors-registry', {}, 'Fora do ar.')
      await type(maria, '/deploy')
      const modal = maria.getByTestId('modal')
      await modal.getByTestId('action-form.environment').selectOption('staging')
      await modal.getByTestId('action-form.choice').fill('v1.3')
      await modal.getByTestId('option-v1.3.0').waitFor()
      await modal.getByTestId('modal-close').click()
      await modal.waitFor({ state: 'hidden' })
      const during = await acting().ask(maria, '/deploy staging v1.3.0')
      await acting().over(during)
      expect(live('staging')).toContain(':v1.3.0')
      expect(acting().cardsOf(during)).toHaveLength(1)
      await pulled(panel, 'vendors-registry-up', {}, 'No ar.')
      const card = await acting().ask(maria, '/deploy staging v1.5.0')
      await expectTruth(card, 'v1.5.0')
    })

    test('the store of backups is away: the backup fails with what to do, and works when tried again', async () => {
      const [maria, panel] = [await acting().as('U0OPERATOR'), await acting().as('U0ADMIN')]
      await pulled(panel, 'vendors-store-down', {}, 'Fora do ar.')
      const card = await acting().ask(maria, '/ops backup staging')
      await acting().over(card, maria)
      expect(card.content()).toContain(texts.job.ending.noBackup.mrkdwn)
      await pulled(panel, 'vendors-store-up', {}, 'No ar.')
      await card.on(maria).getByTestId('action-job.retry').click()
      await maria.getByTestId('confirm-ok').click()
      await house().world.slack.until(
        () => card.content().includes('guardado e conferido'),
        patienceMs / 1_000,
      )
      expect(acting().cardsOf(card)).toHaveLength(1)
    })

    test('Bling and Mercado Livre are away: the sync says so, writes nothing, and works when they are back', async () => {
      const [maria, panel] = [await acting().as('U0OPERATOR'), await acting().as('U0ADMIN')]
      await pulled(panel, 'vendors-all', {}, 'Fora do ar.')
      const written = house().world.mercadoLivre.effects().length
      const card = await acting().ask(maria, '/sync stock')
      await acting().over(card, maria)
      expect(card.content()).toContain(texts.job.ending.nothingWritten.mrkdwn)
      expect(house().world.mercadoLivre.effects()).toHaveLength(written)
      await pulled(panel, 'vendors-all', {}, 'No ar.')
      await card.on(maria).getByTestId('action-job.retry').click()
      await maria.getByTestId('confirm-ok').click()
      await house().world.slack.until(() => card.content().includes('✅ *'), patienceMs / 1_000)
      expect(acting().cardsOf(card)).toHaveLength(1)
    })

    test('on a phone the panel fits, and speaks English to who reads English', async () => {
      const bruno = await acting(sizes[1]).as('U0STRANGER')
      await pulled(bruno, 'slack-well', {}, 'Slack is back.')
      await pulled(bruno, 'database-restart', {}, 'Postgres restarted.')
      expect(await overflow(bruno)).toEqual([0, 0])
      expect(await cutSelects(bruno)).toEqual([])
      await bruno.keyboard.press('Escape')
      await type(bruno, '/deploy staging v1.5.0')
      await whispered(bruno).getByTestId('action-access.ask').waitFor({ timeout: patienceMs })
    })
  },
)

/** The drawer's choices whose words do not fit where they are shown. */
const cutSelects = async (page: Page): Promise<unknown> =>
  await page.evaluate(`[...document.querySelectorAll('.lever-field select')]
    .filter((select) => {
      const probe = select.cloneNode(true)
      Object.assign(probe.style, { position: 'absolute', width: 'auto', maxWidth: 'none' })
      document.body.append(probe)
      const needed = probe.offsetWidth
      probe.remove()
      return select.offsetWidth > 0 && select.offsetWidth < needed
    })
    .map((select) => select.dataset.testid)`)
