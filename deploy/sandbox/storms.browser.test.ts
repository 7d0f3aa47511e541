// What can go wrong beside an incident: PagerDuty away, alerts that come and go, silence, a storm.
import { afterEach, describe, expect, test } from 'vitest'
import { textsFor } from '../../bot/texts/index.ts'
import { actingIn, incidents, languages, pull, sizes } from './acting.ts'
import { browserForFile, hasChromium } from './console/testing.ts'
import {
  actingOnIncidents,
  calm,
  forward,
  heal,
  openPhones,
  photographer,
  pictures,
  pullAlert,
} from './incident-acting.ts'
import { needs } from './needs.ts'
import { houseForTests } from './testing.ts'

const minute = 60_000
/** What happens does not depend on the language; its words are tested in both where they are drawn. */
const spoken = pictures === undefined ? languages.slice(0, 1) : languages

describe.skipIf(!hasChromium() || needs('pg_dump')).each(spoken)('in %s', (language) => {
  const browser = browserForFile()
  const words = textsFor(language).incident
  const house = houseForTests(language)
  const shoot = photographer(language)

  afterEach(async () => await calm(house()))

  test(
    'PagerDuty is down: the page waits, and rings when it is back; an alert that comes and goes pages once',
    async () => {
      const { call, fire, says, cards, engine, onCall } = actingOnIncidents(house())
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
      const { call, says, cards, engine, onCall } = actingOnIncidents(house())
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
