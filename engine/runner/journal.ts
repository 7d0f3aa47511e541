import { renewLease } from '../../db/job-claims.ts'
import { type FailureRecord } from '../../db/jobs.ts'
import { transaction, type Pool } from '../../db/pool.ts'
import type { Database } from '../../db/sql.ts'
import { beginStep, failStep, finishStep, type Hold, type StepRow } from '../../db/steps.ts'
import { failureRecord, StepFailure } from '../failures.ts'
import { Cancelled, isLeftToTheNext, LeaseLost } from './interruptions.ts'
import type { StepContext, StepOptions } from './procedure.ts'
import { stepOutput } from './step-output.ts'

const defaultTimeoutSeconds = 600
/** A step that has ended its worker this often will do so again. */
const maximumOpenings = 10

/** A step ended badly and the journal says so: thrown through the procedure to end its main part. */
export class StepFailed extends Error {
  readonly record: FailureRecord

  constructor(record: FailureRecord) {
    super(record.message)
    this.name = 'StepFailed'
    this.record = record
  }
}

export interface Journal {
  pool: Pool
  hold: Hold
  /** What was in the journal when this worker took the job. */
  entries: Map<string, StepRow>
  /** Another worker had the job before: what the journal does not say may have happened all the same. */
  resumed: boolean
  redact(text: string): string
  onStep(step: { name: string; seconds: number; outcome: 'done' | 'failed' }): void
}

/** Runs one step under the journal: at most once to its end, whatever dies in between. */
export async function runStep<T>(
  journal: Journal,
  step: { name: string; phase: 'main' | 'failure'; signal: AbortSignal },
  body: StepOptions<T>,
): Promise<T> {
  const before = journal.entries.get(step.name)
  const mayBeOpen = journal.resumed && before?.state !== 'done'
  if (before?.state === 'done') return before.result as T
  if (before?.state === 'failed')
    throw new StepFailed(before.error ?? failureRecord(new Error('unknown'), step.name))
  step.signal.throwIfAborted()

  await mustHold(beginStep(journal.pool, journal.hold, step))
  const startedAt = performance.now()
  const seconds = (): number => (performance.now() - startedAt) / 1_000
  const output = stepOutput(journal.pool, journal.hold, { name: step.name, redact: journal.redact })
  const timeLimit = AbortSignal.timeout((body.timeoutSeconds ?? defaultTimeoutSeconds) * 1_000)
  const context: StepContext = {
    signal: AbortSignal.any([step.signal, timeLimit]),
    log: output.log,
    progress: output.progress,
    transaction: async (work) => await heldTransaction(journal, work),
  }
  try {
    if ((before?.openings ?? 0) >= maximumOpenings) throw crashedRepeatedly(before?.openings ?? 0)
    const result = await abortable(context.signal, perform(context, body, mayBeOpen))
    await mustHold(output.flush())
    const stored: unknown = JSON.parse(JSON.stringify(result ?? null))
    await mustHold(finishStep(journal.pool, journal.hold, { name: step.name, result: stored }))
    journal.onStep({ name: step.name, seconds: seconds(), outcome: 'done' })
    return stored as T
  } catch (error) {
    if (isLeftToTheNext(error) || step.signal.reason instanceof LeaseLost) throw error
    const record = redactRecord(whatHappened(error, step, timeLimit), journal.redact)
    output.log(record.message)
    await mustHold(output.flush())
    await mustHold(failStep(journal.pool, journal.hold, { name: step.name, error: record }))
    journal.onStep({ name: step.name, seconds: seconds(), outcome: 'failed' })
    throw new StepFailed(record)
  }
}

async function heldTransaction<T>(journal: Journal, work: (tx: Database) => Promise<T>): Promise<T> {
  return await transaction(journal.pool, async (tx) => {
    await mustHold(renewLease(tx, journal.hold).then((kept) => kept !== null))
    return await work(tx)
  })
}

async function perform<T>(context: StepContext, body: StepOptions<T>, mayBeOpen: boolean): Promise<T> {
  if (mayBeOpen && body.alreadyDone) {
    const result = await body.alreadyDone(context)
    if (result !== undefined) {
      context.log('A worker that died had already done this; carrying on from there.')
      return result
    }
  }
  return await body.run(context)
}

/** A body that ignores its signal must not hold the job: the step ends, whatever the body still does. */
async function abortable<T>(signal: AbortSignal, work: Promise<T>): Promise<T> {
  let stop: () => void = () => undefined
  const aborted = new Promise<never>((_, reject) => {
    stop = () => reject(signal.reason instanceof Error ? signal.reason : new Error(String(signal.reason)))
    if (signal.aborted) stop()
    else signal.addEventListener('abort', stop, { once: true })
  })
  const graceMs = 10_000
  try {
    return await Promise.race([work, aborted.catch((reason: unknown) => settleFirst(work, reason, graceMs))])
  } finally {
    signal.removeEventListener('abort', stop)
  }
}

/** Lets an aborted body tidy up for a while, then gives the reason of the abort. */
async function settleFirst(work: Promise<unknown>, reason: unknown, graceMs: number): Promise<never> {
  let timer: NodeJS.Timeout | undefined
  const patience = new Promise<void>((resolve) => (timer = setTimeout(resolve, graceMs)))
  await Promise.race([work.then(noop, noop), patience])
  clearTimeout(timer)
  throw reason
}

const noop = (): void => undefined

function whatHappened(
  error: unknown,
  step: { name: string; signal: AbortSignal },
  timeLimit: AbortSignal,
): FailureRecord {
  const reason: unknown = step.signal.reason
  if (reason instanceof Cancelled) {
    return {
      code: 'cancelled',
      values: { by: reason.by },
      message: 'Somebody cancelled the job.',
      step: step.name,
    }
  }
  if (timeLimit.aborted) {
    return failureRecord(
      new StepFailure('timed-out', {}, 'The step took longer than its time limit and was stopped.'),
      step.name,
    )
  }
  return failureRecord(error, step.name)
}

const crashedRepeatedly = (times: number): StepFailure =>
  new StepFailure(
    'crashed-repeatedly',
    { times },
    `The worker died ${times} times in this step. Look at the engine's log before trying again.`,
  )

function redactRecord(record: FailureRecord, redact: (text: string) => string): FailureRecord {
  const values = JSON.parse(redact(JSON.stringify(record.values))) as Record<string, unknown>
  return { ...record, message: redact(record.message), values }
}

/** Every write to the journal carries the fencing number; false means that it was refused. */
async function mustHold(write: Promise<boolean>): Promise<void> {
  if (!(await write)) throw new LeaseLost('the journal refused the write')
}
