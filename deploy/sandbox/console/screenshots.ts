// The pictures in docs/screenshots, taken of the sandbox as it runs: npx tsx deploy/sandbox/console/screenshots.ts
import { mkdir, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { chromium, type Browser, type BrowserContextOptions, type Page } from 'playwright-core'
import { startHouse, type House } from './house.ts'

const folderOfPictures = fileURLToPath(new URL('../../../docs/screenshots', import.meta.url))
const operations = 'C0OPSALERTS'
const desktop: BrowserContextOptions = { viewport: { width: 1280, height: 800 } }
const phone: BrowserContextOptions = {
  viewport: { width: 390, height: 844 },
  deviceScaleFactor: 1.5,
  hasTouch: true,
  isMobile: true,
}
type Language = 'pt-BR' | 'en'
const languages: Language[] = ['pt-BR', 'en']
const reasons = { 'pt-BR': 'João não atende', en: 'João does not answer' }

await mkdir(folderOfPictures, { recursive: true })
const browser = await chromium.launch({
  executablePath: '/usr/bin/chromium',
  args: ['--headless', '--no-sandbox', '--disable-gpu', '--hide-scrollbars'],
})
for (const language of languages) {
  const folder = await mkdtemp(join(tmpdir(), 'plantao-pictures-'))
  const house = await startHouse({ folder, language, fast: false })
  try {
    await takeAll(browser, house, language)
  } catch (error) {
    console.error(house.output())
    throw error
  } finally {
    await house.close()
    await rm(folder, { recursive: true, force: true })
  }
}
await browser.close()

/** One story, in the order in which a newcomer lives it; every scene on a desktop and on a phone. */
async function takeAll(pictured: Browser, house: House, language: Language): Promise<void> {
  const windows = await Promise.all(
    [desktop, phone].map(async (options) => {
      const context = await pictured.newContext({ ...options, colorScheme: 'light' })
      const page = await context.newPage()
      await page.goto(`${house.url}/?lang=${language}#/U0OPERATOR/${operations}`)
      await page.getByTestId('composer').waitFor()
      return { page, size: options === desktop ? 'desktop' : 'phone' }
    }),
  )
  const [maria] = windows.map(({ page }) => page)
  if (maria === undefined) return
  const shoot = async (scene: string, { blur = true } = {}): Promise<void> => {
    for (const { page, size } of windows) {
      await page.mouse.move(0, 0)
      if (blur) await page.evaluate('document.activeElement?.blur()')
      await page.screenshot({ path: join(folderOfPictures, `${scene}-${size}.${language}.png`) })
    }
  }
  const everywhere = async (look: (page: Page) => Promise<unknown>): Promise<void> =>
    void (await Promise.all(windows.map(async ({ page }) => await look(page))))
  const newest = (): string => {
    const cards = house.world.slack.messages(operations).filter(({ thread_ts }) => thread_ts === undefined)
    return JSON.stringify(cards.at(-1)?.blocks ?? '')
  }
  const until = async (words: string): Promise<unknown> =>
    await house.world.slack.until(() => newest().includes(words), 120)
  const type = async (text: string): Promise<void> => {
    await maria.getByTestId('composer').fill(text)
    await maria.getByTestId('send').click()
  }

  const over = async (person: string, place = operations): Promise<void> => {
    for (const { page } of windows) await page.goto(`${house.url}/?lang=${language}#/${person}/${place}`)
  }

  await shoot('first-screen')
  await type('/deploy staging v1.4.0')
  await until('✅ *Deploy v1.4.0')
  await type('/deploy')
  await maria.getByTestId('action-form.environment').selectOption('production')
  await everywhere(async (page) => {
    await page.getByTestId('action-form.choice').fill('v1')
    await page.getByTestId('option-v1.4.0').waitFor()
  })
  await shoot('form-search', { blur: false })
  await maria.getByTestId('option-v1.4.0').click()
  await everywhere(async (page) => await page.getByTestId('modal').getByText('v1.3.0 → v1.4.0').waitFor())
  await shoot('form')
  await maria.getByTestId('modal-close').click()
  await everywhere(async (page) => await page.getByTestId('modal').waitFor({ state: 'hidden' }))
  await type('/deploy production v1.4.0')
  await over('U0APPROVER', 'home')
  await everywhere(async (page) => await page.getByTestId('home').getByText('v1.3.0 → v1.4.0').waitFor())
  await shoot('app-home')
  await over('U0APPROVER')
  await everywhere(async (page) => await page.locator('#messages').getByText('v1.3.0 → v1.4.0').waitFor())
  await shoot('approval')
  await everywhere(async (page) => await page.locator('#messages').getByTestId('action-job.approve').click())
  await shoot('approval-dialog')
  await everywhere(async (page) => await page.keyboard.press('Escape'))
  await maria.locator('#messages').getByTestId('action-job.approve').click()
  await maria.getByTestId('confirm-ok').click()
  await over('U0OPERATOR')
  await until('▓')
  await everywhere(async (page) => await page.getByText('▓').waitFor())
  await shoot('deploying')
  await until('✅ *Deploy v1.4.0')
  house.world.cluster.markVersion('v1.4.1', 'never-ready')
  await type('/deploy staging v1.4.1')
  await until('❌ *Deploy v1.4.1')
  await everywhere(async (page) => await page.getByText(/voltou para|went back to/).waitFor())
  await shoot('rolled-back')
  await type('/ops status')
  await everywhere(async (page) => await page.locator('.ephemeral').last().waitFor())
  await maria.waitForTimeout(300)
  await shoot('status')
  await everywhere(async (page) => await page.getByTestId('drawer').click())
  await everywhere(async (page) => await page.getByTestId('panel-versions-mark').waitFor())
  await shoot('break-things')
  await everywhere(async (page) => await page.keyboard.press('Escape'))
  await type('/ops help')
  await everywhere(async (page) => await page.getByTestId('action-form.open').first().waitFor())
  await maria.waitForTimeout(300)
  await shoot('guide')
  await over('U0STRANGER')
  await type('/deploy')
  await maria.getByTestId('modal').getByTestId('action-access.ask').click()
  await over('U0ADMIN', 'messages')
  await everywhere(async (page) => await page.getByTestId('action-access.operator').waitFor())
  await shoot('access')
  await over('U0OPERATOR')
  await type('/deploy production v1.5.0')
  await until('v1.4.0 → *v1.5.0*')
  await maria.getByTestId('action-job.break-glass').last().click()
  await everywhere(
    async (page) => await page.getByTestId('modal').locator('textarea').fill(reasons[language]),
  )
  await shoot('emergency')
  await everywhere(async (page) => await page.context().close())
}
