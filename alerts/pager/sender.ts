import { refuseFollowUp } from '../../db/page-follow-ups.ts'
import {
  claimPages,
  countAttempts,
  dropAbandonedPages,
  forgetAttempts,
  hurryPages,
  markAccepted,
  markForRetry,
  markRefused,
  unclaimPage,
  whatIsDue,
  type Sending,
} from '../../db/page-sending.ts'
import { transaction } from '../../db/pool.ts'
import type { Database } from '../../db/sql.ts'
import { channelsOf, type Channel } from '../pagerduty/channels.ts'
import { eventBody } from '../pagerduty/event-body.ts'
import { sendEvent, type EventAnswer } from '../pagerduty/events.ts'
import { canConfirm } from '../pagerduty/settings.ts'
import { createCircuit, hostCircuit, limitCircuit, type Circuit, type CircuitOptions } from './circuit.ts'
import type { PagerContext } from './context.ts'
import { retrySeconds, roomOf, windowSeconds } from './decide.ts'
import { keepWorking, type Loop } from '../loop.ts'

export interface SenderOptions {
  /** Speaks for a person where that is possible. True: it is done, no event is needed. */
  inPerson(page: Sending): Promise<boolean>
  /** When a call is over: there may be room for the next. */
  onEnd?(): void
  callDeadlineMs?: number
  hostCircuit?: CircuitOptions
  limitCircuit?: CircuitOptions
}

const callsAtATime = 16
const defaultDeadlineMs = 7_000
/** From the claim until the sender is given up for dead: a call in person, the call itself, and the mark. */
const slackSeconds = 20
const forgetEveryMs = 60_000

/** Sends what is in the outbox, until stopped. */
export function startSender(context: PagerContext, options: SenderOptions & { pollMs?: number }): Loop {
  const sender = createSender(context, { ...options, onEnd: () => loop.wake() })
  const { pollMs = 1_000 } = options
  const loop = keepWorking(context, { name: 'pages', wokenBy: 'pages', pollMs, work: sender.turn })
  return {
    wake: loop.wake,
    async stop() {
      await loop.stop()
      await sender.settled()
    },
  }
}

export interface Sender {
  /** Takes on what is to be sent now and has room. */
  turn(): Promise<void>
  /** When every call under way is over. */
  settled(): Promise<void>
}

/**
 * What sends pages. One is claimed and committed before the call and marked after it; when the engine dies in
 * between, another sends it again under the same key, which PagerDuty takes for the same alert.
 */
export function createSender(context: PagerContext, options: SenderOptions): Sender {
  const { pool, alerting, pagerduty, logger } = context
  const channels = channelsOf(
    pagerduty,
    alerting.settings.escalation.map(({ level }) => level),
  )
  let isWellAgain = false
  const onWell = (): void => void (isWellAgain = true)
  const hosts = new Map<string, Circuit>()
  const limits = new Map<string, Circuit>()
  for (const { id, url } of channels) {
    const { host } = new URL(url)
    if (!hosts.has(host)) hosts.set(host, createCircuit(options.hostCircuit ?? hostCircuit, onWell))
    limits.set(id, createCircuit(options.limitCircuit ?? limitCircuit, onWell))
  }
  const circuitsOf = (channel: Channel): [Circuit, Circuit] => {
    const host = hosts.get(new URL(channel.url).host)
    const limit = limits.get(channel.id)
    if (!host || !limit) throw new Error('a channel without circuits')
    return [host, limit]
  }
  const deadlineMs = options.callDeadlineMs ?? defaultDeadlineMs
  const underWay = new Set<Promise<void>>()
  let forgottenAt = 0

  const claim = async (channel: Channel): Promise<Sending[]> => {
    const free = Math.min(
      callsAtATime - underWay.size,
      ...circuitsOf(channel).map((circuit) => circuit.room()),
    )
    if (free < 1) return []
    return await transaction(pool, async (tx) => {
      const recent = await countAttempts(tx, { channel: channel.id, windowSeconds })
      const room = roomOf({ recent, limit: alerting.settings.pagerduty.eventsPerMinute })
      const { route, levels } = channel
      const what = { channel: channel.id, route, levels, deadlineSeconds: deadlineMs / 1_000 + slackSeconds }
      const critical = await claimPages(tx, { ...what, severity: 1, limit: Math.min(free, room.critical) })
      const left = Math.min(free, room.others) - critical.length
      return [...critical, ...(await claimPages(tx, { ...what, severity: 3, limit: left }))]
    })
  }
  const send = async (channel: Channel, page: Sending): Promise<void> => {
    const [host, limit] = circuitsOf(channel)
    if (page.action !== 'trigger' && (await options.inPerson(page))) return
    const event = eventBody(detailsOf(context, page), channel.routingKey)
    const answer = await limit
      .run(
        async () => await host.run(async () => await sendEvent(channel.url, event, deadlineMs), isTrouble),
        (one) => one.result === 'retry' && one.isLimit,
      )
      .catch(() => null)
    if (answer === null) return await unclaimPage(pool, page, retrySeconds(1, Math.random()))
    context.count({ event: 'sent', action: page.action, result: answer.result })
    await mark(page, answer)
  }
  const mark = async (page: Sending, answer: EventAnswer): Promise<void> => {
    const { id: pageId, dedupKey, attempts } = page
    switch (answer.result) {
      case 'accepted': {
        const { confirmSeconds } = alerting.settings.pagerduty
        await markAccepted(pool, page, canConfirm(pagerduty) ? confirmSeconds : null)
        return
      }
      case 'refused':
        logger.error({ pageId, dedupKey, reason: answer.reason }, 'PagerDuty refuses an event')
        await transaction(pool, async (tx) => await refuse(tx, page, answer.reason))
        return
      case 'retry':
        logger.warn({ pageId, dedupKey, attempts, reason: answer.reason }, 'a page is sent again later')
        await markForRetry(pool, page, { ...answer, seconds: retrySeconds(attempts, Math.random()) })
    }
  }
  const launch = (channel: Channel, page: Sending): void => {
    const call = send(channel, page)
      .catch((error: Error) => {
        logger.warn({ pageId: page.id, reason: error.message }, 'what came of a page could not be recorded')
      })
      .finally(() => {
        underWay.delete(call)
        options.onEnd?.()
      })
    underWay.add(call)
  }
  const turn = async (): Promise<void> => {
    if (Date.now() - forgottenAt > forgetEveryMs) {
      forgottenAt = Date.now()
      await forgetAttempts(pool)
    }
    if (isWellAgain) {
      isWellAgain = false
      await hurryPages(pool)
    }
    const { hasPages, hasAbandoned } = await whatIsDue(pool)
    if (!hasPages) return
    if (hasAbandoned) await dropAbandonedPages(pool)
    for (const channel of channels) for (const page of await claim(channel)) launch(channel, page)
  }
  return { turn, settled: async () => void (await Promise.all(underWay)) }
}

async function refuse(tx: Database, page: Sending, problem: string): Promise<void> {
  if (page.action === 'trigger') await markRefused(tx, page, problem)
  else await refuseFollowUp(tx, { ...page, action: page.action, problem })
}

const isTrouble = (answer: EventAnswer): boolean => answer.result === 'retry' && !answer.isLimit

function detailsOf(context: PagerContext, page: Sending) {
  const { alerting } = context
  const who = alerting.settings.escalation.find(({ level }) => level === page.level)?.who
  return {
    ...page,
    who: who ?? `level ${page.level}`,
    targets: page.targets.map(context.people.nameOf),
    links: context.linksOf(page),
    url: context.incidentUrl(page.incidentId),
  }
}
