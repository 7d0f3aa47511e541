import { pino } from 'pino'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { EngineUnavailable } from '../../engine/client.ts'
import { createMetrics } from '../metrics.ts'
import { slackBudgets } from './budget.ts'
import type { Known } from './card.ts'
import { createLanes } from './lanes.ts'
import type { Search } from './messages.ts'
import type { Outcome } from './outcome.ts'
import { createWriter, type Writer, type WriterDeps } from './writer.ts'

const place = { subject: 'job/1', channel: 'C1' }
const unknown: Known = { ts: null, shownRevision: 0, postingSince: null }
const posted: Known = { ts: '100.000001', shownRevision: 1, postingSince: null }

beforeEach(() => {
  vi.useFakeTimers({ now: 1_000_000 })
})
afterEach(() => {
  vi.useRealTimers()
})

test('edits of one message keep their distance, and the newest state is drawn when its turn comes', async () => {
  const { writer, calls, drawn } = create()
  for (const revision of [2, 3, 4]) {
    drawn.revision = revision
    writer.redraw(place, { revision, urgent: true, known: posted })
    await vi.advanceTimersByTimeAsync(100)
  }
  expect(calls.map(({ text }) => text)).toEqual(['revision 2'])
  await vi.advanceTimersByTimeAsync(1500)
  expect(calls.map(({ text }) => text)).toEqual(['revision 2', 'revision 4'])
  await vi.advanceTimersByTimeAsync(10_000)
  expect(calls).toHaveLength(2)
})

test('progress that an end has overtaken is never sent, and counted', async () => {
  const { writer, calls, drawn, metrics } = create()
  writer.redraw(place, { revision: 2, urgent: false, known: posted })
  drawn.revision = 3
  writer.redraw(place, { revision: 3, urgent: true, known: posted })
  await vi.advanceTimersByTimeAsync(10_000)
  expect(calls.map(({ text }) => text)).toEqual(['revision 3'])
  expect((await metrics.progressDropped.get()).values[0]?.value).toBe(1)
  expect((await metrics.changesCoalesced.get()).values[0]?.value).toBe(1)
})

test('a channel without the bot is tried again a minute later, and then works', async () => {
  const { writer, calls, outcomes } = create()
  outcomes.push({ kind: 'refused', code: 'not_in_channel', details: [] })
  writer.redraw(place, { revision: 1, urgent: false, known: unknown })
  await vi.advanceTimersByTimeAsync(59_000)
  expect(calls).toHaveLength(1)
  await vi.advanceTimersByTimeAsync(1000)
  expect(calls).toHaveLength(2)
  expect(writer.shownRevision('job/1')).toBe(2)
})

const nobody = { subject: 'approval/1.1', channel: 'U0NOBODY' }

test.each([
  'channel_not_found',
  'user_not_found',
  'user_disabled',
  'cannot_dm_bot',
  'messages_tab_disabled',
] as const)(
  'a person whom Slack lets nobody write to (%s) is recorded and left alone until the next change',
  async (code) => {
    const { writer, calls, outcomes, unreachable, drawn, metrics } = create()
    outcomes.push({ kind: 'refused', code, details: [] })
    writer.redraw(nobody, { revision: 2, urgent: true, known: unknown })
    await vi.advanceTimersByTimeAsync(24 * 3600_000)
    expect(calls).toHaveLength(1)
    expect(unreachable).toEqual(['U0NOBODY 2'])
    expect((await metrics.unreachable.get()).values).toEqual([{ labels: { code }, value: 1 }])
    drawn.revision = 3
    writer.redraw(nobody, { revision: 3, urgent: true, known: unknown })
    await vi.advanceTimersByTimeAsync(10)
    expect(calls).toHaveLength(2)
    expect(writer.shownRevision(nobody.subject)).toBe(3)
  },
)

test.each(['not_in_channel', 'missing_scope', 'invalid_auth', 'no_such_code_yet'] as const)(
  'what somebody may put right (%s) is tried again every minute, for a person as well',
  async (code) => {
    const { writer, calls, outcomes, unreachable } = create()
    for (const _ of [1, 2, 3]) outcomes.push({ kind: 'refused', code, details: [] })
    writer.redraw(nobody, { revision: 2, urgent: true, known: unknown })
    await vi.advanceTimersByTimeAsync(181_000)
    expect(calls).toHaveLength(4)
    expect(unreachable).toEqual([])
  },
)

test('a message that cannot be edited any more is posted anew, and never adopted again', async () => {
  const { writer, calls, outcomes, searches } = create()
  outcomes.push({ kind: 'refused', code: 'cant_update_message', details: [] })
  writer.redraw(place, { revision: 2, urgent: false, known: posted })
  await vi.advanceTimersByTimeAsync(10)
  expect(searches).toEqual([{ since: new Date(100_000), except: posted.ts }])
  expect(calls.map(({ step }) => step)).toEqual(['update', 'post'])
})

test('a post that may have happened is looked for first, after Slack has had a moment', async () => {
  const { writer, calls, outcomes, searches, found } = create()
  outcomes.push({ kind: 'down', reason: 'TimeoutError', happened: 'maybe' })
  found.ts = '200.000001'
  writer.redraw(place, { revision: 1, urgent: false, known: unknown })
  await vi.advanceTimersByTimeAsync(1990)
  expect(searches).toHaveLength(0)
  await vi.advanceTimersByTimeAsync(30)
  expect(searches).toHaveLength(1)
  expect(calls.map(({ step }) => step)).toEqual(['post', 'update'])
  expect(calls.at(-1)).toMatchObject({ ts: '200.000001' })
})

test('a post that cannot have happened is not looked for', async () => {
  const { writer, calls, outcomes, searches } = create()
  outcomes.push({ kind: 'down', reason: 'ECONNREFUSED', happened: 'no' })
  writer.redraw(place, { revision: 1, urgent: false, known: unknown })
  await vi.advanceTimersByTimeAsync(1000)
  expect(calls.map(({ step }) => step)).toEqual(['post', 'post'])
  expect(searches).toEqual([])
})

test('a search that Slack refuses does not keep the truth back', async () => {
  const { writer, calls, found } = create()
  found.refusal = 'missing_scope'
  const interrupted = { ...unknown, postingSince: new Date(900_000) }
  writer.redraw(place, { revision: 1, urgent: false, known: interrupted })
  await vi.advanceTimersByTimeAsync(10)
  expect(calls.map(({ step }) => step)).toEqual(['post'])
})

test('nothing is sent by a bot that may no longer write', async () => {
  const { writer, calls, term } = create()
  term.mayWrite = false
  writer.redraw(place, { revision: 2, urgent: true, known: posted })
  await vi.advanceTimersByTimeAsync(10_000)
  expect(calls).toEqual([])
  term.mayWrite = true
  await vi.advanceTimersByTimeAsync(1000)
  expect(calls).toHaveLength(1)
})

test('an engine that cannot be asked is asked again', async () => {
  const { writer, calls, drawn } = create()
  drawn.error = new EngineUnavailable('timeout')
  writer.redraw(place, { revision: 2, urgent: true, known: posted })
  await vi.advanceTimersByTimeAsync(900)
  drawn.error = null
  await vi.advanceTimersByTimeAsync(100)
  expect(calls).toHaveLength(1)
})

test('text that Slack refuses even without blocks waits for the next change', async () => {
  const { writer, calls, outcomes, drawn } = create()
  for (const _ of [1, 2]) outcomes.push({ kind: 'refused', code: 'msg_too_long', details: [] })
  drawn.revision = 2
  writer.redraw(place, { revision: 2, urgent: true, known: posted })
  await vi.advanceTimersByTimeAsync(3600_000)
  expect(calls.map(({ blocks }) => blocks)).toEqual([1, 0])
  drawn.revision = 3
  writer.redraw(place, { revision: 3, urgent: true, known: posted })
  await vi.advanceTimersByTimeAsync(10)
  expect(calls.map(({ blocks }) => blocks)).toEqual([1, 0, 1])
})

test('stopping waits for what is under way and starts nothing more', async () => {
  const { writer, calls } = create({ callSeconds: 2 })
  writer.redraw(place, { revision: 2, urgent: true, known: posted })
  await vi.advanceTimersByTimeAsync(10)
  let stopped = false
  const stopping = writer.stop().then(() => (stopped = true))
  writer.redraw({ ...place, channel: 'C2' }, { revision: 2, urgent: true, known: posted })
  await vi.advanceTimersByTimeAsync(1000)
  expect(stopped).toBe(false)
  await vi.advanceTimersByTimeAsync(1000)
  await stopping
  expect(calls).toHaveLength(1)
})

test('among more live messages than edits, progress makes way for ends; after a minute it is shown all the same', async () => {
  const { writer, calls, term, drawn } = create()
  term.live = 120
  writer.redraw(place, { revision: 2, urgent: false, known: posted })
  await vi.advanceTimersByTimeAsync(30_000)
  expect(calls).toEqual([])
  writer.redraw({ ...place, subject: 'job/2' }, { revision: 2, urgent: true, known: posted })
  await vi.advanceTimersByTimeAsync(10)
  expect(calls).toHaveLength(1)
  await vi.advanceTimersByTimeAsync(29_000)
  expect(calls).toHaveLength(1)
  await vi.advanceTimersByTimeAsync(1000)
  expect(calls).toHaveLength(2)
  drawn.revision = 3
  writer.redraw(place, { revision: 3, urgent: false, known: posted })
  term.live = 3
  writer.redraw({ ...place, subject: 'job/3' }, { revision: 2, urgent: false, known: posted })
  await vi.advanceTimersByTimeAsync(2000)
  expect(calls).toHaveLength(4)
})

interface Sent {
  step: 'post' | 'update'
  text: string
  blocks: number
  ts?: string
}

/** A writer whose Slack answers with `outcomes`, then always well. */
function create({ callSeconds = 0 } = {}) {
  const calls: Sent[] = []
  const searches: Search[] = []
  const outcomes: Exclude<Outcome<never>, { kind: 'done' }>[] = []
  const found: { ts: string | null; refusal: string | null } = { ts: null, refusal: null }
  const drawn: { revision: number; error: Error | null } = { revision: 2, error: null }
  const term = { mayWrite: true, live: 0 }
  const unreachable: string[] = []
  const answer = async <Result>(result: Result): Promise<Outcome<Result>> => {
    if (callSeconds > 0) await new Promise((resolve) => setTimeout(resolve, callSeconds * 1000))
    return outcomes.shift() ?? { kind: 'done', result }
  }
  const messages: WriterDeps['messages'] = {
    post(_, { text, blocks }) {
      calls.push({ step: 'post', text, blocks: blocks.length })
      return answer({ ts: '300.000001' })
    },
    update({ ts }, { text, blocks }) {
      calls.push({ step: 'update', text, blocks: blocks.length, ts })
      return answer(null)
    },
    find(_, search) {
      searches.push(search)
      if (found.refusal !== null)
        return Promise.resolve({ kind: 'refused', code: found.refusal, details: [] })
      return answer({ ts: found.ts })
    },
    publish: () => answer({ ts: 'V1' }),
    upload: () => answer({ ts: 'F1' }),
  }
  const deps: WriterDeps = {
    messages,
    lanes: createLanes(slackBudgets),
    draw() {
      if (drawn.error !== null) return Promise.reject(drawn.error)
      const { revision } = drawn
      return Promise.resolve({ text: `revision ${revision}`, blocks: [{ type: 'divider' }], revision })
    },
    ledger: {
      beginPosting: () => Promise.resolve(),
      recordShown: () => Promise.resolve(),
      recordUnreachable: ({ channel, revision }) =>
        Promise.resolve(void unreachable.push(`${channel} ${revision}`)),
    },
    live: () => term.live,
    mayWrite: () => term.mayWrite,
    secondsBetweenEdits: slackBudgets.secondsBetweenEdits,
    now: Date.now,
    metrics: createMetrics(),
    log: pino({ level: 'silent' }),
  }
  const writer: Writer = createWriter(deps)
  return { writer, calls, searches, outcomes, found, drawn, term, unreachable, metrics: deps.metrics }
}
