import { type Card, isUntrue, type Known, newCard, nextStep, type Place } from './card.ts'
import { choose, usualRank } from './choose.ts'
import type { Call, Lanes } from './lanes.ts'
import { patienceSeconds, reserveOf } from './reserve.ts'
import { createSteps, type StepDeps } from './steps.ts'

export interface WriterDeps extends StepDeps {
  lanes: Lanes
  /** How many messages have their end still to come: an edit is kept for each. */
  live(): number
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

export function createWriter(deps: WriterDeps): Writer {
  const { lanes, now, metrics } = deps
  const takeStep = createSteps(deps)
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
      const work = takeStep(card, call.step, (outcome) => lanes.end(call, outcome, now())).finally(() => {
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
