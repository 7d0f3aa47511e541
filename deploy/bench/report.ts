/** Runs in a folder of its own and prints its figures. */
export type Bench = (dir: string) => Promise<void>

/** The value below which this share of the sorted samples lies. */
export function percentile(samples: readonly number[], share: number): number {
  const sorted = samples.toSorted((one, other) => one - other)
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? Number.NaN
}

export const ms = (value: number): string => `${value.toFixed(value < 10 ? 2 : 0)} ms`
export const ratio = (value: number, floor: number): string => `${(value / floor).toFixed(1)}x`

/** One line: what, its figures, and the goal it has. */
export function line(what: string, figures: string, goal?: string): void {
  console.log(`${what.padEnd(58)} ${figures}${goal === undefined ? '' : `   (goal: ${goal})`}`)
}

export function spread(samples: readonly number[]): string {
  return `p50 ${ms(percentile(samples, 0.5))}  p99 ${ms(percentile(samples, 0.99))}  max ${ms(percentile(samples, 1))}`
}
