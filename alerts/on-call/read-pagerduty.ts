import type { OnCallEntry, Rest } from '../pagerduty/rest.ts'
import type { PagerDutyOnCall, ReadOnCalls } from './pagerduty-shifts.ts'

/** Nobody reads further: PagerDuty answers 100 at a time. */
const mostPages = 20

/** Who PagerDuty has on call, page by page. */
export function onCallsFrom(rest: Pick<Rest, 'onCalls'>): ReadOnCalls {
  return async ({ schedule, escalationPolicy }, { from, to }) => {
    const found: OnCallEntry[] = []
    const place = schedule === undefined ? { policy: escalationPolicy ?? '' } : { schedule }
    for (let pages = 0; pages < mostPages; pages += 1) {
      const answer = await rest.onCalls({ ...place, since: from, until: to, offset: found.length })
      if (!answer.ok) throw new Error(answer.reason)
      found.push(...answer.value.oncalls)
      if (answer.value.more !== true || answer.value.oncalls.length === 0) break
    }
    return found.map(onCall)
  }
}

const onCall = (entry: OnCallEntry): PagerDutyOnCall => ({
  user: { id: entry.user.id, name: entry.user.summary ?? entry.user.id, email: entry.user.email ?? null },
  level: entry.escalation_level,
  escalationPolicy: entry.escalation_policy.id,
  schedule: entry.schedule?.id ?? null,
  startsAt: momentOf(entry.start),
  endsAt: momentOf(entry.end),
})

const momentOf = (text: string | null | undefined): Date | null => (text == null ? null : new Date(text))
