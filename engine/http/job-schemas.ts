import { z } from '@hono/zod-openapi'
import { jobStates } from '../../db/jobs.ts'
import { FreezeView } from './freeze-schemas.ts'
import { FailureView, IdempotencyKey, PersonRef, Reason, SlackUser } from './schemas.ts'

/** Jobs, and what they would do, as they go over the HTTP face. */

const Time = z.iso.datetime()

export const StepView = z.object({
  name: z.string(),
  phase: z.enum(['main', 'failure']),
  state: z.enum(['pending', 'running', 'done', 'failed']),
  progress: z.object({ done: z.number(), total: z.number(), unit: z.string() }).nullable(),
  error: FailureView.nullable(),
  startedAt: Time.nullable(),
  finishedAt: Time.nullable(),
})

export const ChangeView = z.object({
  from: z.string().nullable(),
  to: z.string(),
  details: z.array(z.object({ name: z.string(), value: z.string() })),
})

export const WaitingFor = z.discriminatedUnion('kind', [
  z.object({
    kind: z.literal('lock'),
    lock: z.string(),
    /** 1 is the next in line; null: many are ahead. */
    position: z.number().nullable(),
    holder: z.object({ jobId: z.number(), kind: z.string(), requestedBy: PersonRef, since: Time }),
  }),
  z.object({ kind: z.literal('freeze'), environment: z.string(), reason: z.string(), until: Time }),
])

export const ApprovalView = z.object({
  quorum: z.number(),
  roles: z.array(z.string()),
  expiresAt: Time,
  votes: z.array(
    z.object({
      person: PersonRef,
      decision: z.enum(['approve', 'reject', 'break-glass']),
      reason: z.string().nullable(),
      at: Time,
    }),
  ),
})

export const JobSummary = z
  .object({
    id: z.number(),
    kind: z.string(),
    params: z.record(z.string(), z.unknown()),
    environment: z.string().nullable(),
    state: z.enum(jobStates),
    requestedBy: PersonRef,
    createdAt: Time,
    startedAt: Time.nullable(),
    finishedAt: Time.nullable(),
  })
  .openapi('JobSummary')

export const Job = JobSummary.extend({
  /** Grows with every change: a message that shows this revision is true. */
  revision: z.number(),
  attempt: z.number(),
  origin: z.record(z.string(), z.unknown()).nullable(),
  change: ChangeView.nullable(),
  overrideReason: z.string().nullable(),
  approval: ApprovalView.nullable(),
  waitingFor: WaitingFor.nullable(),
  cancelRequestedBy: PersonRef.nullable(),
  retryFrom: z.string().nullable(),
  steps: z.array(StepView),
  logTail: z.array(z.string()),
  result: z.unknown(),
  error: FailureView.nullable(),
}).openapi('Job')

export const NewJobBody = z
  .object({
    kind: z.string(),
    params: z.record(z.string(), z.unknown()),
    requestedBy: SlackUser,
    idempotencyKey: IdempotencyKey,
    /** Where the request came from, e.g. the Slack channel whose message shows the job. */
    origin: z.object({ channel: z.string().max(30).optional() }).optional(),
    /** A freeze of the environment is overridden for this reason: logged, announced, shown on the job. */
    overrideFreeze: Reason.optional(),
  })
  .openapi('NewJob')

export const LogPage = z
  .object({
    lines: z.array(z.object({ id: z.number(), at: Time, step: z.string(), line: z.string() })),
    /** Pass as `after` for the lines that follow. */
    next: z.number(),
    finished: z.boolean(),
  })
  .openapi('LogPage')

export const LockView = z
  .object({
    lock: z.string(),
    queue: z.array(
      z.object({
        jobId: z.number(),
        kind: z.string(),
        state: z.enum(['queued', 'running']),
        requestedBy: PersonRef,
        since: Time,
      }),
    ),
  })
  .openapi('Lock')

export const NewPlanBody = NewJobBody.pick({ kind: true, params: true, requestedBy: true }).openapi('NewPlan')

export const PlanView = z
  .object({
    /** Null: it could not be found out in time; `problem` says why. */
    change: ChangeView.nullable(),
    problem: FailureView.nullable(),
    approval: z.object({ quorum: z.number(), roles: z.array(z.string()) }).nullable(),
    freeze: FreezeView.nullable(),
    /** Whether this person may go past the freeze. */
    mayOverride: z.boolean(),
    /** The jobs it would wait for, the present holder of the lock first. */
    ahead: LockView.shape.queue,
  })
  .openapi('Plan')
