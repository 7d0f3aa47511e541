import { expect, test } from 'vitest'
import { validateBlocks } from '../../deploy/sandbox/slack/blocks.ts'
import { outside } from '../texts/mrkdwn.ts'
import {
  actions,
  button,
  context,
  divider,
  form,
  header,
  message,
  preformatted,
  section,
  textField,
} from './blocks.ts'

const long = (length: number) => outside('palavra '.repeat(length / 8), length)

test('a message of too much text gives up the longest of it, never its buttons', () => {
  const sections = Array.from({ length: 8 }, () => section(long(3000)))
  const pressed = actions([button({ id: 'job.log', text: 'Log', value: '42' })])
  const { blocks } = message(outside('hello'), [
    section(outside('what it is about')),
    ...sections,
    ...pressed,
  ])
  expect(validateBlocks(blocks, 'message')).toEqual([])
  expect(blocks[0]).toMatchObject({ text: { text: 'what it is about' } })
  expect(blocks.at(-1)).toEqual(pressed[0])
})

test('a message of too many blocks gives up some in the middle, never its buttons', () => {
  const pressed = actions([button({ id: 'job.log', text: 'Log', value: '42' })])
  const { blocks } = message(outside('hello'), [...Array.from({ length: 80 }, divider), ...pressed])
  expect(blocks).toHaveLength(50)
  expect(validateBlocks(blocks, 'message')).toEqual([])
  expect(blocks.at(-1)).toEqual(pressed[0])
})

test('every text is cut to what its place takes, and none is empty', () => {
  for (const text of ['', 'x'.repeat(9000)]) {
    const dialog = { title: text, text, confirm: text, deny: text }
    const blocks = [
      header(text),
      section(outside(text, 9000), button({ id: 'a', text, value: 'x'.repeat(3000), confirm: dialog })),
      context(outside(text, 9000)),
    ]
    expect(validateBlocks(blocks, 'message')).toEqual([])
  }
})

test('a dialog keeps the lines it is made of, and no other', () => {
  const dialog = {
    title: 'Approve?',
    text: ['Deploy v1\nand more', '', 'v0 → v1'],
    confirm: 'Yes',
    deny: 'No',
  }
  const { confirm } = button({ id: 'a', text: 'Approve', value: '1', confirm: dialog })
  expect(confirm?.text.text).toBe('Deploy v1 and more\nv0 → v1')
})

test('an actions block without buttons is none', () => {
  expect(actions([])).toEqual([])
})

test('of a log the last lines are shown, as they are', () => {
  const [block] = preformatted(['<!channel> ``` \u001B[31mred\u001B[0m', 'last'], 16)
  expect(block).toMatchObject({ elements: [{ elements: [{ text: '<!channel> ``` …\nlast' }] }] })
  expect(preformatted([], 100)).toEqual([])
  const log = preformatted(
    Array.from({ length: 10_000 }, (_, index) => `line ${index} ${'x'.repeat(500)}`),
    1000,
  )
  expect(JSON.stringify(log).length).toBeLessThan(10_000)
  expect(JSON.stringify(log)).toContain('line 9999 ')
})

test('a form is one Slack opens', () => {
  const field = textField({
    id: 'reason',
    label: 'Motivo',
    hint: 'Fica registrado',
    minimum: 3,
    maximum: 500,
  })
  const view = form({
    id: 'job.reject',
    title: 'A title that is far too long for a form',
    submit: 'Rejeitar',
    close: 'Voltar',
    metadata: { jobId: '42' },
    blocks: [field],
  })
  expect(validateBlocks(view.blocks, 'modal')).toEqual([])
  expect(view.title.text).toBe('A title that is far too…')
})
