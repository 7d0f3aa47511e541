import fc from 'fast-check'
import { expect, test } from 'vitest'
import { validateBlocks } from '../../deploy/sandbox/slack/blocks.ts'
import type { Job, Step } from '../../engine/client.ts'
import type { Locale } from '../asked.ts'
import { textsFor } from '../texts/index.ts'
import { jobCard } from './job-card.ts'
import { joao, maria, now, sampleJob, settings } from './testing/job-samples.ts'

const draw = (job: Job, locale: Locale = 'pt-BR') => jobCard(job, { texts: textsFor(locale), settings, now })

const hostile = fc.oneof(
  fc.string({ maxLength: 400 }),
  fc.string({ unit: 'grapheme', maxLength: 300 }),
  fc.constantFrom(
    '<!channel>',
    '<@U0ADMIN>',
    '<https://evil.example|click>',
    '```',
    '*'.repeat(300),
    '&'.repeat(600),
    '👨‍👩‍👧‍👦'.repeat(100),
    '\u202Eevil\u202C',
    'שלום'.repeat(90),
    'a\nb\n✅ *Approved*',
    '\uD800',
    '',
    'x'.repeat(20_000),
  ),
)

const anyStep: fc.Arbitrary<Step> = fc.record({
  name: fc.oneof(
    fc.constantFrom('plan', 'set-images', 'restore-images', 'swap', '__proto__', 'toString'),
    hostile,
  ),
  phase: fc.constantFrom('main', 'failure'),
  state: fc.constantFrom('pending', 'running', 'done', 'failed'),
  progress: fc.option(fc.record({ done: fc.double(), total: fc.double(), unit: hostile })),
  error: fc.option(anyFailure()),
  startedAt: fc.option(anyTime()),
  finishedAt: fc.option(anyTime()),
})

const person = fc.record({ slack: fc.constantFrom(maria.slack, joao.slack, 'U0OTHER'), name: hostile })

const anyJob: fc.Arbitrary<Job> = fc.record({
  id: fc.integer({ min: 1 }),
  kind: fc.oneof(fc.constantFrom('deploy', 'rollback', 'restore', 'backup', 'sync'), hostile),
  params: fc.dictionary(
    fc.constantFrom('version', 'revision', 'backup', 'entity', 'sku'),
    fc.oneof(hostile, fc.anything()),
  ),
  environment: fc.option(hostile),
  state: fc.constantFrom('waiting-approval', 'queued', 'running', 'succeeded', 'failed', 'cancelled'),
  requestedBy: person,
  createdAt: anyTime(),
  startedAt: fc.option(anyTime()),
  finishedAt: fc.option(anyTime()),
  revision: fc.nat(),
  attempt: fc.nat(),
  origin: fc.constant(null),
  change: fc.option(
    fc.record({
      from: fc.option(hostile),
      to: hostile,
      details: fc.array(fc.record({ name: hostile, value: hostile }), { maxLength: 60 }),
    }),
  ),
  overrideReason: fc.option(hostile),
  approval: fc.option(
    fc.record({
      quorum: fc.nat(),
      roles: fc.array(hostile, { maxLength: 40 }),
      expiresAt: anyTime(),
      votes: fc.array(
        fc.record({
          person,
          decision: fc.constantFrom('approve' as const, 'reject' as const, 'break-glass' as const),
          reason: fc.option(hostile),
          at: anyTime(),
        }),
        { maxLength: 40 },
      ),
    }),
  ),
  waitingFor: fc.option(
    fc.oneof(
      fc.record({
        kind: fc.constant('freeze' as const),
        environment: hostile,
        reason: hostile,
        until: anyTime(),
      }),
      fc.record({
        kind: fc.constant('lock' as const),
        lock: hostile,
        position: fc.nat(),
        holder: fc.record({ jobId: fc.nat(), kind: hostile, requestedBy: person, since: anyTime() }),
      }),
    ),
  ),
  cancelRequestedBy: fc.option(person),
  retryFrom: fc.option(hostile),
  steps: fc.array(anyStep, { maxLength: 60 }),
  logTail: fc.array(hostile, { maxLength: 60 }),
  result: fc.oneof(
    fc.anything(),
    fc.record({ version: hostile, revision: fc.nat(), previousVersion: fc.option(hostile) }),
    fc.record({
      counts: fc.dictionary(hostile, fc.nat()),
      failures: fc.array(
        fc.record({ sku: hostile, code: hostile, values: fc.constant({}), message: hostile }),
      ),
    }),
  ),
  error: fc.option(anyFailure()),
})

function anyTime(): fc.Arbitrary<string> {
  const years = { min: new Date('2000-01-01'), max: new Date('2100-01-01'), noInvalidDate: true }
  return fc.date(years).map((date) => date.toISOString())
}

function anyFailure() {
  const plain = fc.record({
    code: fc.oneof(
      fc.constantFrom('rollout-not-settled', 'undo-failed', 'cancelled', 'rejected', 'constructor'),
      hostile,
    ),
    values: fc.dictionary(
      fc.constantFrom('component', 'reason', 'by', 'cause', 'undo'),
      fc.oneof(hostile, fc.constant(maria.slack)),
    ),
    message: hostile,
    step: hostile,
  })
  return plain
}

test('whatever a job holds, its card keeps every limit and pings nobody', () => {
  fc.assert(
    fc.property(anyJob, fc.constantFrom<Locale>('pt-BR', 'en'), (job, locale) => {
      const card = draw(job, locale)
      expect(validateBlocks(card.blocks, 'message')).toEqual([])
      expect(card.text.length).toBeLessThan(4000)
      expect(markupOf(card)).not.toMatch(/<(?!!date\^)/)
    }),
    { numRuns: 300 },
  )
})

test('a log of 10,000 lines shows its last ones and fits', () => {
  const logTail = Array.from(
    { length: 10_000 },
    (_, index) => `line ${index} \u001B[31m${'x'.repeat(500)}\u001B[0m`,
  )
  const card = draw(sampleJob({ state: 'failed', startedAt: now.toISOString(), logTail }))
  expect(validateBlocks(card.blocks, 'message')).toEqual([])
  const shown = JSON.stringify(card.blocks)
  expect(shown).toContain('line 9999 xxx')
  expect(shown).not.toContain('line 9900')
  expect(shown.length).toBeLessThan(5000)
})

/** Only markup can hold a mention: plain and preformatted text is shown as it is. */
function markupOf(card: { text: string; blocks: unknown[] }): string {
  const found: string[] = [card.text]
  const visit = (value: unknown): void => {
    if (typeof value !== 'object' || value === null) return
    if ('type' in value && value.type === 'mrkdwn' && 'text' in value) found.push(String(value.text))
    Object.values(value).forEach(visit)
  }
  visit(card.blocks)
  return found.join('\n')
}
