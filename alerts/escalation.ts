import type { EscalationPolicy } from './policy.ts'

/** Where an incident is on its way up the matrix. */
export interface Position {
  /** The matrix level that was paged last; 0: none yet. */
  level: number
  isLastRound: boolean
}

/** A level's turn: in the round that is under way, or in the next one. */
export interface Turn {
  level: number
  isNewRound: boolean
}

/** What happens when the next level is due. */
export interface Step {
  /** Levels at which nobody can be reached: passed over at once, and shown. */
  skipped: Turn[]
  /** Null: nobody could be reached at any level, or all rounds are over. */
  paged: Turn | null
  /** Where the incident is afterwards. */
  level: number
  isNewRound: boolean
  /** How long until the next step, from when this one was planned. Null: no level is left; people are told so. */
  minutes: number | null
}

/**
 * The next step up that is taken by itself. Levels come one by one, each once in a round; one that reaches nobody is passed over without
 * waiting. After the last level a new round begins, until the last round is over. When a whole turn of the matrix
 * reaches nobody it is tried again after the shortest of the levels' times.
 */
export function nextStep(
  policy: EscalationPolicy,
  from: Position,
  isReachable: (level: number) => boolean,
): Step {
  const { steps, upTo = Number.POSITIVE_INFINITY } = policy
  return stepUp({ ...policy, steps: steps.filter(({ level }) => level <= upTo) }, from, isReachable)
}

/** The step that a person asks for, to any level: when all rounds are over, one more begins. */
export function stepByHand(
  policy: EscalationPolicy,
  from: Position,
  isReachable: (level: number) => boolean,
): Step {
  const step = stepUp(policy, from, isReachable)
  return step.paged ? step : stepUp(policy, { ...from, isLastRound: false }, isReachable)
}

function stepUp(policy: EscalationPolicy, from: Position, isReachable: (level: number) => boolean): Step {
  const turns = turnsFrom(policy, from)
  const index = turns.findIndex(({ level }) => isReachable(level))
  const paged = turns[index]
  if (paged) {
    const minutes = minutesToAnswer(policy, paged, paged.isNewRound ? 0 : from.level)
    return { skipped: turns.slice(0, index), paged, ...paged, minutes }
  }
  const last = turns.at(-1)
  const end = last ?? { level: from.level, isNewRound: false }
  const isOver = last === undefined || from.isLastRound
  return { skipped: turns, paged: null, ...end, minutes: isOver ? null : shortestMinutes(policy) }
}

/** The levels whose turn comes, each once: what is left of this round, then the next round from the bottom. */
function turnsFrom({ steps }: EscalationPolicy, from: Position): Turn[] {
  const left = steps.filter(({ level }) => level > from.level)
  const again = from.isLastRound ? [] : steps.filter(({ level }) => level <= from.level)
  return [
    ...left.map(({ level }) => ({ level, isNewRound: false })),
    ...again.map(({ level }) => ({ level, isNewRound: true })),
  ]
}

/**
 * How long a level that is paged now has. On the clock of the incident's opening every level answers by a time of
 * its own; what is left for this one is counted from the time of the level before it.
 */
function minutesToAnswer(policy: EscalationPolicy, paged: Turn, previousLevel: number): number {
  const { steps, answerMinutes, clock } = policy
  const own = steps.find(({ level }) => level === paged.level)?.respondMinutes ?? shortestMinutes(policy)
  if (paged.level === steps[0]?.level) return answerMinutes ?? own
  if (clock === 'since-paged') return own
  const before = steps.find(({ level }) => level === previousLevel)?.respondMinutes ?? 0
  return Math.max(1, own - before)
}

const shortestMinutes = ({ steps }: EscalationPolicy): number =>
  Math.min(...steps.map(({ respondMinutes }) => respondMinutes))
