import fc from 'fast-check'
import { setFlagsFromString } from 'node:v8'
import { afterEach, describe, expect, test, vi } from 'vitest'
import { lineRedactor, marker, redactor } from './redact.ts'
import { privateKeyBegin, secretShapes } from './secret-shapes.ts'

const redact = redactor([])
const key = (body: string): string =>
  `-----BEGIN RSA PRIVATE KEY-----\n${body}\n-----END RSA PRIVATE KEY-----`

describe('declared secrets', () => {
  const secret = 'p@ss/w:rd "ção"'
  const declared = redactor([
    secret,
    'short',
    ' trimmed-secret\n',
    key('line-of-the-key-1\nline-of-the-key-2'),
  ])

  test.each([
    ['as they are', `x${secret}y`],
    ['percent-encoded', `x${encodeURIComponent(secret)}y`],
    [
      'percent-encoded in lower case',
      `x${encodeURIComponent(secret).replaceAll(/%../g, (code) => code.toLowerCase())}y`,
    ],
    ['form-encoded', `x${new URLSearchParams({ '': secret }).toString().slice(1)}y`],
    ['in JSON', `x${JSON.stringify(secret).slice(1, -1)}y`],
    ['without the space around them', 'xtrimmed-secrety'],
  ])('are removed %s', (_, text) => {
    expect(declared(text)).toBe('x[redacted]y')
  })

  test('are removed line by line', () => {
    expect(declared('line-of-the-key-2')).toBe('[redacted]')
  })

  test('of fewer than six characters stay', () => {
    expect(declared('short')).toBe('short')
  })

  test('are removed from base64, whatever stands around them', () => {
    fc.assert(
      fc.property(
        fc.string({ maxLength: 9 }),
        fc.string({ maxLength: 9 }),
        fc.boolean(),
        (before, after, forUrls) => {
          const encode = (text: string): string =>
            Buffer.from(text).toString(forUrls ? 'base64url' : 'base64')
          const shown = declared(encode(`${before}:${secret}:${after}`))
          expect(shown).toContain(marker)
          const seen = Buffer.from(shown.replaceAll(marker, ''), 'base64').toString('latin1')
          expect(seen).not.toContain('ss/w')
        },
      ),
    )
  })

  test('never survive', () => {
    fc.assert(
      fc.property(
        fc.array(fc.string({ unit: 'binary', minLength: 6, maxLength: 20 }), { minLength: 1, maxLength: 4 }),
        fc.array(fc.oneof(fc.string({ unit: 'binary' }), fc.nat({ max: 3 })), { maxLength: 12 }),
        (secrets, pieces) => {
          const text = pieces
            .map((piece) => (typeof piece === 'number' ? (secrets[piece] ?? '') : piece))
            .join('')
          const shown = redactor(secrets)(text)
          expect(secrets.filter((one) => shown.includes(one) && !marker.includes(one))).toEqual([])
        },
      ),
    )
  })
})

test('patterns of the runbook file are removed too, and an empty match removes nothing', () => {
  const own = redactor([], ['CUST-\\d+', 'x*'])
  expect(own('for CUST-12 and CUST-345')).toBe('for [redacted] and [redacted]')
})

describe('long lines', () => {
  test('are cut, each by itself', () => {
    const text = redact(`${'a'.repeat(4_000)}\n${'b'.repeat(4_001)}\n${'c'.repeat(50_000)}`)
    expect(text).toBe(
      `${'a'.repeat(4_000)}\n${'b'.repeat(3_900)}… [line cut]\n${'c'.repeat(3_900)}… [line cut]`,
    )
  })

  test('show nothing of a secret that the cut goes through', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 3_700, max: 4_100 }),
        fc.integer({ min: 0, max: 6_000 }),
        (before, after) => {
          const shown = redact(`${'.'.repeat(before)} ghp_${'S'.repeat(300)} ${'.'.repeat(after)}`)
          expect(shown).not.toContain('S')
          expect(shown).not.toContain('ghp')
          expect(shown.length).toBeLessThanOrEqual(4_000)
        },
      ),
    )
  })

  test('are cut also when the markers make them long, never through a marker', () => {
    const shown = redact('pwd=a '.repeat(600))
    expect(shown.length).toBeLessThanOrEqual(4_000)
    expect(shown.replaceAll(`pwd=${marker} `, '')).toMatch(/^(pwd=)?… \[line cut\]$/)
  })
})

/** What is hard on patterns: their own beginnings, repeated and nested, with nothing that lets them end. */
const fragment = fc.constantFrom(
  ...`password token secret pwd access_ authorization: Bearer eyJ xoxb- ghp_ AKIA u+ TG- a A1 ://`.split(' '),
  ...`= : " ' \\ \\" @ - -- _ . / [ ] ; & -----BEGIN PRIVATE KEY----- -----END ${marker}`.split(' '),
  ' ',
  '\n',
  '-----BEGIN PRIVATE KEY-----',
)
const hostile = fc
  .array(fc.tuple(fc.array(fragment, { minLength: 1, maxLength: 6 }), fc.integer({ min: 1, max: 40 })), {
    maxLength: 8,
  })
  .map((runs) => runs.map(([fragments, times]) => fragments.join('').repeat(times)).join(''))

describe('whatever the text', () => {
  test('redacting again changes nothing', () => {
    fc.assert(
      fc.property(hostile, (text) => {
        const declared = redactor(['declared-secret', 'token"password', 'a;PRIVATE'], ['=\\d', '"[A-Z]'])
        const shown = declared(text)
        expect(declared(shown)).toBe(shown)
      }),
      { numRuns: 300 },
    )
  })

  test('a token between other things is gone', () => {
    fc.assert(
      fc.property(hostile, fc.string({ unit: 'binary' }), (before, after) => {
        expect(redact(`${before} ghp_0123456789abcdefghij ${after}`)).not.toContain('0123456789')
      }),
    )
  })

  describe('the work is counted', () => {
    afterEach(() => vi.restoreAllMocks())

    test('each pattern reads the text a few times over, and no more', () => {
      fc.assert(
        fc.property(hostile, fc.integer({ min: 1, max: 20 }), (text, times) => {
          const long = text.repeat(times)
          const rounds = 5
          let characters = 0
          // oxlint-disable-next-line typescript/unbound-method -- it is called on the pattern it was asked of
          const exec = RegExp.prototype.exec
          vi.spyOn(RegExp.prototype, 'exec').mockImplementation(function counted(
            this: RegExp,
            subject: string,
          ) {
            const from = this.lastIndex
            const match = exec.call(this, subject)
            // What an attempt has read: up to the match it found, else the whole rest.
            characters += (match ? match.index + match[0].length : subject.length) - from
            return match
          })
          redact(long)
          vi.restoreAllMocks()
          expect(characters).toBeLessThanOrEqual(rounds * (secretShapes.length + 2) * (long.length + 1))
        }),
        { numRuns: 30 },
      )
    })
  })
})

/** V8's own regular expression that gives up, as if it had found nothing, after so many steps back. */
setFlagsFromString('--allow-natives-syntax')
// oxlint-disable-next-line typescript/no-implied-eval -- the only way to reach a function of V8 itself
const limited = new Function(
  'source',
  'flags',
  'limit',
  'return %NewRegExpWithBacktrackLimit(source, flags, limit)',
) as (source: string, flags: string, limit: number) => RegExp
const end = '\uE000'
const stepsBackPerCharacter = 100

/** Whether the shape gets through the text, to the `end` that every attempt is offered. */
function getsThrough(shape: RegExp, text: string): boolean {
  const counted = limited(
    `(?:${shape.source})|${end}`,
    shape.flags,
    stepsBackPerCharacter * (text.length + 10),
  )
  for (let match = counted.exec(text + end); match; match = counted.exec(text + end)) {
    if (match[0].endsWith(end)) return true
  }
  return false
}

describe('no shape loses its way', () => {
  test('(the count notices one that does)', () => {
    expect(getsThrough(/(?:a|aa)+b/g, 'a'.repeat(100))).toBe(false)
  })

  test('in text made to lead it astray', () => {
    fc.assert(
      fc.property(hostile, (text) => {
        for (const shape of [...secretShapes, privateKeyBegin]) {
          expect([shape.source, getsThrough(shape, text)]).toEqual([shape.source, true])
        }
      }),
      { numRuns: 300 },
    )
  })
})

describe('line by line', () => {
  const lines = (...text: string[]): string[] => text.map(lineRedactor(redact))

  test('a private key is removed up to its end', () => {
    expect(lines('a', ...key('MIIEow/+==\nabc=').split('\n'), 'MIIE', 'password=x')).toEqual([
      'a',
      '[redacted]',
      '[redacted]',
      '[redacted]',
      '-----END RSA PRIVATE KEY-----',
      'MIIE',
      'password=[redacted]',
    ])
  })

  test('also where each line has something before it', () => {
    const long = 'MIIEowIBAAKCAQEA0Z3VS5JJcds3xfn'
    expect(
      lines('pod-1 -----BEGIN PRIVATE KEY-----', `pod-1 ${long}`, 'pod-1 -----END PRIVATE KEY-----', long),
    ).toEqual(['pod-1 [redacted]', 'pod-1 [redacted]', 'pod-1 -----END PRIVATE KEY-----', long])
  })

  test('a key that never ends does not swallow the log for ever', () => {
    const shown = lines('-----BEGIN PRIVATE KEY-----', ...Array.from({ length: 500 }, () => 'done'))
    expect(shown.at(-1)).toBe('done')
    expect(shown.filter((line) => line === marker)).toHaveLength(401)
  })
})
