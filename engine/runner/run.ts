import type { Logger } from 'pino'
import { recordAudit } from '../../db/audit.ts'
import { finishJob, releaseLease } from '../../db/job-claims.ts'
import { jobSubject, setChange, type Change, type FailureRecord, type JobRow } from '../../db/jobs.ts'
import { transaction, type Pool } from '../../db/pool.ts'
import { listSteps, type Hold } from '../../db/steps.ts'
import { failureRecord, StepFailure } from '../failures.ts'
import { Cancelled, isLeftToTheNext, LeaseLost } from './interruptions.ts'
import { runStep, StepFailed, type Journal } from './journal.ts'
import { keepLease, type KeptLease } from './lease.ts'
import type { Interruption, Procedure, RunningJob, StepOptions } from './procedure.ts'

export interface RunnerDeps {
  pool: Pool
  procedures: ReadonlyMap<string, Procedure>
  redact(text: string): string
  nameOf(person: string): string
  onStep: Journal['onStep']
  /** Calls back when somebody asks to cancel this job; returns how to stop listening. */
  onCancel(jobId: number, wake: () => void): () => void
  leaseSeconds: number
  /** Aborted when this engine stops: running jobs are let go for another to carry on. */
  stopping: AbortSignal
  logger: Logger
}

type Ending =
  | { state: 'succeeded'; result: unknown }
  | { state: 'failed' | 'cancelled'; error: FailureRecord; retryFrom: string | null }

/** Carries a claimed job to its end, or leaves it to the worker that has taken it over. Never throws. */
export async function runJob(deps: RunnerDeps, job: JobRow): Promise<void> {
  const hold: Hold = { jobId: job.id, fence: job.fence, leaseSeconds: deps.leaseSeconds }
  const lease = keepLease(deps.pool, { ...hold, cancelRequestedBy: job.cancelRequestedBy }, deps.stopping)
  const stopListening = deps.onCancel(job.id, lease.check)
  try {
    const ending = await carryOut(deps, job, hold, lease)
    await finish(deps.pool, job, ending)
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error)
    deps.logger.warn({ jobId: job.id, fence: job.fence, reason }, 'left the job to the next worker')
    if (deps.stopping.aborted) await releaseLease(deps.pool, job.id, job.fence).catch(() => undefined)
  } finally {
    stopListening()
    lease.stop()
  }
}

async function carryOut(deps: RunnerDeps, row: JobRow, hold: Hold, lease: KeptLease): Promise<Ending> {
  const entries = new Map((await listSteps(deps.pool, row.id)).map((step) => [step.name, step]))
  const journal: Journal = { ...deps, hold, entries, resumed: row.fence > 1 }
  const reached = new Set(
    [...entries.values()].filter(({ state }) => state !== 'pending').map(({ name }) => name),
  )
  const jobIn = (phase: 'main' | 'failure', signal: AbortSignal): RunningJob<string> => ({
    id: row.id,
    requestedBy: deps.nameOf(row.requestedBy),
    mark: `job-${row.id}-${row.attempt}`,
    step: async (name, body) => {
      reached.add(name)
      const options = typeof body === 'function' ? { run: body } : body
      return await runStep(journal, { name, phase, signal }, options)
    },
  })
  const procedure = deps.procedures.get(row.kind)
  let params: unknown = row.params
  let plan: unknown = entries.get('plan')?.result
  try {
    if (!procedure) throw new Error(`this engine knows no jobs of the kind ${row.kind}`)
    params = procedure.params.parse(row.params)
    const main = jobIn('main', lease.signal)
    plan = await main.step('plan', planning(deps, row, procedure, params))
    return { state: 'succeeded', result: await procedure.run(main, params, plan) }
  } catch (error) {
    if (isLeftToTheNext(error)) throw error
    const why = interruption(error)
    const context = { params, why, plan, reached: [...reached] }
    const undone = await undo(jobIn('failure', lease.ignoreCancel()), procedure, context)
    return ending(why, undone, procedure?.onFailure?.retryFrom)
  }
}

/** Works out the change before anything is touched; what was approved must still be what would happen. */
function planning(
  deps: RunnerDeps,
  row: JobRow,
  procedure: Procedure,
  params: unknown,
): StepOptions<unknown> {
  return {
    timeoutSeconds: 60,
    run: async (step) => {
      const { change, plan } = await procedure.plan(params, step)
      if (row.approval && row.change && !sameChange(row.change, change))
        throw changedSinceApproval(row.change, change)
      await setChange(deps.pool, row.id, change)
      return plan
    },
  }
}

const sameChange = (one: Change, other: Change): boolean => one.from === other.from && one.to === other.to

const changedSinceApproval = (approved: Change, now: Change): StepFailure =>
  new StepFailure(
    'changed-since-approval',
    { approvedFrom: approved.from, approvedTo: approved.to, from: now.from, to: now.to },
    `Approved was ${approved.from ?? 'nothing'} → ${approved.to}, but now it would be ${now.from ?? 'nothing'} → ${now.to}. ` +
      'Retry to have the new change approved.',
  )

function interruption(error: unknown): Interruption {
  if (error instanceof Cancelled) return { kind: 'cancelled', by: error.by }
  const record = error instanceof StepFailed ? error.record : failureRecord(error)
  return record.code === 'cancelled'
    ? { kind: 'cancelled', by: String(record.values['by']) }
    : { kind: 'failed', error: record }
}

async function undo(
  job: RunningJob<string>,
  procedure: Procedure | undefined,
  context: { params: unknown; why: Interruption; plan: unknown; reached: readonly string[] },
): Promise<FailureRecord | null> {
  if (!procedure?.onFailure) return null
  const { params, why, plan, reached } = context
  try {
    await procedure.onFailure.run(job, params, { ...why, plan, reached })
    return null
  } catch (error) {
    if (isLeftToTheNext(error)) throw error
    return error instanceof StepFailed ? error.record : failureRecord(error)
  }
}

function ending(why: Interruption, undoFailed: FailureRecord | null, retryFrom: string | undefined): Ending {
  const cause: FailureRecord =
    why.kind === 'failed'
      ? why.error
      : { code: 'cancelled', values: { by: why.by }, message: 'Somebody cancelled the job.' }
  const state = why.kind === 'failed' || undoFailed ? 'failed' : 'cancelled'
  const error = undoFailed ? undoFailedToo(cause, undoFailed) : cause
  const from = cause.step === 'plan' ? 'plan' : (retryFrom ?? cause.step ?? null)
  return { state, error, retryFrom: from }
}

const undoFailedToo = (cause: FailureRecord, undoFailed: FailureRecord): FailureRecord => ({
  ...cause,
  code: 'undo-failed',
  values: { cause, undo: undoFailed },
  message: `${cause.message} Putting things back failed too: ${undoFailed.message} Look at it by hand before anything else.`,
})

async function finish(pool: Pool, job: JobRow, ending: Ending): Promise<void> {
  await transaction(pool, async (tx) => {
    const finished = await finishJob(tx, { jobId: job.id, fence: job.fence, ...ending })
    if (!finished) throw new LeaseLost('somebody else ended the job')
    await recordAudit(tx, {
      actor: 'engine',
      action: `job.${ending.state}`,
      subject: jobSubject(job.id),
      details:
        ending.state === 'succeeded' ? {} : { code: ending.error.code, step: ending.error.step ?? null },
    })
  })
}
