import { describe, expect, test } from 'vitest'
import type { Panel } from './console.ts'
import { browserForFile, consoleForTest, hasChromium, windowOf } from './testing.ts'

const panel: Panel = {
  id: 'release',
  title: { 'pt-BR': 'Uma versão ruim', en: 'A bad version' },
  description: { 'pt-BR': 'Nunca fica pronta.', en: 'It never gets ready.' },
  buttons: [
    {
      id: 'break',
      label: { 'pt-BR': 'Estragar', en: 'Break' },
      fields: [
        { name: 'version', label: { 'pt-BR': 'Versão', en: 'Version' }, type: 'text' },
        { name: 'environment', label: 'Ambiente', type: 'select', options: ['staging', 'production'] },
      ],
      run: async ({ version, environment }) => {
        if (version === '') throw new Error('qual versão?')
        return `${version} estragada em ${environment}`
      },
    },
  ],
}

describe.skipIf(!hasChromium())('the drawer that breaks things', () => {
  const browser = browserForFile()

  test('a lever is pulled with its values, and says what it did or why not', async () => {
    const { url } = await consoleForTest(undefined, [panel])
    const page = await windowOf(browser(), { url, person: 'U0OPERATOR' })
    await page.getByTestId('drawer').click()
    await page.getByTestId('panel-release-break').click()
    await page.getByText('Não deu certo: qual versão?').waitFor()
    await page.getByLabel('Ambiente').selectOption('production')
    await page.getByRole('textbox', { name: 'Versão' }).fill('v1.4.1')
    await page.keyboard.press('Enter')
    await page.getByText('v1.4.1 estragada em production').waitFor()
    await page.keyboard.press('Escape')
    expect(await page.getByTestId('panel-release-break').isVisible()).toBe(false)
    expect(await page.evaluate('document.activeElement.dataset.testid')).toBe('drawer')
  })

  test('the log of Slack calls shows what was refused and why', async () => {
    const { url, web } = await consoleForTest()
    const page = await windowOf(browser(), { url, person: 'U0OPERATOR' })
    await page.getByTestId('drawer').click()
    await page.getByTestId('calls').click()
    await page.getByText('Nenhuma chamada ainda.').waitFor()
    await web.chat.postMessage({ channel: 'C0OPSALERTS', text: 'oi' })
    await expect(web.chat.update({ channel: 'C0OPSALERTS', ts: '1.1', text: 'oi' })).rejects.toThrow(
      'message_not_found',
    )
    await page.getByText('message_not_found').waitFor()
    expect(await page.locator('.call').allInnerTexts()).toEqual([
      expect.stringMatching(/chat\.update[\s\S]*message_not_found/),
      expect.stringMatching(/chat\.postMessage[\s\S]*#ops-alerts[\s\S]*ok/),
    ])
  })
})
