import { setTimeout } from 'node:timers/promises'
import { isConnectionTrouble } from '../db/pool.ts'
import { takeAllIn, type Alerts, type IntakeDeps } from './intake.ts'

export type TakeIn = (delivery: Alerts) => Promise<{ incidents: number[] }>

/** Few enough for Postgres' table of locks. */
const alertsPerTransaction = 500

/**
 * While fewer alerts wait, those that were just answered are given a moment to come again: a transaction costs as much
 * for one alert as for a dozen.
 */
const few = 50
const momentMs = 2

interface Waiting {
  delivery: Alerts
  resolve(taken: { incidents: number[] }): void
  reject(error: unknown): void
}

/**
 * Takes deliveries in, one transaction at a time, with all that wait meanwhile in the next: one trip to the disk for all
 * of them. (With two at a time each had fewer, and one waited for what the other was opening anyway.) Each
 * is answered when that is done; where it fails, each is tried alone, so that none suffers for another.
 */
export function intakeQueue(deps: IntakeDeps): TakeIn {
  const waiting: Waiting[] = []
  let isBusy = false

  const work = async (): Promise<void> => {
    isBusy = true
    while (waiting.length > 0) {
      await takeGroup(deps, nextGroup(waiting))
      if (alertsOf(waiting) < few) await setTimeout(momentMs)
    }
    isBusy = false
  }
  return async (delivery) =>
    await new Promise((resolve, reject) => {
      waiting.push({ delivery, resolve, reject })
      if (!isBusy) void work()
    })
}

const alertsOf = (waiting: readonly Waiting[]): number =>
  waiting.reduce((sum, { delivery }) => sum + delivery.alerts.length, 0)

/** The one that has waited longest, with those of its source that fit in. */
function nextGroup(waiting: Waiting[]): Waiting[] {
  const group: Waiting[] = []
  let alerts = 0
  for (const one of waiting) {
    alerts += one.delivery.alerts.length
    const fits =
      group.length === 0 ||
      (one.delivery.source === group[0]?.delivery.source && alerts <= alertsPerTransaction)
    if (!fits) break
    group.push(one)
  }
  waiting.splice(0, group.length)
  return group
}

async function takeGroup(deps: IntakeDeps, group: readonly Waiting[]): Promise<void> {
  const source = group[0]?.delivery.source
  if (source === undefined) return
  try {
    const taken = await takeAllIn(
      deps,
      source,
      group.map(({ delivery }) => delivery.alerts),
    )
    group.forEach(({ resolve }, index) => resolve({ incidents: taken[index] ?? [] }))
  } catch (error) {
    // Whom the database cannot be reached for is told at once, before the senders give up waiting.
    if (group.length === 1 || isConnectionTrouble(error)) for (const one of group) one.reject(error)
    else for (const one of group) await takeGroup(deps, [one])
  }
}
