import { expect, test } from 'vitest'
import { type Limit, text, button, actions, section, input, typing, table, image } from './block-examples.ts'
import { areBlocksTooLong, type Surface, validateBlocks } from './blocks.ts'

const limits: Limit[] = [
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
