import { z } from 'zod'
import { recordAudit } from '../db/audit.ts'
import { createJob, findJobByKey, jobSubject, type ApprovalPolicy, type JobRow } from '../db/jobs.ts'
import { transaction } from '../db/pool.ts'
import type { EngineContext } from './context.ts'
import { Refusal } from './failures.ts'
import { currentFreezes } from './freezes.ts'
import { requirePermission } from './require-permission.ts'
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
 * Validates, permits and records a job in one transaction, then rings. The same idempotency key finds the first
 * job. Throws Refusal; then nothing was recorded.
 */
export async function requestJob(
  context: EngineContext,
  request: JobRequest,
): Promise<{ job: JobRow; created: boolean; steps: readonly string[] }> {
  const first = await findJobByKey(context.pool, request.idempotencyKey)
  if (first) return repeated(first, request)

  const procedure = procedureOf(context, request.kind)
  const params = validParams(procedure, request.params)
  const environment = knownEnvironment(context, procedure.environment(params))
  const approval = await permitted(context, request, environment)
  const overrideReason = await freezeOverride(context, request, procedure, environment)

  const steps = ['plan', ...procedure.steps(params)]
  const recorded = await transaction(context.pool, async (tx) => {
    const { job, created } = await createJob(tx, {
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
    if (created) {
      await recordAudit(tx, {
        actor: request.requestedBy,
        action: 'job.requested',
        subject: jobSubject(job.id),
        details: {
          kind: job.kind,
          params: job.params,
          ...(overrideReason === null ? {} : { overrideReason }),
        },
      })
    }
    return { job, created }
  })
  if (!recorded.created) return repeated(recorded.job, request)
  context.metrics.jobsRequested.inc({ kind: request.kind })
  ringSoon(context, recorded.job)
  return { ...recorded, steps }
}

/** Rings without making anybody wait; a lost ring is rung again by the reconciler. */
export function ringSoon(context: EngineContext, job: { id: number; fence: number }): void {
  context.bell.ring([job]).catch((error: Error) => {
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

function procedureOf(context: EngineContext, kind: string): Procedure {
  const procedure = context.procedures.get(kind)
  if (procedure) return procedure
  const kinds = [...context.procedures.keys()]
  throw new Refusal(
    'invalid-request',
    { field: 'kind', kinds },
    `kind: there is no "${kind}"; use one of ${kinds.join(', ')}.`,
  )
}

function validParams(procedure: Procedure, params: Record<string, unknown>): unknown {
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

async function permitted(
  context: EngineContext,
  request: JobRequest,
  environment: string | null,
): Promise<ApprovalPolicy | null> {
  return await requirePermission(context, request.requestedBy, Command.parse(request.kind), environment)
}

async function freezeOverride(
  context: EngineContext,
  request: JobRequest,
  procedure: Procedure,
  environment: string | null,
): Promise<string | null> {
  if (!procedure.freezable || environment === null) return null
  const freezes = await currentFreezes(context.pool, context.runbook)
  const freeze = freezes.find((one) => one.environment === environment)
  if (!freeze) return null
  if (request.overrideFreeze === undefined) {
    throw new Refusal(
      'frozen',
      { environment, reason: freeze.reason, until: freeze.endsAt.toISOString(), by: freeze.createdBy },
      `${environment} is frozen until ${freeze.endsAt.toISOString()}: ${freeze.reason}. ` +
        'Wait, or have somebody who may override the freeze send the command with a reason.',
    )
  }
  await requirePermission(context, request.requestedBy, 'override-freeze', environment)
  return request.overrideFreeze
}

const asRecord = (params: unknown): Record<string, unknown> => z.record(z.string(), z.unknown()).parse(params)
