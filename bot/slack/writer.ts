import type { Logger } from 'pino'
import { EngineUnavailable } from '../../engine/client.ts'
import type { Metrics } from '../metrics.ts'
import {
  type Card,
  type Drawing,
  giveUpMessage,
  isUntrue,
  type Known,
  leaveAsItIs,
  newCard,
  nextStep,
  type Place,
} from './card.ts'
import { choose, usualRank } from './choose.ts'
import { createComplaints } from './complaints.ts'
import { fileNameOf } from './files.ts'
import type { Call, Lanes, Step } from './lanes.ts'
import type { Content, Messages } from './messages.ts'
import type { Outcome } from './outcome.ts'
import { refusalOf } from './refusals.ts'
import { patienceSeconds, reserveOf } from './reserve.ts'

export interface WriterDeps {
  messages: Pick<Messages, 'post' | 'update' | 'find' | 'publish' | 'upload'>
  lanes: Lanes
  /** The subject as it is at this moment; null: there is nothing to show. May throw EngineUnavailable. */
  draw(place: Place): Promise<Drawing | null>
  /** Where the intent to post and what was shown are kept. May throw EngineUnavailable. */
  ledger: {
    beginPosting(place: Place): Promise<void>
    recordShown(shown: Place & { ts: string; revision: number }): Promise<void>
    /** It cannot be shown there, and need not be tried again before it changes. */
    recordUnreachable(place: Place & { revision: number }): Promise<void>
  }
  /** How many messages have their end still to come: an edit is kept for each. */
  live(): number
  /** Whether this bot still is the one that writes. */
  mayWrite(): boolean
  secondsBetweenEdits: number
  now: () => number
  metrics: Metrics
  log: Logger
}

/**
 * Keeps messages equal to their subjects, one call at a time per message. It is told which message is untrue, never
 * what to say: what it says is drawn at the moment of sending, so that nothing stale is ever sent and a hundred
 * changes become one edit.
 */
export interface Writer {
  /** The oldest revision that a message of the subject shows; undefined: the writer does not know the subject. */
  shownRevision(subject: string): number | undefined
  /** Where the writer knows the subject to be shown. */
  channelsOf(subject: string): string[]
  /** A message has to show this revision or a newer one. `known` counts only for a message that is new here. */
  redraw(place: Place, wanted: { revision: number; urgent: boolean; rank?: number; known: Known }): void
  /** Starts nothing more and waits for what is under way. */
  stop(): Promise<void>
}

const refusedAgainSeconds = 60
const engineAgainSeconds = 1
/** How long a post whose answer was lost may still be on its way, before it is looked for. */
const postLandsSeconds = 2

export function createWriter(deps: WriterDeps): Writer {
  const { messages, lanes, ledger, now, metrics } = deps
  const complaints = createComplaints(deps)
  const cards = new Map<string, Card[]>()
  const underWay = new Set<Promise<void>>()
  let timer: NodeJS.Timeout | undefined
  let turn: NodeJS.Immediate | undefined
  let stopped = false

  /** After everything else of this moment: a burst of changes is looked at once, and delays no acknowledgement. */
  function pumpSoon(): void {
    turn ??= setImmediate(() => {
      turn = undefined
      pump()
    })
  }

  function pump(): void {
    clearTimeout(timer)
    while (!stopped) {
      const choice = choose(waitingCards(), (call) => lanes.wait(call, now()), now())
      if ('waitMilliseconds' in choice) {
        if (choice.waitMilliseconds < Infinity) timer = setTimeout(pump, Math.ceil(choice.waitMilliseconds))
        return
      }
      const { card, call } = choice.start
      card.busy = true
      lanes.begin(call, now())
      const work = advance(card, call).finally(() => {
        card.busy = false
        underWay.delete(work)
        pumpSoon()
      })
      underWay.add(work)
    }
  }

  function waitingCards() {
    forgetTrueCards()
    const all = [...cards.values()].flat()
    const untrue = all.filter(isUntrue)
    metrics.messagesWaiting.set({ urgent: 'yes' }, untrue.filter((card) => card.urgent).length)
    metrics.messagesWaiting.set({ urgent: 'no' }, untrue.filter((card) => !card.urgent).length)
    const idle = untrue.filter((card) => !card.busy)
    const live = deps.live()
    return idle.map((card) => waitingOf(card, live))
  }

  function waitingOf(card: Card, live: number) {
    const { channel, urgent, since, notBefore, rank } = card
    const call: Call = { step: nextStep(card), channel, urgent }
    const waiting = { card, call, since, notBefore, rank }
    if (call.step !== 'update' || urgent) return waiting
    const reserve = reserveOf({ live, waitedSeconds: (now() - since) / 1000 })
    if (reserve === 0) return waiting
    return { ...waiting, call: { ...call, reserve }, yieldsUntil: since + patienceSeconds * 1000 }
  }

  function forgetTrueCards(): void {
    for (const [subject, ofSubject] of cards) {
      const isDone = ofSubject.every((card) => !isUntrue(card) && !card.busy && card.notBefore <= now())
      if (isDone) cards.delete(subject)
    }
  }

  async function advance(card: Card, call: Call): Promise<void> {
    let outcome: Outcome<unknown> | null = null
    try {
      if (call.step === 'find') {
        outcome = await find(card)
        lanes.end(call, outcome, now())
        if (outcome.kind === 'done' && card.ts !== null) await record(card, 0)
        return
      }
      const { drawing, ...sent } = await write(card, call.step)
      outcome = sent.outcome
      lanes.end(call, outcome, now())
      if (drawing === null) return
      if (outcome?.kind === 'done') await record(card, drawing.revision)
      if (outcome?.kind === 'refused' && refusalOf(outcome.code, card.channel).about === 'person')
        await giveUpPerson(card, drawing.revision, outcome.code)
    } catch (error) {
      if (outcome === null) lanes.end(call, null, now())
      holdAfter(card, error)
    }
  }

  async function find(card: Card): Promise<Outcome<unknown>> {
    const outcome = await messages.find(card, {
      since: card.postingSince ?? new Date(now()),
      except: card.lostTs,
      ...(card.surface === 'file' && { fileName: fileNameOf(card.subject) }),
    })
    if (outcome.kind === 'refused') complaints.refused(card, outcome)
    if (outcome.kind === 'refused' || outcome.kind === 'done') card.searched = true
    if (outcome.kind === 'done' && outcome.result.ts !== null) {
      card.ts = outcome.result.ts
      metrics.messagesAdopted.inc()
    }
    return outcome
  }

  async function write(
    card: Card,
    step: Exclude<Step, 'find'>,
  ): Promise<{ outcome: Outcome<unknown> | null; drawing: Drawing | null }> {
    if ((step === 'post' || step === 'upload') && card.postingSince === null) {
      await ledger.beginPosting(card)
      card.postingSince = new Date(now())
      card.searched = true
    }
    const drawing = await deps.draw(card)
    if (drawing === null) {
      leaveAsItIs(card)
      return { outcome: null, drawing }
    }
    if (!deps.mayWrite()) throw new EngineUnavailable('the lease is not renewed')
    const content = { text: drawing.text, blocks: card.plain ? [] : drawing.blocks }
    // A file stays as it is; a Home is the same whether it was there before or not.
    if (card.ts === null || card.surface === 'home') {
      const outcome = await create(card, drawing, content)
      if (outcome.kind === 'done') {
        if (card.ts === null)
          metrics.firstShown.inc({ kind: card.subject.split('/', 1)[0] ?? '', surface: card.surface })
        card.ts = outcome.result.ts
      }
      if (outcome.kind === 'down' && outcome.happened === 'maybe') {
        card.searched = false
        card.notBefore = now() + postLandsSeconds * 1000
      }
      settle(card, outcome, drawing.revision)
      return { outcome, drawing }
    }
    if (card.surface === 'file') {
      card.shownRevision = drawing.revision
      return { outcome: { kind: 'done', result: null }, drawing }
    }
    const outcome = await messages.update({ channel: card.channel, ts: card.ts }, content)
    settle(card, outcome, drawing.revision)
    return { outcome, drawing }
  }

  function create(card: Card, drawing: Drawing, content: Content): Promise<Outcome<{ ts: string }>> {
    switch (card.surface) {
      case 'message':
        return messages.post(card, content)
      case 'home':
        return messages.publish(card.channel, card.plain ? [] : drawing.blocks)
      case 'file':
        return messages.upload(
          card,
          { name: fileNameOf(card.subject), content: drawing.fileText ?? '' },
          drawing.text,
        )
    }
  }

  function settle(card: Card, outcome: Outcome<unknown>, revision: number): void {
    if (outcome.kind === 'refused') whenRefused(card, outcome)
    if (outcome.kind !== 'done') return
    complaints.works(card.channel)
    metrics.truthSeconds.observe({ urgent: card.urgent ? 'yes' : 'no' }, (now() - card.since) / 1000)
    card.shownRevision = revision
    card.since = now()
    card.plain = false
    card.notBefore = now() + deps.secondsBetweenEdits * 1000
  }

  function whenRefused(card: Card, outcome: { code: string; details: string[] }): void {
    complaints.refused(card, outcome)
    switch (refusalOf(outcome.code, card.channel).about) {
      case 'message':
        giveUpMessage(card)
        return
      case 'content':
        // Text alone is better than nothing; when even that is refused, only the next change may be another matter.
        if (card.plain) leaveAsItIs(card)
        card.plain = !card.plain
        return
      case 'place':
      case 'person':
        card.notBefore = now() + refusedAgainSeconds * 1000
    }
  }

  /** Recorded first: until it is, it stays untrue and is tried again. */
  async function giveUpPerson(card: Card, revision: number, code: string): Promise<void> {
    const { subject, channel, ts } = card
    if (ts === null) await ledger.recordUnreachable({ subject, channel, revision })
    else await ledger.recordShown({ subject, channel, ts, revision })
    metrics.unreachable.inc({ code })
    card.postingSince = null
    card.shownRevision = revision
  }

  async function record(card: Card, revision: number): Promise<void> {
    if (card.ts === null) return
    await ledger.recordShown({ subject: card.subject, channel: card.channel, ts: card.ts, revision })
    card.postingSince = null
  }

  function holdAfter(card: Card, error: unknown): void {
    const isEngine = error instanceof EngineUnavailable
    card.notBefore = now() + (isEngine ? engineAgainSeconds : refusedAgainSeconds) * 1000
    if (!isEngine) complaints.cannotDraw(card, error)
  }

  return {
    shownRevision(subject) {
      const ofSubject = cards.get(subject)
      return ofSubject && Math.min(...ofSubject.map((card) => card.shownRevision))
    },

    channelsOf: (subject) => (cards.get(subject) ?? []).map(({ channel }) => channel),

    redraw(place, { revision, urgent, rank = usualRank, known }) {
      const ofSubject = cards.get(place.subject) ?? []
      cards.set(place.subject, ofSubject)
      let card = ofSubject.find(({ channel }) => channel === place.channel)
      if (card === undefined) ofSubject.push((card = newCard(place, known)))
      card.threadTs = place.threadTs ?? null
      if (isUntrue(card)) {
        metrics.changesCoalesced.inc()
        if (urgent && !card.urgent) metrics.progressDropped.inc()
      } else {
        card.since = now()
        card.urgent = false
      }
      // What was urgent and is not shown yet still is.
      card.urgent ||= urgent
      card.rank = rank
      card.wantedRevision = Math.max(card.wantedRevision, revision)
      pumpSoon()
    },

    async stop() {
      stopped = true
      clearTimeout(timer)
      await Promise.all(underWay)
    },
  }
}
