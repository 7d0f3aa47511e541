import { randomBytes } from 'node:crypto'
import { z } from 'zod'

/** Its users take turns of a week, from a Monday on. */
export interface Schedule {
  id: string
  name: string
  users: string[]
}

export const Override = z.object({
  id: z.string(),
  schedule: z.string(),
  user: z.string(),
  start: z.string(),
  end: z.string(),
})
export type Override = z.infer<typeof Override>

/** A time during which one person is on call. */
export interface Shift {
  user: string
  start: number
  end: number
}

const weekMs = 7 * 24 * 3_600_000
const firstMonday = Date.parse('2026-01-05T12:00:00Z')

/** Who is on call by a schedule: whose turn it is, or whoever stands in by the override that was made last. */
export function createSchedules(options: {
  schedules: readonly Schedule[]
  overrides: Override[]
  now(): number
  changed(): void
}) {
  const { schedules, overrides } = options
  const find = (id: string): Schedule | undefined => schedules.find((schedule) => schedule.id === id)
  const onCallAt = (id: string, at: number): string | null => {
    const standIn = overrides.findLast(
      ({ schedule, start, end }) => schedule === id && Date.parse(start) <= at && at < Date.parse(end),
    )
    if (standIn) return standIn.user
    const { users = [] } = find(id) ?? {}
    const turn = Math.floor((at - firstMonday) / weekMs)
    return users[((turn % users.length) + users.length) % users.length] ?? null
  }
  return {
    find,
    onCallAt,
    overridesOf: (id: string): Override[] => overrides.filter(({ schedule }) => schedule === id),
    /** Whole shifts, also where they begin before or end after the span. */
    shifts(id: string, { since, until }: { since: number; until: number }): Shift[] {
      const from = since - weekMs
      const to = until + weekMs
      const turns: number[] = []
      for (let at = firstMonday + Math.floor((from - firstMonday) / weekMs) * weekMs; at < to; at += weekMs)
        turns.push(at)
      const edges = overrides
        .filter(({ schedule }) => schedule === id)
        .flatMap(({ start, end }) => [Date.parse(start), Date.parse(end)])
      const times = [...new Set([...turns, ...edges, to])].toSorted((one, other) => one - other)
      const shifts: Shift[] = []
      times.slice(0, -1).forEach((start, index) => {
        const user = onCallAt(id, start)
        const end = times[index + 1] ?? to
        const last = shifts.at(-1)
        if (user === null) return
        if (last?.user === user && last.end === start) last.end = end
        else shifts.push({ user, start, end })
      })
      return shifts.filter(({ start, end }) => start < until && end > since)
    },
    add(override: Omit<Override, 'id'>): Override {
      const made = { ...override, id: `Q${randomBytes(8).toString('hex').toUpperCase()}` }
      overrides.push(made)
      options.changed()
      return made
    },
    /** Gone, or cut off now if it has begun. */
    end(override: Override): 'deleted' | 'truncated' {
      options.changed()
      if (Date.parse(override.start) < options.now()) {
        override.end = new Date(options.now()).toISOString()
        return 'truncated'
      }
      overrides.splice(overrides.indexOf(override), 1)
      return 'deleted'
    },
  }
}
