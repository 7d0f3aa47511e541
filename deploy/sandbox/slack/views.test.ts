import { expect, test } from 'vitest'
import { isViewTooLarge, validateView } from './views.ts'

const plain = (length: number) => ({ type: 'plain_text', text: 'x'.repeat(length) })
const divider = { type: 'divider' }
const input = (fields = {}) => ({
  type: 'input',
  label: plain(1),
  element: { type: 'plain_text_input', action_id: 'a', ...fields },
})
const modal = (fields = {}) => ({ type: 'modal', title: plain(5), blocks: [divider], ...fields })

test.each<[name: string, inside: unknown, outside: unknown, complaint: string]>([
  [
    'title',
    modal({ title: plain(24) }),
    modal({ title: plain(25) }),
    'must be less than 25 characters [json-pointer:/title/text]',
  ],
  [
    'submit',
    modal({ submit: plain(24) }),
    modal({ submit: plain(25) }),
    'must be less than 25 characters [json-pointer:/submit/text]',
  ],
  [
    'close',
    modal({ close: plain(24) }),
    modal({ close: plain(25) }),
    'must be less than 25 characters [json-pointer:/close/text]',
  ],
  [
    'title is required',
    modal(),
    { type: 'modal', blocks: [divider] },
    'missing required field: title [json-pointer:]',
  ],
  [
    'private_metadata',
    modal({ private_metadata: 'x'.repeat(3000) }),
    modal({ private_metadata: 'x'.repeat(3001) }),
    'must be less than 3001 characters [json-pointer:/private_metadata]',
  ],
  [
    'callback_id',
    modal({ callback_id: 'x'.repeat(255) }),
    modal({ callback_id: 'x'.repeat(256) }),
    'must be less than 256 characters [json-pointer:/callback_id]',
  ],
  [
    'blocks',
    modal({ blocks: Array(100).fill(divider) }),
    modal({ blocks: Array(101).fill(divider) }),
    'no more than 100 items allowed [json-pointer:/blocks]',
  ],
  ['no blocks', modal(), modal({ blocks: [] }), 'no less than 1 items allowed [json-pointer:/blocks]'],
  [
    'submit goes with inputs',
    modal({ blocks: [input()], submit: plain(1) }),
    modal({ blocks: [input()] }),
    'missing required field: submit (a modal with input blocks needs it) [json-pointer:]',
  ],
  [
    'Home has no title',
    { type: 'home', blocks: [divider] },
    { type: 'home', title: plain(1), blocks: [] },
    'invalid additional property: title [json-pointer:]',
  ],
  [
    'one focus',
    modal({ blocks: [input({ focus_on_load: true })], submit: plain(1) }),
    modal({ blocks: [input({ focus_on_load: true }), input({ focus_on_load: true })], submit: plain(1) }),
    'only one element may have focus_on_load [json-pointer:/blocks]',
  ],
])('%s', (_name, inside, outside, complaint) => {
  expect(validateView(inside)).toEqual([])
  expect(validateView(outside)).toContain(complaint)
})

test('a view is at most 250 kB', () => {
  expect(isViewTooLarge(modal({ private_metadata: 'é'.repeat(124_000) }))).toBe(false)
  expect(isViewTooLarge(modal({ private_metadata: 'é'.repeat(126_000) }))).toBe(true)
})
