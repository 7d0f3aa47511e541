import type { Browser, BrowserContextOptions, Locator, Page } from 'playwright-core'
import type { House } from './console/house.ts'
import { windowOf } from './console/testing.ts'

export const operations = 'C0OPSALERTS'
/** Slack takes 50 edits in a minute from an app: where a test has spent them, the next end waits for the next minute. */
export const patienceMs = 90_000
export const incidents = 'C0INCIDENTS'
export const languages = ['pt-BR', 'en'] as const
export const sizes: { name: 'a desktop' | 'a phone'; options: BrowserContextOptions }[] = [
  { name: 'a desktop', options: { viewport: { width: 1280, height: 800 } } },
  { name: 'a phone', options: { viewport: { width: 390, height: 844 }, hasTouch: true, isMobile: true } },
]

/** A message that everybody sees: the same one in each person's window. */
export interface Card {
  ts: string
  on(page: Page): Locator
  /** Its blocks as JSON, as Slack has them now. */
  content(): string
}

/** People before the console of a whole sandbox. */
export interface Acting {
  as(person: string, place?: string): Promise<Page>
  /** Types a command and answers with the message it brings about in the channel. */
  ask(page: Page, command: string): Promise<Card>
  /** The last message in the channel. */
  newest(): Card
  /** Every message in the channel that is about this job. */
  cardsOf(card: Card): Card[]
  /** Resolves once the message says that its job is over, and this person sees so. */
  over(card: Card, page?: Page): Promise<void>
}

export function actingIn(house: House, browser: Browser, options: BrowserContextOptions): Acting {
  const { slack } = house.world
  const cards = () => slack.messages(operations).filter(({ thread_ts }) => thread_ts === undefined)
  const content = (ts: string): string => JSON.stringify(cards().find((card) => card.ts === ts)?.blocks ?? [])
  const cardAt = (ts: string): Card => ({
    ts,
    on: (page) => page.locator('#message-list').getByTestId(`message-${ts}`),
    content: () => content(ts),
  })
  return {
    as: async (person, place = operations) =>
      await windowOf(browser, { url: house.url, person, place }, options),

    async ask(page, command) {
      const before = new Set(cards().map(({ ts }) => ts))
      await type(page, command)
      const { ts } = await slack.until(() => cards().find((card) => !before.has(card.ts)), patienceSeconds)
      const card = cardAt(ts)
      await card.on(page).waitFor()
      return card
    },

    newest: () => cardAt(cards().at(-1)?.ts ?? ''),

    cardsOf: (card) =>
      cards()
        .filter(({ ts }) => numberIn(content(ts)) === numberIn(card.content()))
        .map(({ ts }) => cardAt(ts)),

    async over(card, page) {
      const isOver = (): boolean => /"text":"(?:✅|❌|🚫) \*[^*]+\* {2}#\d/u.test(card.content())
      await slack.until(isOver, patienceSeconds).catch((error: unknown) => {
        throw new Error(`The card does not say that its job is over: ${card.content()}`, { cause: error })
      })
      // What is pressed before that is drawn anew under the finger.
      await page
        ?.locator('#message-list')
        .getByTestId(`message-${card.ts}`)
        .locator('.block-section')
        .first()
        .filter({ hasText: /^\s*(?:✅|❌|🚫)/u })
        .waitFor()
    },
  }
}

const patienceSeconds = patienceMs / 1_000

/** A card's own heading names its job: "✅ *Deploy v1.4.0 → staging*  #42". */
const numberIn = (content: string): string | undefined => /\* {2}#(\d+)"/.exec(content)?.[1]

export async function type(page: Page, text: string): Promise<void> {
  await page.getByTestId('composer').fill(text)
  await page.getByTestId('send').click()
}

/** The newest message that only this person sees. */
export const whispered = (page: Page): Locator => page.locator('.ephemeral').last()

/** Pulls a lever of the drawer, with these choices; answers with what it says. */
export async function pull(
  page: Page,
  lever: string,
  choices: Record<string, string> = {},
): Promise<Locator> {
  if ((await page.getByTestId('drawer').getAttribute('aria-expanded')) !== 'true')
    await page.getByTestId('drawer').click()
  for (const [name, value] of Object.entries(choices))
    await page.getByTestId(`panel-${lever}-${name}`).selectOption(value)
  await page.getByTestId(`panel-${lever}`).click()
  return page.getByTestId(`panel-${lever.split('-')[0]}-result`)
}

/** How far the page, its form and its panes reach beyond the screen, sideways. */
export const overflow = async (page: Page): Promise<unknown> =>
  await page.evaluate(`[
    document.documentElement.scrollWidth - innerWidth,
    Math.max(0, ...[...document.querySelectorAll('.modal-body, .scroller')].map((one) => one.scrollWidth - one.clientWidth)),
  ]`)
