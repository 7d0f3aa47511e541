import { streamSSE, type SSEStreamingApi } from 'hono/streaming'
import type { z } from 'zod'
import { changeChannel, everything, staleSubjects } from '../../db/announcements.ts'
import type { EngineContext } from '../context.ts'
import { announceOpenHomes, type EnvironmentsLately } from '../home.ts'
import { createRouter } from './router.ts'
import type { SubjectChange } from './slack-schemas.ts'

const keepAliveMs = 15_000
const homesAfterMs = 500
const staleAfterMs = 300

/** What of Slack's messages is to be redrawn, as a stream. */
export function changeRoutes(context: EngineContext, lately: EnvironmentsLately) {
  return createRouter().get('/v1/changes', (c) =>
    streamSSE(c, async (stream) => await followChanges(context, lately, stream)),
  )
}

/**
 * Says everything that is stale, then each change as it comes. Says all that is stale again after a gap, and every few
 * seconds: a ring that was lost with its process is made up for.
 */
async function followChanges(
  context: EngineContext,
  lately: EnvironmentsLately,
  stream: SSEStreamingApi,
): Promise<void> {
  let alive = true
  const trouble = (): void => void (alive = false)
  const send = async (change: z.output<typeof SubjectChange>): Promise<void> =>
    await stream.writeSSE({ event: 'change', data: JSON.stringify(change) })
  const sayStale = async (): Promise<void> => {
    // Not waited for: an environment that does not answer must hold up no message.
    announceHomesNow().catch(trouble)
    let after = 0
    for (let page = await staleSubjects(context.pool); page.length > 0;) {
      for (const { name, revision } of page) await send({ subject: name, revision })
      after = page.at(-1)?.revision ?? after
      page = await staleSubjects(context.pool, { after })
    }
  }
  const announceHomesNow = async (): Promise<void> => await announceOpenHomes(context, lately)
  let homes: NodeJS.Timeout | undefined
  /** Once for all that changes within a moment. */
  const homesSoon = (): void => {
    homes ??= setTimeout(() => {
      homes = undefined
      announceHomesNow().catch(trouble)
    }, homesAfterMs)
  }
  const onGap = (): void => void sayStale().catch(trouble)
  let stale: NodeJS.Timeout | undefined
  const staleSoon = (): void => {
    stale ??= setTimeout(() => {
      stale = undefined
      onGap()
    }, staleAfterMs)
  }
  const onNotification = (channel: string, payload: string): void => {
    if (channel === changeChannel && payload === everything) return staleSoon()
    const [subject, revision] = payload.split(' ')
    if (channel !== changeChannel || subject === undefined) return
    send({ subject, revision: Number(revision) }).catch(trouble)
    if (!subject.startsWith('home/')) homesSoon()
  }
  context.notifications.on('notification', onNotification)
  context.notifications.on('gap', onGap)
  try {
    while (alive && !stream.aborted && !stream.closed) {
      await sayStale()
      await stream.writeSSE({ event: 'alive', data: '' })
      await stream.sleep(keepAliveMs)
    }
  } finally {
    clearTimeout(homes)
    clearTimeout(stale)
    context.notifications.off('notification', onNotification)
    context.notifications.off('gap', onGap)
  }
}
