import { type Budget, type Budgets, spend, type Spent, waitFor } from './budget.ts'
import type { Outcome } from './outcome.ts'

/** What the writer does to a message; each is one call to Slack. */
export type Step = 'post' | 'update' | 'find' | 'publish' | 'upload'

export interface Call {
  step: Step
  channel: string
  urgent: boolean
  /** How many calls of its kind it has to leave for others. Absent: none. */
  reserve?: number
}

/**
 * Keeps what went wrong where it went wrong. A lane is what Slack limits together: the posts of one channel, all
 * edits, all reads. A 429 or an outage closes its own lane and no other.
 */
export interface Lanes {
  /** Milliseconds until this call may be made; Infinity: not before another one of its lane has ended. */
  wait(call: Call, now: number): number
  begin(call: Call, now: number): void
  /** Null: the call was not made after all. */
  end(call: Call, outcome: Outcome<unknown> | null, now: number): void
}

interface Lane {
  inFlight: number
  closedUntil: number
  failures: number
}

/** One post at a time keeps the cards of a channel in order. */
const atOnce: Record<Step, number> = { post: 1, update: 4, find: 2, publish: 4, upload: 1 }
/** Twelve questions a minute cost little, and a Slack that is back is noticed soon. */
const longestBackoffSeconds = 5

export function createLanes(budgets: Budgets): Lanes {
  const lanes = new Map<string, Lane>()
  const spent = new Map<string, Spent>()
  const laneOf = (call: Call): Lane => {
    const key = call.step === 'post' ? `post ${call.channel}` : call.step
    const lane = lanes.get(key) ?? { inFlight: 0, closedUntil: 0, failures: 0 }
    lanes.set(key, lane)
    return lane
  }

  return {
    wait(call, now) {
      const lane = laneOf(call)
      // While Slack is down one call at a time asks whether it still is.
      if (lane.inFlight >= (lane.failures > 0 ? 1 : atOnce[call.step])) return Infinity
      const { urgent, reserve = 0 } = call
      const waits = allowances(call, budgets).map(([key, budget]) =>
        waitFor(spent.get(key) ?? [], budget, { now, urgent, reserve }),
      )
      return Math.max(0, lane.closedUntil - now, ...waits)
    },

    begin(call, now) {
      laneOf(call).inFlight += 1
      for (const [key, budget] of allowances(call, budgets))
        spent.set(key, spend(spent.get(key) ?? [], budget, now))
    },

    end(call, outcome, now) {
      const lane = laneOf(call)
      lane.inFlight -= 1
      if (outcome === null) return
      if (outcome.kind === 'limited') lane.closedUntil = now + outcome.retryAfterSeconds * 1000
      else if (outcome.kind === 'down') {
        // Calls that were out together fail together: one failure, not several.
        if (now < lane.closedUntil) return
        lane.closedUntil = now + Math.min(2 ** lane.failures, longestBackoffSeconds) * 1000
        lane.failures += 1
      } else lane.failures = 0
    },
  }
}

function allowances({ step, channel }: Call, budgets: Budgets): [string, Budget][] {
  switch (step) {
    case 'post':
      return [
        [`post ${channel}`, budgets.postsPerChannel],
        ['post', budgets.posts],
      ]
    case 'update':
      return [['update', budgets.updates]]
    case 'find':
      return [['find', budgets.reads]]
    case 'publish':
      return [['publish', budgets.publishes]]
    case 'upload':
      return [['upload', budgets.uploads]]
  }
}
