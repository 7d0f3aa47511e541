import { expect, test } from 'vitest'
import {
  type Limit,
  text,
  button,
  actions,
  section,
  options,
  select,
  input,
  typing,
  image,
  confirm,
} from './block-examples.ts'
import { validateBlocks } from './blocks.ts'

const limits: Limit[] = [
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
]

test.each(limits)('%s', (_name, inside, outside, complaint) => {
  expect(validateBlocks([inside], 'message')).toEqual([])
  expect(validateBlocks([outside], 'message')).toContain(complaint)
})
