/**
 * How often Slack may be called, counted as Slack counts: so many calls in any window of so many seconds. A bucket
 * that is refilled steadily would either exceed a window after a burst or waste a part of it.
 */
export interface Budget {
  calls: number
  seconds: number
  /** What of it progress may use: the rest is kept for approval requests and final states. */
  progress?: { calls: number; seconds: number }
}

/** Per kind of call. Numbers or windows are kept off Slack's own, because a call takes its time to arrive there. */
export interface Budgets {
  /** chat.postMessage, in one channel. */
  postsPerChannel: Budget
  /** chat.postMessage, in the whole workspace. */
  posts: Budget
  /** chat.update, in the whole workspace. */
  updates: Budget
  /** conversations.history, in the whole workspace. */
  reads: Budget
  /** views.publish, in the whole workspace. */
  publishes: Budget
  /** files.getUploadURLExternal and files.completeUploadExternal, in the whole workspace. */
  uploads: Budget
  /** The least time between two edits of one message. */
  secondsBetweenEdits: number
}

/**
 * docs.slack.dev/apis/web-api/rate-limits: posts about 1 a second per channel with short bursts and several hundred a
 * minute per workspace; chat.update and conversations.history are Tier 3, 50 a minute, however many channels; views.publish and files.* are
 * Tier 4, 100 a minute. Progress
 * is spread over the minute: 30 edits in its first seconds would leave every running job still for the rest of it.
 */
export const slackBudgets: Budgets = {
  postsPerChannel: { calls: 5, seconds: 5.2 },
  posts: { calls: 240, seconds: 60 },
  updates: { calls: 50, seconds: 61, progress: { calls: 5, seconds: 10 } },
  reads: { calls: 45, seconds: 60 },
  publishes: { calls: 90, seconds: 60 },
  uploads: { calls: 60, seconds: 60 },
  secondsBetweenEdits: 1.5,
}

/** When calls were made, oldest first, in milliseconds. */
export type Spent = readonly number[]

/**
 * How long until one more call fits, in milliseconds; 0: it fits now. `reserve`: so many calls have to be left for
 * others after it; Infinity where the budget has not that many.
 */
export function waitFor(
  spent: Spent,
  budget: Budget,
  { now, urgent, reserve = 0 }: { now: number; urgent: boolean; reserve?: number },
): number {
  const whole = { calls: budget.calls - reserve, seconds: budget.seconds }
  const windows = urgent || budget.progress === undefined ? [whole] : [whole, budget.progress]
  return Math.max(
    ...windows.map(({ calls, seconds }) => {
      if (calls <= 0) return Infinity
      const blocking = spent.at(-calls)
      return blocking === undefined ? 0 : Math.max(0, blocking + seconds * 1000 - now)
    }),
  )
}

/** The calls to remember after one more: only as many as can still matter. */
export function spend(spent: Spent, budget: Budget, now: number): Spent {
  return [...spent, now].slice(-budget.calls)
}
