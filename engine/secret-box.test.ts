import fc from 'fast-check'
import { randomBytes } from 'node:crypto'
import { describe, expect, test } from 'vitest'
import { StepFailure } from './failures.ts'
import { secretBox, SecretsKeyInvalid } from './secret-box.ts'

const key = randomBytes(32).toString('base64')
const box = secretBox(key)

test('what was sealed opens again', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'grapheme' }), fc.string(), (text, purpose) => {
      expect(box.open(box.seal(text, purpose), purpose)).toBe(text)
    }),
  )
})

test('another box with the same key opens it, however the key is written', () => {
  const sealed = box.seal('refresh-token', 'bling')
  expect(secretBox(` ${key}\n`).open(sealed, 'bling')).toBe('refresh-token')
  expect(secretBox(Buffer.from(key, 'base64').toString('base64url')).open(sealed, 'bling')).toBe(
    'refresh-token',
  )
})

test('the same text is sealed differently each time, and cannot be seen in it', () => {
  const [one, other] = [box.seal('refresh-token', 'bling'), box.seal('refresh-token', 'bling')]
  expect(one.equals(other)).toBe(false)
  expect(one.includes('refresh')).toBe(false)
})

describe('it does not open', () => {
  const refusal = 'What is stored for bling cannot be read with this SECRETS_KEY.'

  test('with another key', () => {
    const sealed = secretBox(randomBytes(32).toString('base64')).seal('token', 'bling')
    expect(() => box.open(sealed, 'bling')).toThrow(refusal)
  })

  test('for another purpose', () => {
    expect(() => box.open(box.seal('token', 'mercado-livre'), 'bling')).toThrow(refusal)
  })

  test('with any byte changed', () => {
    fc.assert(
      fc.property(fc.nat(), fc.integer({ min: 1, max: 255 }), (place, difference) => {
        const sealed = box.seal('token', 'bling')
        const at = place % sealed.length
        sealed[at] = (sealed[at] ?? 0) ^ difference
        expect(() => box.open(sealed, 'bling')).toThrow(refusal)
      }),
    )
  })

  test('from bytes that are something else', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 100 }), (bytes) => {
        expect(() => box.open(Buffer.from(bytes), 'bling')).toThrow(StepFailure)
      }),
    )
  })

  test('cut short', () => {
    const sealed = box.seal('token', 'bling')
    for (let length = 0; length < sealed.length; length += 1) {
      expect(() => box.open(sealed.subarray(0, length), 'bling')).toThrow(refusal)
    }
  })
})

test.each([
  ['', 'SECRETS_KEY is empty'],
  ['a pass phrase', 'SECRETS_KEY is not base64'],
  [randomBytes(16).toString('base64'), 'SECRETS_KEY holds 16 bytes'],
  [randomBytes(64).toString('base64'), 'SECRETS_KEY holds 64 bytes'],
])('a bad key is refused without being shown: %#', (bad, reason) => {
  const attempt = (): unknown => secretBox(bad)
  expect(attempt).toThrow(SecretsKeyInvalid)
  expect(attempt).toThrow(
    `${reason}: it has to be 32 random bytes in base64. Make one with: openssl rand -base64 32`,
  )
})
