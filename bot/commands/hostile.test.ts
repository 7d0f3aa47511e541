import fc from 'fast-check'
import { expect, test } from 'vitest'
import { validateBlocks } from '../../deploy/sandbox/slack/blocks.ts'
import type { Locale } from '../asked.ts'
import { run } from './testing/recording-engine.ts'

const pieces = fc.constantFrom(
  ...'staging production v1.4.0 v1;rm -rf --kubeconfig=x —all " “ ” "--x" override freeze declare job log'.split(
    ' ',
  ),
  ...'cancel 1 42 -1 estoque sku <!channel> <@U0ADMIN> $(id) `id` && ../.. \u0000 \u202E 💥 \uD800'.split(
    ' ',
  ),
  'until 18:00',
)
const words = fc.array(fc.oneof(pieces, fc.string()), { maxLength: 8 }).map((some) => some.join(' '))
const hostile = fc.oneof(words, fc.string({ unit: 'binary', maxLength: 200 }), fc.constant('a '.repeat(5000)))

/** Also inside of what is otherwise right, where it goes further. */
const lines = fc.oneof(
  fc
    .tuple(fc.constantFrom('/deploy', '/rollback', '/restore', '/sync', '/ops', '/incident'), hostile)
    .map((all) => all.join(' ')),
  fc
    .tuple(
      fc.constantFrom(
        '/deploy production v1.4.0 override "@"',
        '/deploy staging @',
        '/deploy @ v1.4.0',
        '/rollback staging @',
        '/restore staging @',
        '/sync stock @',
        '/sync stock "@"',
        '/ops freeze production until 18:00 "@"',
        '/ops freeze production until @ "Black Friday"',
        '/ops log @',
        '/incident declare 1 "@" production',
      ),
      hostile,
    )
    .map(([line, text]) => line.replace('@', () => text)),
)

test('whatever is typed: no crash, no option for a program, nothing a database refuses, no ping', async () => {
  await fc.assert(
    fc.asyncProperty(lines, fc.constantFrom<Locale>('pt-BR', 'en'), async (line, locale) => {
      const { answer, calls } = await run(line, locale)
      for (const value of stringsIn(calls.map(({ args }) => args))) {
        expect(value).not.toMatch(/^\s*[\p{Pd}−]/u)
        expect(value).not.toMatch(/[\p{Cc}\p{Cs}]/u)
        expect(value.length).toBeLessThanOrEqual(500)
      }
      expect(answer?.text ?? '').not.toMatch(/<(?!!date\^|#C0)/)
      expect(validateBlocks(answer?.blocks ?? [], 'message')).toEqual([])
    }),
    { numRuns: 1500 },
  )
})

function stringsIn(value: unknown): string[] {
  if (typeof value === 'string') return [value]
  return typeof value === 'object' && value !== null ? Object.values(value).flatMap(stringsIn) : []
}
