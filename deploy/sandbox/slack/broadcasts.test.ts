import { expect, test } from 'vitest'
import { notifiesEverybody } from './broadcasts.ts'

const section = (type: string, text: string) => ({ type: 'section', text: { type, text } })
const richText = {
  type: 'rich_text',
  elements: [{ type: 'rich_text_section', elements: [{ type: 'broadcast', range: 'here' }] }],
}

const richTextSaying = (text: string) => ({
  type: 'rich_text',
  elements: [{ type: 'rich_text_preformatted', elements: [{ type: 'text', text }] }],
})

test.each([
  ['markup in the text', { text: 'oi <!channel>', blocks: [] }, true],
  ['markup with a label', { text: 'oi <!here|here>', blocks: [] }, true],
  ['markup in a block', { text: '', blocks: [section('mrkdwn', '<!everyone>')] }, true],
  ['rich text', { text: '', blocks: [richText] }, true],
  ['an attachment', { text: '', blocks: [], attachments: [{ text: '<!channel>' }] }, true],
  ['plain text', { text: '', blocks: [section('plain_text', '<!channel>')] }, false],
  ['text in rich text', { text: '', blocks: [richTextSaying('<!channel>')] }, false],
  ['escaped markup', { text: '&lt;!channel&gt;', blocks: [section('mrkdwn', '&lt;!channel>')] }, false],
  ['one person', { text: '<@U0ADMIN>', blocks: [] }, false],
])('%s', (_where, message, expected) => {
  expect(notifiesEverybody(message)).toBe(expected)
})
