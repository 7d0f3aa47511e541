import { z } from 'zod'
import { ringChange } from '../db/announcements.ts'
import { createJob, findJobByKey, jobSubject, type JobRow } from '../db/jobs.ts'
import type { EngineContext } from './context.ts'
import { Refusal } from './failures.ts'
import { currentFreezes, type CurrentFreeze } from './freezes.ts'
import type { Asker } from './permission.ts'
import { identify, permitted } from './require-permission.ts'
import { Command } from './runbook-file.ts'
import type { Procedure } from './runner/procedure.ts'

export interface JobRequest {
  kind: string
  params: Record<string, unknown>
  requestedBy: string
  idempotencyKey: string
  origin?: Record<string, unknown> | undefined
  overrideFreeze?: string | undefined
}

/**
 * Validates, permits and records a job, in one statement, then rings. The same idempotency key finds the first job.
 * Throws Refusal; then nothing was recorded.
 */
export async function requestJob(
  context: EngineContext,
  request: JobRequest,
): Promise<{ job: JobRow; created: boolean; steps: readonly string[] }> {
  const [first, who, freezes] = await Promise.all([
    findJobByKey(context.pool, request.idempotencyKey),
    identify(context, request.requestedBy),
    currentFreezes(context.pool, context.runbook),
  ])
  if (first) return repeated(first, request)

  const procedure = procedureOf(context, request.kind)
  const params = validParams(procedure, request.params)
  const environment = knownEnvironment(context, procedure.environment(params))
  const approval = permitted(context, who, { command: Command.parse(request.kind), environment })
  const freeze = freezes.find((one) => procedure.freezable && one.environment === environment)
  const overrideReason = freeze ? overridden(context, freeze, { who, reason: request.overrideFreeze }) : null

  const steps = ['plan', ...procedure.steps(params)]
  const { job, created, behindOthers } = await createJob(context.pool, {
    kind: procedure.kind,
    params: asRecord(params),
    environment,
    requestedBy: request.requestedBy,
    idempotencyKey: request.idempotencyKey,
    origin: request.origin ?? null,
    lock: procedure.lock(params),
    freezable: procedure.freezable,
    overrideReason,
    approval,
    steps,
  })
  if (!created) return repeated(job, request)
  context.metrics.jobsRequested.inc({ kind: request.kind })
  ringSoon(context, job, { wakeWorker: !behindOthers })
  return { job, created, steps }
}

/** Rings without making anybody wait; a lost ring is rung again by the reconciler. */
export function ringSoon(
  context: EngineContext,
  job: { id: number; fence: number },
  { wakeWorker }: { wakeWorker: boolean } = { wakeWorker: true },
): void {
  const rings = [
    ringChange(context.pool, jobSubject(job.id)),
    ...(wakeWorker ? [context.bell.ring([job])] : []),
  ]
  Promise.all(rings).catch((error: Error) => {
    context.logger.warn({ jobId: job.id, reason: error.message }, 'could not ring; the reconciler will')
  })
}

function repeated(first: JobRow, request: JobRequest): { job: JobRow; created: false; steps: [] } {
  if (first.kind === request.kind && first.requestedBy === request.requestedBy)
    return { job: first, created: false, steps: [] }
  throw new Refusal(
    'key-reused',
    { jobId: first.id },
    `This idempotency key belongs to job ${first.id}, which is another request. Send a new key.`,
  )
}

export function procedureOf(context: EngineContext, kind: string): Procedure {
  const procedure = context.procedures.get(kind)
  if (procedure) return procedure
  const kinds = [...context.procedures.keys()]
  throw new Refusal(
    'invalid-request',
    { field: 'kind', kinds },
    `kind: there is no "${kind}"; use one of ${kinds.join(', ')}.`,
  )
}

export function validParams(procedure: Procedure, params: Record<string, unknown>): unknown {
  const parsed = procedure.params.safeParse(params)
  if (parsed.success) return parsed.data
  const errors = parsed.error.issues.map((issue) => ({
    field: ['params', ...issue.path].map(String).join('.'),
    message: issue.message,
  }))
  throw new Refusal(
    'invalid-request',
    { field: errors[0]?.field, errors },
    errors.map(({ field, message }) => `${field}: ${message}`).join('; '),
  )
}

/** The environment as the runbook file knows it, or a refusal that lists those there are. */
export function knownEnvironment(
  context: Pick<EngineContext, 'runbook'>,
  environment: string | null,
): string | null {
  const known = Object.keys(context.runbook.environments)
  if (environment === null || known.includes(environment)) return environment
  throw new Refusal(
    'unknown-environment',
    { environment, known },
    `There is no environment "${environment}". There are: ${known.join(', ')}.`,
  )
}

/** Why a freeze may be overridden here, or a refusal. */
function overridden(
  context: EngineContext,
  freeze: CurrentFreeze,
  { who, reason }: { who: Asker; reason: string | undefined },
): string {
  const { environment } = freeze
  const until = freeze.endsAt.toISOString()
  if (reason === undefined) {
    throw new Refusal(
      'frozen',
      { environment, reason: freeze.reason, until, by: freeze.createdBy },
      `${environment} is frozen until ${until}: ${freeze.reason}. ` +
        'Wait, or have somebody who may override the freeze send the command with a reason.',
    )
  }
  permitted(context, who, { command: 'override-freeze', environment })
  return reason
}

const asRecord = (params: unknown): Record<string, unknown> => z.record(z.string(), z.unknown()).parse(params)
