import type { KnownBlock } from '@slack/web-api'
import type { Page } from 'playwright-core'
import { describe, expect, test } from 'vitest'
import { browserForFile, consoleForTest, hasChromium, windowOf } from './testing.ts'

const channel = 'C0OPSALERTS'
const evil = '<img src=x onerror="window.hacked=1"><script>window.hacked=1</script>"\'><svg onload=hacked=1>'
const plain = { type: 'plain_text' as const, text: evil.slice(0, 75) }
const mrkdwn = { type: 'mrkdwn' as const, text: evil }
const links = '<javascript:window.hacked=1|a> <https://ok.example|ok> <https://x" onclick="window.hacked=1|b>'

const blocks: KnownBlock[] = [
  { type: 'header', text: plain },
  {
    type: 'section',
    text: { ...mrkdwn, text: `${evil}\n${links}\n*${evil}* \`${evil}\` \`\`\`${evil}\`\`\`` },
  },
  { type: 'section', fields: [mrkdwn, plain] },
  {
    type: 'context',
    elements: [mrkdwn, plain, { type: 'image', image_url: 'https://x.example/i.png', alt_text: evil }],
  },
  {
    type: 'markdown',
    text: `# ${evil}\n[a](javascript:window.hacked=1) **${evil}**\n\n| ${evil} |\n|---|\n| x |`,
  },
  {
    type: 'rich_text',
    elements: [
      {
        type: 'rich_text_section',
        elements: [
          { type: 'text', text: evil },
          { type: 'link', url: 'javascript:window.hacked=1', text: 'c' },
          { type: 'emoji', name: evil },
        ],
      },
      { type: 'rich_text_preformatted', elements: [{ type: 'text', text: evil }] },
    ],
  },
  {
    type: 'actions',
    elements: [
      { type: 'button', action_id: 'evil"><script>', text: plain, value: evil },
      {
        type: 'static_select',
        action_id: 'choose',
        placeholder: plain,
        options: [{ text: plain, value: 'x' }],
      },
    ],
  },
]

describe.skipIf(!hasChromium())('hostile text in the console', () => {
  const browser = browserForFile()

  /** A window that notices when anything of the text comes alive. */
  async function watched() {
    const world = await consoleForTest()
    const page = await windowOf(browser(), { url: world.url, person: 'U0OPERATOR' })
    const violations: string[] = []
    page.on(
      'console',
      (line) => /Content Security Policy|TrustedHTML/.test(line.text()) && violations.push(line.text()),
    )
    page.on('pageerror', (error) => violations.push(error.message))
    page.on('request', (request) => !request.url().startsWith(world.url) && violations.push(request.url()))
    return { ...world, page, violations }
  }

  test.each([
    ['blocks', { text: 'x', blocks }],
    ['text', { text: `${evil} ${links}` }],
    [
      'attachments',
      { text: 'x', attachments: [{ color: 'red;background:url(x)', title: evil, text: evil, footer: evil }] },
    ],
  ])('%s stay words', async (_name, message) => {
    const { page, web, violations } = await watched()
    const { ts } = await web.chat.postMessage({ channel, ...message })
    const card = page.getByTestId(`message-${ts}`)
    await card.waitFor()
    expect(await card.innerText()).toContain('onerror="window.hacked=1"')
    expect(await aliveIn(page)).toEqual([])
    expect(violations).toEqual([])
  })

  test('a good link among them still leads out, without telling where from', async () => {
    const { page, web } = await watched()
    await web.chat.postMessage({ channel, text: links })
    const link = page.getByRole('link', { name: 'ok', exact: true })
    expect(await link.getAttribute('href')).toBe('https://ok.example')
    expect(await link.getAttribute('rel')).toBe('noopener noreferrer')
    expect(await page.locator('#message-list a').count()).toBe(2)
  })

  test('the page could not make markup of text if it tried', async () => {
    const { page } = await watched()
    const attempt = page.evaluate('document.body.innerHTML = "<b>x</b>"')
    await expect(attempt).rejects.toThrow('TrustedHTML')
  })
})

/** What of the hostile text became more than text. */
async function aliveIn(page: Page): Promise<unknown> {
  return page.evaluate(`(() => {
    const list = document.getElementById('message-list')
    const elements = [...list.querySelectorAll('*')]
    const found = elements.filter((element) =>
      element.matches('script, svg, img:not(.avatar), iframe') ||
      element.getAttributeNames().some((name) => name.startsWith('on')) ||
      /^(javascript|data):/i.test(element.getAttribute('href') ?? ''))
    return [...found.map((element) => element.outerHTML), ...(window.hacked === undefined ? [] : ['hacked'])]
  })()`)
}
