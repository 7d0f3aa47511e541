/** Counts events of the last `lengthMs` and says whether another still fits under the limit. */
export type SlidingWindow = {
  /** Counts this event if it fits. */
  admit: (now: number) => boolean
  /** Counts this event whether it fits or not, and says how many there are now. */
  count: (now: number) => number
}

export function slidingWindow(limit: number, lengthMs: number): SlidingWindow {
  let times: number[] = []
  const forget = (now: number): void => {
    const first = times.findIndex((time) => time > now - lengthMs)
    if (first !== 0) times = first === -1 ? [] : times.slice(first)
  }
  return {
    admit(now) {
      forget(now)
      if (times.length >= limit) return false
      times.push(now)
      return true
    },
    count(now) {
      forget(now)
      return times.push(now)
    },
  }
}
