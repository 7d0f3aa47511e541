import pLimit from 'p-limit'
import {
  confirmPage,
  fallBack,
  takeUnconfirmed,
  type FallbackReason,
  type Unconfirmed,
} from '../../db/page-confirmation.ts'
import { transaction } from '../../db/pool.ts'
import type { Rest, RestAnswer } from '../pagerduty/rest.ts'
import { createCircuit, hostCircuit } from './circuit.ts'
import type { PagerContext } from './context.ts'
import { settleFollowUp } from './follow-ups.ts'
import { keepWorking, type Loop } from '../loop.ts'

type Lookup = Pick<Rest, 'incidentsByKey' | 'alertsOf'>

const batch = 50
/** Longer than a look-up and what follows take; then another engine does it. */
const leaseSeconds = 60
const lookUpsAtATime = 5

/** Keeps an eye on what PagerDuty has not confirmed, until stopped. */
export function startConfirming(
  context: PagerContext,
  options: { rest: Lookup | null; pollMs?: number },
): Loop {
  const rest = options.rest && patient(options.rest)
  const loop = keepWorking(context, {
    name: 'confirmations',
    wokenBy: null,
    pollMs: options.pollMs ?? 1_000,
    async work() {
      if ((await settleUnconfirmed(context, rest)) === batch) loop.wake()
    },
  })
  return loop
}

/**
 * 202 is not delivery. A call whose time is over is looked up where that can be done; what is not found there goes
 * the other way. Returns how many there were, of a batch at most.
 */
export async function settleUnconfirmed(context: PagerContext, rest: Lookup | null): Promise<number> {
  const late = await takeUnconfirmed(context.pool, { limit: batch, leaseSeconds })
  const atATime = pLimit(lookUpsAtATime)
  await Promise.all(late.map(async (page) => await atATime(async () => await settle(context, rest, page))))
  return late.length
}

async function settle(context: PagerContext, rest: Lookup | null, page: Unconfirmed): Promise<void> {
  const { action } = page
  if (action !== 'trigger') return await settleFollowUp(context, rest, { ...page, action })
  const pagerdutyIncident = await lookUp(context, rest, page)
  if (pagerdutyIncident !== null) {
    await transaction(
      context.pool,
      async (tx) => await confirmPage(tx, { dedupKey: page.dedupKey, pagerdutyIncident, isRinging: true }),
    )
    return context.count({ event: 'confirmed' })
  }
  const why = reasonFor(page)
  const hasRoute = context.pagerduty.fallback !== null
  const fell = await transaction(context.pool, async (tx) => await fallBack(tx, page, { why, hasRoute }))
  if (!fell) return
  context.count({ event: 'fallback', why })
  context.logger.error(
    { incidentId: page.incidentId, level: page.level, why, problem: page.problem },
    'PagerDuty has not proved that it rang: people are told another way',
  )
}

/** While PagerDuty's REST API does not answer, no page waits for it: what cannot be proved goes the other way. */
function patient(rest: Lookup): Lookup {
  const circuit = createCircuit(hostCircuit)
  const ask = async <T>(call: () => Promise<RestAnswer<T>>): Promise<RestAnswer<T>> =>
    await circuit
      .run(call, (answer) => !answer.ok && answer.isPassing)
      .catch(() => ({
        ok: false,
        status: null,
        code: null,
        reason: 'PagerDuty does not answer for a while now',
        isPassing: true,
      }))
  return {
    incidentsByKey: async (key) => await ask(async () => await rest.incidentsByKey(key)),
    alertsOf: async (id, key) => await ask(async () => await rest.alertsOf(id, key)),
  }
}

/** PagerDuty's incident for a call that may have arrived; null: none, or nobody can say. */
async function lookUp(
  { logger }: Pick<PagerContext, 'logger'>,
  rest: Lookup | null,
  page: Unconfirmed,
): Promise<string | null> {
  if (rest === null || !page.mayHaveArrived) return null
  const found = await rest.incidentsByKey(page.dedupKey)
  if (found.ok) {
    const { incidents } = found.value
    return (incidents.find(({ status }) => status !== 'resolved') ?? incidents.at(-1))?.id ?? null
  }
  logger.warn({ pageId: page.id, reason: found.reason }, 'a page could not be looked up in PagerDuty')
  return null
}

function reasonFor(page: Unconfirmed): FallbackReason {
  if (page.state === 'refused') return 'refused'
  return page.state === 'accepted' ? 'not-confirmed' : 'not-sent'
}
