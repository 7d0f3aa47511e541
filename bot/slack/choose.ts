import type { Call } from './lanes.ts'

/** A message that is not what it should be. Times in milliseconds. */
export interface Waiting {
  call: Call
  /** Since when it has been untrue. */
  since: number
  /** Not before this: edits of one message keep their distance. */
  notBefore: number
}

export type Choice<Candidate> = { start: Candidate } | { waitMilliseconds: number }

/**
 * Which message is written next: approval requests and final states before progress, then whichever has been untrue
 * longest. One that has to wait holds up no other. With nothing to start: how long until there may be.
 */
export function choose<Candidate extends Waiting>(
  waiting: Iterable<Candidate>,
  wait: (call: Call) => number,
  now: number,
): Choice<Candidate> {
  let shortest = Infinity
  let best: Candidate | undefined
  for (const candidate of waiting) {
    if (best !== undefined && !isBefore(candidate, best)) continue
    const milliseconds = Math.max(candidate.notBefore - now, wait(candidate.call))
    if (milliseconds > 0) shortest = Math.min(shortest, milliseconds)
    else best = candidate
  }
  return best === undefined ? { waitMilliseconds: shortest } : { start: best }
}

function isBefore(one: Waiting, other: Waiting): boolean {
  if (one.call.urgent !== other.call.urgent) return one.call.urgent
  return one.since < other.since
}
