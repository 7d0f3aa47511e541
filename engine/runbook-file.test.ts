import fc from 'fast-check'
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, onTestFinished, test } from 'vitest'
import { parse, parseDocument } from 'yaml'
import { loadRunbook, parseRunbook, RunbookFileInvalid } from './runbook-file.ts'

const defaultText = await readFile('deploy/plantao.yaml', 'utf8')

function problemsOf(text: string): string[] {
  try {
    parseRunbook(text)
    return []
  } catch (error) {
    if (error instanceof RunbookFileInvalid) return error.problems
    throw error
  }
}

/** The problems of the default file after one edit, at the first place where `from` stands. */
function problemsAfter(from: string, to: string): string[] {
  if (!defaultText.includes(from)) throw new Error(`the default file does not hold: ${from}`)
  return problemsOf(defaultText.replace(from, () => to))
}

describe('a problem names the path, the value and what was expected', () => {
  test.each([
    ['slack: U0VIEWER', 'slack: ana', 'people.3.slack is "ana": a Slack user id such as U012ABCDEF'],
    [
      '- role: viewer',
      '- role: boss',
      'people.3.grants.0.role is "boss": expected one of "viewer"|"operator"|"approver"|"admin"',
    ],
    ['locale: pt-BR', 'locale: pt', 'locale is "pt": expected one of "pt-BR"|"en"'],
    ['product: ML Bling Sync', '', 'product is missing: expected string, received undefined'],
    [
      'timeZone: America/Sao_Paulo',
      'timeZone: Brasilia',
      'timeZone is "Brasilia": an IANA time zone such as America/Sao_Paulo',
    ],
    [
      "'0 2 * * 1#1'",
      "'02:00'",
      'maintenance.starts is "02:00": a cron expression of five fields such as "0 2 * * *" (day of week 1#1 is the first Monday)',
    ],
    [
      'https://dev.ml-bling-sync.com',
      'ftp://dev',
      'environments.development.url is "ftp://dev": an address that begins with https:// or http://',
    ],
    [
      '  staging:\n',
      '  Staging:\n',
      'environments.Staging has a name that cannot be: use lower-case letters, digits and hyphens, at most 40 characters',
    ],
    ['recovery:', '"a b": 1\nrecovery:', '"a b" is not known here: correct its spelling, or remove it'],
    ['redact: []', "redact: ['(']", 'redact.0 is "(": a regular expression'],
    [
      'keepBackupsDays: 30',
      'keepBackupsDays: 30\n  keepDays: 3',
      'recovery.keepDays is not known here: correct its spelling, or remove it',
    ],
    ['quorum: 1', 'quorum: .inf', 'permissions.0.approval.quorum is null: expected number, received null'],
  ])('%s', (from, to, problem) => {
    expect(problemsAfter(from, to)).toEqual([problem])
  })

  test('every problem at once', () => {
    expect(
      problemsOf(
        defaultText.replace('locale: pt-BR', 'locale: fr').replace('rtoMinutes: 240', 'rtoMinutes: 0'),
      ),
    ).toHaveLength(2)
  })

  test.each(['', 'null', '[]', 'text', '12'])('a file that is no mapping: %j', (text) => {
    expect(problemsOf(text)[0]).toMatch(/^the file is .+: expected object, received \w+$/)
  })

  test.each([
    ['locale: pt-BR', 'locale: pt-BR\nlocale: en', /^Map keys must be unique at line \d+/],
    ['minutes: 240', 'minutes: *other', /^Unresolved alias/],
    ['product: ML', 'product: &it [*it] # ', /circular/],
    ['product: ML', 'product: !secret ML', /^Unresolved tag: !secret at line \d+/],
    ['people:', 'people: {', / at line \d+/],
  ])('what is no YAML: %s', (from, to, problem) => {
    expect(problemsAfter(from, to)[0]).toMatch(problem)
  })
})

test('a file that cannot be read is a problem too, with its path', async () => {
  await expect(loadRunbook('no/such/plantao.yaml')).rejects.toThrow(
    new RunbookFileInvalid('no/such/plantao.yaml', [
      'it cannot be read (ENOENT): set PLANTAO_CONFIG to the path of a runbook file',
    ]),
  )
})

test('a file is read from where it is', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'plantao-'))
  onTestFinished(async () => await rm(folder, { recursive: true }))
  await writeFile(join(folder, 'mine.yaml'), defaultText.replace('product: ML Bling Sync', 'product: Mine'))
  expect((await loadRunbook(join(folder, 'mine.yaml'))).product).toBe('Mine')
})

type Place = readonly (string | number)[]

/** Every place in a value, from the whole to the last leaf. */
const placesIn = (value: unknown, at: Place = []): Place[] =>
  typeof value === 'object' && value !== null
    ? [at, ...Object.entries(value).flatMap(([key, inner]) => placesIn(inner, [...at, key]))]
    : [at]

const model: unknown = parse(defaultText)
const place = fc.constantFrom(...placesIn(model))
const anything = fc.oneof(
  fc.jsonValue({ maxDepth: 2 }),
  fc.constantFrom<unknown>('', 0, -1, 1.5, 1e9, Infinity, NaN, [], {}, null, true),
  fc.constantFrom('* * * * *', '0 0 31 4,6 *', '0 0 29 2 *', 'constructor', 'production', 'U0ADMIN', 'admin'),
  place.map((from) => from.reduce<unknown>((at, key) => Reflect.get(Object(at), key), model)),
)
const change = fc.record({ at: place, to: fc.option(anything, { nil: 'removed' }) })

/** "path is value: expectation", or what the YAML parser says with its line. */
const helpful =
  /^\S.* (?:is .+|has a name that cannot be): \S|^\S.* is missing: \S|^\S.* is not known here: \S|at line \d+|^Unresolved alias|alias|circular/s

describe('whatever is in the file', () => {
  test('changed anywhere, it is valid or says why not', () => {
    fc.assert(
      fc.property(fc.array(change, { minLength: 1, maxLength: 3 }), (changes) => {
        const file = parseDocument(defaultText)
        for (const { at, to } of changes) {
          if (!file.hasIn(at)) continue
          if (to === 'removed') file.deleteIn(at)
          else file.setIn(at, file.createNode(to))
        }
        for (const problem of problemsOf(file.toString())) expect(problem).toMatch(helpful)
      }),
      { numRuns: 100 },
    )
  })

  test('cut and glued as text, it is valid or says why not', () => {
    const position = fc.nat({ max: defaultText.length })
    fc.assert(
      fc.property(position, position, fc.string({ maxLength: 5 }), (from, to, glue) => {
        const text = defaultText.slice(0, from) + glue + defaultText.slice(to)
        for (const problem of problemsOf(text)) expect(problem).toMatch(helpful)
      }),
      { numRuns: 50 },
    )
  })

  test('with anything for a file, it is valid or says why not', () => {
    fc.assert(
      fc.property(
        fc.oneof(
          fc.string({ unit: 'binary' }),
          fc.json(),
          fc.json().map((text) => `product: ${text}`),
        ),
        (text) => {
          expect(problemsOf(text)).not.toEqual([])
        },
      ),
    )
  })
})
