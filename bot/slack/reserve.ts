/**
 * For so long an edit that only shows progress makes way for the ends that may come. Slack counts edits by the minute:
 * whoever waits that long waits no longer for room that others have used.
 */
export const patienceSeconds = 60

/**
 * How many edits progress leaves unused: one for each message whose end is still to come, because nobody knows when it
 * will. With few live messages that is less than progress leaves anyway, and nothing changes. With more of them than
 * edits in a minute, progress that has waited for less than a minute waits; what has stood still for longer is shown
 * all the same, so that long jobs do not look dead.
 *
 * Measured with 120 jobs of 10 s (`npm run bench -- slack-jobs`): six edits of progress before the first end, of the
 * 48 in a minute, made 18 ends a minute late; with the reserve none is. With 120 jobs of 90 s the progress that has
 * stood still makes 32 late: the price of showing it.
 */
export function reserveOf(waiting: { live: number; waitedSeconds: number }): number {
  return waiting.waitedSeconds < patienceSeconds ? waiting.live : 0
}
