import { incidentsHandedOver, knownNotices, recordNotice } from '../../db/on-call.ts'
import { transaction, type Pool } from '../../db/pool.ts'
import { every } from '../every.ts'
import { noticesDue, type Notice } from './notices.ts'
import type { OnCall } from './on-call.ts'

interface AnnouncerDeps {
  pool: Pool
  onCall: Pick<OnCall, 'roster' | 'copyOverrides'>
  gapNoticeHours: readonly number[]
  everySeconds?: number
  onTrouble(reason: string): void
}

const usualSeconds = 5

/**
 * Keeps what is known of the roster fresh, tells PagerDuty of overrides it was not told of yet, and announces hand-overs
 * when they happen and gaps before they begin. Every engine does; the first one to see it says it. Returns how to stop.
 */
export function startOnCallNotices(deps: AnnouncerDeps): () => Promise<void> {
  const work = async (): Promise<void> => {
    await deps.onCall.copyOverrides().catch((error: Error) => deps.onTrouble(error.message))
    await announceOnCall(deps)
  }
  return every(deps.everySeconds ?? usualSeconds, work, (error) => deps.onTrouble(error.message))
}

/** Says what there is to say now and was not said yet. */
export async function announceOnCall({
  pool,
  onCall,
  gapNoticeHours,
}: Pick<AnnouncerDeps, 'pool' | 'gapNoticeHours'> & { onCall: Pick<OnCall, 'roster'> }): Promise<void> {
  const { at, rotations } = await onCall.roster()
  const due = rotations.flatMap((rotation) => noticesDue(rotation, at, gapNoticeHours))
  if (due.length === 0) return
  const said = await knownNotices(
    pool,
    due.map(({ key }) => key),
  )
  for (const notice of due.filter(({ key }) => !said.includes(key))) await say(pool, notice)
}

/** What whoever takes over finds is recorded with it: the message of a hand-over tells of that moment. */
async function say(pool: Pool, notice: Notice): Promise<void> {
  await transaction(pool, async (tx) => {
    const found = notice.kind === 'hand-over' ? await incidentsHandedOver(tx) : {}
    await recordNotice(tx, { ...notice, details: { ...notice.details, ...found } })
  })
}
