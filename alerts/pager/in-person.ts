import { markDoneInPerson, recordActedAs } from '../../db/page-follow-ups.ts'
import type { Sending } from '../../db/page-sending.ts'
import type { Rest } from '../pagerduty/rest.ts'
import type { PagerContext } from './context.ts'

/**
 * REST's word for what is acknowledged already: developer.pagerduty.com, "Errors". What is resolved already (1001) may
 * not be what rings: another may under the same key, and an event reaches that.
 */
const alreadyAcknowledged = 1002

/**
 * Acknowledges or resolves in PagerDuty as the person who did it in Slack: an event has no author. True: it is done.
 * False: an event does it instead, which always works, only without a name.
 */
export async function doInPerson(
  context: PagerContext,
  rest: Pick<Rest, 'incident' | 'setStatus'> | null,
  page: Sending,
): Promise<boolean> {
  if (rest === null || page.route === 'fallback' || page.pagerdutyIncident === null || page.by === null)
    return false
  const from = context.people.emailOf(page.by)
  if (from === null) return false
  const { pagerdutyIncident: incident, by } = page
  if (page.action === 'resolve' && !(await isAlone(rest, incident))) return false
  await recordActedAs(context.pool, page.id, by)
  const status = page.action === 'resolve' ? 'resolved' : 'acknowledged'
  const answer = await rest.setStatus(incident, status, from)
  if (!answer.ok && answer.code !== alreadyAcknowledged) {
    context.logger.warn(
      { pageId: page.id, reason: answer.reason },
      'PagerDuty is told by an event, without a name',
    )
    return false
  }
  await markDoneInPerson(context.pool, page)
  return true
}

/** With PagerDuty's grouping one incident may stand for several of ours: it must not end with the first. */
async function isAlone(rest: Pick<Rest, 'incident'>, id: string): Promise<boolean> {
  const found = await rest.incident(id)
  return found.ok && (found.value.incident.alert_counts?.all ?? 1) <= 1
}
