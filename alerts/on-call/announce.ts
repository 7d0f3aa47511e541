import { incidentsHandedOver, knownNotices, recordNotice } from '../../db/on-call.ts'
import { transaction, type Pool } from '../../db/pool.ts'
import { keepWorking, type Loop, type LoopDeps } from '../loop.ts'
import { noticesDue, type Notice } from './notices.ts'
import type { OnCall } from './on-call.ts'

interface AnnouncerDeps extends LoopDeps {
  pool: Pool
  onCall: Pick<OnCall, 'roster' | 'copyOverrides'>
  gapNoticeHours: readonly number[]
}

const everyMs = 5_000

/**
 * Keeps what is known of the roster fresh, tells PagerDuty of overrides it was not told of yet, and announces hand-overs
 * when they happen and gaps before they begin. Every engine does; the first one to see it says it.
 */
export function startOnCallNotices(deps: AnnouncerDeps): Loop {
  const work = async (): Promise<void> => {
    await Promise.all([deps.onCall.copyOverrides(), announceOnCall(deps)])
  }
  return keepWorking(deps, { name: 'on call', wokenBy: null, pollMs: everyMs, work })
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
