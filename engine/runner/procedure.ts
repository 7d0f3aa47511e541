import type { z } from 'zod'
import type { Change, FailureRecord } from '../../db/jobs.ts'
import type { Database } from '../../db/sql.ts'
import type { Progress } from '../../db/steps.ts'

/** What the body of a step is given. */
export interface StepContext {
  /** Aborted on cancel, on the step's time limit, and when the lease is lost. Pass it to every wait. */
  signal: AbortSignal
  /** Adds a line to the job's log; secrets are removed before it is stored. */
  log(line: string): void
  /** Shown live; only the newest value counts, so call it as often as you like. */
  progress(progress: Progress): void
  /** A transaction on Plantão's own database, refused when another worker has the job. */
  transaction<T>(work: (tx: Database) => Promise<T>): Promise<T>
}

export interface StepOptions<T> {
  /** Seconds after which the step is stopped and fails. Default 600. */
  timeoutSeconds?: number
  /**
   * Asked only when another worker had this job before and may have died in this step: did its effect happen? Return the step's result if so,
   * undefined to run it (again).
   */
  alreadyDone?(step: StepContext): Promise<T | undefined>
  run(step: StepContext): Promise<T>
}

/** A job as its procedure sees it. */
export interface RunningJob<Step extends string> {
  id: number
  /** Who asked for it, by name, for records left in the world. */
  requestedBy: string
  /** Written on every effect on the world, so that a resume can tell what happened: unique per job and attempt. */
  mark: string
  /** Runs a step once: when its result is in the journal already, that is returned and nothing is run. */
  step<T>(name: Step, body: StepOptions<T>['run'] | StepOptions<T>): Promise<T>
}

/** Why the main steps ended early: a failed step, or somebody's cancel. */
export type Interruption = { kind: 'failed'; error: FailureRecord } | { kind: 'cancelled'; by: string }

/** What a job does, in ordinary code, top to bottom. Params reach it as zod made them; results of steps go through JSON. */
export interface Procedure<Params = unknown, Step extends string = string, Plan = unknown> {
  kind: string
  params: z.ZodType<Params>
  /** Null: nothing to wait for. Else jobs with the same lock run one at a time, first come first served. */
  lock(params: Params): string | null
  environment(params: Params): string | null
  /** Whether a freeze of the environment stops it. */
  freezable: boolean
  /** The outline people see before it runs. */
  steps(params: Params): readonly Step[]
  /** Reads the world, changes nothing: what would this job change? Refuses what cannot work. */
  plan(params: Params, step: Pick<StepContext, 'signal' | 'log'>): Promise<{ change: Change; plan: Plan }>
  run(job: RunningJob<Step>, params: Params, plan: Plan): Promise<unknown>
  /** Puts right what a half-done job left behind, as steps of the same job. Returns where a retry begins. */
  onFailure?: {
    run(
      job: RunningJob<string>,
      params: Params,
      why: Interruption & { plan: Plan | null; reached: readonly Step[] },
    ): Promise<void>
    /** The step a retry begins from; absent: the failed one. */
    retryFrom?: Step
  }
}

/** Declares a procedure; only infers its types. */
export function procedure<Params, Step extends string, Plan>(
  definition: Procedure<Params, Step, Plan>,
): Procedure<Params, Step, Plan> {
  return definition
}
