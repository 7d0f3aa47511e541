import {
  finishChangeEvent,
  noteEndedJobs,
  takeChangeEvent,
  type ChangeEvent,
} from '../../db/change-events.ts'
import { changesUrl, type Channel } from '../pagerduty/channels.ts'
import { sendEvent } from '../pagerduty/events.ts'
import type { Rest } from '../pagerduty/rest.ts'
import type { PagerContext } from './context.ts'
import { keepWorking, type Loop } from '../loop.ts'

const kinds = ['deploy', 'rollback', 'restore'] as const
const everyMs = 5_000
const deadlineMs = 10_000
const leaseSeconds = 60

type ChangeChannel = Pick<Channel, 'id' | 'url' | 'routingKey' | 'route'>
type Lookup = Pick<Rest, 'changeEvents'>

/**
 * Tells PagerDuty of deploys, rollbacks and restores that ended: shown beside incidents, they call nobody. It shows them
 * with the incidents of the service they came in by (api-schema, events-v2), so that every service hears of them.
 *
 * Not through pdjs: its change() writes https:// before whatever host it is given, so that no stand-in can be tried,
 * and its api(), which takes any address, would show the account's token to the host of the events.
 */
export function startChanges(
  context: PagerContext,
  options: { channels: readonly ChangeChannel[]; rest: Lookup | null; pollMs?: number },
): Loop {
  const work = async (): Promise<void> => await tellChanges(context, options)
  return keepWorking(context, {
    name: 'changes',
    wokenBy: 'changes',
    pollMs: options.pollMs ?? everyMs,
    work,
  })
}

/** Tells what there is to tell, until PagerDuty is in trouble: then it comes back when its lease is over. */
export async function tellChanges(
  context: PagerContext,
  { channels, rest }: { channels: readonly ChangeChannel[]; rest: Lookup | null },
): Promise<void> {
  const { pool, logger } = context
  await noteEndedJobs(pool, { kinds, channels: channels.map(({ id }) => id) })
  let well = channels
  for (;;) {
    const change = await takeChangeEvent(pool, { channels: well.map(({ id }) => id), leaseSeconds })
    const channel = well.find(({ id }) => id === change?.channel)
    if (!change || !channel) return
    if (!(await isThere(rest, channel, change))) {
      const body = changeBody(context, change, channel.routingKey)
      const answer = await sendEvent(changesUrl(channel.url), body, deadlineMs)
      if (answer.result === 'retry') {
        // Trouble now is trouble for the next one too.
        well = well.filter((one) => one !== channel)
        continue
      }
      if (answer.result === 'refused') {
        logger.error({ jobId: change.jobId, reason: answer.reason }, 'PagerDuty refuses a change event')
        await finishChangeEvent(pool, change, answer.reason)
        continue
      }
    }
    await finishChangeEvent(pool, change, null)
  }
}

/** Change events have no key by which a second one would be the same: one that may have been told is looked for. */
async function isThere(rest: Lookup | null, channel: ChangeChannel, change: ChangeEvent): Promise<boolean> {
  if (change.attempts < 2 || rest === null || channel.route !== 'main') return false
  const around = (ms: number): Date => new Date(change.finishedAt.getTime() + ms)
  const found = await rest.changeEvents({ since: around(-60_000), until: around(60_000) })
  return (
    found.ok &&
    found.value.change_events.some(
      (one) => one.routing_key === channel.routingKey && one.custom_details?.['job'] === change.jobId,
    )
  )
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
