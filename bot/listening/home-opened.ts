import pRetry from 'p-retry'
import { z } from 'zod'
import { EngineUnavailable } from '../../engine/client.ts'
import type { ListeningDeps } from './deps.ts'

/** docs.slack.dev/reference/events/app_home_opened; also told of the Messages tab. */
const HomeOpened = z.object({ user: z.string(), tab: z.string() })

/** Somebody looks at their Home: it is drawn by whichever bot writes, and kept true while they look. */
export async function onHomeOpened(event: unknown, { engine, log }: ListeningDeps): Promise<void> {
  const opened = HomeOpened.safeParse(event)
  if (!opened.success || opened.data.tab !== 'home') return
  const { user } = opened.data
  try {
    await pRetry(() => engine.homeOpened(user), {
      retries: 5,
      shouldRetry: ({ error }) => error instanceof EngineUnavailable,
    })
  } catch (error) {
    log.warn({ err: error, user }, 'a Home could not be drawn')
  }
}
