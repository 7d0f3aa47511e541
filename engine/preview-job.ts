import { lockQueue } from '../db/job-queue.ts'
import { type ApprovalPolicy, type Change, type FailureRecord } from '../db/jobs.ts'
import type { EngineContext } from './context.ts'
import { failureRecord, Refusal, refusalStatus, type RefusalCode } from './failures.ts'
import { currentFreezes, type CurrentFreeze } from './freezes.ts'
import { permission, type Asker } from './permission.ts'
import { knownEnvironment, procedureOf, validParams, type JobRequest } from './request-job.ts'
import { identify, permitted } from './require-permission.ts'
import { Command } from './runbook-file.ts'
import type { Procedure } from './runner/procedure.ts'

/** What a job would meet if it were asked for now. */
export interface Preview {
  /** Null: it could not be found out in time; `problem` says why. */
  change: Change | null
  problem: FailureRecord | null
  approval: ApprovalPolicy | null
  freeze: CurrentFreeze | null
  /** Whether this person may go past the freeze. */
  mayOverride: boolean
  /** The jobs it would wait for, the present holder of the lock first. */
  ahead: Awaited<ReturnType<typeof lockQueue>>
}

/** Somebody waits in front of a form, and Slack's own patience is 3 s. */
const planSeconds = 2.5

/**
 * What a job would change and what stands in its way. Reads only. Throws the Refusal that asking for the job would
 * meet, except that a freeze is part of the answer.
 */
export async function previewJob(
  context: EngineContext,
  request: Pick<JobRequest, 'kind' | 'params' | 'requestedBy'>,
): Promise<Preview> {
  const procedure = procedureOf(context, request.kind)
  const params = validParams(procedure, request.params)
  const environment = knownEnvironment(context, procedure.environment(params))
  const who = await identify(context, request.requestedBy)
  const approval = permitted(context, who, { command: Command.parse(request.kind), environment })
  const lock = procedure.lock(params)
  const [planned, freezes, ahead] = await Promise.all([
    planWithin(procedure, params, context),
    currentFreezes(context.pool, context.runbook),
    lock === null ? [] : lockQueue(context.pool, lock),
  ])
  const freeze = freezes.find((one) => procedure.freezable && one.environment === environment) ?? null
  return { ...planned, approval, freeze, mayOverride: mayOverride(context, who, environment), ahead }
}

async function planWithin(
  procedure: Procedure,
  params: unknown,
  context: Pick<EngineContext, 'redact'>,
): Promise<Pick<Preview, 'change' | 'problem'>> {
  const deadline = new AbortController()
  let timer: NodeJS.Timeout | undefined
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => {
      const problem = tooLate()
      deadline.abort(problem)
      reject(problem)
    }, planSeconds * 1_000)
  })
  try {
    const planning = procedure.plan(params, { signal: deadline.signal, log: () => undefined })
    const { change } = await Promise.race([planning, late])
    return { change, problem: null }
  } catch (error) {
    const { message, ...record } = failureRecord(error)
    // A step of the job would fail with this; to somebody who has not asked yet it is a no.
    if (isNo(record.code)) throw new Refusal(record.code, record.values, message)
    return { change: null, problem: { ...record, message: context.redact(message) } }
  } finally {
    clearTimeout(timer)
  }
}

const isNo = (code: string): code is RefusalCode =>
  Object.hasOwn(refusalStatus, code) && code !== 'unavailable' && code !== 'internal'

const tooLate = (): Refusal =>
  new Refusal(
    'unavailable',
    { planSeconds },
    `What would change could not be found out within ${planSeconds} s.`,
  )

function mayOverride(
  context: Pick<EngineContext, 'runbook'>,
  who: Asker,
  environment: string | null,
): boolean {
  return permission(context.runbook, who, 'override-freeze', environment).allowed
}
