import pRetry from 'p-retry'
import { EngineUnavailable, type EngineClient } from '../../engine/client.ts'

/** Which subjects have their end still to come: each will need one more edit, nobody knows when. */
export interface LiveSubjects {
  note(subject: string, isLive: boolean): void
  count(): number
}

/** As many as the engine lists at once: more than the edits of two minutes. */
const mostAsked = 100

/** Begins with the jobs that run now: a message that is true is not spoken of again before its job changes. */
export function createLiveSubjects(engine: Pick<EngineClient, 'jobs'>, signal: AbortSignal): LiveSubjects {
  const live = new Set<string>()
  /** What has been noted meanwhile is newer than what the engine listed. Null: it has. */
  let noted: Set<string> | null = new Set()

  async function begin(): Promise<void> {
    const running = await pRetry(() => engine.jobs({ state: ['running'], limit: mostAsked }), {
      retries: Infinity,
      maxTimeout: 5000,
      signal,
      shouldRetry: ({ error }) => error instanceof EngineUnavailable,
    })
    for (const { id } of running) if (noted?.has(`job/${id}`) !== true) live.add(`job/${id}`)
  }
  // Without it nothing is wrong but the share of progress, until each job has changed once.
  void begin()
    .catch(() => {})
    .finally(() => (noted = null))

  return {
    note(subject, isLive) {
      noted?.add(subject)
      if (isLive) live.add(subject)
      else live.delete(subject)
    },
    count: () => live.size,
  }
}
