// The life of an incident before the console: from the alert to whoever answers, on phones and in Slack.
import { readFile } from 'node:fs/promises'
import type { Page } from 'playwright-core'
import { afterEach, describe, expect, test } from 'vitest'
import { textsFor } from '../../bot/texts/index.ts'
import { asPlain } from '../../bot/texts/mrkdwn.ts'
import { actingIn, incidents, languages, overflow, pull, sizes } from './acting.ts'
import { browserForFile, hasChromium } from './console/testing.ts'
import { actingOnIncidents, calm, forward, heal, openPhones, photographer } from './incident-acting.ts'
import { needs } from './needs.ts'
import { houseForTests } from './testing.ts'

const minute = 60_000
const fits = [0, 0]

describe.skipIf(!hasChromium() || needs('pg_dump')).each(languages)('in %s', (language) => {
  const browser = browserForFile()
  const texts = textsFor(language)
  const words = texts.incident
  const house = houseForTests(language)
  const shoot = photographer(language)

  // A test that fails leaves nothing broken or burning to the next.
  afterEach(async () => await calm(house()))

  describe.each(sizes)('on $name', { timeout: 3 * minute }, ({ name, options }) => {
    const size = name.replace('a ', '')
    const environment = size === 'phone' ? 'staging' : 'production'
    const as = async (person: string, place = incidents): Promise<Page> =>
      await actingIn(house(), browser(), options).as(person, place)

    test('nobody answers: all four levels are called, then again, until somebody acknowledges by phone', async () => {
      const { fire, call, says, cardOn, cards, engine, onCall } = actingOnIncidents(house())
      const { phone: engineer } = await onCall()
      const [panel, watcher, channel] = [await as('U0ADMIN'), await as('U0VIEWER'), await as('U0OPERATOR')]
      const id = await fire(panel, 'DatabaseDown', environment)
      await watcher.getByTestId('ringing').waitFor()
      await shoot(watcher, `incident-rings-${size}`)
      await watcher.getByTestId('ringing').click()

      const levels = [
        { phone: engineer, minutes: '15' },
        { phone: 'PJOAO', minutes: '30' },
        { phone: 'PCTO', minutes: '60' },
        { phone: 'PCEO', minutes: '120' },
      ] as const
      for (const [index, { phone, minutes }] of levels.entries()) {
        const ringing = call(watcher, phone, { id, round: 1, level: index + 1 })
        await ringing.and(watcher.locator('.call-ringing')).waitFor()
        await forward(panel, minutes)
      }
      const again = call(watcher, engineer, { id, round: 2, level: 1 })
      await again.and(watcher.locator('.call-ringing')).waitFor()
      await says(id, asPlain(words.pages.round(2, 3)))
      expect(await overflow(watcher)).toEqual(fits)
      await shoot(watcher, `incident-phones-${size}`)
      await cardOn(channel, id).waitFor()
      await shoot(channel, `incident-climbed-${size}`)

      const hers = call(watcher, 'PJOAO', { id, round: 1, level: 2 })
      await hers.getByRole('button', { name: words.buttons.acknowledge }).focus()
      await watcher.keyboard.press('Enter')
      await says(id, `· ${words.states.acknowledged}`, '✋ *João Silva')
      await watcher.getByTestId('ringing').waitFor({ state: 'hidden' })
      await expect.poll(() => watcher.locator('.phone-ringing').count()).toBe(0)
      await shoot(watcher, `incident-acknowledged-by-phone-${size}`)

      const rings = house().world.pagerDuty.rings().length
      await forward(panel, '60')
      const incident = await engine.incident(id)
      expect(incident).toMatchObject({ state: 'acknowledged', escalation: { next: null } })
      expect(incident.pages.map(({ round, level, state }) => [round, level, state])).toEqual([
        [1, 1, 'confirmed'],
        [1, 2, 'confirmed'],
        [1, 3, 'confirmed'],
        [1, 4, 'confirmed'],
        [2, 1, 'confirmed'],
      ])
      expect(house().world.pagerDuty.rings()).toHaveLength(rings)

      await heal(panel, 'DatabaseDown', environment)
      await forward(panel, '15')
      await says(id, `· ${words.states.resolved}`)
      expect(cards(id)).toHaveLength(1)
      await openPhones(watcher)
      await watcher.getByTestId('phone-PCEO-history').click()
      await call(watcher, 'PCEO', { id, round: 1, level: 4 }).and(watcher.locator('.call-resolved')).waitFor()
    })

    test('acknowledged in Slack, resolved with what resolved it, and written up', async () => {
      const { fire, call, says, cardOn, onCall } = actingOnIncidents(house())
      const { phone } = await onCall()
      const [panel, watcher, maria] = [await as('U0ADMIN'), await as('U0VIEWER'), await as('U0OPERATOR')]
      await openPhones(watcher)
      const id = await fire(panel, 'SyncFailing', environment)
      const paged = call(watcher, phone, { id, round: 1, level: 1 })
      await paged.and(watcher.locator('.call-ringing')).waitFor()

      const card = cardOn(maria, id)
      await card.getByTestId('action-incident.acknowledge').click()
      await says(id, `· ${words.states.acknowledged}`, '✋ *Maria Santos')
      await paged.and(watcher.locator('.call-acknowledged')).waitFor()
      expect(await paged.innerText()).toContain('Maria Santos')
      await card.getByTestId('action-incident.acknowledge').waitFor({ state: 'detached' })
      await shoot(maria, `incident-acknowledged-in-slack-${size}`)

      await card.getByTestId('action-form.open.resolve').click()
      const modal = maria.getByTestId('modal')
      await modal.getByText(asPlain(words.forms.stillFiring('1'))).waitFor()
      await modal.getByTestId('action-form.reason').fill('Token do Mercado Livre renovado')
      expect(await overflow(maria)).toEqual(fits)
      await shoot(maria, `incident-resolve-${size}`)
      await modal.getByTestId('modal-submit').click()
      await says(id, `· ${words.states.resolved}`, 'Maria Santos', '“Token do Mercado Livre renovado”')
      await watcher.getByTestId(`phone-${phone}-history`).click()
      await paged.and(watcher.locator('.call-resolved')).waitFor()

      await card.getByTestId('action-incident.postmortem').click()
      await card.locator('.replies').click()
      const file = maria.getByTestId('thread').locator('.file')
      await file.waitFor()
      await shoot(maria, `incident-postmortem-${size}`)
      const download = maria.waitForEvent('download')
      await file.click()
      const postmortem = await readFile(await (await download).path(), 'utf8')
      expect(postmortem).toContain('Token do Mercado Livre renovado')
      expect(postmortem).toContain('Maria Santos')
      await heal(panel, 'SyncFailing', environment)
    })

    test('PagerDuty accepts and calls nobody: the card says so, and whoever is on call is told in Slack', async () => {
      const { fire, says, engine, onCall } = actingOnIncidents(house())
      const person = await onCall()
      const panel = await as('U0ADMIN')
      const told = await as(person.slack, 'messages')
      await (await pull(panel, 'pagerduty-break', { how: 'swallow' })).getByText('PagerDuty').waitFor()
      const id = await fire(panel, 'SystemDown', environment)
      await expect
        .poll(async () => (await engine.incident(id)).pages.map(({ state }) => state), { timeout: minute })
        .toEqual(['accepted'])
      await forward(panel, '2')
      await says(id, words.unconfirmed.mrkdwn, words.pages.unconfirmed.mrkdwn)
      const message = told.locator('#message-list article', { hasText: `#${id}: ` }).first()
      await message.getByText(asPlain(words.fallback.direct)).waitFor({ timeout: minute })
      expect(await overflow(told)).toEqual(fits)
      await shoot(told, `incident-told-in-slack-${size}`)
      await message.getByTestId('action-incident.acknowledge').click()
      await says(id, `· ${words.states.acknowledged}`, `✋ *${person.name}`)
      await message.getByText(asPlain(words.fallback.answered)).waitFor({ timeout: minute })

      await (await pull(panel, 'pagerduty-well')).getByText('PagerDuty').waitFor()
      await heal(panel, 'SystemDown', environment)
      await forward(panel, '15')
      await says(id, `· ${words.states.resolved}`)
    })
  })
})
