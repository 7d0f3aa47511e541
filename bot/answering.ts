import { randomBytes } from 'node:crypto'
import { setImmediate as nextTurn, setTimeout as pause } from 'node:timers/promises'
import pRetry from 'p-retry'
import type { Logger } from 'pino'
import { EngineRefused, EngineUnavailable } from '../engine/client.ts'
import { answeringTexts } from './answering-texts.ts'
import type { Answer, Locale } from './asked.ts'
import type { Metrics } from './metrics.ts'
import type { Manners } from './slack/people.ts'

/** Something a person did in Slack. */
export interface Act<Value> extends Manners {
  kind: 'command' | 'button' | 'form' | 'shortcut'
  name: string
  user: string
  /** Does what was asked. Called again, under the same idempotency key, while the engine does not answer. */
  run(): Promise<Value>
  /** Answers Slack; called once. Returns what the acknowledgement could not carry: it is told right after. */
  acknowledge(reply: Reply<Value>): Promise<Answer | null>
  /** What is told of a value that could not be acknowledged in time; null: only that it went through. */
  answerOf(value: Value): Answer | null
  tell(answer: Answer): Promise<void>
}

export type Reply<Value> =
  | { kind: 'answered'; value: Value }
  /** `refused`: a no with its reason. `late`: not yet known. `failed`: a bug, or the engine never answered. */
  | { kind: 'refused' | 'late' | 'failed'; answer: Answer }

export interface AnsweringDeps {
  explain: (error: EngineRefused, reader: Manners) => string
  wayIn?: ((locale: Locale) => Answer) | undefined
  metrics: Metrics
  log: Logger
  times?: AnsweringTimes
}

export interface AnsweringTimes {
  acknowledgeSeconds: number
  patienceSeconds: number
}

/** Slack waits 3 s (docs.slack.dev/interactivity/handling-user-interaction); some of that is the way here and back. */
const answeringTimes: AnsweringTimes = { acknowledgeSeconds: 2.4, patienceSeconds: 600 }

export interface Answering {
  /** What is done for an act before it can be answered: it too is waited for when the bot stops. */
  begin(work: () => Promise<void>): Promise<void>
  /** Answers one act in time whatever happens. Never throws. */
  answer<Value>(act: Act<Value>): Promise<void>
  /** Waits for what is under way, at most so long; what the engine has not answered by then is given up, and said so. */
  drain(seconds: number): Promise<void>
}

/** A form that Slack did not open: nothing was done, the person has to try again. */
export class FormNotOpened extends Error {}

export function createAnswering(deps: AnsweringDeps): Answering {
  const { metrics, log, times = answeringTimes } = deps
  const stopping = new AbortController()
  const underWay = new Set<Promise<void>>()

  async function attempts<Value>(act: Act<Value>): Promise<Reply<Value>> {
    let reply: Reply<Value> | undefined
    try {
      await pRetry(
        async () => {
          reply = { kind: 'answered', value: await act.run() }
        },
        {
          retries: stopping.signal.aborted ? 0 : Infinity,
          minTimeout: 250,
          maxTimeout: 15_000,
          randomize: true,
          maxRetryTime: times.patienceSeconds * 1000,
          ...(!stopping.signal.aborted && { signal: stopping.signal }),
          shouldRetry: ({ error }) => error instanceof EngineUnavailable,
        },
      )
    } catch (error) {
      // An attempt may have succeeded just when stopping ended the retries.
      reply ??= troubleOf(act, error)
    }
    return reply ?? troubleOf(act, new EngineUnavailable('stopping'))
  }

  function troubleOf(
    act: Pick<Act<unknown>, 'kind' | 'name' | 'user' | keyof Manners>,
    error: unknown,
  ): Reply<never> {
    const texts = answeringTexts(act.locale)
    if (error instanceof EngineRefused) {
      const wayIn = error.code === 'unknown-person' ? deps.wayIn?.(act.locale) : undefined
      return { kind: 'refused', answer: wayIn ?? { text: deps.explain(error, act) } }
    }
    if (error instanceof FormNotOpened) return { kind: 'refused', answer: { text: texts.formNotOpened } }
    if (error instanceof EngineUnavailable || stopping.signal.aborted) {
      return { kind: 'failed', answer: { text: texts.gaveUp } }
    }
    const reference = randomBytes(3).toString('hex').toUpperCase()
    const { kind, name, user } = act
    log.error({ err: error, reference, kind, name, user }, 'a handler failed')
    return { kind: 'failed', answer: { text: texts.unexpected(reference) } }
  }

  async function inTime<Value>(act: Act<Value>, outcome: Promise<Reply<Value>>): Promise<Reply<Value>> {
    let timer: NodeJS.Timeout | undefined
    const late = new Promise<Reply<Value>>((resolve) => {
      const answer = { text: answeringTexts(act.locale).stillTrying }
      timer = setTimeout(() => resolve({ kind: 'late', answer }), times.acknowledgeSeconds * 1000)
    })
    const first = await Promise.race([outcome, late])
    clearTimeout(timer)
    return first
  }

  async function answer<Value>(act: Act<Value>): Promise<void> {
    const startedAt = performance.now()
    const outcome = attempts(act)
    const reply = await inTime(act, outcome)
    const reached = await acknowledge(act, reply)
    metrics.answers.inc({ kind: act.kind, outcome: reply.kind })
    metrics.answerSeconds.observe({ kind: act.kind }, (performance.now() - startedAt) / 1000)
    if (reached.left !== null) await act.tell(reached.left)
    if (reply.kind !== 'late' && reached.ok) return
    const final = await outcome
    if (final.kind !== 'answered') await act.tell(final.answer)
    else await act.tell(act.answerOf(final.value) ?? { text: answeringTexts(act.locale).wentThrough })
  }

  async function acknowledge<Value>(
    act: Act<Value>,
    reply: Reply<Value>,
  ): Promise<{ ok: boolean; left: Answer | null }> {
    try {
      return { ok: true, left: await act.acknowledge(reply) }
    } catch (error) {
      log.warn({ err: error, kind: act.kind, name: act.name }, 'an acknowledgement did not reach Slack')
      return { ok: false, left: null }
    }
  }

  return {
    async begin(work) {
      const done = work()
      const over = Promise.allSettled([done]).then(() => void underWay.delete(over))
      underWay.add(over)
      await done
    },

    async answer(act) {
      await answer(act).catch((error: unknown) =>
        log.error({ err: error, kind: act.kind, name: act.name }, 'nothing was answered'),
      )
    },

    async drain(seconds) {
      stopping.abort(new EngineUnavailable('the bot is stopping'))
      const patience = pause(seconds * 1000, 'over', { ref: false })
      // What comes in meanwhile is waited for as well, and so is what has come and was not read yet.
      do {
        if ((await Promise.race([Promise.all(underWay), patience])) === 'over') return
        await whatHasCome()
      } while (underWay.size > 0)
    },
  }
}

/** Resolves when what lay in the connections of this process has been read: a whole turn of its event loop later. */
async function whatHasCome(): Promise<void> {
  await nextTurn()
  await nextTurn()
}
