import { join } from 'node:path'
import type { Locator, Page } from 'playwright-core'
import { createEngineClient, type EngineClient } from '../../engine/client.ts'
import { pull } from './acting.ts'
import type { House } from './console/house.ts'
import { pagedPeople } from './on-call-people.ts'

const patienceSeconds = 60
const patienceMs = patienceSeconds * 1_000

/** An incident as its people see it: one card in Slack, and calls on phones. */
export interface IncidentActing {
  engine: EngineClient
  /** Whoever is on call this week: a person of the runbook file, with a phone and in Slack. */
  onCall(): Promise<{ name: string; slack: string; phone: string }>
  /** Fires an alert from the drawer; answers with the incident it is in. */
  fire(panel: Page, alert: string, environment: string): Promise<number>
  /** Every message that is the card of this incident: there should be one. */
  cards(id: number): { channel: string; ts: string; content: string }[]
  /** Resolves once the card says this. */
  says(id: number, ...words: string[]): Promise<void>
  /** The card before somebody who is in its channel. */
  cardOn(page: Page, id: number): Locator
  /** A call about the incident on somebody's phone. */
  call(page: Page, phone: string, call: { id: number; round: number; level: number }): Locator
}

export function actingOnIncidents(house: House): IncidentActing {
  const { slack, env } = house.world
  const channels = ['C0OPSALERTS', 'C0INCIDENTS']
  const cards: IncidentActing['cards'] = (id) =>
    channels.flatMap((channel) =>
      slack
        .messages(channel)
        .filter(({ metadata }) => subjectOf(metadata) === `incident/${id}`)
        .map(({ ts, text, blocks }) => ({ channel, ts, content: `${text}\n${JSON.stringify(blocks)}` })),
    )
  const engine = createEngineClient({ url: house.engineUrl, token: env['ENGINE_TOKEN'] ?? '' })
  return {
    engine,
    async onCall() {
      const { levels } = await engine.onCall()
      const person = levels[0]?.people[0]
      const phone = pagedPeople.find(({ name }) => name === person?.name)?.id ?? ''
      return { name: person?.name ?? '', slack: person?.slack ?? '', phone }
    },
    async fire(panel, alert, environment) {
      const result = await pullAlert(panel, 'fire', { alert, environment })
      await result.getByText('#').waitFor({ timeout: patienceMs })
      const id = Number(/#(\d+)/.exec(await result.innerText())?.[1])
      await slack.until(() => cards(id).length > 0, patienceSeconds)
      return id
    },
    cards,
    async says(id, ...words) {
      const content = (): string => cards(id)[0]?.content ?? ''
      await slack
        .until(() => words.every((word) => content().includes(word)), patienceSeconds)
        .catch((error: unknown) => {
          throw new Error(`The card does not say ${words.join(', ')}: ${content()}`, { cause: error })
        })
    },
    cardOn: (page, id) => page.locator('#message-list').getByTestId(`message-${cards(id)[0]?.ts}`),
    call: (page, phone, { id, round, level }) =>
      page
        .getByTestId(`phone-${phone}`)
        .locator('.phone-call', { hasText: `(Plantão ${id}/${round}/${level})` }),
  }
}

const subjectOf = (metadata: unknown): unknown =>
  (metadata as { event_payload?: { subject?: unknown } } | undefined)?.event_payload?.subject

/** Opens the phones, where they are not open. */
export async function openPhones(page: Page): Promise<void> {
  if ((await page.getByTestId('phones').getAttribute('aria-expanded')) !== 'true')
    await page.getByTestId('phones').click()
}

/** Lets time pass for incidents, from the drawer. */
export async function forward(panel: Page, minutes: '2' | '15' | '30' | '60' | '120'): Promise<void> {
  const result = await pull(panel, 'clock-forward', { minutes })
  await result.getByText(/passaram-se|have passed/).waitFor({ timeout: patienceMs })
}

/** Ends an alert from the drawer. */
export async function heal(panel: Page, alert: string, environment: string): Promise<void> {
  const result = await pullAlert(panel, 'heal', { alert, environment })
  await result.getByText(/O alerta passou|The alert is over/).waitFor({ timeout: patienceMs })
}

/** Has an alert of the drawer fired, over, or coming and going; answers with what the drawer says. */
export async function pullAlert(
  panel: Page,
  what: 'fire' | 'heal' | 'flap',
  choices: { alert: string; environment: string },
): Promise<Locator> {
  if ((await panel.getByTestId('drawer').getAttribute('aria-expanded')) !== 'true')
    await panel.getByTestId('drawer').click()
  for (const [name, value] of Object.entries(choices))
    await panel.getByTestId(`panel-alerts-${name}`).selectOption(value)
  return await pull(panel, `alerts-${what}`)
}

/** Ends what a test that failed left broken or burning. */
export async function calm(house: House): Promise<void> {
  house.world.pagerDuty.heal()
  await fetch(`${house.url}/panels/alerts/heal-all`, { method: 'POST', body: '{}' })
  const { engine } = actingOnIncidents(house)
  for (const { id } of await engine.incidents({ open: true }))
    await engine.resolveIncident(id, { by: 'U0ADMIN' })
}

/** Where pictures of what the tests see are put, for people to look at. */
export const pictures = process.env['PLANTAO_PICTURES']

/** Takes a picture of a page, where pictures are wanted. */
export function photographer(language: string): (page: Page, scene: string) => Promise<void> {
  return async (page, scene) => {
    if (pictures === undefined) return
    await page.mouse.move(0, 0)
    await page.screenshot({ path: join(pictures, `${scene}.${language}.png`) })
  }
}
