import type { Call } from './lanes.ts'

/** A message that is not what it should be. Times in milliseconds. */
export interface Waiting {
  call: Call
  /** Since when it has been untrue. */
  since: number
  /** Not before this: edits of one message keep their distance. */
  notBefore: number
  /** Of what is equally urgent the lowest goes first: 0 wakes somebody. Absent: 1. */
  rank?: number
  /** From then on its call leaves no reserve. Absent: it leaves none now. */
  yieldsUntil?: number
}

export type Choice<Candidate> = { start: Candidate } | { waitMilliseconds: number }

/**
 * Which message is written next: approval requests and final states before progress, a critical incident before
 * either, then whichever has been untrue longest. One that has to wait holds up no other. With nothing to start: how long until there may be.
 */
export function choose<Candidate extends Waiting>(
  waiting: Iterable<Candidate>,
  wait: (call: Call) => number,
  now: number,
): Choice<Candidate> {
  const waits = remembered(wait)
  let shortest = Infinity
  let best: Candidate | undefined
  for (const candidate of waiting) {
    if (best !== undefined && !isBefore(candidate, best)) continue
    const { call, notBefore, yieldsUntil = Infinity } = candidate
    const milliseconds = Math.max(notBefore - now, Math.min(waits(call), yieldsUntil - now))
    if (milliseconds > 0) shortest = Math.min(shortest, milliseconds)
    else best = candidate
  }
  return best === undefined ? { waitMilliseconds: shortest } : { start: best }
}

/** Many messages wait for the same few lanes. */
function remembered(wait: (call: Call) => number): (call: Call) => number {
  const known = new Map<string, number>()
  return (call) => {
    const key = `${call.step} ${call.channel} ${call.urgent} ${call.reserve ?? 0}`
    const milliseconds = known.get(key) ?? wait(call)
    known.set(key, milliseconds)
    return milliseconds
  }
}

/** That of most messages. */
export const usualRank = 1

function isBefore(one: Waiting, other: Waiting): boolean {
  if (one.call.urgent !== other.call.urgent) return one.call.urgent
  const { rank = usualRank } = one
  const { rank: otherRank = usualRank } = other
  return rank === otherRank ? one.since < other.since : rank < otherRank
}
