import type { Logger } from 'pino'
import { EngineUnavailable } from '../../engine/client.ts'
import type { Metrics } from '../metrics.ts'
import { type Card, type Drawing, giveUpMessage, leaveAsItIs, type Place } from './card.ts'
import { createComplaints } from './complaints.ts'
import { fileNameOf } from './files.ts'
import type { Step } from './lanes.ts'
import type { Content, Messages } from './messages.ts'
import type { Outcome } from './outcome.ts'
import { refusalOf } from './refusals.ts'

export interface StepDeps {
  messages: Pick<Messages, 'post' | 'update' | 'find' | 'publish' | 'upload'>
  /** The subject as it is at this moment; null: there is nothing to show. May throw EngineUnavailable. */
  draw(place: Place): Promise<Drawing | null>
  /** Where the intent to post and what was shown are kept. May throw EngineUnavailable. */
  ledger: {
    beginPosting(place: Place): Promise<void>
    recordShown(shown: Place & { ts: string; revision: number }): Promise<void>
    /** It cannot be shown there, and need not be tried again before it changes. */
    recordUnreachable(place: Place & { revision: number }): Promise<void>
  }
  /** Whether this bot still is the one that writes. */
  mayWrite(): boolean
  secondsBetweenEdits: number
  now: () => number
  metrics: Metrics
  log: Logger
}

/** Called as soon as Slack's answer is there, before it is recorded; null: no call was made after all. */
type Ended = (outcome: Outcome<unknown> | null) => void

const refusedAgainSeconds = 60
const engineAgainSeconds = 1
/** How long a post whose answer was lost may still be on its way, before it is looked for. */
const postLandsSeconds = 2

/**
 * One step of one card: it is looked for, or made equal to its subject as that is at the moment of sending, and what
 * came of it is noted on the card and recorded. Never throws: a step that failed is to be tried again later.
 */
export function createSteps(deps: StepDeps): (card: Card, step: Step, ended: Ended) => Promise<void> {
  const { messages, ledger, now, metrics } = deps
  const complaints = createComplaints(deps)

  async function takeStep(card: Card, step: Step, ended: Ended): Promise<void> {
    let outcome: Outcome<unknown> | null = null
    try {
      if (step === 'find') {
        outcome = await find(card)
        ended(outcome)
        if (outcome.kind === 'done' && card.ts !== null) await record(card, 0)
        return
      }
      const { drawing, ...sent } = await write(card, step)
      outcome = sent.outcome
      ended(outcome)
      if (drawing === null) return
      if (outcome?.kind === 'done') await record(card, drawing.revision)
      if (outcome?.kind === 'refused' && refusalOf(outcome.code, card.channel).about === 'person')
        await giveUpPerson(card, drawing.revision, outcome.code)
    } catch (error) {
      if (outcome === null) ended(null)
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

  return takeStep
}
