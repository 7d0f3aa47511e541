import pLimit from 'p-limit'
import { confirmPage, fallBack, takeUnconfirmed, type FallbackReason } from '../../db/page-confirmation.ts'
import type { PageRow } from '../../db/pages.ts'
import { transaction } from '../../db/pool.ts'
import type { Rest } from '../pagerduty/rest.ts'
import type { PagerContext } from './context.ts'
import { keepWorking, type Loop } from './loop.ts'

type Unconfirmed = PageRow & { mayHaveArrived: boolean }

const batch = 50
/** Longer than a look-up and what follows take; then another engine does it. */
const leaseSeconds = 60
const lookUpsAtATime = 5

/**
 * 202 is not delivery. A call whose time is over is looked up where that can be done; what is not found there goes
 * the other way.
 */
export function startConfirming(
  context: PagerContext,
  options: { rest: Pick<Rest, 'incidentsByKey'> | null; pollMs?: number },
): Loop {
  const atATime = pLimit(lookUpsAtATime)
  const work = async (): Promise<void> => {
    const late = await takeUnconfirmed(context.pool, { limit: batch, leaseSeconds })
    await Promise.all(late.map(async (page) => await atATime(async () => await settle(page))))
    if (late.length === batch) loop.wake()
  }
  const settle = async (page: Unconfirmed): Promise<void> => {
    const pagerdutyIncident = await lookUp(context, options.rest, page)
    if (pagerdutyIncident !== null) {
      await transaction(
        context.pool,
        async (tx) => await confirmPage(tx, { dedupKey: page.dedupKey, pagerdutyIncident }),
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
  const loop = keepWorking(context, {
    name: 'confirmations',
    wokenBy: null,
    pollMs: options.pollMs ?? 1_000,
    work,
  })
  return loop
}

/** PagerDuty's incident for a call that may have arrived; null: none, or nobody can say. */
async function lookUp(
  { logger }: Pick<PagerContext, 'logger'>,
  rest: Pick<Rest, 'incidentsByKey'> | null,
  page: Unconfirmed,
): Promise<string | null> {
  if (rest === null || !page.mayHaveArrived) return null
  const found = await rest.incidentsByKey(page.dedupKey)
  if (found.ok) return found.value.incidents[0]?.id ?? null
  logger.warn({ pageId: page.id, reason: found.reason }, 'a page could not be looked up in PagerDuty')
  return null
}

function reasonFor(page: Unconfirmed): FallbackReason {
  if (page.state === 'refused') return 'refused'
  return page.state === 'accepted' ? 'not-confirmed' : 'not-sent'
}
