import type { Unconfirmed } from '../../db/page-confirmation.ts'
import {
  confirmFollowUp,
  rangAlone,
  resendFollowUp,
  stopWaiting,
  tellStillRinging,
  type FollowUp,
} from '../../db/page-follow-ups.ts'
import { transaction } from '../../db/pool.ts'
import type { Rest } from '../pagerduty/rest.ts'
import type { PagerContext } from './context.ts'

type Lookup = Pick<Rest, 'incidentsByKey' | 'alertsOf'>
type Page = Unconfirmed & { action: FollowUp }

/** Each time it is waited for as long as the first. */
const mostResends = 3

/**
 * An acknowledge or resolve that PagerDuty took and did not confirm is looked up where that can be done, else sent
 * again; where nothing helps, people read on the incident that it still rings.
 */
export async function settleFollowUp(context: PagerContext, rest: Lookup | null, page: Page): Promise<void> {
  const { pool, logger } = context
  const rings = await stillRings(context, rest, page)
  if (rings === 'later') return
  if (rings === 'unknown') return await stopWaiting(pool, page.id)
  if (!rings) {
    await transaction(pool, async (tx) => await confirmFollowUp(tx, page))
    return context.count({ event: 'confirmed' })
  }
  if (page.state === 'accepted' && page.stillRingsAt === null && page.resends < mostResends) {
    await transaction(pool, async (tx) => await resendFollowUp(tx, page))
    return
  }
  if (await transaction(pool, async (tx) => await tellStillRinging(tx, page)))
    logger.error({ incidentId: page.incidentId, action: page.action }, 'PagerDuty still rings')
}

/** `unknown`: nobody can say, and nothing says that it ever rang. `later`: PagerDuty does not say now. */
async function stillRings(
  { pool, logger, pagerduty }: PagerContext,
  rest: Lookup | null,
  page: Page,
): Promise<boolean | 'unknown' | 'later'> {
  // Another account may be behind the second route: neither webhooks nor look-ups tell of it.
  if (page.route === 'fallback') return 'unknown'
  const found = rest && (await lookUp(rest, page))
  if (found?.ok) return found.rings
  if (found)
    logger.warn({ pageId: page.id, reason: found.reason }, 'a page could not be looked up in PagerDuty')
  // It would have been heard of by a webhook. What was said on the incident is looked after only by asking.
  const isHeard = pagerduty.webhookSecrets.length > 0 && page.stillRingsAt === null
  if ((isHeard || found !== null) && (await rangAlone(pool, page.dedupKey))) return true
  return found?.isPassing === true ? 'later' : 'unknown'
}

type Found = { ok: true; rings: boolean } | { ok: false; reason: string; isPassing: boolean }

/** One incident may stand for several alerts, if PagerDuty groups them: then our alert has to be over, not all of it. */
async function lookUp(rest: Lookup, { dedupKey, action }: Page): Promise<Found> {
  const found = await rest.incidentsByKey(dedupKey)
  if (!found.ok) return found
  if (action === 'acknowledge')
    return { ok: true, rings: found.value.incidents.some(({ status }) => status === 'triggered') }
  for (const { id, status } of found.value.incidents) {
    if (status === 'resolved') continue
    const ours = await rest.alertsOf(id, dedupKey)
    if (!ours.ok) return ours
    if (ours.value.alerts.some((alert) => alert.status !== 'resolved')) return { ok: true, rings: true }
  }
  return { ok: true, rings: false }
}
