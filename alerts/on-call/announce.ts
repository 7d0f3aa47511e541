import { setTimeout as pause } from 'node:timers/promises'
import { incidentsHandedOver, knownNotices, recordNotice } from '../../db/on-call.ts'
import { transaction, type Pool } from '../../db/pool.ts'
import { noticesDue, type Notice } from './notices.ts'
import type { OnCall } from './on-call.ts'

interface AnnouncerDeps {
  pool: Pool
  onCall: Pick<OnCall, 'roster'>
  gapNoticeHours: readonly number[]
  everySeconds?: number
  onTrouble(reason: string): void
}

/**
 * Keeps what is known of the roster fresh and announces hand-overs when they happen and gaps before they begin. Every
 * engine does; the first one to see it says it. Returns how to stop.
 */
export function startOnCallNotices(deps: AnnouncerDeps): () => Promise<void> {
  const stopping = new AbortController()
  const running = keepAnnouncing(deps, stopping.signal)
  return async () => {
    stopping.abort()
    await running
  }
}

const usualSeconds = 5

async function keepAnnouncing(deps: AnnouncerDeps, signal: AbortSignal): Promise<void> {
  while (!signal.aborted) {
    await announceOnCall(deps).catch((error: Error) => deps.onTrouble(error.message))
    await pause((deps.everySeconds ?? usualSeconds) * 1_000, undefined, { signal }).catch(() => undefined)
  }
}

/** Says what there is to say now and was not said yet. */
export async function announceOnCall({
  pool,
  onCall,
  gapNoticeHours,
}: Pick<AnnouncerDeps, 'pool' | 'onCall' | 'gapNoticeHours'>): Promise<void> {
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
