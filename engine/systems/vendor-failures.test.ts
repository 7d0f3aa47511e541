import { expect, test } from 'vitest'
import { failureOf, failureWithoutAnswer } from './vendor-failures.ts'

const complaint = { code: 'x', message: 'x', fields: [] }

/** Every status that is not a success, for calls that may be repeated and for those that must not be. */
const expected: Record<number, [repeatable: string, once: string]> = {}
for (let status = 300; status < 500; status += 1) {
  if (status < 400) expected[status] = ['retryable', 'unknown-outcome']
  else expected[status] = ['bad-data', 'bad-data']
}
for (let status = 500; status < 600; status += 1) expected[status] = ['retryable', 'unknown-outcome']
expected[206] = ['retryable', 'unknown-outcome']
expected[401] = ['needs-credentials', 'needs-credentials']
expected[403] = ['needs-credentials', 'needs-credentials']
expected[408] = ['retryable', 'unknown-outcome']
expected[409] = ['retryable', 'retryable']
expected[423] = ['retryable', 'retryable']
expected[425] = ['retryable', 'retryable']
expected[429] = ['throttled', 'throttled']

test.each(Object.entries(expected))('status %s', (status, kinds) => {
  const found = [true, false].map(
    (repeatable) => failureOf({ vendor: 'bling', status: Number(status), complaint, repeatable }).kind,
  )
  expect(found).toEqual(kinds)
})

test('words that mean dead credentials outweigh the status, and a spent day is not a moment', () => {
  const dead = { ...complaint, credentials: true }
  expect(failureOf({ vendor: 'bling', status: 400, complaint: dead, repeatable: true }).kind).toBe(
    'needs-credentials',
  )
  const day = failureOf({
    vendor: 'bling',
    status: 429,
    complaint: { ...complaint, period: 'day' },
    repeatable: true,
  })
  expect(day).toMatchObject({ kind: 'throttled', period: 'day' })
})

test('without an answer: repeated where it never arrived or does no harm, else unknown', () => {
  const kind = (delivered: 'no' | 'unknown', repeatable: boolean): string =>
    failureWithoutAnswer({ vendor: 'bling', code: 'network', message: '', delivered, repeatable }).kind
  expect([kind('no', false), kind('no', true), kind('unknown', true)]).toEqual([
    'retryable',
    'retryable',
    'retryable',
  ])
  expect(kind('unknown', false)).toBe('unknown-outcome')
})
