/** Block Kit for the tests, small and legal unless asked otherwise. */

export const text = (length: number, type = 'plain_text') => ({ type, text: 'x'.repeat(length) })
export const button = (fields = {}) => ({ type: 'button', text: text(5), action_id: 'go', ...fields })
export const actions = (...elements: unknown[]) => ({ type: 'actions', elements })
export const section = (fields = {}) => ({ type: 'section', text: text(5, 'mrkdwn'), ...fields })
export const options = (count: number, fields = {}) =>
  Array.from({ length: count }, (_, index) => ({ text: text(5), value: `v${index}`, ...fields }))
export const select = (fields = {}) => ({
  type: 'static_select',
  action_id: 'pick',
  options: options(2),
  ...fields,
})
export const input = (element: unknown, fields = {}) => ({
  type: 'input',
  label: text(5),
  element,
  ...fields,
})
export const typing = (fields = {}) => ({ type: 'plain_text_input', action_id: 'type', ...fields })
const row = (cells: number) => Array.from({ length: cells }, () => ({ type: 'raw_text', text: 'x' }))
export const table = (rows: number, cells: number) => ({
  type: 'table',
  rows: Array.from({ length: rows }, () => row(cells)),
})
export const image = { type: 'image', image_url: 'https://example.com/a.png', alt_text: 'a' }
export const confirm = (fields = {}) => ({
  title: text(100),
  text: text(300),
  confirm: text(30),
  deny: text(30),
  ...fields,
})

/** What is legal just inside a limit, and Slack's complaint just outside. */
export type Limit = [name: string, inside: unknown, outside: unknown, complaint: string]
