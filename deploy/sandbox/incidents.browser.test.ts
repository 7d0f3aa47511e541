// The life of an incident before the console: from the alert to whoever answers, on phones and in Slack.
import { mkdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Page } from 'playwright-core'
import { afterEach, beforeAll, describe, expect, test } from 'vitest'
import { textsFor } from '../../bot/texts/index.ts'
import { asPlain } from '../../bot/texts/mrkdwn.ts'
import { actingIn, incidents, languages, overflow, pull, sizes } from './acting.ts'
import { browserForFile, hasChromium } from './console/testing.ts'
import { actingOnIncidents, forward, heal, openPhones, pullAlert } from './incident-acting.ts'
import { needs } from './needs.ts'
import { houseForTests } from './testing.ts'
import { pagedPeople } from './on-call-people.ts'

const minute = 60_000
const fits = [0, 0]
/** Where pictures of what the tests see are put, for people to look at. */
const pictures = process.env['PLANTAO_PICTURES']

describe.skipIf(!hasChromium() || needs('pg_dump')).each(languages)('in %s', (language) => {
  const browser = browserForFile()
  const texts = textsFor(language)
  const words = texts.incident
  const house = houseForTests(language)
  beforeAll(async () => {
    if (pictures !== undefined) await mkdir(pictures, { recursive: true })
  })

  // A test that fails leaves nothing broken or burning to the next.
  afterEach(async () => {
    house().world.pagerDuty.heal()
    await fetch(`${house().url}/panels/alerts/heal-all`, { method: 'POST', body: '{}' })
    const { engine } = actingOnIncidents(house())
    for (const { id } of await engine.incidents({ open: true }))
      await engine.resolveIncident(id, { by: 'U0ADMIN' })
  })

  const shoot = async (page: Page, scene: string): Promise<void> => {
    if (pictures === undefined) return
    await page.mouse.move(0, 0)
    await page.screenshot({ path: join(pictures, `${scene}.${language}.png`) })
  }
  /** Whoever is on call this week: a person of the runbook file, with a phone and in Slack. */
  const onCall = async () => {
    const { levels } = await actingOnIncidents(house()).engine.onCall()
    const person = levels[0]?.people[0]
    const phone = pagedPeople.find(({ name }) => name === person?.name)?.id ?? ''
    return { name: person?.name ?? '', slack: person?.slack ?? '', phone }
  }

  describe.each(sizes)('on $name', { timeout: 3 * minute }, ({ name, options }) => {
    const size = name.replace('a ', '')
    const environment = size === 'phone' ? 'staging' : 'production'
    const as = async (person: string, place = incidents): Promise<Page> =>
      await actingIn(house(), browser(), options).as(person, place)

    test('nobody answers: all four levels are called, then again, until somebody acknowledges by phone', async () => {
      const { fire, call, says, cardOn, cards, engine } = actingOnIncidents(house())
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
      const { fire, call, says, cardOn } = actingOnIncidents(house())
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
      const { fire, says, engine } = actingOnIncidents(house())
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

  test(
    'PagerDuty is down: the page waits, and rings when it is back; an alert that comes and goes pages once',
    async () => {
      const { call, fire, says, cards, engine } = actingOnIncidents(house())
      const { phone } = await onCall()
      const as = async (person: string) =>
        await actingIn(house(), browser(), sizes[0]?.options ?? {}).as(person, incidents)
      const [panel, watcher] = [await as('U0ADMIN'), await as('U0VIEWER')]
      await openPhones(watcher)
      await (await pull(panel, 'pagerduty-break', { how: '503' })).getByText('503').waitFor()
      const down = await fire(panel, 'PerformanceDegraded', 'development')
      await expect
        .poll(
          () =>
            house()
              .world.pagerDuty.calls()
              .filter(({ status }) => status === 503).length,
        )
        .toBeGreaterThan(0)
      expect(await call(watcher, phone, { id: down, round: 1, level: 1 }).count()).toBe(0)
      await (await pull(panel, 'pagerduty-well')).getByText('PagerDuty').waitFor()
      await call(watcher, phone, { id: down, round: 1, level: 1 }).waitFor({ timeout: minute })
      await heal(panel, 'PerformanceDegraded', 'development')

      const before = new Set((await engine.incidents()).map(({ id }) => id))
      const flapping = { alert: 'SyncFailing', environment: 'development' }
      await (await pullAlert(panel, 'flap', flapping)).getByText(/\b5\b/).waitFor({ timeout: minute })
      const [restless, ...others] = (await engine.incidents()).filter(({ id }) => !before.has(id))
      const id = restless?.id ?? 0
      expect(others).toEqual([])
      await says(id, words.flapping.mrkdwn)
      expect((await engine.incident(id)).pages).toHaveLength(1)
      expect(cards(id)).toHaveLength(1)
      await forward(panel, '15')
      await forward(panel, '15')
      await says(id, `· ${words.states.resolved}`)
      await says(down, `· ${words.states.resolved}`)
    },
    3 * minute,
  )

  test(
    'what always fires falls silent: an incident says so, and ends when it is heard of again',
    async () => {
      const { says, engine } = actingOnIncidents(house())
      const panel = await actingIn(house(), browser(), sizes[0]?.options ?? {}).as('U0ADMIN', incidents)
      const open = async () => await engine.incidents({ open: true })
      await (await pull(panel, 'watchdog-begin')).getByText('Watchdog').waitFor()
      await forward(panel, '60')
      await (await pull(panel, 'watchdog-silence')).getByText('Watchdog').waitFor()
      expect(await open()).toEqual([])
      await forward(panel, '15')
      await expect.poll(async () => (await open()).length, { timeout: minute }).toBe(1)
      const [{ id } = { id: 0 }] = await open()
      await says(id, 'Alertmanager')
      await shoot(panel, 'incident-watchdog-desktop')
      await (await pull(panel, 'watchdog-begin')).getByText('Watchdog').waitFor()
      await forward(panel, '15')
      await says(id, `· ${words.states.resolved}`)
    },
    3 * minute,
  )

  test(
    'a storm of 10,000 alerts is a handful of incidents; the one that matters rings, and all of it ends',
    async () => {
      const { call, says, cards, engine } = actingOnIncidents(house())
      const { phone } = await onCall()
      const [panel, watcher] = await Promise.all(
        ['U0ADMIN', 'U0VIEWER'].map(
          async (person) => await actingIn(house(), browser(), sizes[0]?.options ?? {}).as(person, incidents),
        ),
      )
      if (!panel || !watcher) return
      const before = (await engine.incidents()).map(({ id }) => id)
      const result = await pull(panel, 'alerts-storm', { seconds: '10' })
      await watcher.getByTestId('ringing').waitFor({ timeout: minute })
      await result.getByText(/10[.,]000/).waitFor({ timeout: minute })
      const stormy = (await engine.incidents()).filter(({ id }) => !before.includes(id))
      expect(stormy.length).toBeLessThanOrEqual(20)
      const database = stormy.find(({ rule }) => rule === 'database-down')
      const digest = stormy.find(({ isStorm }) => isStorm)
      expect([database?.level, digest?.isStorm]).toEqual([1, true])
      await openPhones(watcher)
      await call(watcher, phone, { id: database?.id ?? 0, round: 1, level: 1 }).waitFor()
      await says(digest?.id ?? 0, '🌪️')
      await says(database?.id ?? 0, `· ${words.states.open}`)
      await shoot(watcher, 'incident-storm-desktop')
      const total = await Promise.all(
        stormy.map(async ({ id }) => (await engine.incident(id)).alertCounts.total),
      )
      expect(total.reduce((sum, count) => sum + count, 0)).toBe(10_000)

      await (await pull(panel, 'alerts-heal-all')).getByText(/10[.,]?\d{3}/).waitFor({ timeout: minute })
      await forward(panel, '30')
      for (const { id } of stormy) {
        await says(id, `· ${words.states.resolved}`)
        expect(cards(id)).toHaveLength(1)
      }
    },
    3 * minute,
  )
})
