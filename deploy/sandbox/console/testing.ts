import { existsSync } from 'node:fs'
import type { WebClient } from '@slack/web-api'
import { type Browser, type BrowserContextOptions, chromium, type Page } from 'playwright-core'
import { afterAll, beforeAll, onTestFinished } from 'vitest'
import type { SlackStandIn } from '../slack/server.ts'
import { appForTest, clientFor, payloadOf, slackForTest } from '../slack/testing.ts'
import { type Panel, startConsole } from './console.ts'

const chromiumPath = '/usr/bin/chromium'
const quietChromium = [
  '--headless',
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
]

/**
 * Whether there is a Chromium to test with; says so when tests are skipped for it.
 * @throws Error when PLANTAO_REQUIRE names chromium: then a skip is a failure.
 */
export function hasChromium(): boolean {
  if (existsSync(chromiumPath)) return true
  const line = `${chromiumPath} not found (Debian: apt-get install chromium)`
  if (process.env['PLANTAO_REQUIRE']?.includes('chromium')) throw new Error(line)
  console.log(`Skipped: ${line}`)
  return false
}

/** One browser for a test file. */
export function browserForFile(): () => Browser {
  let browser: Browser | undefined
  beforeAll(async () => {
    browser = await chromium.launch({ executablePath: chromiumPath, args: quietChromium })
  })
  afterAll(() => browser?.close())
  return () => {
    if (browser === undefined) throw new Error('the browser starts before the first test')
    return browser
  }
}

export type ConsoleForTest = {
  slack: SlackStandIn
  web: WebClient
  url: string
  /** What the app was sent by people, newest last. */
  payloads: () => Record<string, unknown>[]
}

/** A stand-in Slack, an app that answers as the test says, and the console before them. They end with the test. */
export async function consoleForTest(
  answer?: Parameters<typeof appForTest>[0],
  panels: Panel[] = [],
): Promise<ConsoleForTest> {
  const slack = await slackForTest()
  const app = await appForTest(answer)
  slack.setRequestUrl(app.url)
  const { url, close } = await startConsole({ port: 0, slackUrl: slack.url, panels })
  onTestFinished(close)
  return { slack, web: clientFor(slack), url, payloads: () => app.received.map(payloadOf) }
}

/** A window on the console, as one person at one place. */
export async function windowOf(
  browser: Browser,
  { url, person, place = 'C0OPSALERTS' }: { url: string; person: string; place?: string },
  options: BrowserContextOptions = {},
): Promise<Page> {
  const context = await browser.newContext({ viewport: { width: 1280, height: 800 }, ...options })
  onTestFinished(() => context.close())
  const page = await context.newPage()
  page.setDefaultTimeout(10_000)
  await page.goto(`${url}/#/${person}/${place}`)
  await page.getByTestId('channel-C0OPSALERTS').waitFor({ state: 'attached' })
  return page
}
