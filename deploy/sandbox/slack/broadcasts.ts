import type { Message } from './state.ts'

/**
 * True when a message would notify everybody: `<!channel>`, `<!here>` or `<!everyone>` wherever Slack reads markup,
 * or a rich text broadcast. Plain text is shown as it is and notifies nobody.
 */
export function notifiesEverybody(message: Pick<Message, 'text' | 'blocks' | 'attachments'>): boolean {
  return broadcastIn(message.text) || anyBroadcast(message.blocks) || anyBroadcast(message.attachments)
}

/** Plain text, and the text of rich text: there `<!channel>` is nine characters. */
const shownAsItIs = new Set<unknown>(['plain_text', 'text'])

function anyBroadcast(value: unknown): boolean {
  if (typeof value === 'string') return broadcastIn(value)
  if (typeof value !== 'object' || value === null) return false
  const type = Reflect.get(value, 'type')
  if (type === 'broadcast') return true
  return shownAsItIs.has(type) ? false : Object.values(value).some(anyBroadcast)
}

function broadcastIn(text: string): boolean {
  return /<!(channel|here|everyone)(\|[^>]*)?>/.test(text)
}
