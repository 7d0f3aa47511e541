import { nextTime } from '../alerts/cron.ts'
import type { Runbook } from './runbook-file.ts'

export interface TimeWindow {
  startsAt: Date
  endsAt: Date
}

export interface ScheduledFreeze extends TimeWindow {
  name: string
  environment: string
}

type WithWindows = Pick<Runbook, 'freezeWindows' | 'timeZone'>

/** The runbook file's freeze windows that hold at `now`, one entry per environment. An end is no longer inside. */
export function activeWindows(runbook: WithWindows, now: Date): ScheduledFreeze[] {
  return runbook.freezeWindows.flatMap((window) => {
    const times = windowAt(window, runbook.timeZone, now)
    return times
      ? window.environments.map((environment) => ({ name: window.name, environment, ...times }))
      : []
  })
}

/** The freeze windows that begin next after `now`, all that begin at the same time; none when there are none. */
export function nextWindows(runbook: WithWindows, now: Date): ScheduledFreeze[] {
  const upcoming = runbook.freezeWindows.flatMap((window) => {
    const times = windowFrom(nextTime(window.starts, runbook.timeZone, now), window.minutes)
    return window.environments.map((environment) => ({ name: window.name, environment, ...times }))
  })
  const soonest = Math.min(...upcoming.map(({ startsAt }) => startsAt.getTime()))
  return upcoming.filter(({ startsAt }) => startsAt.getTime() === soonest)
}

/** The maintenance window that holds at `now`, or else the next one. */
export function maintenanceWindow(
  runbook: Pick<Runbook, 'maintenance' | 'timeZone'>,
  now: Date,
): TimeWindow & { active: boolean } {
  const { maintenance, timeZone } = runbook
  const present = windowAt(maintenance, timeZone, now)
  if (present) return { active: true, ...present }
  return { active: false, ...windowFrom(nextTime(maintenance.starts, timeZone, now), maintenance.minutes) }
}

/** The last beginning at or before `now` whose end has not come yet. */
function windowAt(
  window: { starts: string; minutes: number },
  timeZone: string,
  now: Date,
): TimeWindow | null {
  let begun: Date | null = null
  let next = nextTime(window.starts, timeZone, new Date(now.getTime() - window.minutes * 60_000))
  while (next <= now) {
    begun = next
    next = nextTime(window.starts, timeZone, next)
  }
  return begun && windowFrom(begun, window.minutes)
}

/** Minutes that pass, also where the clocks are changed in between. */
const windowFrom = (startsAt: Date, minutes: number): TimeWindow => ({
  startsAt,
  endsAt: new Date(startsAt.getTime() + minutes * 60_000),
})
