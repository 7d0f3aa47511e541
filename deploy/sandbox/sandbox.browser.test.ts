// The whole sandbox in a browser, as a person meets it: everything real but the vendors, at two widths.
import type { Locator, Page } from 'playwright-core'
import { describe, expect, test } from 'vitest'
import { operations, sizes, type } from './acting.ts'
import { browserForFile, hasChromium, windowOf } from './console/testing.ts'
import { needs } from './needs.ts'
import { houseForTests } from './testing.ts'

/** What each of them deploys, and what does not work there. */
const versions = {
  'a desktop': { version: 'v1.4.0', bad: 'v1.4.1' },
  'a phone': { version: 'v1.5.0', bad: 'v1.3.1' },
}

describe.skipIf(!hasChromium() || needs('pg_dump'))('the sandbox in a browser', () => {
  const browser = browserForFile()
  const house = houseForTests()

  describe.each(sizes)('on $name', ({ name, options }) => {
    const { version, bad } = versions[name]
    const as = async (person: string): Promise<Page> =>
      await windowOf(browser(), { url: house().url, person }, options)

    /** Types a command and answers with the message it brings about for everybody. */
    async function ask(page: Page, command: string): Promise<Locator> {
      const before = new Set(cardTimes())
      await type(page, command)
      const ts = await house().world.slack.until(() => cardTimes().find((one) => !before.has(one)))
      const card = page.getByTestId(`message-${ts}`)
      await card.waitFor()
      return card
    }
    const cardTimes = (): string[] =>
      house()
        .world.slack.messages(operations)
        .map(({ ts }) => ts)

    /** The same message before somebody else, who approves it. */
    async function approvedBy(person: string, card: Locator): Promise<void> {
      const page = await as(person)
      const theirs = page.getByTestId((await card.getAttribute('data-testid')) ?? '')
      await theirs.getByTestId('action-job.approve').click()
      await page.getByTestId('confirm-ok').click()
    }

    /** What really runs. */
    const live = (environment: string): string | undefined =>
      house().world.cluster.deployment(environment, 'backend').spec.template.spec.containers[0]?.image

    const shows = async (card: Locator, text: string | RegExp): Promise<void> =>
      await card.getByText(text).first().waitFor({ timeout: 30_000 })

    test('a deploy to staging, live', async () => {
      const maria = await as('U0OPERATOR')
      const card = await ask(maria, `/deploy staging ${version}`)
      await shows(card, `Deploy ${version} → staging`)
      await shows(card, `staging está em ${version}.`)
      expect(live('staging')).toContain(`:${version}`)
      expect(await maria.evaluate('document.documentElement.scrollWidth - innerWidth')).toBe(0)
    })

    test('a deploy to production waits for somebody else; a rollback goes back', async () => {
      const maria = await as('U0OPERATOR')
      const deploy = await ask(maria, `/deploy production ${version}`)
      await shows(deploy, 'Espera aprovação')
      await shows(deploy, `v1.3.0 → ${version}`)
      await deploy.getByTestId('action-job.approve').click()
      await maria.getByTestId('confirm-ok').click()
      await maria.getByText('Quem pediu não pode aprovar').waitFor()
      expect(live('production')).toContain(':v1.3.0')
      await approvedBy('U0APPROVER', deploy)
      await shows(deploy, `production está em ${version}.`)
      await shows(deploy, 'aprovado por João Silva')
      expect(live('production')).toContain(`:${version}`)
      const rollback = await ask(maria, '/rollback production')
      await approvedBy('U0APPROVER', rollback)
      await shows(rollback, 'production voltou para v1.3.0.')
      expect(live('production')).toContain(':v1.3.0')
    })

    test('a backup of production is restored beside, checked and swapped', async () => {
      const stored = house().world.objectStore.puts.size
      const maria = await as('U0OPERATOR')
      await shows(await ask(maria, '/ops backup production'), 'guardado e conferido')
      expect(house().world.objectStore.puts.size).toBeGreaterThan(stored)
      const restore = await ask(maria, '/restore production')
      await approvedBy('U0APPROVER', restore)
      await shows(restore, 'agora é o do backup')
      await shows(restore, 'está guardado como')
    })

    test('a sync of the stock says what it did per item', async () => {
      const maria = await as('U0OPERATOR')
      const card = await ask(maria, '/sync stock')
      await shows(card, 'Sincronizar estoque')
      await shows(card, /atualizados:|já iguais:/)
      expect(house().world.mercadoLivre.effects().length).toBeGreaterThan(0)
    })

    test('a version marked as never ready goes back by itself', async () => {
      const maria = await as('U0OPERATOR')
      await maria.getByTestId('drawer').click()
      await maria.getByTestId('panel-versions-mark-version').selectOption(bad)
      await maria.getByTestId('panel-versions-mark-behaviour').selectOption('never-ready')
      await maria.getByTestId('panel-versions-mark').click()
      await maria.getByText(`${bad} agora nunca fica pronta.`).waitFor()
      await maria.keyboard.press('Escape')
      const card = await ask(maria, `/deploy staging ${bad}`)
      await shows(card, `staging voltou para ${version}.`)
      await shows(card, 'não ficou de pé')
      expect(live('staging')).toContain(`:${version}`)
    })

    test('who may only look is refused, and a version is never more than a version', async () => {
      const before = cardTimes()
      const ana = await as('U0VIEWER')
      await type(ana, `/deploy staging ${version}`)
      await ana.getByText('Você não tem permissão para isso').waitFor()
      const maria = await as('U0OPERATOR')
      await type(maria, '/deploy staging v1;rm -rf /')
      await maria.getByText('não é uma versão').waitFor()
      await type(maria, '/deploy staging --kubeconfig=x')
      await maria.getByText('começa com hífen').waitFor()
      expect(cardTimes()).toEqual(before)
    })
  })
})
