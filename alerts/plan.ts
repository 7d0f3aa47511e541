import type { PlannedStep } from '../db/escalations.ts'
import type { Alerting, Reach } from './context.ts'
import { nextStep, type Turn } from './escalation.ts'
import type { EscalationPolicy } from './policy.ts'

/** Whom each level of a policy stands for now. */
export type Reaches = ReadonlyMap<number, Reach>

export async function reachesOf(
  policy: EscalationPolicy,
  { reach }: Pick<Alerting, 'reach'>,
): Promise<Reaches> {
  const found = await Promise.all(policy.steps.map(async (step) => [step.level, await reach(step)] as const))
  return new Map(found)
}

export const isReachable =
  (reaches: Reaches) =>
  (level: number): boolean =>
    stateOf(reaches.get(level)) !== 'skipped'

/** The next step from every place at which an incident under this policy can stand, by itself or as a person asks. */
export function planSteps(
  policyId: number,
  policy: EscalationPolicy,
  { reaches, step: stepFrom = nextStep }: { reaches: Reaches; step?: typeof nextStep },
): PlannedStep[] {
  const places = [0, ...policy.steps.map(({ level }) => level)].flatMap((level) => [
    { level, isLastRound: false },
    { level, isLastRound: true },
  ])
  return places.map((place) => {
    const step = stepFrom(policy, place, isReachable(reaches))
    const turns = step.paged ? [...step.skipped, step.paged] : step.skipped
    return {
      policyId,
      severity: policy.severity,
      ...place,
      toLevel: step.level,
      isNewRound: step.isNewRound,
      minutes: step.minutes,
      pages: turns.map((turn) => pageOf(turn, reaches)),
    }
  })
}

function pageOf(turn: Turn, reaches: Reaches): PlannedStep['pages'][number] {
  const reach = reaches.get(turn.level)
  return { ...turn, state: stateOf(reach), targets: reach?.people ?? [] }
}

function stateOf(reach: Reach | undefined): 'pending' | 'skipped' | 'unrouted' {
  if (reach === undefined || (reach.people.length === 0 && reach.routingKey === null)) return 'skipped'
  return reach.routingKey === null ? 'unrouted' : 'pending'
}
