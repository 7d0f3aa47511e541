import { expect, test } from 'vitest'
import { areBlocksTooLong, type Surface, validateBlocks } from './blocks.ts'

const text = (length: number, type = 'plain_text') => ({ type, text: 'x'.repeat(length) })
const button = (fields = {}) => ({ type: 'button', text: text(5), action_id: 'go', ...fields })
const actions = (...elements: unknown[]) => ({ type: 'actions', elements })
const section = (fields = {}) => ({ type: 'section', text: text(5, 'mrkdwn'), ...fields })
const options = (count: number, fields = {}) =>
  Array.from({ length: count }, (_, index) => ({ text: text(5), value: `v${index}`, ...fields }))
const select = (fields = {}) => ({ type: 'static_select', action_id: 'pick', options: options(2), ...fields })
const input = (element: unknown, fields = {}) => ({ type: 'input', label: text(5), element, ...fields })
const typing = (fields = {}) => ({ type: 'plain_text_input', action_id: 'type', ...fields })
const row = (cells: number) => Array.from({ length: cells }, () => ({ type: 'raw_text', text: 'x' }))
const table = (rows: number, cells: number) => ({
  type: 'table',
  rows: Array.from({ length: rows }, () => row(cells)),
})
const image = { type: 'image', image_url: 'https://example.com/a.png', alt_text: 'a' }
const confirm = (fields = {}) => ({
  title: text(100),
  text: text(300),
  confirm: text(30),
  deny: text(30),
  ...fields,
})

/** What is legal just inside each limit, and Slack's complaint just outside. */
const limits: [name: string, inside: unknown, outside: unknown, complaint: string][] = [
  [
    'section text',
    section({ text: text(3000, 'mrkdwn') }),
    section({ text: text(3001, 'mrkdwn') }),
    'must be less than 3001 characters [json-pointer:/blocks/0/text/text]',
  ],
  [
    'empty text',
    section(),
    section({ text: text(0) }),
    'must be more than 0 characters [json-pointer:/blocks/0/text/text]',
  ],
  [
    'section without text',
    section({ text: undefined, fields: [text(1)] }),
    { type: 'section' },
    'missing required field: text or fields [json-pointer:/blocks/0]',
  ],
  [
    'fields',
    section({ fields: Array(10).fill(text(1)) }),
    section({ fields: Array(11).fill(text(1)) }),
    'no more than 10 items allowed [json-pointer:/blocks/0/fields]',
  ],
  [
    'field text',
    section({ fields: [text(2000)] }),
    section({ fields: [text(2001)] }),
    'must be less than 2001 characters [json-pointer:/blocks/0/fields/0/text]',
  ],
  [
    'header',
    { type: 'header', text: text(150) },
    { type: 'header', text: text(151) },
    'must be less than 151 characters [json-pointer:/blocks/0/text/text]',
  ],
  [
    'header is plain text',
    { type: 'header', text: text(1) },
    { type: 'header', text: text(1, 'mrkdwn') },
    'must be one of plain_text [json-pointer:/blocks/0/text/type]',
  ],
  [
    'context elements',
    { type: 'context', elements: [image, ...Array(9).fill(text(1))] },
    { type: 'context', elements: Array(11).fill(text(1)) },
    'no more than 10 items allowed [json-pointer:/blocks/0/elements]',
  ],
  [
    'context holds no buttons',
    { type: 'context', elements: [text(1)] },
    { type: 'context', elements: [button()] },
    'unsupported type: button [json-pointer:/blocks/0/elements/0/type]',
  ],
  [
    'actions elements',
    actions(...Array.from({ length: 25 }, (_, index) => button({ action_id: `a${index}` }))),
    actions(...Array.from({ length: 26 }, (_, index) => button({ action_id: `a${index}` }))),
    'no more than 25 items allowed [json-pointer:/blocks/0/elements]',
  ],
  [
    'actions hold no text inputs',
    actions(button()),
    actions(typing()),
    'unsupported type: plain_text_input [json-pointer:/blocks/0/elements/0/type]',
  ],
  [
    'button label',
    actions(button({ text: text(75) })),
    actions(button({ text: text(76) })),
    'must be less than 76 characters [json-pointer:/blocks/0/elements/0/text/text]',
  ],
  [
    'button label is plain text',
    actions(button()),
    actions(button({ text: text(1, 'mrkdwn') })),
    'must be one of plain_text [json-pointer:/blocks/0/elements/0/text/type]',
  ],
  [
    'button value',
    actions(button({ value: 'x'.repeat(2000) })),
    actions(button({ value: 'x'.repeat(2001) })),
    'must be less than 2001 characters [json-pointer:/blocks/0/elements/0/value]',
  ],
  [
    'button url',
    actions(button({ url: 'x'.repeat(3000) })),
    actions(button({ url: 'x'.repeat(3001) })),
    'must be less than 3001 characters [json-pointer:/blocks/0/elements/0/url]',
  ],
  [
    'button style',
    actions(button({ style: 'danger' })),
    actions(button({ style: 'warning' })),
    'must be one of primary, danger [json-pointer:/blocks/0/elements/0/style]',
  ],
  [
    'button label is required',
    actions(button()),
    actions({ type: 'button', action_id: 'go' }),
    'missing required field: text [json-pointer:/blocks/0/elements/0]',
  ],
  [
    'action_id',
    actions(button({ action_id: 'x'.repeat(255) })),
    actions(button({ action_id: 'x'.repeat(256) })),
    'must be less than 256 characters [json-pointer:/blocks/0/elements/0/action_id]',
  ],
  [
    'block_id',
    section({ block_id: 'x'.repeat(255) }),
    section({ block_id: 'x'.repeat(256) }),
    'must be less than 256 characters [json-pointer:/blocks/0/block_id]',
  ],
  [
    'action_id twice in a block',
    actions(button(), button({ action_id: 'other' })),
    actions(button(), button()),
    'duplicate action_id: go [json-pointer:/blocks/0]',
  ],
  [
    'confirm title',
    actions(button({ confirm: confirm() })),
    actions(button({ confirm: confirm({ title: text(101) }) })),
    'must be less than 101 characters [json-pointer:/blocks/0/elements/0/confirm/title/text]',
  ],
  [
    'confirm text',
    actions(button({ confirm: confirm() })),
    actions(button({ confirm: confirm({ text: text(301) }) })),
    'must be less than 301 characters [json-pointer:/blocks/0/elements/0/confirm/text/text]',
  ],
  [
    'confirm button',
    actions(button({ confirm: confirm() })),
    actions(button({ confirm: confirm({ confirm: text(31) }) })),
    'must be less than 31 characters [json-pointer:/blocks/0/elements/0/confirm/confirm/text]',
  ],
  [
    'deny button',
    actions(button({ confirm: confirm() })),
    actions(button({ confirm: confirm({ deny: text(31) }) })),
    'must be less than 31 characters [json-pointer:/blocks/0/elements/0/confirm/deny/text]',
  ],
  [
    'select options',
    actions(select({ options: options(100) })),
    actions(select({ options: options(101) })),
    'no more than 100 items allowed [json-pointer:/blocks/0/elements/0/options]',
  ],
  [
    'option text',
    actions(select({ options: options(1, { text: text(75) }) })),
    actions(select({ options: options(1, { text: text(76) }) })),
    'must be less than 76 characters [json-pointer:/blocks/0/elements/0/options/0/text/text]',
  ],
  [
    'option value',
    actions(select({ options: options(1, { value: 'x'.repeat(75) }) })),
    actions(select({ options: options(1, { value: 'x'.repeat(76) }) })),
    'must be less than 76 characters [json-pointer:/blocks/0/elements/0/options/0/value]',
  ],
  [
    'options of selects are plain text',
    actions(select()),
    actions(select({ options: options(1, { text: text(1, 'mrkdwn') }) })),
    'must be one of plain_text [json-pointer:/blocks/0/elements/0/options/0/text/type]',
  ],
  [
    'one source of options',
    actions(select()),
    actions(select({ option_groups: [{ label: text(1), options: options(1) }] })),
    'must have exactly one of options, option_groups [json-pointer:/blocks/0/elements/0]',
  ],
  [
    'initial option is offered',
    actions(select({ initial_option: options(1)[0] })),
    actions(select({ initial_option: { text: text(1), value: 'unknown' } })),
    'initial option must exactly match an option [json-pointer:/blocks/0/elements/0]',
  ],
  [
    'placeholder',
    actions(select({ placeholder: text(150) })),
    actions(select({ placeholder: text(151) })),
    'must be less than 151 characters [json-pointer:/blocks/0/elements/0/placeholder/text]',
  ],
  [
    'overflow options',
    section({ accessory: { type: 'overflow', options: options(5) } }),
    section({ accessory: { type: 'overflow', options: options(6) } }),
    'no more than 5 items allowed [json-pointer:/blocks/0/accessory/options]',
  ],
  [
    'checkboxes',
    section({ accessory: { type: 'checkboxes', options: options(10) } }),
    section({ accessory: { type: 'checkboxes', options: options(11) } }),
    'no more than 10 items allowed [json-pointer:/blocks/0/accessory/options]',
  ],
  [
    'radio buttons',
    section({ accessory: { type: 'radio_buttons', options: options(10) } }),
    section({ accessory: { type: 'radio_buttons', options: options(11) } }),
    'no more than 10 items allowed [json-pointer:/blocks/0/accessory/options]',
  ],
  [
    'date',
    actions({ type: 'datepicker', initial_date: '2026-01-31' }),
    actions({ type: 'datepicker', initial_date: '31/01/2026' }),
    'must be a date (YYYY-MM-DD) [json-pointer:/blocks/0/elements/0/initial_date]',
  ],
  [
    'accessory',
    section({ accessory: image }),
    section({ accessory: typing() }),
    'unsupported type: plain_text_input [json-pointer:/blocks/0/accessory/type]',
  ],
  [
    'input label',
    input(typing(), { label: text(2000) }),
    input(typing(), { label: text(2001) }),
    'must be less than 2001 characters [json-pointer:/blocks/0/label/text]',
  ],
  [
    'input hint',
    input(typing(), { hint: text(2000) }),
    input(typing(), { hint: text(2001) }),
    'must be less than 2001 characters [json-pointer:/blocks/0/hint/text]',
  ],
  [
    'input holds no buttons',
    input(typing()),
    input(button()),
    'unsupported type: button [json-pointer:/blocks/0/element/type]',
  ],
  [
    'input text length',
    input(typing({ max_length: 3000 })),
    input(typing({ max_length: 3001 })),
    'must not be greater than 3000 [json-pointer:/blocks/0/element/max_length]',
  ],
  [
    'minimum above maximum',
    input(typing({ min_length: 2, max_length: 2 })),
    input(typing({ min_length: 3, max_length: 2 })),
    'min_length must not exceed max_length [json-pointer:/blocks/0/element/min_length]',
  ],
  [
    'image',
    { ...image },
    { type: 'image', image_url: 'https://example.com/a.png' },
    'missing required field: alt_text [json-pointer:/blocks/0]',
  ],
  [
    'image source',
    { ...image },
    { type: 'image', alt_text: 'a' },
    'image needs either image_url or slack_file [json-pointer:/blocks/0]',
  ],
  [
    'table rows',
    table(100, 2),
    table(101, 2),
    'no more than 100 items allowed [json-pointer:/blocks/0/rows]',
  ],
  [
    'table cells',
    table(2, 20),
    table(2, 21),
    'no more than 20 items allowed [json-pointer:/blocks/0/rows/0]',
  ],
  [
    'markdown',
    { type: 'markdown', text: 'x'.repeat(12_000) },
    { type: 'markdown', text: 'x'.repeat(12_001) },
    'must be less than 12001 characters [json-pointer:/blocks/0/text]',
  ],
  [
    'context actions',
    { type: 'context_actions', elements: [{ type: 'icon_button', icon: 'trash', text: text(1) }] },
    { type: 'context_actions', elements: [] },
    'no less than 1 items allowed [json-pointer:/blocks/0/elements]',
  ],
  [
    'card title',
    { type: 'card', title: text(150, 'mrkdwn') },
    { type: 'card', title: text(151, 'mrkdwn') },
    'must be less than 151 characters [json-pointer:/blocks/0/title/text]',
  ],
  [
    'rich text',
    {
      type: 'rich_text',
      elements: [
        { type: 'rich_text_section', elements: [{ type: 'text', text: 'x', style: { bold: true } }] },
      ],
    },
    { type: 'rich_text', elements: [{ type: 'rich_text_heading', elements: [] }] },
    'unsupported type: rich_text_heading [json-pointer:/blocks/0/elements/0/type]',
  ],
  [
    'unknown fields',
    section(),
    section({ colour: 'red' }),
    'invalid additional property: colour [json-pointer:/blocks/0]',
  ],
  [
    'unknown blocks',
    { type: 'divider' },
    { type: 'divisor' },
    'unsupported type: divisor [json-pointer:/blocks/0/type]',
  ],
]

test.each(limits)('%s', (_name, inside, outside, complaint) => {
  expect(validateBlocks([inside], 'message')).toEqual([])
  expect(validateBlocks([outside], 'message')).toContain(complaint)
})

test.each<[Surface, number]>([
  ['message', 50],
  ['modal', 100],
  ['home', 100],
])('a %s holds %i blocks', (surface, most) => {
  const blocks = (count: number) => Array(count).fill({ type: 'divider' })
  expect(validateBlocks(blocks(most), surface)).toEqual([])
  expect(validateBlocks(blocks(most + 1), surface)).toEqual([
    `no more than ${most} items allowed [json-pointer:/blocks]`,
  ])
})

test.each<[Surface, unknown]>([
  ['modal', table(1, 1)],
  ['home', table(1, 1)],
  ['modal', { type: 'markdown', text: 'x' }],
  ['home', { type: 'alert', text: text(1) }],
  ['message', { type: 'alert', text: text(1) }],
])('a %s refuses blocks that belong elsewhere', (surface, block) => {
  expect(validateBlocks([block], surface).join()).toContain('unsupported type')
})

test('block_ids are unique among the blocks', () => {
  const twice = [section({ block_id: 'a' }), section({ block_id: 'a' })]
  expect(validateBlocks(twice, 'message')).toEqual(['duplicate block_id: a [json-pointer:/blocks]'])
})

test('the same action_id may stand in two blocks', () => {
  expect(validateBlocks([actions(button()), actions(button())], 'message')).toEqual([])
})

test('a message holds one table', () => {
  expect(validateBlocks([table(1, 1), table(1, 1)], 'message')).toEqual([
    'only_one_table_allowed [json-pointer:/blocks]',
  ])
})

test('legal blocks can hold too much text together', () => {
  const sections = (count: number) => Array(count).fill(section({ text: text(3000) }))
  expect(areBlocksTooLong(sections(4))).toBe(false)
  expect(areBlocksTooLong(sections(5))).toBe(true)
  expect(validateBlocks(sections(5), 'message').join()).toContain('msg_blocks_too_long')
})

test.each([[null], [{}], ['[]'], [[null]], [[[]]], [['text']], [[{ type: 7 }]]])(
  'nonsense is refused: %j',
  (nonsense) => {
    expect(validateBlocks(nonsense, 'message')).not.toEqual([])
  },
)
