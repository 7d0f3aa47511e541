// The life of an incident before the console: from the alert to whoever answers, on phones and in Slack.
import { mkdir, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { textsFor } from '../../bot/texts/index.ts'
import { asPlain } from '../../bot/texts/mrkdwn.ts'
import { actingIn, incidents, languages, operations, overflow, pull, sizes, type } from './acting.ts'
import { startHouse, type House } from './console/house.ts'
import { browserForFile, hasChromium } from './console/testing.ts'
import { actingOnIncidents, forward, openPhones } from './incident-acting.ts'
import { needs } from './needs.ts'
import { pagedPeople } from './on-call-people.ts'

const minute = 60_000
const fits = [0, 0]
/** Where pictures of what the tests see are put, for people to look at. */
const pictures = process.env['PLANTAO_PICTURES']

describe.skipIf(!hasChromium() || needs('pg_dump')).each(languages)('in %s', (language) => {
  const browser = browserForFile()
  const texts = textsFor(language)
  const words = texts.incident
  let folder: string
  let house: House

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'plantao-incidents-'))
    house = await startHouse({ folder, language, fast: true })
    if (pictures !== undefined) await mkdir(pictures, { recursive: true })
  }, 3 * minute)
  afterAll(async () => {
    await house.close()
    await rm(folder, { recursive: true, force: true })
    expect(house.output()).not.toContain('report this as a bug')
  })

  const shoot = async (page: Page, scene: string): Promise<void> => {
    if (pictures === undefined) return
    await page.mouse.move(0, 0)
    await page.screenshot({ path: join(pictures, `${scene}.${language}.png`) })
  }
  /** Whoever is on call this week: a person of the runbook file, with a phone and in Slack. */
  const onCall = async () => {
    const { levels } = await actingOnIncidents(house).engine.onCall()
    const person = levels[0]?.people[0]
    const phone = pagedPeople.find(({ name }) => name === person?.name)?.id ?? ''
    return { name: person?.name ?? '', slack: person?.slack ?? '', phone }
  }

  describe.each(sizes)('on $name', { timeout: 3 * minute }, ({ name, options }) => {
    const size = name.replace('a ', '')
    const environment = size === 'phone' ? 'staging' : 'production'
    const as = async (person: string, place = incidents): Promise<Page> =>
      await actingIn(house, browser(), options).as(person, place)

    test('nobody answers: all four levels are called, then again, until somebody acknowledges by phone', async () => {
      const { fire, call, says, cardOn, cards, engine } = actingOnIncidents(house)
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
      await watcher.locator('.phone-ringing').waitFor({ state: 'detached' })
      await shoot(watcher, `incident-acknowledged-by-phone-${size}`)

      const rings = house.world.pagerDuty.rings().length
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
      expect(house.world.pagerDuty.rings()).toHaveLength(rings)

      await (
        await pull(panel, 'alerts-heal', { alert: 'DatabaseDown', environment })
      )
        .getByText('#')
        .waitFor()
      await forward(panel, '15')
      await says(id, `· ${words.states.resolved}`)
      expect(cards(id)).toHaveLength(1)
      await openPhones(watcher)
      await watcher.getByTestId('phone-PCEO-history').click()
      await call(watcher, 'PCEO', { id, round: 1, level: 4 }).and(watcher.locator('.call-resolved')).waitFor()
    })
  })
})
