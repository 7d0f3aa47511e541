import {
  finishChangeEvent,
  noteEndedJobs,
  takeChangeEvent,
  type ChangeEvent,
} from '../../db/change-events.ts'
import { changesUrl, type Channel } from '../pagerduty/channels.ts'
import { sendEvent } from '../pagerduty/events.ts'
import type { PagerContext } from './context.ts'
import { keepWorking, type Loop } from './loop.ts'

const kinds = ['deploy', 'rollback', 'restore'] as const
const everyMs = 5_000
const deadlineMs = 10_000
const leaseSeconds = 60

/** Tells PagerDuty of deploys, rollbacks and restores that ended: shown beside incidents, they call nobody. */
export function startChanges(
  context: PagerContext,
  options: { channel: Pick<Channel, 'url' | 'routingKey'>; pollMs?: number },
): Loop {
  const { pool, logger } = context
  const { url, routingKey } = options.channel
  const work = async (): Promise<void> => {
    await noteEndedJobs(pool, kinds)
    for (;;) {
      const change = await takeChangeEvent(pool, leaseSeconds)
      if (!change) return
      const answer = await sendEvent(changesUrl(url), changeBody(context, change, routingKey), deadlineMs)
      // Trouble with the host is trouble for the next one too: this one comes back when its lease is over.
      if (answer.result === 'retry') return
      if (answer.result === 'refused')
        logger.error({ jobId: change.jobId, reason: answer.reason }, 'PagerDuty refuses a change event')
      await finishChangeEvent(pool, change.jobId, answer.result === 'refused' ? answer.reason : null)
    }
  }
  return keepWorking(context, {
    name: 'changes',
    wokenBy: 'changes',
    pollMs: options.pollMs ?? everyMs,
    work,
  })
}

const outcomes: Record<string, string> = { succeeded: 'done', failed: 'failed', cancelled: 'cancelled' }

function changeBody(
  { people }: PagerContext,
  change: ChangeEvent,
  routingKey: string,
): Record<string, unknown> {
  const target = ['version', 'revision', 'backup']
    .map((name) => change.params[name])
    .find((value) => value !== undefined)
  const what = [change.kind, change.environment, target].filter((word) => word !== null && word !== undefined)
  const outcome = outcomes[change.state] ?? change.state
  return {
    routing_key: routingKey,
    payload: {
      summary: `${what.map(String).join(' ')}: ${outcome}`.slice(0, 1_024),
      source: change.environment ?? 'plantao',
      timestamp: change.finishedAt.toISOString(),
      custom_details: { job: change.jobId, by: people.nameOf(change.requestedBy), outcome },
    },
  }
}
