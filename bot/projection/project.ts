import { setTimeout as pause } from 'node:timers/promises'
import pLimit from 'p-limit'
import pRetry from 'p-retry'
import type { Logger } from 'pino'
import {
  EngineRefused,
  EngineUnavailable,
  type EngineClient,
  type Settings,
  type SlackMessage,
} from '../../engine/client.ts'
import type { Metrics } from '../metrics.ts'
import type { Budgets } from '../slack/budget.ts'
import type { Drawing, Known, Place } from '../slack/card.ts'
import type { Lanes } from '../slack/lanes.ts'
import type { Messages } from '../slack/messages.ts'
import { createWriter } from '../slack/writer.ts'
import type { Manners } from '../slack/people.ts'
import { createLiveSubjects } from './live-subjects.ts'
import { readerOf } from './subjects.ts'
import type { Read, Views } from './views.ts'

export interface ProjectionDeps {
  engine: EngineClient
  settings(): Promise<Settings>
  views: Views
  /** The language and time zone of somebody who is shown something in person. */
  mannersOf(user: string): Promise<Manners>
  messages: Messages
  lanes: Lanes
  budgets: Budgets
  now: () => number
  metrics: Metrics
  log: Logger
}

/** For how long this bot is the one that writes. */
export interface Term {
  fence: number
  mayWrite(): boolean
  /** Another bot writes now. */
  lost(): void
  signal: AbortSignal
}

export interface Projection {
  changed(change: { subject: string; revision: number }): void
  stop(): Promise<void>
}

const readsAtOnce = 2
/**
 * The engine's name for where nothing is shown: that there was nothing to show is recorded there. As the `ts` of a
 * person: Slack lets nobody write to them.
 */
const nowhere = '-'

/**
 * Makes messages equal to their subjects during one term. A change says only that a subject is untrue; reading it
 * says how urgent that is; the writer draws it when its turn comes. Nothing outlives the term: the next one is told
 * by the engine what is stale.
 */
export function createProjection(deps: ProjectionDeps, term: Term): Projection {
  const { engine, views } = deps
  const reading = new Set<string>()
  const again = new Set<string>()
  const limit = pLimit(readsAtOnce)
  const log = deps.log.child({ fence: term.fence })
  const ledger = createLedger(engine, term)
  const live = createLiveSubjects(engine, term.signal)
  const urgentFor = new Map<string, string>()
  const writer = createWriter({
    ...deps,
    log,
    draw,
    ledger,
    live: () => live.count(),
    mayWrite: () => term.mayWrite(),
    secondsBetweenEdits: deps.budgets.secondsBetweenEdits,
  })

  async function read(subject: string): Promise<Read | null | 'soon'> {
    const reader = readerOf(subject)
    if (reader === undefined) return null
    try {
      const { mannersOf } = deps
      return await reader({
        engine,
        views,
        settings: await deps.settings(),
        now: new Date(deps.now()),
        mannersOf,
      })
    } catch (error) {
      if (error instanceof EngineRefused && error.code === 'not-found') return null
      throw error
    }
  }

  /** Reads how urgent a change is, and has it redrawn wherever it is or has to be shown. */
  async function look(subject: string): Promise<void> {
    const state = await read(subject)
    live.note(subject, state !== null && state !== 'soon' && state.isLive === true)
    if (state === null) return
    if (state === 'soon') {
      again.add(subject)
      return
    }
    const { revision, places, rank, surface = 'message' } = state
    const urgent = state.urgent || isUrgentNow(subject, state)
    if (state.isIncomplete === true) again.add(subject)
    // After the reading, which may take long: a message that became true meanwhile is known to the writer no longer,
    // and would be posted a second time by who asked before.
    const isNew = writer.shownRevision(subject) === undefined
    const messages = isNew ? (await engine.messagesOf(subject)).filter(({ ts }) => ts !== nowhere) : []
    const shown = [...messages.map(({ channel }) => channel), ...writer.channelsOf(subject)]
    const channels = new Set([...places.map(({ channel }) => channel), ...shown])
    if (channels.size === 0) await ledger.recordNowhere({ subject, revision })
    for (const channel of channels) {
      const known = knownOf(messages.find((message) => message.channel === channel))
      const threadTs = places.find((place) => place.channel === channel)?.threadTs ?? null
      const wanted = { revision, urgent, known, ...(rank !== undefined && { rank }) }
      writer.redraw({ subject, channel, surface, threadTs }, wanted)
    }
  }

  function isUrgentNow(subject: string, state: Read): boolean {
    if (state.urgentFor === undefined) return false
    const before = urgentFor.get(subject)
    urgentFor.set(subject, state.urgentFor)
    return before !== state.urgentFor
  }

  async function draw(place: Place): Promise<Drawing | null> {
    const state = await read(place.subject)
    if (state === null || state === 'soon') return null
    return { ...(await state.draw(place)), revision: state.revision }
  }

  function begin(subject: string): void {
    if (reading.has(subject)) {
      again.add(subject)
      return
    }
    reading.add(subject)
    void limit(() => look(subject))
      .catch((error: unknown) => {
        again.add(subject)
        if (!(error instanceof EngineUnavailable))
          log.error({ err: error, subject }, 'a change cannot be read')
      })
      .then(() => pause(deps.budgets.secondsBetweenEdits * 1000, undefined, { signal: term.signal }))
      .then(() => {
        reading.delete(subject)
        if (again.delete(subject)) begin(subject)
      })
      .catch(() => {})
  }

  return {
    changed({ subject, revision }) {
      if (readerOf(subject) === undefined || (writer.shownRevision(subject) ?? 0) >= revision) return
      begin(subject)
    },
    stop: () => writer.stop(),
  }
}

function knownOf(message: SlackMessage | undefined): Known {
  const since = message?.postingSince ?? null
  return {
    ts: message?.ts ?? null,
    shownRevision: message?.shownRevision ?? 0,
    postingSince: since === null ? null : new Date(since),
  }
}

/** What was begun and shown, under the term's fence. Keeps trying while the engine is away and the term lasts. */
function createLedger(engine: EngineClient, term: Term) {
  const fenced = async (write: () => Promise<void>): Promise<void> => {
    try {
      await pRetry(write, {
        retries: Infinity,
        minTimeout: 250,
        maxTimeout: 5000,
        // What was sent just before the bot was told to stop is still recorded.
        ...(!term.signal.aborted && { signal: term.signal }),
        shouldRetry: ({ error }) => error instanceof EngineUnavailable && !term.signal.aborted,
      })
    } catch (error) {
      if (error instanceof EngineRefused && error.code === 'wrong-state') term.lost()
      if (term.signal.aborted) throw new EngineUnavailable('another bot writes the messages now')
      throw error
    }
  }
  const { fence } = term
  return {
    beginPosting: ({ subject, channel }: Place) =>
      fenced(() => engine.beginPosting({ subject, channel, fence })),
    recordShown: ({ subject, channel, ts, revision }: Place & { ts: string; revision: number }) =>
      fenced(() => engine.recordShown({ subject, channel, ts, revision, fence })),
    recordUnreachable: ({ subject, channel, revision }: Place & { revision: number }) =>
      fenced(() => engine.recordShown({ subject, channel, ts: nowhere, revision, fence })),
    recordNowhere: ({ subject, revision }: { subject: string; revision: number }) =>
      fenced(() => engine.recordShown({ subject, channel: nowhere, ts: nowhere, revision, fence })),
  }
}
