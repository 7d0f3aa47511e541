import fc from 'fast-check'
import { expect, test } from 'vitest'
import { readWords, typedAgain } from './words.ts'

const word = (text: string) => ({ kind: 'word', text })
const quoted = (text: string) => ({ kind: 'quoted', text })
const flag = (text: string) => ({ kind: 'flag', text })

test.each([
  ['', []],
  ['  staging   v1.4.0 ', [word('staging'), word('v1.4.0')]],
  ['freeze production "Black Friday"', [word('freeze'), word('production'), quoted('Black Friday')]],
  ['override “corrige o checkout”', [word('override'), quoted('corrige o checkout')]],
  ['override „so“ «ou assim»', [word('override'), quoted('so'), quoted('ou assim')]],
  ['override "never closed', [word('override'), quoted('never closed')]],
  ['a"b c"d', [word('a'), quoted('b c'), word('d')]],
  ['""', [quoted('')]],
  ['staging --kubeconfig=x', [word('staging'), flag('--kubeconfig=x')]],
  ['-rf —force –x −1', [flag('-rf'), flag('—force'), flag('–x'), flag('−1')]],
  ['v1;rm -rf /', [word('v1;rm'), flag('-rf'), word('/')]],
  [
    '<@U012ABC|maria> <@W9>',
    [
      { kind: 'mention', user: 'U012ABC', text: '<@U012ABC|maria>' },
      { kind: 'mention', user: 'W9', text: '<@W9>' },
    ],
  ],
  ['v1.4.0\u200B \u2060\u200E \u202Estaging', [word('v1.4.0'), word('staging')]],
  ['\u200B--x', [flag('--x')]],
  ['staging\u00A0v1.4.0\nx', [word('staging'), word('v1.4.0'), word('x')]],
])('%j', (text, words) => {
  expect(readWords(text)).toEqual(words)
})

const anyText = fc.oneof(
  fc.string(),
  fc.string({ unit: 'binary' }),
  fc.string({ unit: fc.constantFrom('"', '“', '-', '<', '@', '>', ' ', 'a') }),
)

test('any text is read, and no bare word begins with a dash', () => {
  fc.assert(
    fc.property(anyText, (text) => {
      const bare = readWords(text).filter(({ kind }) => kind === 'word')
      for (const one of bare) expect(one.text).toMatch(/^[^\p{Pd}−\s]/u)
    }),
  )
})

test('words typed again are the same words', () => {
  fc.assert(
    fc.property(anyText, (text) => {
      const words = readWords(text).filter(({ kind }) => kind !== 'mention')
      expect(readWords(typedAgain(words))).toEqual(words)
    }),
  )
})
