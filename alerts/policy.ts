import { createHash } from 'node:crypto'
import { z } from 'zod'
import { MatrixLevel, type AlertingSettings } from './settings.ts'

/** How incidents of one level are paged. Snapshotted when an incident opens: later edits do not disturb it. */
export const EscalationPolicy = z.object({
  /** The level of the incidents it is for. */
  severity: z.number(),
  /** The first page goes out so long after the incident opened. */
  afterMinutes: z.number(),
  /** Absent: the first one paged has as long as the matrix says. */
  answerMinutes: z.number().optional(),
  clock: z.enum(['since-paged', 'since-opened']),
  /** How often the matrix is climbed, the first time included. */
  rounds: z.number(),
  /** The levels of the matrix, from the bottom. */
  steps: z.array(MatrixLevel),
  /** The last one that is called without somebody asking for more; absent: all are. */
  upTo: z.number().optional(),
  stillFiring: z.object({ askAfterMinutes: z.number(), pageAgainAfterMinutes: z.number() }),
  unowned: z.object({ everyMinutes: z.number(), times: z.number() }),
})
export type EscalationPolicy = z.infer<typeof EscalationPolicy>

/** The policy for incidents of a level, as the runbook file has it now. */
export function policyFor(settings: AlertingSettings, severity: number): EscalationPolicy {
  const page = settings.levels.find(({ level }) => level === severity)?.page
  return {
    severity,
    afterMinutes: page?.afterMinutes ?? 0,
    ...(page?.answerMinutes === undefined ? {} : { answerMinutes: page.answerMinutes }),
    clock: settings.clock,
    rounds: settings.rounds,
    steps: settings.escalation.toSorted((one, other) => one.level - other.level),
    ...(page === undefined ? {} : { upTo: page.upTo }),
    stillFiring: settings.stillFiring,
    unowned: settings.unowned,
  }
}

/** The name of a policy by what it says: the same policy is kept once. */
export function digestOf(policy: EscalationPolicy): string {
  return createHash('sha256').update(JSON.stringify(policy)).digest('hex')
}
